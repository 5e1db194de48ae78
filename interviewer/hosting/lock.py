"""One process at a time holds a home folder, to serve its pages or to restore it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from interviewer.core.errors import SettingsError, UsageError

FILE: Final = "serving.lock"
MAX_WORDS: Final = 300
"""Characters that are read of what the holder does."""

if sys.platform == "win32":
    import msvcrt

    _FAR: Final = 1 << 30
    """Where the lock stands: a locked byte cannot be read, and the words must be."""

    def _take(handle: int) -> None:
        os.lseek(handle, _FAR, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        os.lseek(handle, 0, os.SEEK_SET)

else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def only_one(home: Path) -> Iterator[Callable[[str], None]]:
    """Hold the lock of a home folder; what is yielded tells others, in a few words, what for.

    Raises UsageError, with those words, where another process holds it, and SettingsError. The system lets go of it
    when the process ends, however it ends.
    """
    place = home / FILE
    try:
        handle = os.open(place, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise SettingsError(f"{place} cannot be made: {error.strerror}.", "Make its folder writable for you.") from None
    try:
        try:
            _take(handle)
        except OSError:
            raise _taken(home, handle) from None
        _write(handle, "")
        yield lambda words: _write(handle, words)
        with suppress(OSError):
            _write(handle, "")
    finally:
        os.close(handle)


def _write(handle: int, words: str) -> None:
    os.ftruncate(handle, 0)
    os.lseek(handle, 0, os.SEEK_SET)
    os.write(handle, words.encode())


def _taken(home: Path, handle: int) -> UsageError:
    os.lseek(handle, 0, os.SEEK_SET)
    words = os.read(handle, MAX_WORDS).decode(errors="replace").strip()
    return UsageError(
        f"The home folder {home} is in use{': ' if words else ''}{words}.",
        "Wait for that process or stop it, or set INTERVIEWER_HOME to another folder.",
    )
