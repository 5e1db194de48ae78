"""Requests for another host, made by another site's page, or of two meanings, are turned away before any is read."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from interviewer.web.config import Serving
from interviewer.web.errors import error_page
from interviewer.web.guard import SAFE

_OURS: Final = frozenset({"same-origin", "none", ""})


class Hosts:
    """Answers only under the public name and this machine's own names."""

    def __init__(self, app: ASGIApp, serving: Serving) -> None:
        self._app = app
        self._hosts = serving.hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or turn away."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        if len(request.headers.getlist("host")) != 1 or host_name(request.headers["host"]) not in self._hosts:
            page = error_page(request, 400, "This address is not served here.", "Use the address that you were given.")
        elif request.method not in SAFE and request.headers.get("sec-fetch-site", "") not in _OURS:
            page = error_page(request, 403, "This came from another site's page.", "Nothing was changed.")
        elif "transfer-encoding" in request.headers and "content-length" in request.headers:
            # A proxy may see the end of the body elsewhere, and what follows as the next request, of somebody else.
            page = error_page(request, 400, headers={"Connection": "close"})
        else:
            await self._app(scope, receive, send)
            return
        await page(scope, receive, send)


def host_name(host: str) -> str:
    """The name in a Host header, without its port; empty for anything else."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return ""
    bare = parts.netloc == host and "@" not in host and not (parts.path or parts.query or parts.fragment)
    return (parts.hostname or "").lower() if bare else ""
