"""The one place where real parts are chosen and wired."""

import getpass
import secrets
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from syncbot.connections import Services
from syncbot.endpoints.exchange import Heard
from syncbot.errors import MappingError, Problem, SettingsError
from syncbot.mapping.control import ControlSpec, endpoint_of, unset
from syncbot.mapping.everything import Everything, everything
from syncbot.mapping.note_sources import FilesSpec
from syncbot.mapping.templates import templates
from syncbot.outlets import alarm_of, shut_of, ways_of
from syncbot.service.control import Part
from syncbot.service.control_place import Controls
from syncbot.service.diary import Blank, Diary
from syncbot.service.lease import Lease
from syncbot.service.parts import Parts, Watch
from syncbot.service.shut import Shut
from syncbot.service.turns import Turns
from syncbot.service.ways import Alarm, Ways
from syncbot.settings import Settings, environment, example_mappings, read_settings
from syncbot.store.base import Store
from syncbot.store.holders import is_gone, this_process
from syncbot.store.open import open_store

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that looks like another: people type ids."""
_LENGTHS = {"run": 6, "conflict": 7, "stray": 7, "match": 7, "decision": 7}
"""How many letters an id of what people type has; the ids of records have more."""
_RECORD_LETTERS = 16


@contextmanager
def opened(
    *,
    watch: Watch,
    on_wait: Callable[[str, float], None],
    variables: Mapping[str, str] | None = None,
    sleep: Callable[[float], None] = time.sleep,
    diary: Diary | None = None,
    heard: Heard = lambda _: None,
) -> Iterator[Parts]:
    """Read settings and mappings, wire the real parts, and close them in the end. Contacts nobody yet.

    `variables` stand for the process's environment; `heard` takes every request that was sent. Raises `SettingsError`,
    `MappingError` and `StoreError`.
    """
    variables = environment() if variables is None else variables
    settings = read_settings(variables)
    declared = _mapped(settings, variables)
    holder = this_process(getpass.getuser(), secrets.token_hex(2))
    lease = Lease(timedelta(seconds=settings.lease_seconds))
    with ExitStack() as stack:
        store = stack.enter_context(closing(open_store(settings.database_url.get_secret_value())))
        turns = _turns(settings, store, holder, lease, on_wait=on_wait, sleep=sleep)
        stack.callback(turns.give_back)
        services = Services(
            settings=settings,
            stack=stack,
            on_wait=on_wait,
            sleep=sleep,
            store=store,
            lease=lease,
            turns=turns,
            now=_now,
            heard=heard,
        )
        parts = Parts(
            store=store,
            mappings=declared.mappings,
            endpoints={
                kind: {name: services.place(spec, name, declared.mappings) for name in spec.endpoints}
                for kind, spec in declared.mappings.kinds.items()
            },
            requests=services.requests,
            now=_now,
            new_id=_new_id,
            user=getpass.getuser(),
            zone=settings.zone,
            holder=holder,
            holder_is_dead=is_gone,
            turn=turns.take,
            rest=turns.give_back,
            lease=lease,
            noting=services.noting(declared.sources, declared.mappings, declared.habits),
            probes=services.probes,
            watch=watch,
            diary=diary or Blank(),
            sync_every=timedelta(minutes=settings.sync_minutes),
            bind=settings.bind,
            port=settings.port,
        )
        yield _with_publications(parts, declared, settings, variables, services)


def _with_publications(
    parts: Parts,
    declared: Everything,
    settings: Settings,
    variables: Mapping[str, str],
    services: Services,
) -> Parts:
    """Add what is declared of groups, and of what is published for them."""
    meeting, outlets = declared.around.groups, declared.around.outlets
    template = templates(settings.mappings_folder, example_mappings())
    needed = partial(_missing, settings)

    def ways() -> Ways:
        return ways_of(meeting, outlets, variables, settings, services, template, needed)

    def shut() -> Sequence[Shut]:
        return shut_of(meeting, outlets, variables, settings, needed)

    def alarm() -> Alarm | None:
        spec = declared.around.alerts
        if spec is None:
            return None
        return alarm_of(spec, outlets, variables, settings, services, template, needed)

    controls = partial(_controls, settings, variables, services, declared.control)
    known = replace(parts, groups=meeting, layouts=declared.layouts, template=template)
    return replace(known, ways=ways, shut=shut, alarm=alarm, controls=controls)


def _controls(
    settings: Settings, variables: Mapping[str, str], services: Services, spec: ControlSpec | None
) -> Controls | None:
    """Make the places of manual sync; those whose settings lack are named and left out."""
    if spec is None:
        return None
    lacking = {
        name: [*unset(place, variables), *_missing(settings, {place.service})]
        for name, place in spec.places.items()
    }
    usable = [endpoint_of(name, one, variables) for name, one in spec.places.items() if not lacking[name]]
    return Controls(
        places=[
            (services.endpoint(one), {Part(part): column.name for part, column in one.columns.items()})
            for one in usable
        ],
        make_rows=spec.make_rows,
        unset=[problem for problems in lacking.values() for problem in problems],
    )


def _turns(
    settings: Settings,
    store: Store,
    holder: str,
    lease: Lease,
    *,
    on_wait: Callable[[str, float], None],
    sleep: Callable[[float], None],
) -> Turns:
    return Turns(
        store=store,
        holder=holder,
        holder_is_dead=is_gone,
        now=_now,
        sleep=lambda seconds: _sleep_and_keep(seconds, lease, sleep),
        on_wait=on_wait,
        patience=settings.wait_seconds,
        life=timedelta(seconds=settings.lease_seconds),
    )


def _mapped(settings: Settings, variables: Mapping[str, str]) -> Everything:
    """Read all mappings; name every setting that is missing, all at once."""
    try:
        declared = everything(settings.mappings_folder, variables)
    except MappingError as error:
        unset = [one for one in error.problems if one.expected.startswith("the environment variable")]
        if len(unset) < len(error.problems):
            raise
        raise SettingsError([*_missing(settings, _needed(settings)), *unset]) from None
    services = {
        place.service for spec in declared.mappings.kinds.values() for place in spec.endpoints.values()
    }
    if "excel" in services or any(isinstance(one, FilesSpec) for one in declared.sources):
        services |= {"sharepoint"}
    missing = _missing(settings, services)
    if missing:
        raise SettingsError(missing)
    return declared


def _missing(settings: Settings, services: Collection[str]) -> list[Problem]:
    return [
        Problem(place=name, expected=f"a value, because the mappings use {service}", found="nothing")
        for service, names in _needed(settings).items()
        if service in services
        for name, there in names.items()
        if not there
    ]


def _needed(settings: Settings) -> Mapping[str, Mapping[str, object]]:
    return {
        "notion": {"NOTION_TOKEN": settings.notion_token},
        "sharepoint": {
            "AZURE_TENANT_ID": settings.tenant_id,
            "AZURE_CLIENT_ID": settings.client_id,
            "AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH": settings.client_secret
            or settings.certificate_path,
        },
    }


def _sleep_and_keep(seconds: float, lease: Lease, sleep: Callable[[float], None]) -> None:
    """Wait for somebody else without losing the run's lease meanwhile."""
    lease.keep(seconds)
    sleep(seconds)


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  # here, and nowhere below


def _new_id(word: str) -> str:
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTHS.get(word, _RECORD_LETTERS)))
    return f"{word}-{letters}"
