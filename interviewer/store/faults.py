"""What went wrong in the database, in two plain lines instead of a traceback."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from interviewer.core.errors import StoreBusy, StoreError

_BUSY: Final = "Close the program's other windows, or wait a moment, and try again. Nothing that was stored is lost."
_FULL: Final = "Free some space, then go on with `interviewer resume`. What was stored before is safe."
_RIGHTS: Final = "Make the file and its folder writable for you, or set INTERVIEWER_HOME to a folder that is."
_OTHER: Final = "Move the file away to start a new one, or set INTERVIEWER_HOME to another folder."
_DISK: Final = "Check the disk and its free space, then go on with `interviewer resume`."

_BY_CODE: Final[dict[int, tuple[type[StoreError], str, str]]] = {
    sqlite3.SQLITE_BUSY: (StoreBusy, "is held by another process", _BUSY),
    sqlite3.SQLITE_LOCKED: (StoreBusy, "is held by another process", _BUSY),
    sqlite3.SQLITE_FULL: (StoreError, "cannot grow: the disk is full", _FULL),
    sqlite3.SQLITE_IOERR: (StoreError, "cannot be read or written: the disk reports an error or is full", _DISK),
    sqlite3.SQLITE_READONLY: (StoreError, "cannot be written: the file or its folder is read-only", _RIGHTS),
    sqlite3.SQLITE_PERM: (StoreError, "cannot be opened: permission denied", _RIGHTS),
    sqlite3.SQLITE_CANTOPEN: (StoreError, "cannot be opened", _RIGHTS),
    sqlite3.SQLITE_NOTADB: (StoreError, "is not a database of this program", _OTHER),
    sqlite3.SQLITE_CORRUPT: (StoreError, "is damaged", _OTHER),
}
_PRIMARY: Final = 0xFF
"""SQLite keeps the primary result code in the lowest byte of an extended one."""


def explain(path: Path, error: Exception) -> StoreError:
    """The StoreError to raise for an error of the database or of the file system."""
    if isinstance(error, OSError):
        return StoreError(f"The database {path} cannot be opened: {error.strerror or error}.", _RIGHTS)
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    known = _BY_CODE.get(code & _PRIMARY) if isinstance(code, int) else None
    if known is None:
        return StoreError(f"The database {path} cannot be used: {str(cause).splitlines()[0]}.", _OTHER)
    kind, what, remedy = known
    return kind(f"The database {path} {what}.", remedy)


def busy(path: Path) -> StoreBusy:
    """The error to raise when others keep writing for too long."""
    return StoreBusy(f"The database {path} is busy: others are writing.", _BUSY)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn the errors of the database within into StoreErrors."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        raise explain(path, error) from error
