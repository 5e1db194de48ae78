"""Copies of the whole database: made while it is in use, looked through, and put in its place again.

A copy is one file, as it is written by SQLite's online backup: of one moment, whatever is written meanwhile.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlmodel import Session, select

from interviewer.core.errors import NotFound, StoreBusy, StoreError, UsageError
from interviewer.screening.records import Deed
from interviewer.store.database import BUSY_SECONDS, Database, engine_for, make_private, refuse_newer
from interviewer.store.examine import examine
from interviewer.store.faults import told
from interviewer.store.migrations import STEPS, applied
from interviewer.store.tables import InterviewRow

BESIDE: Final = ("", "-wal", "-shm")
"""What SQLite adds to a database's name for the files that belong to it."""
_UNUSABLE: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a copy holds: how many interviews, when the last one began, and what does not hold together.

    `current`: whether it is of this version of the program, and not to be brought up to date first.
    """

    interviews: int
    latest: datetime | None
    damaged: tuple[str, ...]
    current: bool


def back_up(source: Path, target: Path, *, force: bool = False) -> Contents:
    """Copy a database, which may be in use, to a file for its owner only, once the copy was looked through.

    What is damaged in the database is so in the copy, and told. Raises NotFound where there is no database, UsageError
    where there is a file already (unless `force`) or the file is the database itself, StoreError where the copy cannot
    be made or its pages are torn: then the target is as it was.
    """
    if not source.exists():
        raise NotFound(f"There is no database {source} yet.", "There is nothing to back up.")
    _check_target(source, target, force)
    with told(target), _scratch(target) as made:
        _copy(source, made)
        contents = look_through(made, source)
        _settle(made)
        made.replace(target)
        _keep_folder(target.parent)
    return contents


def look_through(path: Path, named: Path) -> Contents:
    """Check a copy of the database that is `named`: its pages, the ties between its tables, every interview's log.

    Raises StoreError for a file that is torn or of another program, StoreTooNew for one of a newer version.
    """
    with told(named):
        loose = _check_pages(path, named)
        engine = engine_for(path, BUSY_SECONDS)
        try:
            with engine.connect() as connection:
                done = applied(connection)
            if not done:
                raise StoreError(f"{named} is no database of this program.", "Name a file of `interviewer backup`.")
            steps = [name for name, _ in STEPS]
            refuse_newer(named, done, steps)
            with Session(engine) as session:
                return _contents(session, loose, done.issuperset(steps))
        finally:
            engine.dispose()


@contextmanager
def prepared(backup: Path, database: Path) -> Iterator[tuple[Path, Contents]]:
    """A copy of a backup beside the database, looked through and brought up to date, ready to take its place.

    Raises what `look_through` does, and NotFound where there is no such file.
    """
    if not backup.is_file():
        raise NotFound(f"There is no file {backup}.", "Name a file that `interviewer backup` made.")
    with told(database), _scratch(database) as made:
        _copy(backup, made)
        contents = look_through(made, backup)
        newer = Database(made)
        with newer.reading():
            """Opening it brings it up to date."""
        newer.close()
        _settle(made)
        yield made, contents


def put_in_place(made: Path, database: Path, kept: Path) -> bool:
    """Let a prepared copy take the database's place; False where there was none, else it is kept as another file.

    Raises StoreBusy while another process has the database open: nothing is changed then.
    """
    with told(database):
        if not database.exists():
            _move_in(made, database)
            return False
        try:
            with closing(_alone(database)) as there:
                _swap(there, made, kept)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _UNUSABLE:
                raise
            # It cannot be read, so that nobody else is using it either: it is kept as it is.
            for end in reversed(BESIDE):
                with suppress(FileNotFoundError):
                    Path(f"{database}{end}").rename(f"{kept}{end}")
            _move_in(made, database)
    return True


def subjects(path: Path, deeds: Sequence[Deed]) -> frozenset[str]:
    """Of what the record of a database tells these deeds; nothing where the file, or its record, cannot be read."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as there:
        marks = ",".join("?" * len(deeds))
        found = there.execute(f"SELECT DISTINCT subject FROM audit WHERE deed IN ({marks})", [*deeds])
        return frozenset(str(subject) for (subject,) in found)
    return frozenset()


