"""Errors of the plain HTTP routes: the same JSON as GraphQL's, in both languages, with the request id."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse

from api.authentication import AuthenticationFailed
from api.context import language, request_id


class HttpRefusal(Exception):
    """A request that is refused: status, code, what is wrong and what to do. `rule` is a rule id of the catalogue."""

    def __init__(
        self, status: int, code: str, zh: str, en: str, *, rule: str | None = None, field: str | None = None
    ) -> None:
        super().__init__(en)
        self.status, self.code, self.zh, self.en = status, code, zh, en
        self.rule, self.field = rule, field


def not_found() -> HttpRefusal:
    """Absent and out of sight are the same (S-4)."""
    return HttpRefusal(404, "NOT_FOUND", "没有该文件。", "There is no such file.", rule="S-4")


def of_authentication(error: AuthenticationFailed) -> HttpRefusal:
    return HttpRefusal(error.status, error.code, error.zh, error.en)


def answer(refusal: HttpRefusal, request: Request) -> JSONResponse:
    """The refusal in the language asked for; 401 carries the challenge RFC 6750 wants."""
    id = request_id(request)
    extensions = {"code": refusal.code, "messageZh": refusal.zh, "messageEn": refusal.en, "requestId": id}
    if refusal.rule:
        extensions["rule"] = refusal.rule
    if refusal.field:
        extensions["field"] = refusal.field
    message = refusal.en if language(request) == "en" else refusal.zh
    headers = {"cache-control": "private, no-store", "vary": "Accept-Language", "x-request-id": id}
    if refusal.status == 401:
        headers["www-authenticate"] = 'Bearer realm="zhicheng"'
    body = {"errors": [{"message": message, "extensions": extensions}]}
    return JSONResponse(body, refusal.status, headers)
