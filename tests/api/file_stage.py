"""A stage for stories about files: the two routes, and requests that say in a header who makes them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.routing import Route

from api.authentication import Authentication, AuthenticationFailed
from api.files import FileEndpoint
from api.uploads import UploadEndpoint
from domain.core.roles import PUBLIC, Role, Viewer

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def pdf() -> bytes:
    """A PDF that nobody has handed in before."""
    return PDF.replace(b"<<>>", b"<< /T (%s) >>" % uuid4().hex.encode())


def somebody(role: Role, **more: object) -> Viewer:
    """A person with a hat at an organisation of their own, unless one is given."""
    given = {"organisation_id": uuid4(), "account_id": uuid4(), "grant_id": uuid4(), **more}
    return Viewer(role, **given)  # type: ignore[arg-type]


class KnownViewers(Authentication):
    """Takes the header x-viewer for a credential."""

    def __init__(self) -> None:
        super().__init__([])
        self.viewers: dict[str, Viewer] = {}

    def know(self, viewer: Viewer) -> dict[str, str]:
        """The headers under which the viewer is known."""
        name = str(len(self.viewers))
        self.viewers[name] = viewer
        return {"x-viewer": name}

    async def authenticate(self, request: HTTPConnection) -> Viewer:
        name = request.headers.get("x-viewer")
        if name == "expired":
            raise AuthenticationFailed(
                "The access token has expired; get a new one.", "访问令牌已过期，请重新获取。"
            )
        return self.viewers[name] if name else PUBLIC


class Browser:
    """Sends requests as different viewers."""

    def __init__(self, http: httpx.AsyncClient, known: KnownViewers) -> None:
        self.http, self.known = http, known

    async def upload(
        self, viewer: Viewer | None, name: str = "证明.pdf", content: bytes = PDF, language: str = "zh"
    ) -> httpx.Response:
        headers = {"accept-language": language, **(self.known.know(viewer) if viewer else {})}
        return await self.http.post("/uploads", files={"file": (name, content, "text/html")}, headers=headers)

    async def get(self, viewer: Viewer | None, path: str) -> httpx.Response:
        return await self.http.get(path, headers=self.known.know(viewer) if viewer else {})


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    known = KnownViewers()
    uploads, files = UploadEndpoint(known), FileEndpoint(known)
    app = Starlette(
        routes=[
            Route("/uploads", uploads.serve, methods=["POST"]),
            Route("/files/{id}", files.serve, methods=["GET"]),
        ]
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api") as http:
        yield Browser(http, known)
