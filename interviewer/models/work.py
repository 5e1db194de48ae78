"""A model's work in a thread of its own, waited for no longer than allowed, whatever kind of model it is."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from queue import Empty, SimpleQueue
from typing import Final, Generic, TypeVar, cast

import langsmith

from interviewer.models.wire import LINE, Line

T = TypeVar("T")

_END: Final = object()


class OutOfTime(Exception):
    """Nothing came in so many seconds; `begun` tells whether some words had come before."""

    def __init__(self, seconds: float, *, begun: bool = False) -> None:
        super().__init__("out of time")
        self.seconds = seconds
        self.begun = begun


class Deadline:
    """A moment by which something must be over."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def seconds(self) -> float:
        """How long it was set for."""
        return self._seconds

    @property
    def left(self) -> float:
        """Seconds that are left; never below 0."""
        return max(self._end - time.monotonic(), 0.0)


class _Raised:
    def __init__(self, error: BaseException) -> None:
        self.error = error


class Work(Generic[T]):
    """Pieces that a thread produces; the thread never keeps the process from ending."""

    def __init__(self, produce: Callable[[], Iterable[T]], done: Callable[[], object]) -> None:
        """`done` is called when the thread has ended, however it ended."""
        self._produce = produce
        self._done = done
        self._pieces: SimpleQueue[object] = SimpleQueue()
        self._line = Line()
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(self._run,), name="chat model", daemon=True).start()

    def next(self, deadline: Deadline) -> T | None:
        """The next piece, by the deadline, or None at the end; raises OutOfTime, and what the model raised."""
        try:
            piece = self._pieces.get(timeout=deadline.left)
        except Empty:
            self.hang_up()
            raise OutOfTime(deadline.seconds) from None
        if piece is _END:
            return None
        if isinstance(piece, _Raised):
            raise piece.error
        return cast(T, piece)

    def hang_up(self) -> None:
        """Give the work up."""
        self._line.hang_up()

    def _run(self) -> None:
        LINE.set(self._line)
        try:
            # What candidates say goes to the endpoint and nowhere else, whatever LangSmith finds in the environment.
            with langsmith.tracing_context(enabled=False):
                for piece in self._produce():
                    self._pieces.put(piece)
                    if self._line.over.is_set():
                        break
            self._pieces.put(_END)
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits
            self._pieces.put(_Raised(error))
        finally:
            self._done()


def once(result: Callable[[], T]) -> Callable[[], Iterator[T]]:
    """A result as the only piece of a work."""

    def produce() -> Iterator[T]:
        yield result()

    return produce
