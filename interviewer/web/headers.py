"""The headers of every answer, streamed ones too, and the cookies that were set on the way."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interviewer.web.config import Serving

CSP: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
PERMISSIONS: Final = ", ".join(
    f"{one}=()"
    for one in (
        "accelerometer",
        "autoplay",
        "camera",
        "display-capture",
        "encrypted-media",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "picture-in-picture",
        "screen-wake-lock",
        "usb",
    )
)
HEADERS: Final = {
    "Content-Security-Policy": CSP,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
HSTS: Final = "max-age=31536000"


class Headers:
    """Adds the headers; what must not be kept anywhere says so, unless the page has said how long it may."""

    def __init__(self, app: ASGIApp, serving: Serving) -> None:
        self._app = app
        self._fixed = HEADERS | ({"Strict-Transport-Security": HSTS} if serving.secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                # A report is one file with a style of its own, and comes with a policy that allows that alone.
                policy = headers.get("Content-Security-Policy", CSP)
                headers.update(self._fixed | {"Content-Security-Policy": policy})
                headers.setdefault("Cache-Control", "no-store")
                for cookie in scope.get("state", {}).get("cookies", {}).values():
                    headers.append("Set-Cookie", cookie)
            await send(message)

        await self._app(scope, receive, with_headers)
