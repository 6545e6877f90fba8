"""A publication as one HTML page that mail programs show: no script, no style sheet, nothing fetched."""

from collections.abc import Sequence

from markupsafe import Markup

from .form import Line, Publication, Run, Section

_PAGE = Markup(
    '<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n</head>\n'
    '<body style="margin:0;background:#ffffff;color:#1f2933;font-family:Calibri,Carlito,Arial,sans-serif;'
    'font-size:16px;line-height:1.45">\n<div style="max-width:720px;margin:0 auto;padding:16px">\n'
    '<h1 style="font-size:24px;margin:0 0 8px">{title}</h1>\n{opening}{sections}{closing}</div>\n</body>\n</html>\n'
)
_SECTION = Markup(
    '<h2 style="font-size:18px;margin:24px 0 6px;border-bottom:1px solid #cbd2d9">{title}</h2>\n{lines}{more}'
)
_PARAGRAPH = Markup('<p style="margin:6px 0">{said}</p>\n')
_LIST = Markup('<ul style="margin:4px 0;padding-left:22px">\n{items}</ul>\n')
_ITEM = Markup('<li style="margin:3px 0">{said}{under}</li>\n')
_LINK = Markup('<a href="{url}" style="color:#0b5cad">{text}</a>')
_STRONG = Markup("<strong>{text}</strong>")
_NOTHING = Markup("")


def html(publication: Publication) -> str:
    """Return the publication as a page; every word of a person is escaped."""
    return str(
        _PAGE.format(
            language=publication.language,
            title=publication.title,
            opening=_paragraphs(publication.opening),
            sections=_NOTHING.join(map(_section, publication.sections)),
            closing=_paragraphs(publication.closing),
        )
    )


def _section(section: Section) -> Markup:
    more = _NOTHING if section.more is None else _PARAGRAPH.format(said=_said(section.more))
    return _SECTION.format(title=section.title, lines=_list(section.lines), more=more)


def _list(lines: Sequence[Line]) -> Markup:
    if not lines:
        return _NOTHING
    items = [_ITEM.format(said=_said(line), under=_list(line.under)) for line in lines]
    return _LIST.format(items=_NOTHING.join(items))


def _paragraphs(lines: Sequence[Line]) -> Markup:
    return _NOTHING.join(_PARAGRAPH.format(said=_said(line)) for line in lines)


def _said(line: Line) -> Markup:
    return _NOTHING.join(map(_run, line.runs))


def _run(run: Run) -> Markup:
    said = Markup.escape(run.text) if run.url is None else _LINK.format(url=run.url, text=run.text)
    return _STRONG.format(text=said) if run.strong else said
