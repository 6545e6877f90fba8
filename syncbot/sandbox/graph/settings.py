"""How the sandboxed Graph behaves where the real one varies."""

from dataclasses import dataclass
from datetime import timedelta

from ..faults import Orders


@dataclass(frozen=True, kw_only=True)
class Settings:
    """May be replaced at any time: `service.settings = replace(service.settings, threshold=20)`."""

    threshold: int = 5000
    """The list view threshold: a filter that has to look at more rows fails (SharePoint limits)."""
    token_life: timedelta = timedelta(days=60)
    """How long SharePoint keeps its change log, and so how old a delta token may be."""
    delta_overlaps: bool = True
    """A delta page begins with the last entry of the page before (an item may appear more than once)."""
    delta_errors: bool = False
    """A deletion comes as an error object inside `value` (seen live in 2024)."""
    sub_faults: Orders = Orders()  # noqa: RUF009  # frozen
    """Faults drawn for each request inside a `$batch`."""
    bare_204: bool = True
    """Every second 204 inside a `$batch` has no `headers` (as more than half of the recorded ones)."""
    delta_ctags: bool = False
    """A delta of a drive tells cTags. Documented: not in SharePoint; some have seen them there."""
    delta_hashes: bool = True
    """A delta of a drive tells the files' hashes (seen to be left out now and then)."""
    delta_bare_tags: bool = False
    """A delta of a drive tells eTags without their quotes (recorded of a list's delta)."""
    ctag_moves_on_rename: bool = True
    """Documented: a cTag stays when only metadata change. Seen live in 2020: it moves with the name."""
    graves_alone: bool = True
    """A deleted folder is told alone. Documented is no more than that an empty folder may be deleted."""
    promotes: bool = True
    """Uploaded Office files are written to (see `promotion`)."""
    link_life: timedelta = timedelta(minutes=5)
    """How long a pre-authenticated download link opens ("a few minutes", elsewhere "1 hour")."""
    upload_life: timedelta = timedelta(minutes=15)
    """How long an upload session is kept (recorded)."""
    simple_upload: int = 250 * 1024 * 1024
    """The most bytes of a PUT to `/content`; older documentation says 4 MB."""
    sent_appears: timedelta = timedelta(seconds=20)
    """How long it takes until a message that was taken stands in Sent Items; Microsoft promises no time."""
    mailbox_requests: int = 10_000
    """Requests that an application may send to one mailbox in ten minutes (Outlook service limits)."""
    posts_per_minute: int = 60
    """Requests that one workflow takes in a minute; Microsoft names only quotas of the owner's licence."""
