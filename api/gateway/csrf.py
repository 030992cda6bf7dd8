"""What a state-changing call must prove: that our own pages made it.

A form or an image of another site can send the cookie, but neither the header `x-csrf` nor JSON; scripts of another
site can send neither without CORS, which is off. Browsers add Origin and Sec-Fetch-Site, which no page can forge.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request

from api.gateway.answers import Refused

HEADER = "x-csrf"


def check_own_page(request: Request, public_url: str) -> None:
    """Raises Refused (403) unless the call carries `x-csrf: 1` and comes from our own origin."""
    if request.headers.get(HEADER) != "1":
        raise Refused(403, "FORBIDDEN", "缺少请求头 x-csrf: 1。", "The header x-csrf: 1 is missing.")
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site")
    if (origin is not None and origin.lower() != _origin(public_url)) or site not in (None, "same-origin"):
        raise Refused(403, "FORBIDDEN", "请求来自其他网站，已拒绝。", "The call comes from another site.")


def check_json(request: Request) -> None:
    """Raises Refused (415) unless the body is declared as JSON."""
    declared = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if declared != "application/json":
        raise Refused(415, "BAD_REQUEST", "请以 application/json 发送。", "Send application/json.")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
