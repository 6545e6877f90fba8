"""Names of elements in Word's XML (ECMA-376, part 1), the same for the transitional and the strict form."""

from collections.abc import Iterable
from functools import lru_cache

from lxml import etree

_SPACES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14",
    "http://schemas.microsoft.com/office/word/2012/wordml": "w15",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.org/dc/elements/1.1/": "dc",
}
_OFF = frozenset({"0", "false", "off", "none"})


@lru_cache(maxsize=4096)
def short(tag: str) -> str:
    """Return "w:p" for the full name of a paragraph, whichever form of Word's XML it is in."""
    space, _, local = tag.removeprefix("{").rpartition("}")
    return f"{_SPACES.get(space, '?')}:{local}"


def name_of(element: etree._Element) -> str:
    """Return the short name of an element, "" for what is none (an entity)."""
    return short(element.tag) if isinstance(element.tag, str) else ""


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """Return the first child of that name."""
    if element is None:
        return None
    return next((one for one in element if name_of(one) == name), None)


def inside(element: etree._Element, name: str) -> Iterable[etree._Element]:
    """Return what stands in the first child of that name, nothing where there is none."""
    found = child(element, name)
    return () if found is None else found


def below(element: etree._Element | None, *names: str) -> etree._Element | None:
    """Follow first children by name."""
    for name in names:
        element = child(element, name)
    return element


def attribute(element: etree._Element | None, name: str) -> str | None:
    """Return an attribute by its short name ("w:val"); None where it or the element is not there."""
    if element is None:
        return None
    for full, value in element.attrib.items():
        if isinstance(full, str) and short(full) == name:
            return str(value)
    return None


def value(element: etree._Element | None, name: str) -> str | None:
    """Return w:val of a child."""
    return attribute(child(element, name), "w:val")


def number(text: str | None, default: int = 0) -> int:
    """Read a whole number; what is none, or absurd, is the default."""
    digits = text or ""
    return int(digits) if digits.lstrip("-").isdecimal() and len(digits) < 9 and digits.isascii() else default


def is_on(element: etree._Element | None, name: str) -> bool | None:
    """Read a switch such as bold: None where it is not set, on where it is there without a value."""
    switch = child(element, name)
    if switch is None:
        return None
    said = attribute(switch, "w:val") or attribute(switch, "w14:val")
    return said is None or said.lower() not in _OFF
