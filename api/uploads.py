"""POST /uploads: one file, as multipart/form-data in the field `file`, checked by its content and stored once.

The body is spooled to a temporary file while it arrives and never exceeds the cap. 201 answers
`{"id", "name", "mediaType", "size", "sha256"}`; mutations take the id.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from anyio import to_thread
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from api.authentication import Authentication, AuthenticationFailed
from api.context import request_id
from api.json_errors import HttpRefusal, answer, of_authentication
from domain.core.evidence import hand_in, inspect
from domain.core.evidence_files import MAX_BYTES, EvidenceFileRefused
from domain.core.files import StoredFile
from domain.core.roles import Role, Viewer
from schema.core.ids import global_id

FIELD = "file"
#: What a machine client's token needs to hand in files. The bundled issuer grants it to nobody yet.
SCOPE = "files:write"
#: Boundaries, part headers and a few small fields around the file.
FRAME_BYTES = 16 * 1024
MAX_BODY = MAX_BYTES + FRAME_BYTES
MAX_FIELDS = 8


@dataclass(frozen=True)
class UploadEndpoint:
    """The endpoint; who asks is settled before the body is read."""

    authentication: Authentication

    async def serve(self, request: Request) -> Response:
        try:
            viewer = await self.authentication.authenticate(request)
            _check_may_upload(viewer)
            row = await _store(viewer, request)
        except AuthenticationFailed as error:
            return answer(of_authentication(error), request)
        except HttpRefusal as refusal:
            return answer(refusal, request)
        except EvidenceFileRefused as refused:
            return answer(_of_evidence(refused), request)
        headers = {"cache-control": "private, no-store", "x-request-id": request_id(request)}
        return JSONResponse(_described(row), 201, headers)


def _check_may_upload(viewer: Viewer) -> None:
    if viewer.role is Role.PUBLIC:
        raise HttpRefusal(
            401, "UNAUTHENTICATED", "请先登录后再上传文件。", "Log in before you upload a file."
        )
    if viewer.organisation_id is None or (
        viewer.role is Role.MACHINE and SCOPE not in (viewer.scopes or frozenset())
    ):
        zh, en = "当前身份不能上传文件。", "This client may not upload files."
        raise HttpRefusal(403, "FORBIDDEN", zh, en, rule="S-11")


async def _store(viewer: Viewer, request: Request) -> StoredFile:
    name, content = await _file_of(request)
    return await hand_in(viewer, await to_thread.run_sync(inspect, name, content))


async def _file_of(request: Request) -> tuple[str, bytes]:
    """Name and bytes of the one file in the form."""
    _check_head(request)
    parser = MultiPartParser(
        request.headers, _capped(request), max_files=1, max_fields=MAX_FIELDS, max_part_size=FRAME_BYTES
    )
    try:
        form = await parser.parse()
    except (MultiPartException, ValueError) as error:  # a strange charset makes the decoder raise ValueError
        raise _not_one_file() from error
    except ClientDisconnect as error:
        raise HttpRefusal(400, "BAD_REQUEST", "上传已中断，请重试。", "The upload was cut off.") from error
    try:
        file = form.get(FIELD)
        if file is None or isinstance(file, str):
            raise _not_one_file()
        return file.filename or "", await file.read()
    finally:
        await form.close()


def _check_head(request: Request) -> None:
    """Refuses by the headers what need not be read at all."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "multipart/form-data":
        zh, en = "请以 multipart/form-data 上传文件。", "Send the file as multipart/form-data."
        raise HttpRefusal(415, "BAD_REQUEST", zh, en, rule="S-8", field=FIELD)
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and (len(length) > 18 or int(length) > MAX_BODY):
        raise _too_large()


async def _capped(request: Request) -> AsyncGenerator[bytes, None]:
    """The body, until it is larger than any allowed one."""
    read = 0
    async for chunk in request.stream():
        read += len(chunk)
        if read > MAX_BODY:
            raise _too_large()
        yield chunk


def _too_large() -> HttpRefusal:
    limit = MAX_BYTES // (1024 * 1024)
    zh, en = (
        f"文件超过{limit} MB，请压缩或拆分后上传。",
        f"The file exceeds {limit} MB; compress or split it.",
    )
    return HttpRefusal(413, "BAD_USER_INPUT", zh, en, rule="S-8", field=FIELD)


def _not_one_file() -> HttpRefusal:
    zh = f"表单须包含且只包含一个文件字段“{FIELD}”。"
    en = f"The form must hold exactly one file, in the field '{FIELD}'."
    return HttpRefusal(400, "BAD_USER_INPUT", zh, en, rule="S-8", field=FIELD)


_STATUS = {"FILE_TOO_LARGE": 413, "FILE_TYPE": 415}


def _of_evidence(refused: EvidenceFileRefused) -> HttpRefusal:
    status = _STATUS.get(refused.code, 422)
    return HttpRefusal(status, "BAD_USER_INPUT", refused.zh, refused.en, rule="S-8", field=FIELD)


def _described(row: StoredFile) -> dict[str, str | int]:
    return {
        "id": global_id("StoredFile", row.id),
        "name": row.name,
        "mediaType": row.media_type,
        "size": row.size,
        "sha256": row.sha256,
    }
