"""Listens to a model that speaks, and waits for it no longer than the conversation can."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Final

from interviewer.core.errors import ModelFailed
from interviewer.core.findings import Usage
from interviewer.core.ports import Clock, Streamed

PARTING: Final = 0.2
"""How long (seconds) a stream that was hung up on is waited for, to learn what it took."""


class TooSlow(Exception):
    """The model said nothing for too long, or spoke for too long."""


class Listening:
    """One stream, read in a thread of its own: a model that stalls holds up nobody, not even the end of the program.

    The thread alone touches the stream, so that a stream need not be safe to close while it is being read.
    """

    def __init__(self, start: Callable[[], Streamed], clock: Clock) -> None:
        """Begin at once; `start` opens the stream, and may itself take its time or raise ModelFailed."""
        self._start = start
        self._clock = clock
        self._began = clock.monotonic()
        self._pieces: SimpleQueue[str | None] = SimpleQueue()
        self._failed: ModelFailed | None = None
        self._unwanted = Event()
        self._done = Event()
        self._stalled = False
        self._usage: Usage | None = None
        Thread(target=self._read, name="speaker", daemon=True).start()

    def pieces(self, first: float, whole: float) -> Iterator[str]:
        """The text as it comes; raises ModelFailed, or TooSlow.

        `first`: seconds from the beginning within which something must be there; `whole`: until all of it must be.
        """
        limit = first
        while True:
            left = self._began + limit - self._clock.monotonic()
            try:
                piece = self._pieces.get(timeout=max(left, 0.0))
            except Empty:
                self._stalled = True
                raise TooSlow from None
            if piece is None:
                break
            if piece:
                limit = whole
                yield piece
            elif left <= 0:
                raise TooSlow
        if self._failed is not None:
            raise self._failed

    def hang_up(self) -> Usage | None:
        """Want no more; what it took, if that is known soon. A stream that stalls is not waited for again."""
        self._unwanted.set()
        self._done.wait(0.0 if self._stalled else PARTING)
        return self._usage

    def _read(self) -> None:
        try:
            stream = self._start()
            try:
                for piece in stream:
                    if self._unwanted.is_set():
                        break
                    self._pieces.put(piece)
            finally:
                stream.close()
                self._usage = stream.usage
        except ModelFailed as failed:
            self._failed = failed
        finally:
            self._done.set()
            self._pieces.put(None)
