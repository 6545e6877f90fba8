"""What was declared, ready for use: every name resolved, every fault already told."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from syncbot.model.record import FieldInfo, Record
from syncbot.reconcile.policy import KindPolicy


@dataclass(frozen=True, kw_only=True)
class ColumnSpec:
    """A field's column at one endpoint, as declared."""

    name: str
    """What people see, or the service's internal name."""
    options: Mapping[str, str] | None = None
    """Of CHOICE and CHOICES: the kind's word -> the option's name; None = they are called alike."""
    by_name: bool = False
    """Of codes: the English name is written, not the code."""
    read_only: bool = False


@dataclass(frozen=True, kw_only=True)
class EndpointSpec:
    """One place that holds rows of a kind."""

    name: str
    """As the mapping calls it."""
    service: str
    """"notion", "sharepoint", "excel", "notes" or "memory"."""
    container: str
    """The id of the data source; the id or name of the list; "library/path#table"; of notes: what is told."""
    site: str | None = None
    """Of SharePoint and Excel: the address of the site."""
    key_column: str
    """The name of the column that carries our key; "" where none does, because nothing is ever written there."""
    edited_by_column: str | None = None
    columns: Mapping[str, ColumnSpec]
    """By field."""


@dataclass(frozen=True, kw_only=True)
class KindSpec:
    """One kind: its model with the organisation's own fields, its policy and its places."""

    kind: str
    model: type[Record]
    policy: KindPolicy
    endpoints: Mapping[str, EndpointSpec]
    zone: ZoneInfo
    """Where a moment is cut to a day."""
    fingerprint: str
    """Changes with everything in the declaration that the binding of columns depends on."""

    @property
    def fields(self) -> Mapping[str, FieldInfo]:
        """What each mapped field is."""
        return {name: info for name, info in self.model.fields().items() if name in self.policy.fields}


@dataclass(frozen=True, kw_only=True)
class Mappings:
    """Everything in the folder."""

    kinds: Mapping[str, KindSpec]
    """Kinds that others point at come first."""
