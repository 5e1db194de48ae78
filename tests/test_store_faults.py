"""A disk, a folder or a file that cannot be used: two plain lines, no traceback, nothing half-written."""

from __future__ import annotations

import os
import resource
import sqlite3
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from interviewer.core.errors import StoreBusy, StoreError, StoreTooNew
from interviewer.core.events import Said, Who
from interviewer.store import Store
from interviewer.store.faults import explain
from interviewer.store.migrations import STEPS, Step
from tests.factories import BEGIN, started, tiny_scenario

PLAN = tiny_scenario()
Opener = Callable[..., Store]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "interviews.db"


@pytest.fixture
def opened(path: Path) -> Iterator[Opener]:
    made: list[Store] = []

    def opener(steps: Sequence[Step] = STEPS) -> Store:
        made.append(Store(path, busy_seconds=0.05, steps=steps))
        return made[-1]

    yield opener
    for one in made:
        one.close()


def said(turn: int, text: str) -> Said:
    return Said(at=BEGIN, turn=turn, who=Who.CANDIDATE, text=text)


def two_lines(error: StoreError, *words: str) -> None:
    assert len(str(error).splitlines()) == 2
    for word in words:
        assert word in str(error)


def test_a_writer_elsewhere_is_waited_for_and_then_told(opened: Opener, path: Path) -> None:
    store = opened()
    log = store.begin(PLAN, started(PLAN))
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    for write in (lambda: log.append(said(1, "a")), lambda: store.begin(PLAN, started(PLAN))):
        with pytest.raises(StoreBusy) as told:
            write()
        two_lines(told.value, str(path), "held by another process", "Nothing that was stored is lost")
    assert store.open(log.interview).length == 1
    writer.execute("ROLLBACK")
    writer.close()
    log.append(said(1, "a"))
    assert store.open(log.interview).length == 2


def test_a_file_that_is_no_database_is_left_alone(opened: Opener, path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"These are my notes.\n" * 100)
    for use in (lambda: opened().list(), lambda: opened().begin(PLAN, started(PLAN))):
        with pytest.raises(StoreError) as told:
            use()
        two_lines(told.value, str(path), "is not a database of this program", "INTERVIEWER_HOME")
    assert path.read_bytes() == b"These are my notes.\n" * 100


def test_a_database_of_another_program_is_not_taken_over(opened: Opener, path: Path) -> None:
    path.parent.mkdir()
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE event (what TEXT)")
    other.commit()
    other.close()
    with pytest.raises(StoreError) as told:
        opened().list()
    two_lines(told.value, str(path), "already exists")
    left = sqlite3.connect(path)
    assert left.execute("SELECT name FROM sqlite_master").fetchall() == [("event",)]
    left.close()


def test_a_torn_file_is_told(opened: Opener, path: Path) -> None:
    store = opened()
    log = store.begin(PLAN, started(PLAN))
    for turn in range(1, 40):
        log.append(said(turn, "words " * 400))
    store.close()
    with path.open("r+b") as file:
        file.truncate(8192)
    with pytest.raises(StoreError) as told:
        opened().list()
    two_lines(told.value, str(path), "is damaged")


def test_a_folder_in_the_place_of_the_file_is_told(opened: Opener, path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StoreError) as told:
        opened().begin(PLAN, started(PLAN))
    two_lines(told.value, str(path), "cannot be opened")


def test_a_file_in_the_place_of_the_folder_is_told(opened: Opener, path: Path) -> None:
    path.parent.write_text("a file")
    with pytest.raises(StoreError) as told:
        opened().begin(PLAN, started(PLAN))
    two_lines(told.value, str(path), "cannot be opened", "INTERVIEWER_HOME")


