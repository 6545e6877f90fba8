"""What SharePoint does to Office files that are uploaded: it writes properties of its own into them.

Seen by many (the documentation does not say it): size and hash of what is kept differ from what was sent, at once in
the answer, for Word, Excel and PowerPoint, now and then for PDF and HTML, never for text. The real one adds several
parts and properties; here one part is added, so that a client which trusts its own hash or bytes is found out.
"""

import io
import zipfile

_OFFICE = (".docx", ".xlsx", ".pptx", ".docm", ".xlsm", ".dotx")
_PART = "customXml/sharepoint.xml"
_PROPERTIES = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<p:properties xmlns:p="http://schemas.microsoft.com/office/2006/metadata/properties"/>'
)
_ALWAYS = (1980, 1, 1, 0, 0, 0)


def promoted(name: str, data: bytes) -> bytes:
    """Return what is kept of an upload; what has the part already, or is no package, stays as it came."""
    if not name.lower().endswith(_OFFICE) or not zipfile.is_zipfile(io.BytesIO(data)):
        return data
    package = io.BytesIO(data)
    try:
        with zipfile.ZipFile(package, "a") as opened:
            if _PART in opened.namelist():
                return data
            opened.writestr(zipfile.ZipInfo(_PART, _ALWAYS), _PROPERTIES)
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return data
    return package.getvalue()
