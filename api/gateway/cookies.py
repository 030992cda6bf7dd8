"""The gateway's two cookies: the session, and the mark of a browser that has left to log in.

Over https both carry the `__Host-` prefix and Secure. Plain http exists only for demo and test on one machine, where
browsers would not keep such cookies: there they have their bare names. Production refuses an http address at start.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

SESSION = "zhicheng"
BROWSER = "zhicheng-start"


class Cookies:
    def __init__(self, secure: bool) -> None:
        self._secure = secure

    def name(self, cookie: str) -> str:
        return f"__Host-{cookie}" if self._secure else cookie

    def read(self, request: Request, cookie: str) -> str | None:
        return request.cookies.get(self.name(cookie)) or None

    def write(self, response: Response, cookie: str, value: str, seconds: int | None = None) -> None:
        """Lax: the way back from the issuer is a navigation from another site. No lifetime: until the browser ends."""
        response.set_cookie(
            self.name(cookie),
            value,
            max_age=seconds,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )

    def clear(self, response: Response, cookie: str) -> None:
        response.delete_cookie(
            self.name(cookie), path="/", secure=self._secure, httponly=True, samesite="lax"
        )
