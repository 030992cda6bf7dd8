"""GET /files/{id}: evidence files and certificate documents, as attachments that no browser opens in our name.

`id` is the global id of a StoredFile, or of a Certificate for its PDF. A StoredFile is readable with a link that the
schema minted for this viewer (`?grant=`, see schema/core/file_links.py) or by whoever sees the row itself. Absent and
out of sight are the same 404. Ranges are not supported: a file is 20 MB at most.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from api.authentication import Authentication, AuthenticationFailed
from api.context import request_id
from api.json_errors import HttpRefusal, answer, not_found, of_authentication
from domain.certificates.models import Certificate
from domain.core.access import visible
from domain.core.files import StoredFile
from domain.core.object_store import evidence_key, read_key
from domain.core.roles import Role, Viewer
from schema.core.file_links import opens
from schema.core.ids import parse_id

log = logging.getLogger("zhicheng.files")
MAX_GRANT = 200
#: The document is the holder's own; the unit hands it over and the bureau keeps it. Others check it by number (Art. 10).
CERTIFICATE_READERS = frozenset({Role.APPLICANT, Role.UNIT, Role.MUNICIPAL_BUREAU})


@dataclass(frozen=True, slots=True)
class Download:
    """What is served: where the bytes lie, what they must hash to, and how they are called."""

    key: str
    sha256: str
    name: str
    media_type: str


@dataclass(frozen=True)
class FileEndpoint:
    """The endpoint."""

    authentication: Authentication

    async def serve(self, request: Request) -> Response:
        try:
            viewer = await self.authentication.authenticate(request)
            download = await _find(viewer, request)
            content = await _content(download, request)
        except AuthenticationFailed as error:
            return answer(of_authentication(error), request)
        except HttpRefusal as refusal:
            return answer(refusal, request)
        return Response(content, 200, _headers(download, request))


async def _find(viewer: Viewer, request: Request) -> Download:
    text = request.path_params["id"]
    match parse_id(text):
        case "StoredFile", id:
            return await _stored_file(viewer, text, id, request.query_params.get("grant", ""))
        case "Certificate", id:
            return await _certificate(viewer, id)
        case _:
            raise not_found()


async def _stored_file(viewer: Viewer, text: str, id: UUID, grant: str) -> Download:
    by_link = 0 < len(grant) <= MAX_GRANT and opens(text, viewer, grant)
    rows = StoredFile.filter(id=id) if by_link else visible(StoredFile, viewer).filter(id=id)
    return _download(await rows.first())


async def _certificate(viewer: Viewer, id: UUID) -> Download:
    """The document of a certificate that the viewer sees and may keep; one that is not drawn yet is not there."""
    if viewer.role not in CERTIFICATE_READERS:
        raise not_found()
    row = await visible(Certificate, viewer).filter(id=id).select_related("document").first()
    return _download(row.document if row is not None else None)


def _download(file: StoredFile | None) -> Download:
    if file is None:
        raise not_found()
    return Download(evidence_key(file.sha256), file.sha256, file.name, file.media_type)


async def _content(download: Download, request: Request) -> bytes:
    """The bytes; a store that lost or changed them is our fault, told as such and logged."""
    try:
        content = await read_key(download.key)
    except FileNotFoundError:
        content = b""
    if (await to_thread.run_sync(hashlib.sha256, content)).hexdigest() != download.sha256:
        log.error("file.damaged request=%s key=%s", request_id(request), download.key)
        zh = "文件已损坏或丢失，请将请求编号告知系统管理员。"
        en = "The stored file is damaged or lost; tell the operators the request id."
        raise HttpRefusal(500, "INTERNAL_SERVER_ERROR", zh, en)
    return content


def _headers(download: Download, request: Request) -> dict[str, str]:
    return {
        "content-type": download.media_type,
        "content-disposition": f"attachment; filename=\"file\"; filename*=UTF-8''{quote(download.name, safe='')}",
        "content-security-policy": "sandbox; default-src 'none'",
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "private, no-store",
        "etag": f'"{download.sha256}"',
        "accept-ranges": "none",
        "x-request-id": request_id(request),
    }
