"""Backups: a true copy of one moment while others write, looked through, and put back without losing anything."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import typer

from interviewer.bootstrap import program
from interviewer.cli import backup as commands
from interviewer.core.errors import NotFound, StoreBusy, StoreError, StoreTooNew, UsageError
from interviewer.core.events import Said, Who
from interviewer.hosting.lock import only_one
from interviewer.screening.records import PROGRAM, Deed, Entry
from interviewer.store import Store
from interviewer.store import backup as backups
from interviewer.store.backup import back_up, look_through, prepared, put_in_place
from interviewer.store.migrations import STEPS
from tests.factories import BEGIN, full_log, started, tiny_scenario
from tests.test_cli_admin import Ran, Run, damage, run, stored
from tests.test_office import account, invite, position

__all__ = ["run"]
PLAN = tiny_scenario()
Runs = Callable[..., Ran]


@pytest.fixture
def database(home: Path) -> Path:
    return home / "interviews.db"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "copy.db"


@pytest.fixture
def held(database: Path) -> str:
    """An interview in the database; its id."""
    return stored(full_log())


def said(turn: int) -> Said:
    return Said(at=BEGIN + timedelta(seconds=turn), turn=turn, who=Who.CANDIDATE, text=f"number {turn} " * 200)


def names(path: Path) -> dict[str, int]:
    """The interviews of a database, with the number of rows of each; all of them hold together."""
    store = Store(path)
    try:
        for one in store.list():
            assert store.verify(one.id).ok, one
        return {one.id: store.open(one.id).length for one in store.list()}
    finally:
        store.close()


def accounts() -> list[str]:
    ours = program()
    try:
        return [one.name for one in ours.office.accounts()]
    finally:
        ours.store.close()


def noted(*entries: Entry) -> list[str]:
    """Add to the record; all its deeds, the first first."""
    ours = program()
    ours.office.note(*entries)
    deeds = [one.deed.value for _, one in reversed(ours.office.entries())]
    ours.store.close()
    return deeds


def in_use(path: Path) -> sqlite3.Connection:
    """Another window, in which the database is open."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("SELECT count(*) FROM interview").fetchone()
    return connection


@contextmanager
def writing(path: Path) -> Iterator[dict[str, int]]:
    """A thread that begins interviews and goes on with them all the time; how many rows of each are stored for sure."""
    store = Store(path)
    sure: dict[str, int] = {}
    over, going = threading.Event(), threading.Event()
    failed: list[Exception] = []

    def write() -> None:
        try:
            while not over.is_set():
                log = store.begin(PLAN, started(PLAN))
                for turn in range(1, 6):
                    log.append(said(turn))
                    sure[log.interview] = log.length
                going.set()
        except Exception as error:  # noqa: BLE001 - it is told in the thread of the test
            failed.append(error)
            going.set()

    thread = threading.Thread(target=write)
    thread.start()
    going.wait()
    try:
        yield sure
    finally:
        over.set()
        thread.join()
        store.close()
    assert not failed


# Making a backup


def test_a_backup_while_another_thread_writes_is_of_one_moment(database: Path, tmp_path: Path) -> None:
    seen = []
    with writing(database) as sure:
        for number in range(8):
            before = dict(sure)
            target = tmp_path / f"{number}.db"
            contents = back_up(database, target)
            after = dict(sure)
            kept = names(target)
            assert contents.interviews == len(kept) and not contents.damaged
            assert set(before) <= set(kept)
            assert all(before[one] <= kept[one] for one in before)
            # At most one interview was begun, and one event stored, that the writer had not told yet.
            assert len(set(kept) - set(after)) <= 1
            seen.append(len(kept))
    assert seen[-1] > seen[0], "nothing was written meanwhile"
    assert names(database).keys() >= sure.keys()


