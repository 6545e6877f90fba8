"""A local Microsoft Graph, as far as SharePoint lists go: sites, lists, columns, items, delta and `$batch`.

* `service.GraphService` is what the front serves; `people.People` is what persons do in the browser.
* `routes` finds the handler; `sites`, `items`, `delta`, `batch` are the handlers; `errors` words refusals.
* `values` judges what is written, `fields` says what is read, `columns` knows the kinds of columns.

Shapes were taken from recorded answers of 2021 to 2026; where nothing was recorded, the stricter reading was
built and a comment says so.
"""

from .service import GraphService
from .settings import Settings

__all__ = ["GraphService", "Settings"]
