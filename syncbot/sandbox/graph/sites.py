"""Answers about the site, its lists and their columns."""

from collections.abc import Mapping
from urllib.parse import quote

from ..frame import Answer
from .documents import Library
from .errors import ODATA, not_found
from .place import Place
from .query import read_query
from .state import SharePointList, Wire, stamp

_UNCACHED = {"Cache-Control": "no-store, no-cache", "OData-Version": "4.0"}


def answered(body: Wire, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Wrap a body as SharePoint's answers come."""
    return Answer(status=status, body=body, headers=_UNCACHED | dict(headers or {}), content_type=ODATA)


def site(place: Place) -> Answer:
    """Answer `GET /sites/{site}`."""
    created = min((one.created for one in place.state.lists.values()), default=place.now)
    modified = max((one.modified for one in place.state.lists.values()), default=place.now)
    body: Wire = {
        "@odata.context": f"{place.metadata}#sites/$entity",
        "createdDateTime": stamp(created),
        "description": "",
        "id": place.site_id,
        "lastModifiedDateTime": stamp(modified),
        "name": place.path.rsplit("/", 1)[-1],
        "webUrl": place.web_url,
        "displayName": place.title,
        "root": {},
        "siteCollection": {"hostname": place.host_name},
    }
    return answered(_selected(place, body, "site"))


def lists(place: Place) -> Answer:
    """Answer `GET /sites/{site}/lists`: without hidden lists, unless `$select` asks for `system`."""
    query = read_query(place.call.query, kind="list")
    wants_hidden = query.select is not None and "system" in query.select
    shown = [one for one in place.state.lists.values() if wants_hidden or not one.hidden]
    found = sorted(shown, key=lambda one: one.created)
    value = [_list(place, one) for one in found]
    value += [documents_as_list(place, one) for one in place.state.libraries.values()]
    if query.select:
        value = [_only(one, query.select) for one in value]
    return answered({"@odata.context": f"{place.context}/lists", "value": value})


def one_list(place: Place, owner: SharePointList) -> Answer:
    """Answer `GET /sites/{site}/lists/{list}`, with its columns if `$expand` says so."""
    body: Wire = {"@odata.context": f"{place.context}/lists/$entity"} | _list(place, owner)
    body = _selected(place, body, "list")
    expand = read_query(place.call.query, kind="list").options.get("expand", "")
    if expand.startswith("columns"):
        context = f"{place.context}/lists('{owner.id}')/columns"
        body |= {"columns@odata.context": context, "columns": owner.columns}
    return answered(body, headers={"ETag": body["@odata.etag"]})


def documents_as_list(place: Place, library: Library) -> Wire:
    """Return a library as the list that it is to SharePoint; its rows are read as files only (not built)."""
    tag = f'"{library.id},{library.changes}"'  # recorded: the tag of a library moves with its files
    return {
        "@odata.etag": tag,
        "createdDateTime": stamp(library.created),
        "description": "",
        "eTag": tag,
        "id": library.id,
        "lastModifiedDateTime": stamp(library.modified),
        "name": library.name,
        "webUrl": f"{place.web_url}/{quote(library.name)}",
        "displayName": library.title,
        "createdBy": {"user": {"displayName": "System Account"}},
        "parentReference": {"siteId": place.site_id},
        "list": {"contentTypesEnabled": False, "hidden": False, "template": "documentLibrary"},
    }


def columns(place: Place, owner: SharePointList) -> Answer:
    """Answer `GET .../columns`."""
    query = read_query(place.call.query, kind="columnDefinition")
    found = owner.columns
    if query.select:
        found = [_only(one, query.select) for one in found]
    return answered({"@odata.context": f"{place.context}/lists('{place.list_key}')/columns", "value": found})


def one_column(place: Place, owner: SharePointList, key: str) -> Answer:
    """Answer `GET .../columns/{id or name}`."""
    found = next((one for one in owner.columns if key in (one["id"], one["name"])), None)
    if found is None:
        raise not_found("Requested field could not be found")
    context = f"{place.context}/lists('{place.list_key}')/columns/$entity"
    return answered({"@odata.context": context} | found)


def _list(place: Place, owner: SharePointList) -> Wire:
    tag = f'"{owner.id},{owner.schema_version}"'
    body: Wire = {
        "@odata.etag": tag,
        "createdDateTime": stamp(owner.created),
        "description": "",
        "eTag": tag,
        "id": owner.id,
        "lastModifiedDateTime": stamp(owner.modified),
        "name": owner.name,
        "webUrl": f"{place.web_url}/{place.folder(owner)}",
        "displayName": owner.title,
        "createdBy": {"user": {"displayName": "System Account"}},
        "parentReference": {"siteId": place.site_id},
        "list": {"contentTypesEnabled": False, "hidden": owner.hidden, "template": _template(owner)},
    }
    return body | ({"system": {}} if owner.hidden else {})


def _template(owner: SharePointList) -> str:
    return "userInformation" if owner.hidden else "genericList"


def _selected(place: Place, body: Wire, kind: str) -> Wire:
    select = read_query(place.call.query, kind=kind).select
    return _only(body, select) if select else body


def _only(body: Wire, names: tuple[str, ...]) -> Wire:
    """Keep the chosen members and the annotations."""
    return {name: value for name, value in body.items() if name.startswith("@") or name in names}