def test_the_command_tells_what_it_made(run: Run, held: str, home: Path, copy: Path) -> None:
    ran = run("backup", copy)
    assert (ran.code, ran.err) == (0, "")
    first, second = ran.out.splitlines()
    assert first.startswith("1 interview (the last begun 2026-01-05 09:00 UTC) in ") and first.endswith(" MB).")
    assert second == "The copy was checked: the log of every interview holds together."
    assert list(names(copy)) == [held]
    assert noted() == ["backed_up"]
    for name in ("copy.db-wal", "copy.db-shm", ".copy.db.part"):
        assert not (copy.parent / name).exists()


def test_a_backup_is_one_file_for_its_owner_only(held: str, database: Path, copy: Path) -> None:
    old = os.umask(0)
    try:
        back_up(database, copy)
    finally:
        os.umask(old)
    assert copy.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in copy.parent.iterdir() if one.is_file()] == ["copy.db"]
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_no_file_is_replaced_unasked(run: Run, held: str, copy: Path) -> None:
    copy.write_text("mine")
    ran = run("backup", copy)
    assert ran.code == 2 and ran.err.startswith(f"There is a file {copy} already.\nName another file, or add --force")
    assert copy.read_text() == "mine"
    assert run("backup", copy, "--force").code == 0
    assert list(names(copy)) == [held]
    assert copy.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("end", ["", "-wal", "-shm"])
def test_the_database_itself_is_never_the_target(held: str, database: Path, tmp_path: Path, end: str) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(f"{database}{end}")
    for target in (Path(f"{database}{end}"), link, database.parent / ".." / "home" / f"interviews.db{end}"):
        with pytest.raises(UsageError, match="is the database itself"):
            back_up(database, target, force=True)
    assert list(names(database)) == [held]


def test_a_place_that_is_none_is_told(run: Run, held: str, tmp_path: Path) -> None:
    assert "is a folder" in run("backup", tmp_path).err
    ran = run("backup", tmp_path / "nowhere" / "copy.db")
    assert ran.code == 2 and "There is no folder" in ran.err
    (tmp_path / "file").write_text("")
    assert run("backup", tmp_path / "file" / "copy.db").code == 2


def test_without_a_database_there_is_nothing_to_back_up(run: Run, home: Path, copy: Path) -> None:
    assert run("backup", copy).code == 2
    assert not home.exists() and not copy.exists()


def test_what_is_damaged_is_copied_and_told(run: Run, held: str, home: Path, copy: Path) -> None:
    damage(home, held, 3)
    ran = run("backup", copy)
    assert ran.code == 4
    assert ran.out.startswith("1 interview") and "checked" not in ran.out
    assert f"of a database that is damaged: interview {held}: row 3 was changed" in ran.err
    assert copy.exists()


def test_ties_that_are_broken_are_told(database: Path, copy: Path) -> None:
    ours = program()
    ours.office.add_position(position(), PLAN)
    ours.office.add_invites([invite()])
    ours.store.close()
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM position")
    contents = back_up(database, copy)
    assert contents.damaged == ("rows of invite point at rows of position that are missing",)


