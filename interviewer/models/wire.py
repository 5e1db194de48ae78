"""The HTTP client for endpoints: it reads no further than allowed, and can be hung up on from another thread."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from contextvars import ContextVar
from functools import cache
from threading import Event
from typing import Final

import httpx2
import openai

from interviewer.models.limits import MAX_REPLY_BYTES, MAX_STREAM_BYTES, Limits

_OPENAI: Final = ".openai.com"


class TooLong(Exception):
    """A reply went on beyond what is read of it; `head` is what was read."""

    def __init__(self, head: str) -> None:
        super().__init__("the reply is too long")
        self.head = head


class HungUp(Exception):
    """The call was given up meanwhile."""


class Line:
    """The line to the endpoint during one call, which another thread may hang up."""

    def __init__(self) -> None:
        self.over = Event()
        self._socket: socket.socket | None = None

    def attach(self, response: httpx2.Response) -> None:
        """Remember the connection that a response comes by; raises HungUp when it is wanted no more."""
        stream = response.extensions.get("network_stream")
        self._socket = stream.get_extra_info("socket") if stream else None
        if self.over.is_set():
            raise HungUp

    def hang_up(self) -> None:
        """Close the connection, so that the endpoint stops and the thread that reads from it ends."""
        self.over.set()
        if self._socket is not None:
            with suppress(OSError, ssl.SSLError, ValueError):
                # The plain socket's method: a TLS socket's own would take its state from under the reading thread.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


LINE: Final[ContextVar[Line | None]] = ContextVar("line", default=None)
"""The line of the call under way; LangChain carries it into whatever thread it uses."""


class _Bounded(httpx2.SyncByteStream):
    """A body that is read no further than allowed; of an error's body, the rest is left unread."""

    def __init__(self, body: httpx2.SyncByteStream, *, whole: int, line: int, error: bool) -> None:
        self._body = body
        self._whole = whole
        self._line = line
        self._error = error

    def __iter__(self) -> Iterator[bytes]:
        read = since_line = 0
        head = b""
        for chunk in self._body:
            read += len(chunk)
            cut = chunk.rfind(b"\n")
            since_line = since_line + len(chunk) if cut < 0 else len(chunk) - cut - 1
            head = head or chunk
            if read > self._whole or since_line > self._line:
                if self._error:
                    return
                raise TooLong(head[:2000].decode(errors="replace"))
            yield chunk

    def close(self) -> None:
        self._body.close()


def _watch(response: httpx2.Response) -> None:
    """Bound what is read of a response, and let the call's line know of it."""
    body = response.stream
    if isinstance(body, httpx2.SyncByteStream):
        events = response.headers.get("content-type", "").startswith("text/event-stream")
        whole = MAX_STREAM_BYTES if events else MAX_REPLY_BYTES
        response.stream = _Bounded(body, whole=whole, line=MAX_REPLY_BYTES, error=response.is_error)
    line = LINE.get()
    if line is not None:
        line.attach(response)


@cache
def trusted() -> ssl.SSLContext:
    """The certificates of the system's trust store; reading them takes longer than all else of a client."""
    return httpx2.create_ssl_context()


def _anonymous(request: httpx2.Request) -> None:
    """Take out who one is at OpenAI, which its library finds in the environment and tells every endpoint."""
    if not f".{request.url.host}".endswith(_OPENAI):
        for name in ("OpenAI-Organization", "OpenAI-Project"):
            request.headers.pop(name, None)


def client(limits: Limits, *, local: bool = False) -> httpx2.Client:
    """A client with our time-outs, which follows no redirection: words go to the host that was named, or nowhere.

    `local`: the host is on this machine or network; no proxy that is set for the world outside gets to see the words.
    """
    return openai.DefaultHttpx2Client(
        verify=trusted(),
        trust_env=not local,
        timeout=timeout(limits, limits.whole),
        follow_redirects=False,
        # A compressed reply would be longer than it looks.
        headers={"Accept-Encoding": "identity"},
        event_hooks={"request": [_anonymous], "response": [_watch]},
    )


def timeout(limits: Limits, left: float) -> httpx2.Timeout:
    """The time-outs of one try, with so many seconds left for the call."""
    return httpx2.Timeout(max(left, 0.001), connect=max(min(limits.connect, left), 0.001))
