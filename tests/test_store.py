"""The store: what is begun and appended is there, whole, for whoever opens it, until it is deleted."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from interviewer.core.errors import IllegalEvent, NotFound, StoreBusy, StoreTooNew
from interviewer.core.events import Ended, EndReason, Mode, Paused, Said, Who
from interviewer.core.fingerprint import canonical_bytes, scenario_sha256
from interviewer.store import Store, StoredLog
from interviewer.store.chain import Row, event_of, link, row_of
from tests.factories import BEGIN, full_log, started, tiny_scenario

ROOT = Path(__file__).parents[1]
PLAN = tiny_scenario()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "interviews.db"


@pytest.fixture
def another(path: Path) -> Iterator[Callable[[], Store]]:
    """Opens the same database as another window would."""
    made: list[Store] = []

    def make() -> Store:
        made.append(Store(path, busy_seconds=0.05))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def store(another: Callable[[], Store]) -> Store:
    return another()


def said(turn: int, text: str, minutes: float = 0) -> Said:
    return Said(at=BEGIN + timedelta(minutes=minutes), turn=turn, who=Who.CANDIDATE, text=text)


def begin(store: Store, minutes: float = 0, **more: Any) -> StoredLog:
    return store.begin(PLAN, started(PLAN, at=BEGIN + timedelta(minutes=minutes), **more))


def test_what_was_appended_is_read_back_with_its_scenario(store: Store, another: Callable[[], Store]) -> None:
    events = tuple(full_log().events)
    log = store.begin(PLAN, events[0])  # type: ignore[arg-type]
    for event in events[1:]:
        log.append(event)
    store.close()
    read = another().open(log.interview)
    assert read.events == events
    assert canonical_bytes(read.scenario) == canonical_bytes(PLAN)
    assert (read.length, read.head) == (len(events), log.head) == (read.log.length, read.log.head)
    assert log.length == len(events)


def test_words_of_every_script_survive(store: Store) -> None:
    log = begin(store)
    texts = ["naïve – “quoted”", "日本語 \U0001f600", "tab\there\nline", "nul \x00 and escape \x1b[2J", "x" * 20_000]
    for number, text in enumerate(texts, 1):
        log.append(said(number, text))
    assert [event.text for event in store.open(log.interview).events[1:]] == texts  # type: ignore[union-attr]


def test_reading_an_empty_home_makes_no_file(store: Store, path: Path) -> None:
    assert store.list() == ()
    assert store.latest_unfinished() is None
    with pytest.raises(NotFound):
        store.open("k7f3-9q2m")
    assert not path.parent.exists()


def test_folder_and_files_are_the_owners_only(store: Store, path: Path) -> None:
    old = os.umask(0)
    try:
        begin(store)
    finally:
        os.umask(old)
    assert path.parent.stat().st_mode & 0o777 == 0o700
    files = list(path.parent.iterdir())
    assert {one.name for one in files} >= {"interviews.db", "interviews.db-wal"}
    assert {one.stat().st_mode & 0o777 for one in files} == {0o600}


def test_a_file_that_others_could_read_is_closed_to_them(path: Path, another: Callable[[], Store]) -> None:
    path.parent.mkdir()
    path.touch(0o644)
    begin(another())
    assert path.stat().st_mode & 0o777 == 0o600


def test_ids_are_found_by_their_beginning_however_they_are_typed(store: Store) -> None:
    name = begin(store).interview
    assert len(name) == 9 and name[4] == "-" and not set(name) & set("01ilo")
    for typed in (name, name[:3], name.upper(), name.replace("-", ""), f" {name} "):
        assert store.open(typed).id == name


def test_unknown_and_ambiguous_ids_name_the_near_ones(store: Store, path: Path) -> None:
    first, second = begin(store).interview, begin(store).interview
    _tamper(path, "PRAGMA foreign_keys=OFF")
    for number, old in enumerate((first, second)):
        _tamper(path, f"UPDATE event SET interview='aaaa-222{number + 2}' WHERE interview='{old}'")
        _tamper(path, f"UPDATE interview SET id='aaaa-222{number + 2}' WHERE id='{old}'")
    with pytest.raises(NotFound, match=r"several interviews: aaaa-2222, aaaa-2223"):
        store.open("aaaa")
    with pytest.raises(NotFound, match=r"no interview 'aaaa-2224'. Near it: aaaa-222[23], aaaa-222[23]"):
        store.open("aaaa-2224")
    with pytest.raises(NotFound, match="no interview ''"):
        store.open("")


def test_an_interview_starts_with_the_scenario_that_it_names(store: Store) -> None:
    with pytest.raises(IllegalEvent):
        store.begin(PLAN, started(PLAN, scenario_sha256="0" * 64))
    assert store.list() == ()


def test_list_shows_the_latest_first(store: Store) -> None:
    old = begin(store, 0)
    new = begin(store, 10, mode=Mode.SCREEN, questions=("codes",))
    old.append(said(1, "a", 20))
    old.append(Ended(at=BEGIN + timedelta(minutes=30), reason=EndReason.COMPLETED))
    first, second = store.list()
    assert (first.id, first.mode, first.questions, first.ended) == (new.interview, Mode.SCREEN, ("codes",), False)
    assert (second.id, second.scenario_id, second.title) == (old.interview, "tiny", PLAN.title)
    assert (second.started_at, second.last_at) == (BEGIN, BEGIN + timedelta(minutes=30))
    assert second.ended and not second.damaged and second.questions == ("http", "codes")


def test_the_latest_unfinished_is_the_one_spoken_in_last(store: Store) -> None:
    first, second, third = begin(store, 0), begin(store, 1), begin(store, 2)
    first.append(said(1, "a", 5))
    assert store.latest_unfinished() == first.interview
    first.append(Ended(at=BEGIN + timedelta(minutes=9), reason=EndReason.COMPLETED))
    assert store.latest_unfinished() == third.interview
    store.delete(third.interview)
    assert store.latest_unfinished() == second.interview


def test_a_second_window_cannot_go_on_with_the_same_interview(store: Store, another: Callable[[], Store]) -> None:
    log = begin(store)
    other = another().open(log.interview).log
    log.append(said(1, "first"))
    with pytest.raises(StoreBusy, match="open in another window"):
        other.append(said(1, "second"))
    assert [event.kind for event in store.open(log.interview).events] == ["started", "said"]
    log.append(said(2, "goes on"))


def test_an_interview_deleted_elsewhere_is_told(store: Store, another: Callable[[], Store]) -> None:
    log = begin(store)
    another().delete(log.interview)
    with pytest.raises(NotFound, match="was deleted in another window"):
        log.append(said(1, "late"))


def test_an_append_whose_answer_was_lost_is_not_stored_twice(store: Store, another: Callable[[], Store]) -> None:
    log = begin(store)
    again = another().open(log.interview).log
    log.append(said(1, "once"))
    again.append(said(1, "once"))
    again.append(said(2, "then"))
    assert store.open(log.interview).length == 3


def test_the_hash_is_the_documented_one(store: Store) -> None:
    log = begin(store)
    log.append(said(1, "a quote"))
    previous = "0" * 64
    for row in store.export(log.interview)["events"]:
        fields = [previous, log.interview, str(row["seq"]), row["kind"], str(row["version"]), row["body"]]
        netstrings = b"".join(b"%d:%s," % (len(one.encode()), one.encode()) for one in fields)
        previous = hashlib.sha256(netstrings).hexdigest()
        assert row["hash"] == previous
    assert previous == log.head


def test_export_holds_everything_as_plain_json(store: Store) -> None:
    log = begin(store)
    log.append(said(1, "exported words"))
    made = json.loads(json.dumps(store.export(log.interview[:4])))
    assert made["schema"] == "interviewer.export/1"
    assert (made["interview"], made["sound"], made["problem"]) == (log.interview, True, "")
    assert (made["length"], made["head"]) == (2, log.head)
    assert made["scenario"]["id"] == "tiny" and made["scenario_sha256"] == scenario_sha256(PLAN)
    assert [row["event"]["kind"] for row in made["events"]] == ["started", "said"]
    assert json.loads(made["events"][1]["body"])["text"] == "exported words"


def test_an_old_version_is_brought_up_to_date_on_reading_and_never_rewritten() -> None:
    body = b'{"kind":"paused","when":"2026-01-05T09:00:00Z"}'
    row = Row(1, "paused", 1, BEGIN, body, link("0" * 64, "aaaa-2222", 1, "paused", 1, body))
    steps = {
        ("paused", 1): lambda old: {"kind": old["kind"], "moment": old["when"]},
        ("paused", 2): lambda old: {"kind": old["kind"], "at": old["moment"]},
    }
    assert event_of(row, {"paused": 3}, steps) == Paused(at=BEGIN)
    assert row.body == body


def test_events_of_a_newer_version_are_told(store: Store, path: Path) -> None:
    log = begin(store)
    row = row_of(Paused(at=BEGIN), log.interview, 2, log.head)
    for kind, version in (("paused", 2), ("sang", 1)):
        newer = link(log.head, log.interview, 2, kind, version, row.body)
        values = (log.interview, 2, kind, version, "2026-01-05 09:00:00.000000", row.body, newer)
        _tamper(path, "DELETE FROM event WHERE seq=2")
        _tamper(path, "INSERT INTO event VALUES (?,?,?,?,?,?,?)", values)
        _tamper(path, "UPDATE interview SET length=2, head=?", (newer,))
        with pytest.raises(StoreTooNew, match="Row 2 was written by a newer version"):
            store.open(log.interview)
        assert [one.id for one in store.list()] == [log.interview]
        assert store.latest_unfinished() is None


WORD = "xylothequish"


def _found(folder: Path) -> list[str]:
    return [one.name for one in folder.rglob("*") if one.is_file() and WORD.encode() in one.read_bytes()]


def test_deleted_words_are_nowhere_in_the_home_folder(store: Store, path: Path) -> None:
    logs = [begin(store) for _ in range(4)]
    for number in range(1, 60):
        for index, log in enumerate(logs):
            text = f"{WORD} " if index == 2 else "plain "
            log.append(said(number, text * (1, 7, 90, 700)[(number + index) % 4]))
    assert _found(path.parent)
    name = logs[2].interview
    assert store.delete(name[:4]) == name
    assert _found(path.parent) == []
    assert name not in [one.id for one in store.list()] and len(store.list()) == 3
    with pytest.raises(NotFound):
        store.delete(name)
    assert all(store.verify(log.interview).ok for log in logs if log is not logs[2])


def test_the_scenario_goes_with_the_last_interview_that_needs_it(store: Store, path: Path) -> None:
    first, second = begin(store), begin(store)
    store.delete(first.interview)
    assert store.open(second.interview).scenario.id == "tiny"
    store.delete(second.interview)
    assert PLAN.welcome.encode() not in path.read_bytes()


def test_while_another_window_reads_the_words_are_said_to_remain_and_go_at_the_next_start(
    store: Store, path: Path, another: Callable[[], Store]
) -> None:
    log = begin(store)
    log.append(said(1, WORD))
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM event").fetchone()
    with pytest.raises(StoreBusy, match="still reads") as told:
        store.delete(log.interview)
    assert "interviews list" in told.value.remedy
    assert store.list() == ()
    reader.close()
    later = another()
    assert later.list() == ()
    assert _found(path.parent) == []


def test_two_processes_may_open_a_new_database_at_once(path: Path, another: Callable[[], Store]) -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(3) as pool:
        names = pool.map(_begin_in_process, [str(path)] * 6)
    assert {one.id for one in another().list()} == set(names) and len(names) == 6


def _begin_in_process(path: str) -> str:
    store = Store(Path(path), busy_seconds=10)
    name = begin(store).interview
    store.close()
    return name


KILLED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from interviewer.core.events import Said
from interviewer.store import Store
from tests.factories import started, tiny_scenario
plan = tiny_scenario()
log = Store(Path(sys.argv[1])).begin(plan, started(plan))
number = 0
while True:
    number += 1
    log.append(Said(at=datetime.now(UTC), turn=number, who="candidate", text=f"word {number}"))
    print(log.interview, log.length, log.head, flush=True)
"""


@pytest.mark.parametrize("rows", [1, 9, 40])
def test_nothing_that_was_stored_is_lost_when_the_process_is_killed(
    path: Path, rows: int, another: Callable[[], Store]
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ}
    )
    assert process.stdout is not None
    lines = [process.stdout.readline().split() for _ in range(rows)]
    process.send_signal(signal.SIGKILL)
    lines += [line.split() for line in process.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
    process.stdout.close()
    process.wait()
    name, length, head = lines[-1]
    read = another().open(name)
    assert read.length in (int(length), int(length) + 1)
    assert another().verify(name, head).matched == int(length)
    read.log.append(said(read.length, "goes on"))


def _tamper(path: Path, statement: str, values: tuple[object, ...] = ()) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(statement, values)
    connection.close()
