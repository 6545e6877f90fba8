"""One line of the table."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured number and the bound that it must keep, if there is one; or several numbers in words."""

    what: str
    value: float | None = None
    bound: float | None = None
    note: str = ""

    @property
    def kept(self) -> bool:
        """Whether the bound is kept."""
        return self.bound is None or self.value is None or self.value <= self.bound


def printed(figure: Figure) -> str:
    """Return the line."""
    value = "" if figure.value is None else f"{figure.value:>8.3g}"
    bound = "" if figure.bound is None else f"at most {figure.bound:g}"
    mark = "" if figure.kept else "  BROKEN"
    return f"{figure.what:<58} {value}{figure.note}  {bound}{mark}".rstrip()
