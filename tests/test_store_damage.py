"""Damaged logs: whatever was done to the rows, it is told which one, and nothing is presented as sound."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from interviewer.core.errors import DamagedLog, NotFound
from interviewer.core.events import Said, Who
from interviewer.store import Store, StoredLog
from interviewer.store.chain import GENESIS, link
from tests.factories import BEGIN, started, tiny_scenario

PLAN = tiny_scenario()
COPY = "its copy of the scenario was changed or is missing"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "interviews.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    store = Store(path, busy_seconds=0.05)
    yield store
    store.close()


@pytest.fixture
def log(store: Store) -> StoredLog:
    """An interview of six rows; the same words are in none of two."""
    log = store.begin(PLAN, started(PLAN))
    for turn in range(1, 6):
        log.append(Said(at=BEGIN, turn=turn, who=Who.CANDIDATE, text=f"words {turn}"))
    return log


def tamper(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    with connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("statements", "problem"),
    [
        (
            ["UPDATE event SET body=CAST(replace(body, 'words 2', 'words 9') AS BLOB) WHERE seq=3"],
            "row 3 was changed, or stands where another row was",
        ),
        (["UPDATE event SET body=replace(body, 'words 2', 'words 9') WHERE seq=3"], "row 3 was changed"),
        (["UPDATE event SET kind='paused' WHERE seq=4"], "row 4 was changed"),
        (["UPDATE event SET version=2 WHERE seq=4"], "row 4 was changed"),
        (["UPDATE event SET hash=upper(hash) WHERE seq=2"], "row 2 was changed"),
        (["UPDATE event SET at='2026-01-05 09:00:01.000000' WHERE seq=2"], "row 2 is not a valid event"),
        (["DELETE FROM event WHERE seq=3"], "row 3 is missing: after row 2 comes row 4"),
        (["DELETE FROM event WHERE seq=1"], "row 1 is missing: after row 0 comes row 2"),
        (["DELETE FROM event"], "row 1 is missing: there are no rows"),
        (
            [
                "DELETE FROM event WHERE seq=3",
                "UPDATE event SET seq=3 WHERE seq=4",
                "UPDATE event SET seq=4 WHERE seq=5",
            ],
            "row 3 was changed, or stands where another row was",
        ),
        (
            [f"UPDATE event SET seq={new} WHERE seq={old}" for old, new in ((2, 9), (3, 2), (9, 3))],
            "row 2 was changed, or stands where another row was",
        ),
        (["DELETE FROM event WHERE seq>4"], "row 5 is missing: 6 rows were stored, 4 are there"),
        (["UPDATE interview SET length=5"], "row 6 was added: 5 rows were stored"),
        (["UPDATE interview SET head=lower(hex(randomblob(32)))"], "row 6 is not the one that was stored last"),
        (
            ["UPDATE interview SET started_at='2025-01-05 09:00:00.000000'"],
            "it is said to have started at another time",
        ),
        (
            ["UPDATE scenario SET body=replace(body, 'State', 'Deny')"],
            "its copy of the scenario was changed or is missing",
        ),
        (["DELETE FROM scenario"], COPY),
    ],
)
def test_every_kind_of_damage_is_told_by_row(
    store: Store, log: StoredLog, path: Path, statements: list[str], problem: str
) -> None:
    sound = store.begin(PLAN, started(PLAN, salt="2"))
    only = [one.replace("WHERE", f"WHERE interview='{log.interview}' AND") for one in statements]
    only = [one if "WHERE" in one or "event" not in one else f"{one} WHERE interview='{log.interview}'" for one in only]
    only = [one if "WHERE" in one or "interview" not in one else f"{one} WHERE id='{log.interview}'" for one in only]
    tamper(path, *only)
    found = store.verify(log.interview)
    assert not found.ok and problem in found.problem
    with pytest.raises(DamagedLog, match=problem) as told:
        store.open(log.interview)
    assert log.interview in told.value.message and "export" in told.value.remedy and told.value.exit_code == 4
    assert not store.export(log.interview)["sound"]
    if "scenario SET" not in statements[0] and "FROM scenario" not in statements[0]:
        assert store.verify(sound.interview).ok
        assert {one.id: one.damaged for one in store.list()}[sound.interview] is False
        assert store.latest_unfinished() == sound.interview
    if "event SET at" not in statements[0]:
        assert problem in {one.id: one.problem for one in store.list()}[log.interview]
    assert store.delete(log.interview) == log.interview


def test_rows_moved_between_interviews_are_found(store: Store, log: StoredLog, path: Path) -> None:
    other = store.begin(PLAN, started(PLAN))
    tamper(path, f"UPDATE event SET interview='{other.interview}' WHERE interview='{log.interview}' AND seq=2")
    assert "row 2 was changed" in store.verify(other.interview).problem
    assert "row 2 is missing" in store.verify(log.interview).problem


def test_a_head_on_paper_finds_what_the_database_alone_cannot(store: Store, log: StoredLog, path: Path) -> None:
    printed = log.head
    assert store.verify(log.interview, printed).matched == 6
    assert store.verify(log.interview, f" {printed[:12].upper()} ").matched == 6
    log.append(Said(at=BEGIN, turn=6, who=Who.CANDIDATE, text="later"))
    assert store.verify(log.interview, printed) == store.verify(log.interview, printed[:8])
    assert store.verify(log.interview, printed).ok
    assert not store.verify(log.interview, printed[:7]).ok
    assert not store.verify(log.interview, "").ok

    _cut_and_cover_up(path, log.interview, 4)
    assert store.verify(log.interview).ok
    found = store.verify(log.interview, printed)
    assert not found.ok and "rows were cut, or written anew" in found.problem and found.length == 4


def _cut_and_cover_up(path: Path, interview: str, length: int) -> None:
    """Cut the last rows, and set the count as if they had never been: nothing in the database tells."""
    tamper(
        path,
        f"DELETE FROM event WHERE interview='{interview}' AND seq>{length}",
        f"UPDATE interview SET length={length}, head=(SELECT hash FROM event WHERE seq={length})",
    )


def test_a_chain_written_anew_is_found_by_a_head_on_paper(store: Store, log: StoredLog, path: Path) -> None:
    printed = log.head
    connection = sqlite3.connect(path)
    with connection:
        head = GENESIS
        rows = connection.execute("SELECT seq, kind, version, body FROM event ORDER BY seq").fetchall()
        for seq, kind, version, body in rows:
            forged = bytes(body).replace(b"words 2", b"better!")
            head = link(head, log.interview, seq, kind, version, forged)
            connection.execute("UPDATE event SET body=?, hash=? WHERE seq=?", (forged, head, seq))
        connection.execute("UPDATE interview SET head=?", (head,))
    connection.close()
    assert store.verify(log.interview).ok
    assert not store.verify(log.interview, printed).ok


def test_rows_whose_hashes_hold_but_tell_no_event_are_told(store: Store, log: StoredLog, path: Path) -> None:
    for body in (
        b"not json",
        b'{"kind":"said"}',
        b"\xff",
        b"[" * 100_000,
        b'{"kind":"paused","at":"2026-01-05T09:00:00Z"}',
    ):
        forged = link(log.head, log.interview, 7, "said", 1, body)
        connection = sqlite3.connect(path)
        with connection:
            connection.execute("DELETE FROM event WHERE seq=7")
            row = (log.interview, 7, "said", 1, "2026-01-05 09:00:00.000000", body, forged)
            connection.execute("INSERT INTO event VALUES (?,?,?,?,?,?,?)", row)
            connection.execute("UPDATE interview SET length=7, head=?", (forged,))
        connection.close()
        found = store.verify(log.interview)
        assert not found.ok and found.problem.startswith("row 7 is not a valid event") and "\n" not in found.problem
        assert store.export(log.interview)["events"][6]["event"] is None


def test_a_log_that_begins_with_another_event_is_told(store: Store, log: StoredLog, path: Path) -> None:
    body = b'{"kind":"paused","at":"2026-01-05T09:00:00Z"}'
    forged = link(GENESIS, log.interview, 1, "paused", 1, body)
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("DELETE FROM event WHERE seq>1")
        connection.execute("UPDATE event SET kind='paused', body=?, hash=?", (body, forged))
        connection.execute("UPDATE interview SET length=1, head=?", (forged,))
    connection.close()
    assert store.verify(log.interview).problem == "row 1 does not start an interview"
    assert store.list()[0].problem == "row 1 does not start an interview"


def test_an_interview_tied_to_another_scenario_is_told(store: Store, log: StoredLog, path: Path) -> None:
    other = PLAN.model_copy(update={"title": "Another"})
    store.begin(other, started(other))
    sha256 = started(other).scenario_sha256
    tamper(path, f"UPDATE interview SET scenario='{sha256}' WHERE id='{log.interview}'")
    problem = "it is tied to another scenario than the one that it began with"
    assert store.verify(log.interview).problem == problem
    assert problem in [one.problem for one in store.list()]


def test_a_copy_of_a_scenario_that_no_longer_fits_is_told(store: Store, log: StoredLog, path: Path) -> None:
    body = b'{"title":"Half a scenario"}'
    sha256 = hashlib.sha256(body).hexdigest()
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE scenario SET body=?, sha256=?", (body, sha256))
        connection.execute("UPDATE interview SET scenario=?", (sha256,))
    connection.close()
    assert not store.verify(log.interview).ok
    assert store.export(log.interview)["scenario"] is None


JUNK = ["'x'", "X'00FF'", "CAST(X'FFFE' AS TEXT)", "3.7", "-1", "'2026-13-45'"]
COLUMNS = {
    "event": ("interview", "seq", "kind", "version", "at", "body", "hash"),
    "interview": ("id", "scenario", "started_at", "length", "head"),
    "scenario": ("sha256", "body"),
}


@pytest.mark.parametrize("place", [f"{table}.{column}" for table, columns in COLUMNS.items() for column in columns])
def test_junk_in_any_column_is_damage_and_never_a_crash(store: Store, log: StoredLog, path: Path, place: str) -> None:
    table, column = place.split(".")
    before = path.parent / "before.db"
    _copy(path, before)
    for value in JUNK:
        where = "WHERE seq=3" if table == "event" else ""
        tamper(path, f"UPDATE {table} SET {column}={value} {where}")
        assert [one.damaged for one in store.list()] == [True] or place == "event.at"
        assert store.latest_unfinished() is None
        try:
            assert not store.verify(log.interview).ok
            assert not store.export(log.interview)["sound"]
            with pytest.raises(DamagedLog):
                store.open(log.interview)
        except NotFound:
            assert place == "interview.id"
        _copy(before, path)


def _copy(source: Path, target: Path) -> None:
    """Copy a database through SQLite, so that its log and locks are respected."""
    one, other = sqlite3.connect(source), sqlite3.connect(target)
    one.backup(other)
    one.close()
    other.close()
