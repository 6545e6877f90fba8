"""A local Notion (API version 2026-03-11), as far as tables of records and simple notes go.

* `service.NotionService` is what the front serves; `people.People` is what persons do in the browser.
* `routes` finds the handler; `users`, `containers`, `query`, `pages`, `items`, `blocks` are the handlers;
  `errors` words refusals, `paging` lists.
* `values_write` judges what is written, `values_read` says what is read, with `text`, `dates`, `relations` and
  `computed` (formulas, rollups); `columns` and `schema` know the kinds of properties, `filters` and `conditions`
  the filters; `typed` turns what a person types into what the API takes.

Not built: search, comments, uploads, Markdown, templates, views, making databases over the API, and the kinds of
blocks that `blocks` does not name; they are refused, never half done.

Shapes were taken from answers recorded in June and July 2026; where nothing was recorded, the stricter reading
was built and a comment says so.
"""

from .service import NotionService
from .settings import Settings

__all__ = ["NotionService", "Settings"]
