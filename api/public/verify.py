"""/verify/{number}: whether a certificate holds, for who knows its number *and* its holder's name (Art. 10, N-22).

The name comes in the body of a form, never in an address: addresses are logged and kept. A wrong number, a wrong name
and an impossible number give the same page.
"""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.oauth.parameters import read_pairs
from api.public.pages import page, trouble
from domain.certificates.names import CertificateState
from domain.certificates.reads import certificate_status
from domain.core import clock
from domain.core.labels import label
from domain.core.reference import title_series

MAX_NUMBER, MAX_NAME = 64, 60


async def verify_form(request: Request) -> Response:
    """GET: the form, with the number where the address (a QR code's, mostly) has one."""
    return _page(number=request.path_params.get("number", "")[:MAX_NUMBER])


async def verify(request: Request) -> Response:
    """POST: the certificate, or that none of this number and name is known."""
    try:
        _, form = await read_pairs(request)
    except HTTPException as error:
        zh, en = (
            "提交的内容无法读取，请返回重新填写。",
            "The form cannot be read. Go back and fill it in again.",
        )
        return trouble(error.status_code, zh, en)
    given = dict(form)
    number = given.get("number", request.path_params.get("number", ""))[:MAX_NUMBER].strip()
    holder_name = given.get("holderName", "").strip()
    if not number or not holder_name or len(holder_name) > MAX_NAME:
        return _page(422, number=number, holder_name=holder_name[:MAX_NAME], incomplete=True)
    status = await certificate_status(number, holder_name)
    if status is None:
        return _page(number=number, holder_name=holder_name, searched=True)
    series = title_series().get(status.series)
    return _page(
        searched=True,
        found=status,
        series=(series.name_zh, series.name_en) if series else (status.series, ""),
        state=label(status.state),
        valid=status.state == CertificateState.ISSUED,
    )


_NOTHING = {
    "number": "",
    "holder_name": "",
    "incomplete": False,
    "searched": False,
    "found": None,
    "series": ("", ""),
    "state": None,
    "valid": False,
}


def _page(status: int = 200, **values: object) -> Response:
    return page("verify", status, **(_NOTHING | values), checked_at=clock.now())
