"""A local Microsoft Graph, as far as SharePoint's lists and libraries go, with delta and `$batch`.

* `service.GraphService` is what the front serves; `people.People` and `people_files` are what persons do.
* `routes` finds the handler; `sites`, `items`, `delta`, `batch` are the handlers; `errors` words refusals.
* `documents` remembers files; `drive_routes` finds `drives`, `drive_writes`, `uploads`, `drive_delta`; `prelinks` are
  the addresses that need no token; `drive_shown` says what all of it looks like.
* `values` judges what is written, `fields` says what is read, `columns` knows the kinds of columns.

Shapes were taken from recorded answers of 2021 to 2026; where nothing was recorded, the stricter reading was
built and a comment says so.
"""

from .service import GraphService
from .settings import Settings

__all__ = ["GraphService", "Settings"]
