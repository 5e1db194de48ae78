"""Bodies of requests, bounded in bytes and in time while they are read."""

from __future__ import annotations

import asyncio
from typing import Final

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interviewer.web.config import Limits

TOO_LARGE: Final = 413
TOO_SLOW: Final = 408


class Bodies:
    """Stops reading a body that is too large or too slow; whoever reads it gets an HTTPException (413, 408)."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with a body that is watched."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await self._app(scope, _Watched(receive, self._limits, Headers(scope=scope)), send)


class _Watched:
    """Receives for one request."""

    def __init__(self, receive: Receive, limits: Limits, headers: Headers) -> None:
        self._receive = receive
        self._limits = limits
        told = headers.get("content-length", "")
        self._too_large = told.isdigit() and int(told[:20]) > limits.body
        self._bytes = 0
        self._whole = False
        self._deadline: float | None = None

    async def __call__(self) -> Message:
        if self._whole:
            # What comes after the body is the end of the connection, for which a stream may wait long.
            return await self._receive()
        if self._too_large:
            raise _stop(TOO_LARGE)
        message = await self._in_time()
        self._bytes += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if self._bytes > self._limits.body:
            raise _stop(TOO_LARGE)
        return message

    async def _in_time(self) -> Message:
        now = asyncio.get_running_loop().time()
        if self._deadline is None:
            self._deadline = now + self._limits.body_seconds
        try:
            return await asyncio.wait_for(self._receive(), self._deadline - now)
        except TimeoutError:
            raise _stop(TOO_SLOW) from None


def _stop(status: int) -> HTTPException:
    # The rest of the body must not be taken for the next request.
    return HTTPException(status, headers={"Connection": "close"})
