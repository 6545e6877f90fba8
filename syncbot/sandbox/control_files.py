"""The control routes about files: what people do with them past the API, and what is in them.

POST /_sandbox/files      save, move, delete, restore, lock or unlock a file as a person (`FileOrder`), for instance
    {"library": "Documents", "path": "Meeting notes/CSG B/note.docx", "content": "<base64>", "by": "Zara Namuna"}
    {"library": "Documents", "path": "Meeting notes/CSG B/note.docx", "action": "lock", "by": "Zara Namuna"}
    {"library": "Documents", "path": "a.docx", "action": "move", "to": "b/c.docx", "by": "Zara Namuna"}
GET  /_sandbox/files?library=Documents             the paths of all files
GET  /_sandbox/files?library=Documents&path=a.md   what is in one, as it is
"""

import base64
import binascii
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .frame import FiledByPeople, FileEdit
from .front import Front


class FileOrder(BaseModel):
    """The body of `POST /_sandbox/files`; a file that is saved is made, or becomes a new version."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: str
    documents: str = Field("Documents", alias="library")
    path: str
    action: Literal["save", "folder", "describe", "move", "delete", "restore", "lock", "unlock"] = "save"
    content: str = ""
    """In base64."""
    to: str | None = None

    def edit(self) -> FileEdit:
        """Return what the service is told; raise `ValueError` for content that is no base64."""
        try:
            content = base64.b64decode(self.content, validate=True)
        except binascii.Error as error:
            raise ValueError(f"the content is no base64: {error}") from None
        given = self.model_dump(exclude={"content"})
        return FileEdit(content=content, **given)


class FileControls:
    """What may be asked of the files behind a front from outside."""

    def __init__(self, front: Front) -> None:
        """Steer this front."""
        self._front = front

    async def files(self, request: Request) -> Response:
        """Edit, list or read."""
        service = self._front.service
        if not isinstance(service, FiledByPeople):
            return JSONResponse({"error": "no files here"}, 404)
        posted = request.method == "POST"
        order = FileOrder.model_validate_json(await request.body()) if posted else None
        try:
            with self._front.lock:
                if order is not None:
                    return JSONResponse({"id": self._front.file(order.edit())})
                return self._read(service, request)
        except (LookupError, ValueError) as error:
            return JSONResponse({"error": "cannot be done", "reason": str(error.args[0])}, 400)

    def _read(self, service: FiledByPeople, request: Request) -> Response:
        library = request.query_params.get("library", "Documents")
        path = request.query_params.get("path")
        if path is None:
            return JSONResponse(service.file_paths(library))
        return Response(service.file_content(library, path), media_type="application/octet-stream")
