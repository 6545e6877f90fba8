"""From declarations without fault to specs."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, InstanceOf, create_model

from syncbot.model.fields import SETS, FieldType
from syncbot.model.kinds.terms import Country, Day, Language, Line, Mail, Moment, Pages, Web
from syncbot.model.places import Code
from syncbot.model.record import FieldInfo, Record, known_kinds
from syncbot.model.values import Span
from syncbot.reconcile.policy import (
    EndpointPolicy,
    FieldPolicy,
    Gazetteer,
    IdentityPolicy,
    KindPolicy,
    OnConflict,
    OnDeletion,
)

from .format import SHARED, ColumnDeclaration, ExtraField, FieldDeclaration, Given, KindDeclaration, Place
from .gazetteer import GeoNames
from .spec import ColumnSpec, EndpointSpec, KindSpec
from .variants import Variants


def model_of(declared: KindDeclaration) -> type[Record]:
    """Return the kind's model, with the fields that the organisation adds."""
    base = known_kinds()[declared.kind]
    added = {name: extra for name, extra in declared.extra.items() if name not in base.fields()}
    if not added:
        return base
    fields: dict[str, Any] = {name: (_annotation(extra), None) for name, extra in added.items()}
    return create_model(base.__name__, __base__=base, **fields)


def spec_of(
    declared: KindDeclaration, model: type[Record], variants: Variants, environment: Mapping[str, str]
) -> KindSpec:
    """Return everything that a file declares."""
    endpoints = {
        name: _endpoint(declared, name, place, environment) for name, place in declared.endpoints.items()
    }
    return KindSpec(
        kind=declared.kind,
        model=model,
        policy=_policy(declared, model, variants),
        endpoints=endpoints,
        zone=ZoneInfo(declared.zone),
        fingerprint=_fingerprint(declared, model, endpoints),
    )


# -- extra fields


_VALUES: Mapping[FieldType, Any] = {
    FieldType.NUMBER: int | float,
    FieldType.FLAG: bool,
    FieldType.DAY: Day,
    FieldType.MOMENT: Moment,
    FieldType.SPAN: InstanceOf[Span],
    FieldType.LONG_TEXT: Pages,
    FieldType.LINK: Web,
    FieldType.EMAIL: Mail,
}


def _annotation(extra: ExtraField) -> Any:
    kind = FieldType(extra.type)
    one: Any = _VALUES.get(kind, Line)
    if extra.choices:
        one = Literal[tuple(extra.choices)]
    elif extra.code:
        one = Country if extra.code == "country" else Language
    if kind in SETS:
        one = Annotated[frozenset[one], Field(min_length=1)]
    return Annotated[one | None, _info(extra)]


def _info(extra: ExtraField) -> FieldInfo:
    return FieldInfo(
        type=FieldType(extra.type),
        choices=tuple(extra.choices),
        target=extra.target,
        code=Code(extra.code) if extra.code else None,
        meaning=extra.meaning,
    )


# -- endpoints


def _endpoint(
    declared: KindDeclaration, name: str, place: Place, environment: Mapping[str, str]
) -> EndpointSpec:
    container, site = place.where
    return EndpointSpec(
        name=name,
        service=place.service,
        container=_given(container, environment),
        site=_given(site, environment) if site else None,
        key_column=place.key,
        edited_by_column=place.edited_by,
        columns={
            field: _column(one.columns[name]) for field, one in declared.fields.items() if name in one.columns
        },
    )


def _given(given: Given, environment: Mapping[str, str]) -> str:
    return given.text if given.text is not None else environment[str(given.env)].strip()


def _column(column: ColumnDeclaration) -> ColumnSpec:
    return ColumnSpec(
        name=column.column,
        options=column.options,
        by_name=column.written == "name",
        read_only=column.read_only,
    )


# -- policy


_GEONAMES = GeoNames()
"""One for the process: what it has read serves every kind."""


def _policy(declared: KindDeclaration, model: type[Record], variants: Variants) -> KindPolicy:
    identity = declared.identity
    return KindPolicy(
        kind=declared.kind,
        title_field=model.title_field,
        fields={name: _field(declared, name, one, model) for name, one in declared.fields.items()},
        endpoints={name: _endpoint_policy(name, place) for name, place in declared.endpoints.items()},
        identity=IdentityPolicy(
            keys=tuple(tuple(key) for key in identity.keys),
            name=identity.name,
            within=tuple(identity.within),
            variants=variants,
            gazetteer=_gazetteer(declared, model),
        ),
        deletes=OnDeletion(declared.deletes),
        max_deleted=declared.limits.max_deleted,
        max_changed=declared.limits.max_changed,
    )


def country_of(within: Sequence[str], model: type[Record]) -> int | None:
    """Return which of the fields of `within` holds a country."""
    infos = model.fields()
    codes = [infos[name].code if name in infos else None for name in within]
    return codes.index(Code.COUNTRY) if Code.COUNTRY in codes else None


def _gazetteer(declared: KindDeclaration, model: type[Record]) -> Gazetteer | None:
    place = country_of(declared.identity.within, model)
    if declared.identity.gazetteer is None or place is None:
        return None
    return lambda block, name: _GEONAMES(str(block[place]), name)


def _endpoint_policy(name: str, place: Place) -> EndpointPolicy:
    writes = not place.read_only
    return EndpointPolicy(
        name=name,
        creates=writes and place.creates,
        updates=writes and place.updates,
        deletes=writes and place.deletes,
        only_tells=place.only_tells,
    )


def _field(declared: KindDeclaration, name: str, field: FieldDeclaration, model: type[Record]) -> FieldPolicy:
    return FieldPolicy(
        name=name,
        type=model.fields()[name].type,
        home=None if field.home == SHARED else field.home,
        places={
            endpoint: not (column.read_only or declared.endpoints[endpoint].read_only)
            for endpoint, column in field.columns.items()
        },
        on_conflict=OnConflict(field.on_conflict or "ask"),
        prefers=field.prefers,
        initial=field.initial,
        listed=field.listed,
    )


def _fingerprint(
    declared: KindDeclaration, model: type[Record], endpoints: Mapping[str, EndpointSpec]
) -> str:
    """Return a short mark of everything that decides which column a field is bound to and how it is translated."""
    said = {
        "fields": {
            name: [repr(info), {e: one.model_dump() for e, one in declared.fields[name].columns.items()}]
            for name, info in model.fields().items()
            if name in declared.fields
        },
        "places": {
            name: [one.service, one.site, one.container, one.key_column] for name, one in endpoints.items()
        },
        "zone": declared.zone,
        "read_only": sorted(name for name, place in declared.endpoints.items() if place.read_only),
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]
