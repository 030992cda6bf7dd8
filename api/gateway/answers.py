"""How the gateway tells that something is wrong: GraphQL's error JSON, bilingual, with the request id."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse


class Refused(Exception):
    """Ends a request with this answer."""

    def __init__(self, status: int, code: str, zh: str, en: str) -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code, self.zh, self.en = status, code, zh, en


def no_session() -> Refused:
    return Refused(401, "UNAUTHENTICATED", "登录已失效，请重新登录。", "The session has ended; log in again.")


def api_unreachable() -> Refused:
    return Refused(
        502, "UNAVAILABLE", "服务暂时不可用，请稍后再试。", "The API cannot be reached; try again soon."
    )


def api_too_slow() -> Refused:
    return Refused(
        504, "TIMEOUT", "服务响应超时，请稍后再试。", "The API did not answer in time; try again soon."
    )


def sessions_down() -> Refused:
    return Refused(
        503, "UNAVAILABLE", "会话服务暂时不可用，请稍后再试。", "Sessions are unavailable; try again soon."
    )


def issuer_down() -> Refused:
    return Refused(
        503, "UNAVAILABLE", "登录服务暂时不可用，请稍后再试。", "Login is unavailable; try again soon."
    )


def answer(refused: Refused, request: Request) -> JSONResponse:
    """The error in the language asked for."""
    english = request.headers.get("accept-language", "zh").strip().lower().startswith("en")
    extensions = {"code": refused.code, "requestId": request.scope.get("request_id", "")}
    error = {"message": refused.en if english else refused.zh, "extensions": extensions}
    headers = {"vary": "Accept-Language"} | ({"retry-after": "5"} if refused.status == 503 else {})
    return JSONResponse({"errors": [error]}, refused.status, headers)