def tear(path: Path) -> None:
    """Overwrite a page in the middle of a file."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 2 // 4096 * 4096)
        file.write(b"\xff" * 4096)


def test_a_torn_database_leaves_the_last_backup_as_it_was(run: Run, held: str, database: Path, copy: Path) -> None:
    assert run("backup", copy).code == 0
    good = copy.read_bytes()
    tear(database)
    ran = run("backup", copy, "--force")
    assert ran.code == 1 and str(database) in ran.err and len(ran.err.splitlines()) == 2
    assert copy.read_bytes() == good
    assert not (copy.parent / ".copy.db.part").exists()


def test_a_file_that_is_no_database_is_told(run: Run, database: Path, copy: Path) -> None:
    database.parent.mkdir()
    database.write_bytes(b"These are my notes.\n" * 100)
    ran = run("backup", copy)
    assert ran.code == 1 and f"{database} is not a database of this program" in ran.err
    assert not copy.exists()


def test_what_a_killed_backup_left_is_cleared_away(held: str, database: Path, copy: Path) -> None:
    for end in ("", "-wal"):
        (copy.parent / f".copy.db.part{end}").write_bytes(b"half of it")
    back_up(database, copy)
    assert [one.name for one in copy.parent.iterdir() if one.is_file()] == ["copy.db"]
    assert list(names(copy)) == [held]


def test_an_old_database_is_backed_up_as_it_is(run: Run, database: Path, copy: Path) -> None:
    """Before an upgrade, the backup is what the program before it can use."""
    old = Store(database, steps=STEPS[:1])
    name = old.begin(PLAN, started(PLAN)).interview
    old.close()
    assert run("backup", copy).code == 0
    for path in (copy, database):
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("SELECT name FROM migration").fetchall() == [(STEPS[0][0],)]
    again = Store(copy, steps=STEPS[:1])
    assert again.open(name).length == 1
    again.close()


# Putting it back


@pytest.fixture
def changed(run: Run, held: str, copy: Path) -> str:
    """A backup was made with one account and `held`; since then `held` was deleted, and another interview begun."""
    ours = program()
    ours.office.add_account(account())
    ours.store.close()
    assert run("backup", copy).code == 0
    ours = program()
    ours.store.delete(held)
    ours.office.add_account(account("bob"))
    later = ours.store.begin(PLAN, started(PLAN)).interview
    ours.store.close()
    return later


def kept(home: Path) -> list[Path]:
    return sorted(home.glob("interviews-replaced-*.db"))


def test_a_backup_takes_the_databases_place_and_that_is_kept(
    run: Run, held: str, changed: str, home: Path, database: Path, copy: Path
) -> None:
    ran = run("restore", copy, "--yes")
    assert (ran.code, ran.err) == (0, "")
    (old,) = kept(home)
    assert ran.out.splitlines() == [
        f"1 interview (the last begun 2026-01-05 09:00 UTC) in {database}.",
        f"What was there is kept in {old}. Delete it when you are sure: it holds people's words.",
    ]
    assert list(names(database)) == [held] and accounts() == ["ada"]
    assert noted()[-1] == "restored"
    assert list(names(old)) == [changed]
    files = {one.name for one in home.iterdir() if not one.name.endswith(("-wal", "-shm"))}
    assert files == {database.name, old.name, "serving.lock"}
    assert {one.stat().st_mode & 0o777 for one in home.iterdir()} == {0o600}
    assert list(names(copy)) == [held]
    assert run("restore", old, "--yes").code == 0
    assert list(names(database)) == [changed] and len(kept(home)) == 2


def test_a_new_machine_is_not_asked(run: Run, changed: str, held: str, database: Path, copy: Path) -> None:
    database.unlink()
    ran = run("restore", copy)
    assert ran.code == 0 and "kept" not in ran.out
    assert list(names(database)) == [held]


def test_what_is_written_after_a_restore_is_there(run: Run, changed: str, database: Path, copy: Path) -> None:
    run("restore", copy, "--yes")
    store = Store(database)
    name = store.begin(PLAN, started(PLAN)).interview
    store.close()
    assert name in names(database)
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_nobody_to_ask_replaces_nothing(run: Run, changed: str, database: Path, copy: Path) -> None:
    ran = run("restore", copy)
    assert ran.code == 2 and "nobody can be asked here.\nAdd --yes" in ran.err
    assert list(names(database)) == [changed] and kept(database.parent) == []


@pytest.mark.parametrize(("answer", "code"), [(True, 0), (False, 0), (None, 130)])
def test_at_a_terminal_it_is_asked(
    run: Run, changed: str, held: str, database: Path, copy: Path, monkeypatch: pytest.MonkeyPatch,
    answer: bool | None, code: int,
) -> None:  # fmt: skip
    asked = []

    def confirm(words: str) -> bool:
        asked.append(words)
        if answer is None:
            raise typer.Abort
        return answer

    class Terminal:
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(commands.sys, "stdin", Terminal())
    monkeypatch.setattr(typer, "confirm", confirm)
    ran = run("restore", copy)
    assert ran.code == code
    assert asked == [f"Replace {database} by the backup of 1 interview (the last begun 2026-01-05 09:00 UTC)?"]
    assert list(names(database)) == [held if answer else changed]
    assert ("Nothing was restored." in ran.out) is (answer is False)


def test_while_it_is_served_nothing_is_restored(run: Run, changed: str, home: Path, database: Path, copy: Path) -> None:
    with only_one(home) as tell:
        tell("served at http://127.0.0.1:8000")
        ran = run("restore", copy, "--yes")
    assert ran.code == 2 and "served at http://127.0.0.1:8000" in ran.err
    assert list(names(database)) == [changed]
    assert run("restore", copy, "--yes").code == 0


def test_a_database_that_is_open_elsewhere_is_not_replaced(
    run: Run, changed: str, home: Path, database: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "BUSY_SECONDS", 0.05)
    window = in_use(database)
    ran = run("restore", copy, "--yes")
    assert ran.code == 1 and f"The database {database} is open in another window.\nClose" in ran.err
    window.close()
    assert list(names(database)) == [changed]
    assert kept(home) == [] and not (home / ".interviews.db.part").exists()
    assert run("restore", copy, "--yes").code == 0


def test_nobody_gets_in_while_it_is_replaced(
    changed: str, held: str, database: Path, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another window that comes in the middle is told that it is busy, and then sees the whole of the backup."""
    told = []
    settle = backups._settle

    def come_in(path: Path) -> None:
        settle(path)
        with pytest.raises(StoreBusy) as busy:
            Store(database, busy_seconds=0.01).list()
        told.append(busy.value.message)

    with prepared(copy, database) as (made, _):
        monkeypatch.setattr(backups, "_settle", come_in)
        assert put_in_place(made, database, tmp_path / "kept.db")
    assert len(told) == 1 and "is held by another process" in told[0]
    assert list(names(database)) == [held] and list(names(tmp_path / "kept.db")) == [changed]


