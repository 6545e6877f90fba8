"""One line of the table."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured number and the bounds that it must keep, if there are any; or several numbers in words."""

    what: str
    value: float | None = None
    bound: float | None = None
    """The most that it may be."""
    least: float | None = None
    """The least that it must be."""
    note: str = ""

    @property
    def kept(self) -> bool:
        """Whether the bounds are kept."""
        if self.value is None:
            return True
        return (self.bound is None or self.value <= self.bound) and (
            self.least is None or self.value >= self.least
        )


def printed(figure: Figure) -> str:
    """Return the line."""
    value = "" if figure.value is None else f"{figure.value:>8.3g}"
    bound = "" if figure.bound is None else f"at most {figure.bound:g}"
    bound = bound if figure.least is None else f"at least {figure.least:g}"
    mark = "" if figure.kept else "  BROKEN"
    return f"{figure.what:<58} {value}{figure.note}  {bound}{mark}".rstrip()
