"""The serving process: its lock, its socket, its limits, and how it ends."""

from __future__ import annotations

import ctypes
import signal
import socket
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Final

import uvicorn

from interviewer.bootstrap import Program
from interviewer.core.errors import UsageError
from interviewer.hosting.lock import only_one
from interviewer.web.app import create_app
from interviewer.web.config import Serving, bracketed, serving

CONNECTIONS: Final = 800
"""At the same time; a process has usually 1024 files, and the database needs some."""
HEADER_BYTES: Final = 16 * 1024
KEEP_ALIVE: Final = 15
"""Seconds that an idle connection is kept."""
LAST_WORDS: Final = 10
"""Seconds for what is under way when the server is told to stop."""
_ARENA_MAX: Final = -8
"""The name (malloc.h) of the number of heaps that glibc keeps."""
ARENAS: Final = 2
"""As many as judge at once. By default every thread has a heap of its own, and what is freed there stays taken."""
PROXIES: Final = ["127.0.0.1", "::1"]
"""Whose X-Forwarded headers are believed: a TLS proxy on this machine."""


def _nothing(_how: Serving) -> None:
    """Nothing is to be done before pages are served."""


def serve(
    program: Program,
    host: str,
    port: int,
    ready: Callable[[Serving], None],
    prepare: Callable[[Serving], None] = _nothing,
) -> None:
    """Serve until told to stop; `prepare` is called before any page is served, and `ready` when pages can be opened.

    Raises UsageError where another process holds this home folder or the port is taken, and SettingsError.
    """
    _few_heaps()
    with only_one(program.settings.prepare_home()) as tell, _socket(host, port) as listening:
        how = serving(program.settings, host, listening.getsockname()[1])
        program.judge.check()
        program.reader.check()
        # Opened and brought up to date before several threads ask for it.
        program.office.accounts()
        prepare(how)
        tell(f"its pages are served at {how.public_url}")
        _end_kindly()
        _Server(_config(program, how), lambda: ready(how)).run([listening])


def _config(program: Program, how: Serving) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(program, how),
        http="h11",
        ws="none",
        lifespan="on",
        # Links of candidates are secrets, and stand in the paths that an access log would keep.
        access_log=False,
        log_config=None,
        log_level="warning",
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=PROXIES,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=LAST_WORDS,
        h11_max_incomplete_event_size=HEADER_BYTES,
    )


class _Server(uvicorn.Server):
    """Tells when it has begun to listen."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        if self.started:
            self._ready()


def _socket(host: str, port: int) -> socket.socket:
    """A socket bound to an address; port 0 takes any that is free. Raises UsageError."""
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
    except OSError as error:
        made.close()
        raise UsageError(
            f"{bracketed(host)}:{port} cannot be served: {(error.strerror or 'unknown').lower()}.",
            "Choose another port with --port, or another address with --host.",
        ) from None
    return made


def _few_heaps() -> None:
    """Keep memory flat where glibc manages it; other C libraries have no such setting, and no such heaps."""
    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)):
        mallopt(_ARENA_MAX, ARENAS)


def _end_kindly() -> None:
    """Being told to stop by the system is a proper end; the server has answered what was under way by then."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _stopped)


def _stopped(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