def test_a_restore_that_fails_halfway_changes_nothing(
    changed: str, database: Path, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path) -> None:
        raise OSError(28, "No space left on device")

    with prepared(copy, database) as (made, _):
        monkeypatch.setattr(backups, "_settle", fail)
        with pytest.raises(StoreError, match="No space left on device"):
            put_in_place(made, database, tmp_path / "kept.db")
    assert list(names(database)) == [changed]


@pytest.mark.parametrize("junk", [b"These are my notes.\n" * 1000, b"", b"SQLite format 3\x00" + b"\xff" * 9000])
def test_a_database_that_cannot_be_read_is_kept_and_replaced(
    run: Run, changed: str, held: str, home: Path, database: Path, copy: Path, junk: bytes
) -> None:
    database.write_bytes(junk)
    Path(f"{database}-wal").write_bytes(b"what was left of a log")
    ran = run("restore", copy, "--yes")
    assert ran.code == 0, ran.err
    assert list(names(database)) == [held] and accounts() == ["ada"]
    if junk:
        (old,) = kept(home)
        assert old.read_bytes() == junk
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def bad_text(path: Path) -> str:
    path.write_bytes(b"These are my notes.\n" * 100)
    return "is not a database of this program"


def bad_torn(path: Path) -> str:
    tear(path)
    return str(path)


def bad_foreign(path: Path) -> str:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE event (what TEXT)")
    return "is no database of this program"


def bad_newer(path: Path) -> str:
    store = Store(path, steps=[*STEPS, ("9999_later", lambda connection: connection.execute(sa.text("SELECT 1")))])
    store.list()
    store.close()
    return "was written by a newer version of this program (9999_later)"


