"""One SQLite file: how it is opened, locked and emptied. The only module that knows that it is SQLite."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlmodel import Session, create_engine

from interviewer.core.errors import StoreBusy, StoreTooNew
from interviewer.store.faults import busy, told
from interviewer.store.migrations import STEPS, Step, applied, migrate

BUSY_SECONDS: Final = 2.0
"""How long to wait for another process before giving up (seconds)."""
TURNS: Final = 5
"""Threads of this process wait so many times as long for one another: they are many, and each is soon done."""
_ERASE_TRIES: Final = 3

_PRAGMAS: Final = (
    "foreign_keys=ON",
    "synchronous=FULL",
    # Deleted words are overwritten, and never leave through a temporary file.
    "secure_delete=ON",
    "temp_store=MEMORY",
    "trusted_schema=OFF",
)


class Database:
    """Opened and brought up to date at its first use, by any thread; every error is a StoreError."""

    def __init__(self, path: Path, *, busy_seconds: float = BUSY_SECONDS, steps: Sequence[Step] = STEPS) -> None:
        self.path = path
        self._busy_seconds = busy_seconds
        self._steps = steps
        self._engine: Engine | None = None
        self._opening = Lock()
        # SQLite lets waiting writers poll; those of one process take turns instead.
        self._turn = Lock()

    def exists(self) -> bool:
        """Whether there is a file yet; reading makes none."""
        return self.path.exists()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one moment of the database."""
        with told(self.path), Session(self._ready()) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session in a transaction that holds the writer's lock; committed at the end, or nothing is."""
        engine = self._ready().execution_options(writes=True)
        with self._in_turn(), told(self.path), Session(engine) as session:
            yield session
            session.commit()

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        if not self._turn.acquire(timeout=TURNS * self._busy_seconds):
            raise busy(self.path)
        try:
            yield
        finally:
            self._turn.release()

    def clear_log(self) -> bool:
        """Move the write-ahead log into the file and cut it to nothing; False while another process reads it."""
        engine = self._ready()
        with self._in_turn(), told(self.path):
            return self._clear_log(engine, self._busy_seconds)

    def erase(self, what: str) -> None:
        """See to it that nothing of deleted rows is left in the write-ahead log.

        Raises StoreBusy, with the name of `what` was deleted, while another process reads; the next start does it then.
        """
        if not any(self.clear_log() for _ in range(_ERASE_TRIES)):
            raise StoreBusy(
                f"{what} is deleted, but another window still reads {self.path}, and its write-ahead log may still "
                "hold the words.",
                "Close the program's other windows, then run `interviewer interviews list`: that empties the log.",
            )

    def _clear_log(self, engine: Engine, busy_seconds: float) -> bool:
        connection = engine.raw_connection()
        cursor = connection.cursor()
        try:
            cursor.execute(f"PRAGMA busy_timeout={int(busy_seconds * 1000)}")
            busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            cursor.execute(f"PRAGMA busy_timeout={int(self._busy_seconds * 1000)}")
            connection.close()
        return not busy

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    def _ready(self) -> Engine:
        with told(self.path), self._opening:
            if self._engine is None:
                self._engine = self._open()
            return self._engine

    def _open(self) -> Engine:
        make_private(self.path)
        engine = engine_for(self.path, self._busy_seconds)
        try:
            self._bring_up_to_date(engine)
            # A process that was killed may have left words in the write-ahead log that are deleted by now. Where
            # the disk is full they stay for the next time; reading goes on.
            with suppress(sqlite3.OperationalError):
                self._clear_log(engine, 0)
        except BaseException:
            engine.dispose()
            raise
        return engine

    def _bring_up_to_date(self, engine: Engine) -> None:
        with engine.connect() as connection:
            done = applied(connection)
        names = [name for name, _ in self._steps]
        refuse_newer(self.path, done, names)
        if done.issuperset(names):
            return
        with engine.execution_options(writes=True).begin() as connection:
            migrate(connection, self._steps)


def refuse_newer(path: Path, done: Iterable[str], known: Iterable[str]) -> None:
    """Raise StoreTooNew where a database has had steps that this program does not know."""
    unknown = sorted(set(done).difference(known))
    if unknown:
        raise StoreTooNew(
            f"The database {path} was written by a newer version of this program ({unknown[-1]}).",
            "Upgrade with `pip install --upgrade quoted-interviewer`, or set INTERVIEWER_HOME to another folder.",
        )


def make_private(path: Path) -> None:
    """Make folder and file readable for their owner only, before there is a word in them."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Never open a database that exists: closing it again would drop the locks that SQLite holds in this process.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)


def _use_write_ahead_log(connection: sqlite3.Connection, busy_seconds: float) -> None:
    """Set once for each file; SQLite itself does not wait while another process does the same."""
    deadline = time.monotonic() + busy_seconds
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def engine_for(path: Path, busy_seconds: float) -> Engine:
    """Connections to a file, as this program uses it; the file is not brought up to date."""
    # The driver's own transactions are off: they would begin without the writer's lock, and not at the first read.
    # No thread waits for a connection that another holds while it waits itself: there may be as many as threads.
    engine = create_engine(
        sa.URL.create("sqlite", database=str(path)),
        connect_args={"timeout": busy_seconds, "isolation_level": None},
        max_overflow=-1,
    )

    @sa.event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _record: object) -> None:
        # Text that is not UTF-8 stands only in a damaged row; it must not keep the others from being read.
        connection.text_factory = lambda raw: raw.decode(errors="replace")
        _use_write_ahead_log(connection, busy_seconds)
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