def _in_a_child(act: Callable[[], None], *, user: int | None = None) -> str:
    """What the error says that `act` raises in a process of its own, which may give up rights for good."""
    read, write = os.pipe()
    with warnings.catch_warnings():
        # Other tests may have left threads; the child uses none of their locks.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        answer = "another error was raised"
        try:
            if user is not None and os.getuid() == 0:
                os.setuid(user)
            act()
            answer = "nothing was raised"
        except StoreError as error:
            answer = f"{type(error).__name__}: {error}"
        finally:
            os.write(write, answer.encode())
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return answer


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no modes there")
def test_a_read_only_folder_is_told() -> None:
    nobody = 65534
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        new = folder / "interviews.db"
        told = _in_a_child(lambda: _begin(new), user=nobody)
        assert told.startswith(f"StoreError: The database {new} cannot be opened: Permission denied.\nMake the file")
        folder.chmod(0o755)
        _begin(new)
        folder.chmod(0o555)
        new.chmod(0o444)
        told = _in_a_child(lambda: _begin(new), user=nobody)
        assert told.startswith("StoreError: The database") and str(new) in told and "writable" in told
        folder.chmod(0o755)


def _begin(path: Path) -> None:
    store = Store(path, busy_seconds=0.05)
    store.begin(PLAN, started(PLAN))
    store.close()


def test_a_full_disk_stores_nothing_by_halves(opened: Opener, path: Path) -> None:
    store = opened()
    name = store.begin(PLAN, started(PLAN)).interview
    store.close()

    def fill() -> None:
        log = opened().open(name).log
        log.append(said(1, "fits"))
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        for turn in range(2, 100):
            log.append(said(turn, "words " * 3_000))

    told = _in_a_child(fill)
    assert told.startswith("StoreError: The database") and "disk" in told and len(told.splitlines()) == 2
    later = opened()
    read = later.open(name)
    assert 2 <= read.length < 100 and later.verify(name).ok
    read.log.append(said(read.length, "goes on"))


def test_a_database_that_cannot_grow_says_that_the_disk_is_full(path: Path) -> None:
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA max_page_count=2")
    connection.execute("CREATE TABLE one (body BLOB)")
    with pytest.raises(sqlite3.OperationalError) as raised:
        connection.execute("INSERT INTO one VALUES (randomblob(100000))")
    connection.close()
    two_lines(explain(path, raised.value), str(path), "the disk is full", "Free some space")


def _add_note(connection: Connection) -> None:
    connection.execute(sa.text("ALTER TABLE interview ADD COLUMN note VARCHAR(80)"))


def test_a_database_from_a_newer_version_is_left_alone(opened: Opener, path: Path) -> None:
    opened([*STEPS, ("0002_note", _add_note)]).begin(PLAN, started(PLAN))
    for use in (lambda: opened().list(), lambda: opened().begin(PLAN, started(PLAN))):
        with pytest.raises(StoreTooNew) as told:
            use()
        two_lines(told.value, str(path), "newer version", "0002_note", "pip install --upgrade quoted-interviewer")


def test_an_old_database_is_brought_up_to_date_once(opened: Opener, path: Path) -> None:
    name = opened().begin(PLAN, started(PLAN)).interview
    calls: list[str] = []

    def step(connection: Connection) -> None:
        calls.append("0002")
        _add_note(connection)

    for _ in range(2):
        newer = opened([*STEPS, ("0002_note", step)])
        assert newer.open(name).length == 1
    assert calls == ["0002"]


def test_a_step_that_fails_leaves_the_database_as_it_was(opened: Opener, path: Path) -> None:
    store = opened()
    name = store.begin(PLAN, started(PLAN)).interview

    def half(connection: Connection) -> None:
        _add_note(connection)
        connection.execute(sa.text("INSERT INTO nowhere VALUES (1)"))

    with pytest.raises(StoreError, match="nowhere"):
        opened([*STEPS, ("0002_note", half)]).list()
    assert opened().open(name).length == 1
    assert opened([*STEPS, ("0002_note", _add_note)]).open(name).length == 1