@pytest.mark.parametrize("spoil", [bad_text, bad_torn, bad_foreign, bad_newer])
def test_a_file_that_is_no_good_replaces_nothing(
    run: Run, changed: str, home: Path, database: Path, copy: Path, spoil: Callable[[Path], str]
) -> None:
    words = spoil(copy)
    ran = run("restore", copy, "--yes")
    assert ran.code == 1 and words in ran.err and str(copy) in ran.err
    assert len(ran.err.splitlines()) == 2
    assert list(names(database)) == [changed] and kept(home) == []
    assert not (home / ".interviews.db.part").exists()


def test_a_file_that_is_not_there_is_told(run: Run, home: Path, copy: Path) -> None:
    ran = run("restore", copy, "--yes")
    assert ran.code == 2 and ran.err.startswith(f"There is no file {copy}.")
    assert not (home / "interviews.db").exists()


def test_a_damaged_backup_is_restored_only_when_told_to(
    run: Run, held: str, changed: str, home: Path, database: Path, copy: Path
) -> None:
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("UPDATE event SET body = replace(body, 'e', 'a') WHERE seq = 3")
    ran = run("restore", copy, "--yes")
    assert ran.code == 4
    assert f"holds what is damaged: interview {held}: row 3 was changed" in ran.err and "--damaged" in ran.err
    assert list(names(database)) == [changed]
    assert run("restore", copy, "--yes", "--damaged").code == 0
    assert run("interviews", "verify", held).code == 4


def test_a_backup_of_an_old_version_is_brought_up_to_date(run: Run, copy: Path, database: Path) -> None:
    old = Store(copy, steps=STEPS[:1])
    name = old.begin(PLAN, started(PLAN)).interview
    old.close()
    assert not look_through(copy, copy).current
    assert run("restore", copy).code == 0
    assert list(names(database)) == [name]
    with closing(sqlite3.connect(database)) as connection:
        done = {step for (step,) in connection.execute("SELECT name FROM migration")}
    assert done == {step for step, _ in STEPS}
    assert look_through(database, database).current


def test_what_was_deleted_since_stays_deleted(run: Run, held: str, home: Path, database: Path, copy: Path) -> None:
    """A person was promised that their words are gone, and a backup must not bring them back."""
    words = "Zebediah Quux-Canary"
    ours = program()
    ours.office.add_position(position(), PLAN)
    ours.office.add_invites([invite("inv-1", name=words, interviews=(held,)), invite("inv-2"), invite("inv-3")])
    ours.store.close()
    assert run("backup", copy).code == 0
    ours = program()
    ours.store.delete(held)
    ours.office.forget_invite("inv-1")
    ours.office.forget_invite("inv-2")
    ours.office.note(
        Entry(at=BEGIN, who="ada", deed=Deed.DELETED, subject="inv-1"),
        Entry(at=BEGIN, who=PROGRAM, deed=Deed.RETENTION_ENDED, subject="inv-2"),
        Entry(at=BEGIN, who=PROGRAM, deed=Deed.DELETED, subject="inv-0"),
    )
    ours.store.close()

    ran = run("restore", copy, "--yes")

    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[-1] == "Deleted since the backup, and deleted again: inv-1; inv-2."
    ours = program()
    assert [one.id for one in ours.office.invites("backend")] == ["inv-3"]
    with pytest.raises(NotFound):
        ours.store.open(held)
    gone = [one.subject for _, one in ours.office.entries() if one.deed is Deed.DELETED]
    ours.store.close()
    assert sorted(gone) == ["inv-1", "inv-2"]
    for one in home.iterdir():
        assert words.encode() not in one.read_bytes(), one


def test_a_newer_database_in_place_may_be_replaced_by_a_backup_of_this_version(
    run: Run, held: str, changed: str, home: Path, database: Path, copy: Path
) -> None:
    """The way back after an upgrade that was regretted: the old program, and the backup that was made before."""
    bad_newer(database)
    with pytest.raises(StoreTooNew):
        names(database)
    assert run("restore", copy, "--yes").code == 0
    assert list(names(database)) == [held]
