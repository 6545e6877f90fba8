"""A local Notion (API version 2026-03-11), as far as tables of records and the bodies of pages go.

* `service.NotionService` is what the front serves; `people.People` is what persons do in the browser.
* `routes` finds the handler; `users`, `containers`, `query`, `pages`, `items`, `blocks`, `bodies`, `tasks` are the
  handlers; `errors` words refusals, `paging` lists.
* `values_write` judges what is written, `values_read` says what is read, with `text`, `dates`, `relations` and
  `computed` (formulas, rollups); `columns` and `schema` know the kinds of properties, `filters` and `conditions`
  the filters; `typed` turns what a person types into what the API takes.
* `kinds` knows the kinds of blocks, `specs` judges and makes new ones; `markdown` and `inline` write bodies as
  Markdown, `markup` and `inline_read` read it, `typed_notes` is how persons type and tick in a body.

Not built: search, comments, uploads, the second version of Markdown, templates, views, making databases over the
API, moving pages by Markdown; they are refused, never half done.

Shapes were taken from answers recorded in June and July 2026; where nothing was recorded, the stricter reading
was built and a comment says so.
"""

from .service import NotionService
from .settings import Settings

__all__ = ["NotionService", "Settings"]
