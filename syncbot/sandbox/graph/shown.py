"""What an item looks like outside: as a row of a reading, and as an entry of a delta."""

from urllib.parse import quote, unquote

from .fields import etag_of, fields_of
from .hands import SHAREPOINT_APP, Hand
from .place import Place
from .query import Query
from .state import Item, SharePointList, State, Wire, stamp

APP_NAME = "Microsoft Graph"  # recorded: whatever the application is called
_WITHOUT_SELECT = ("fields", "fields@odata.context")


def shown_item(place: Place, owner: SharePointList, item: Item, query: Query, *, alone: bool) -> Wire:
    """Return an item as readings and creations answer it (recorded in June 2026)."""
    tag = f'"{etag_of(item)}"'
    body: Wire = {
        "@odata.etag": tag,
        "createdDateTime": stamp(item.created),
        "eTag": tag,
        "id": str(item.id),
        "lastModifiedDateTime": stamp(item.modified),
        "webUrl": _address(place, owner, item),
        "createdBy": {"user": _user(place.state, item.created_by)},
        "lastModifiedBy": identities(place, item.modified_by),
        "parentReference": {"id": owner.folder, "siteId": place.site_id},
        "contentType": {"id": owner.content_type, "name": "Item"},
    }
    if query.expands_fields:
        key = quote(place.list_key)
        body["fields@odata.context"] = f"{place.context}/lists('{key}')/items('{item.id}')/fields/$entity"
        body["fields"] = fields_of(place.state, owner, item, query.names, alone=alone)
    return _selected(body, query)


def shown_change(place: Place, owner: SharePointList, item: Item, query: Query) -> Wire:
    """Return an item as a delta answers it, which is different (recorded in June 2026).

    The tags have no quotes, nobody is named as the last editor, and the parent is a path.
    """
    tag = etag_of(item)
    body: Wire = {
        "@odata.etag": tag,
        "eTag": tag,
        "lastModifiedDateTime": stamp(item.modified),
        "createdDateTime": stamp(item.created),
        "id": str(item.id),
        "webUrl": _address(place, owner, item),
        "createdBy": identities(place, item.created_by),
        "parentReference": {"id": "0", "path": unquote(place.folder(owner)), "siteId": place.state.site_guid},
        "contentType": {"id": owner.content_type, "name": "Item"},
    }
    if query.expands_fields:
        fields = fields_of(place.state, owner, item, query.names, alone=True)
        body["fields"] = fields | {"@odata.etag": tag}
    return _selected(body, query)


def shown_tomb(place: Place, owner: SharePointList, item: Item) -> Wire:
    """Return a deletion as a delta answers it (Microsoft's documentation of listItem: delta)."""
    return {
        "id": str(item.id),
        "parentReference": {"siteId": place.state.site_guid},
        "contentType": {"id": owner.content_type, "name": "Item"},
        "deleted": {"state": "deleted"},
    }


def _address(place: Place, owner: SharePointList, item: Item) -> str:
    return f"{place.web_url}/{place.folder(owner)}/{item.id}_.000"


def _selected(body: Wire, query: Query) -> Wire:
    if not query.select:
        return body
    kept = (*query.select, *_WITHOUT_SELECT)
    return {name: value for name, value in body.items() if name.startswith("@") or name in kept}


def identities(place: Place, hand: Hand) -> Wire:
    """Return who wrote, as most answers name them: the application besides its user."""
    user = {"user": _user(place.state, hand)}
    return {"application": {"id": place.app_id, "displayName": APP_NAME}} | user if hand.app else user


def _user(state: State, hand: Hand) -> Wire:
    person = state.people.get(hand.person)
    if person is None:
        return {"displayName": "SharePoint App" if hand.person == SHAREPOINT_APP else "System Account"}
    return {"email": person.email, "id": person.object_id, "displayName": person.name}
