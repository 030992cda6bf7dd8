"""The public pages of the API app."""

from __future__ import annotations

from starlette.routing import Route

from api.public.notices import notices
from api.public.verify import verify, verify_form


def routes() -> list[Route]:
    """Everything the API app mounts at its root. A QR code leads to the address with the number."""
    return [
        Route("/verify", verify_form, methods=["GET"]),
        Route("/verify", verify, methods=["POST"]),
        Route("/verify/{number}", verify_form, methods=["GET"]),
        Route("/verify/{number}", verify, methods=["POST"]),
        Route("/notices", notices, methods=["GET"]),
    ]
