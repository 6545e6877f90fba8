"""What Exchange makes of HTML that is written into a body: a document of its own, without what it does not keep.

It was seen to put its own head around what it gets and to drop comments and scripts; marks in comments do not survive.
"""

import re

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SCRIPT = re.compile(r"<script\b.*?</script\s*>", re.DOTALL | re.IGNORECASE)
_BODY = re.compile(r"<body[^>]*>(.*?)</body\s*>", re.DOTALL | re.IGNORECASE)
_HEAD = (
    '<html>\r\n<head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\r\n</head>\r\n'
)


def cleaned(html: str) -> str:
    """Return what is kept of it."""
    plain = _SCRIPT.sub("", _COMMENT.sub("", html))
    inner = _BODY.search(plain)
    return f"{_HEAD}<body>\r\n{(inner[1] if inner else plain).strip()}\r\n</body>\r\n</html>\r\n"


def joining(url: str) -> str:
    """Return the part by which people join a Teams meeting, in the form in which Teams puts it into a body."""
    line = "_" * 80
    link = url.replace("&", "&amp;")
    return (
        f'<div><span style="white-space:nowrap; color:#5F5F5F">{line}</span></div>\r\n'
        '<div class="me-email-text" lang="en-GB">\r\n'
        '<div><span style="font-size:24px">Microsoft Teams meeting</span></div>\r\n'
        f'<div><a href="{link}" id="meet_invite_block.action.join_link">Join the meeting now</a></div>\r\n'
        f"</div>\r\n<div><span>{line}</span></div>"
    )