def _alone(database: Path) -> sqlite3.Connection:
    """A connection that no other process's can be beside, for as long as it is open."""
    connection = sqlite3.connect(database, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("PRAGMA secure_delete=ON")
        # Locks are taken with the first use, and kept.
        connection.execute("BEGIN IMMEDIATE").execute("COMMIT")
    except sqlite3.OperationalError as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        raise StoreBusy(
            f"The database {database} is open in another window.", "Close the program's other windows, and try again."
        ) from error
    except BaseException:
        connection.close()
        raise
    return connection


def _swap(there: sqlite3.Connection, made: Path, kept: Path) -> None:
    make_private(kept)
    with closing(sqlite3.connect(kept)) as copy:
        there.backup(copy)
    _settle(kept)
    with closing(sqlite3.connect(made)) as copy:
        copy.backup(there)
    there.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _move_in(made: Path, database: Path) -> None:
    made.replace(database)
    _keep_folder(database.parent)


def _check_target(source: Path, target: Path, force: bool) -> None:
    if target.is_dir():
        raise UsageError(f"{target} is a folder.", "Name a file in it.")
    if target.resolve() in {Path(f"{source.resolve()}{end}") for end in BESIDE}:
        raise UsageError(f"{target} is the database itself.", "Name another file.")
    if target.exists() and not force:
        raise UsageError(f"There is a file {target} already.", "Name another file, or add --force to replace it.")
    if not target.parent.is_dir():
        raise UsageError(f"There is no folder {target.parent}.", "Make it first, or name a file in another one.")


@contextmanager
def _scratch(beside: Path) -> Iterator[Path]:
    """A new file for its owner only, in the folder of another; gone at the end unless it was moved."""
    made = beside.with_name(f".{beside.name}.part")

    def clear() -> None:
        for end in BESIDE:
            Path(f"{made}{end}").unlink(missing_ok=True)

    # A process that was killed may have left one.
    clear()
    make_private(made)
    try:
        yield made
    finally:
        clear()


def _copy(source: Path, made: Path) -> None:
    address = f"{source.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)) as there:
        with told(source):
            there.execute("SELECT count(*) FROM sqlite_master").fetchone()
        with closing(sqlite3.connect(made)) as copy:
            # In one step: readers of a write-ahead log are in nobody's way, and steps would begin anew at each write.
            there.backup(copy)


def _settle(made: Path) -> None:
    """Make one file of a copy, without a write-ahead log, that is on the disk."""
    with closing(sqlite3.connect(made)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")
    with made.open("rb") as file:
        os.fsync(file.fileno())


def _keep_folder(folder: Path) -> None:
    """See to it that a new name is on the disk; some systems cannot open folders."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _check_pages(path: Path, named: Path) -> list[str]:
    """Raise StoreError where pages are torn; returns which tables have rows that point nowhere."""
    with closing(sqlite3.connect(path)) as copy:
        problems = [str(one) for (one,) in copy.execute("PRAGMA integrity_check(3)")]
        loose = {(table, parent) for table, _, parent, _ in copy.execute("PRAGMA foreign_key_check")}
    if problems != ["ok"]:
        words = "; ".join(problems).replace("\n", " ")
        raise StoreError(f"{named} is torn: {words[:200]}.", "Restore an older backup with `interviewer restore`.")
    return [f"rows of {table} point at rows of {parent} that are missing" for table, parent in sorted(loose)]


def _contents(session: Session, loose: Sequence[str], current: bool) -> Contents:
    rows = session.exec(select(InterviewRow)).all()
    damaged = []
    for row in rows:
        problem = examine(session, row).problem
        # One interview's rows at a time.
        session.expunge_all()
        if problem:
            damaged.append(f"interview {row.id}: {problem}")
    latest = max((row.started_at for row in rows), default=None)
    return Contents(len(rows), latest, (*damaged, *loose), current)
