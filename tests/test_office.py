"""Screening's tables, in a real file: what is kept is read back, changed by one at a time, and gone when deleted."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from interviewer.core.errors import NotFound, StoreBusy, StoreError, UsageError
from interviewer.core.findings import Status
from interviewer.core.fingerprint import scenario_sha256
from interviewer.core.scenario import Scenario
from interviewer.screening.accounts import Account
from interviewer.screening.invite import Accommodation, Invite, Presentation, token_sha256
from interviewer.screening.position import Place, Position, Settings, Timing
from interviewer.screening.records import CANDIDATE, BlindReading, Deed, Entry, Request, Trouble
from interviewer.screening.roles import Role
from interviewer.store import Store
from interviewer.store.office import ENTRIES, Office
from tests.factories import BEGIN, started, tiny_scenario

PLAN = tiny_scenario()
LATER = BEGIN + timedelta(hours=1)
SECRET = "Zebediah Quux-Canary"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "interviews.db"


@pytest.fixture
def opened(path: Path) -> Iterator[Callable[[], Store]]:
    """Opens the same database as another window would."""
    made: list[Store] = []

    def opener() -> Store:
        made.append(Store(path, busy_seconds=5.0))
        return made[-1]

    yield opener
    for one in made:
        one.close()


@pytest.fixture
def store(opened: Callable[[], Store]) -> Store:
    return opened()


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store.database)


def account(name: str = "ada", role: Role = Role.ADMIN, **more: Any) -> Account:
    return Account(name=name, role=role, password="$argon2id$a-hash", created_at=BEGIN, **more)


def position(name: str = "backend", **more: Any) -> Position:
    settings = Settings(
        title="Backend developer",
        company="A company",
        contact="Grace, grace@example.org",
        questions=("http", "codes"),
        help_allowed="Notes.",
        places=(Place.ELSEWHERE,),
    )
    fields: dict[str, Any] = {
        "id": name,
        "settings": settings,
        "scenario_id": "to-be-set",
        "scenario_sha256": "to-be-set",
        "created_at": BEGIN,
        "created_by": "ada",
        **more,
    }
    return Position(**fields)


def invite(key: str = "inv-1", **more: Any) -> Invite:
    fields: dict[str, Any] = {
        "id": key,
        "position": "backend",
        "name": "Kim Example",
        "token_sha256": token_sha256(f"token of {key}"),
        "created_at": BEGIN,
        "created_by": "ada",
        "expires_at": BEGIN + timedelta(days=21),
        **more,
    }
    return Invite(**fields)


@pytest.fixture
def staffed(office: Office) -> Office:
    """An office with one position."""
    office.add_position(position(), PLAN)
    return office


def another_scenario() -> Scenario:
    return PLAN.model_copy(update={"title": "Another", "id": "another"})


def tamper(path: Path, statement: str, values: Sequence[object] = ()) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(statement, values)
    connection.close()


def files_with(folder: Path, *words: str) -> list[str]:
    return [one.name for one in folder.iterdir() for word in words if word.encode() in one.read_bytes()]


# Accounts


def test_accounts_are_read_back_by_name(office: Office) -> None:
    zoe = account("zoe", Role.VIEWER, epoch=3, failures=2, locked_until=LATER)
    for one in (zoe, account()):
        office.add_account(one)
    assert office.accounts() == (account(), zoe)
    assert office.account("zoe") == zoe
    assert office.account("nobody") is None


def test_a_name_is_taken_once(office: Office) -> None:
    office.add_account(account())
    with pytest.raises(UsageError, match="There is an account 'ada' already"):
        office.add_account(account(role=Role.VIEWER))
    assert office.account("ada") == account()


def test_an_account_is_changed(office: Office, opened: Callable[[], Store]) -> None:
    office.add_account(account())
    changed = office.change_account("ada", lambda one: one.model_copy(update={"epoch": one.epoch + 1}))
    assert changed.epoch == 1
    assert Office(opened().database).account("ada") == changed
    with pytest.raises(NotFound, match="no account 'bob'"):
        office.change_account("bob", lambda one: one)


def test_a_change_that_fails_changes_nothing(office: Office) -> None:
    office.add_account(account())

    def failing(_: Account) -> Account:
        raise UsageError("not this way")

    with pytest.raises(UsageError, match="not this way"):
        office.change_account("ada", failing)
    assert office.account("ada") == account()


def test_the_last_admin_stays(office: Office) -> None:
    for one in (account(), account("rev", Role.REVIEWER)):
        office.add_account(one)

    def to_viewer(one: Account) -> Account:
        return one.model_copy(update={"role": Role.VIEWER})

    for leave in (lambda: office.remove_account("ada"), lambda: office.change_account("ada", to_viewer)):
        with pytest.raises(UsageError, match="'ada' is the last admin"):
            leave()
        assert office.account("ada") == account()
    office.change_account("rev", lambda one: one.model_copy(update={"role": Role.ADMIN}))
    office.change_account("ada", to_viewer)
    office.remove_account("ada")
    assert [one.name for one in office.accounts()] == ["rev"]
    with pytest.raises(NotFound, match="no account 'ada'"):
        office.remove_account("ada")


def test_two_admins_who_leave_at_once_leave_one(office: Office, opened: Callable[[], Store]) -> None:
    names = ("ada", "bob")
    for _ in range(10):
        for name in names:
            if office.account(name) is None:
                office.add_account(account(name))
        together = threading.Barrier(2)
        offices = [Office(opened().database) for _ in names]

        def leave(number: int, together: threading.Barrier = together, offices: list[Office] = offices) -> bool:
            together.wait()
            try:
                offices[number].remove_account(names[number])
            except UsageError:
                return False
            return True

        with ThreadPoolExecutor(2) as both:
            assert sorted(both.map(leave, range(2))) == [False, True]
        assert len(office.accounts()) == 1


# Positions


def test_a_position_keeps_the_scenario_that_it_is_given(office: Office) -> None:
    office.add_position(position(), PLAN)
    kept = office.position("backend")
    assert (kept.scenario_id, kept.scenario_sha256) == (PLAN.id, scenario_sha256(PLAN))
    assert kept.settings == position().settings
    assert office.scenario(kept.scenario_sha256) == PLAN


def test_positions_are_listed_the_latest_first(office: Office) -> None:
    for name, at in (("first", BEGIN), ("third", LATER), ("second", LATER)):
        office.add_position(position(name, created_at=at), PLAN)
    assert [one.id for one in office.positions()] == ["second", "third", "first"]


def test_what_is_not_there_is_named(staffed: Office) -> None:
    for look, words in (
        (lambda: staffed.position("x" * 90), f"no position '{'x' * 40}'"),
        (lambda: staffed.change_position("nope", lambda one: one), "no position 'nope'"),
        (lambda: staffed.scenario("f" * 64), "no scenario 'ffffffffffff'"),
        (lambda: staffed.invite("nope"), "no invitation 'nope'"),
        (lambda: staffed.change_invite("nope", lambda one: one), "no invitation 'nope'"),
        (lambda: staffed.forget_invite("nope"), "no invitation 'nope'"),
        (lambda: staffed.add_invites([invite(), invite("inv-2", position="gone")]), "no position 'gone'"),
    ):
        with pytest.raises(NotFound, match=words):
            look()
    assert staffed.invites("backend") == ()


def test_a_position_is_made_once(staffed: Office) -> None:
    with pytest.raises(UsageError, match="There is a position 'backend' already"):
        staffed.add_position(position(), another_scenario())
    assert staffed.position("backend").scenario_sha256 == scenario_sha256(PLAN)


def test_an_old_scenario_goes_with_the_last_position_that_needs_it(staffed: Office) -> None:
    staffed.add_position(position("second"), PLAN)
    old, new = scenario_sha256(PLAN), scenario_sha256(another_scenario())

    def close(one: Position) -> Position:
        return one.model_copy(update={"ours": True, "closed_at": LATER})

    changed = staffed.change_position("backend", close, another_scenario())
    assert changed == staffed.position("backend")
    assert (changed.ours, changed.closed_at, changed.scenario_id, changed.scenario_sha256) == (
        True, LATER, "another", new,
    )  # fmt: skip
    assert staffed.scenario(old) == PLAN
    staffed.change_position("second", lambda one: one, another_scenario())
    with pytest.raises(NotFound):
        staffed.scenario(old)


def test_a_scenario_stays_while_an_interview_needs_it(staffed: Office, store: Store) -> None:
    store.begin(PLAN, started(PLAN))
    staffed.change_position("backend", lambda one: one, another_scenario())
    assert staffed.scenario(scenario_sha256(PLAN)) == PLAN


def test_deleting_the_last_interview_keeps_a_positions_scenario(staffed: Office, store: Store) -> None:
    store.delete(store.begin(PLAN, started(PLAN)).interview)
    assert staffed.scenario(scenario_sha256(PLAN)) == PLAN
    store.begin(PLAN, started(PLAN))


# Invitations


def test_invitations_are_found_by_id_token_and_interview(staffed: Office) -> None:
    more = {"mail": "kim@example.org", "interviews": ("aaaa-aaaa", "bbbb-bbbb")}
    full = invite("inv-2", created_at=LATER, accommodation=Accommodation(timing=Timing.MORE), **more)
    staffed.add_invites([invite(), full])
    assert staffed.invites("backend") == (full, invite())
    assert staffed.invites("another") == ()
    assert staffed.invite("inv-2") == full
    assert staffed.invite_by_token(token_sha256("token of inv-2")) == full
    assert staffed.invite_by_token(token_sha256("guessed")) is None
    assert staffed.invite_of("bbbb-bbbb") == full
    assert staffed.invite_of("aaaa-aaaa") is None, "an earlier attempt is not in force"


def test_invitations_are_stored_all_or_none(staffed: Office) -> None:
    staffed.add_invites([invite()])
    with pytest.raises(StoreError):
        staffed.add_invites([invite("inv-2"), invite("inv-3", token_sha256=invite().token_sha256)])
    assert staffed.invites("backend") == (invite(),)


def test_a_changed_invitation_is_found_by_what_it_is_now(staffed: Office) -> None:
    staffed.add_invites([invite()])
    new = {"token_sha256": token_sha256("a new link"), "interviews": ("cccc-cccc",)}
    changed = staffed.change_invite("inv-1", lambda one: one.model_copy(update=new))
    assert staffed.invite("inv-1") == changed
    assert staffed.invite_by_token(token_sha256("a new link")) == changed
    assert staffed.invite_by_token(token_sha256("token of inv-1")) is None
    assert staffed.invite_of("cccc-cccc") == changed


@pytest.mark.parametrize("windows", [1, 2], ids=["one window", "two windows"])
def test_changes_at_the_same_time_lose_nothing(staffed: Office, opened: Callable[[], Store], windows: int) -> None:
    """Each of two threads adds its own interviews to the same invitation: all are there afterwards."""
    staffed.add_invites([invite()])
    offices = [staffed, staffed if windows == 1 else Office(opened().database)]
    together = threading.Barrier(2)
    times = 25

    def add(number: int) -> None:
        together.wait()
        for count in range(times):
            name = f"{number}-{count}"
            offices[number].change_invite(
                "inv-1", lambda one, name=name: one.model_copy(update={"interviews": (*one.interviews, name)})
            )

    with ThreadPoolExecutor(2) as both:
        list(both.map(add, range(2)))
    kept = staffed.invite("inv-1").interviews
    assert sorted(kept) == sorted(f"{number}-{count}" for number in range(2) for count in range(times))
    assert [one for one in kept if one.startswith("0-")] == [f"0-{count}" for count in range(times)]


def test_a_new_database_may_be_used_by_many_threads_at_once(office: Office) -> None:
    together = threading.Barrier(8)

    def add(number: int) -> None:
        together.wait()
        office.add_account(account(f"user{number}"))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add, range(8)))
    assert len(office.accounts()) == 8


def test_a_thread_that_keeps_writing_is_told_to_the_others(path: Path) -> None:
    store = Store(path, busy_seconds=0.01)
    office = Office(store.database)
    office.add_account(account())
    with ThreadPoolExecutor(1) as other, store.database.writing():
        told = other.submit(office.add_account, account("bob")).exception()
    assert isinstance(told, StoreBusy) and "is busy" in told.message
    assert len(office.accounts()) == 1
    store.close()


def test_an_invited_candidates_interview_is_nobody_elses_to_resume(staffed: Office, store: Store, path: Path) -> None:
    own, aside, force = (store.begin(PLAN, started(PLAN, at=BEGIN + timedelta(minutes=n))).interview for n in range(3))
    assert store.latest_unfinished() == force
    staffed.add_invites([invite(interviews=(aside, force))])
    assert store.latest_unfinished() == own
    tamper(path, "UPDATE invite SET body = ?", [b"junk"])
    assert store.latest_unfinished() == aside, "what a damaged invitation still tells is the interview in force"


# Forgetting


def test_a_forgotten_invitation_leaves_no_byte(staffed: Office, store: Store, path: Path) -> None:
    """Among many others, changed often, so that rows were moved between pages on the way."""
    words = "she said that it broke"
    reason = "because of my privacy"
    staffed.add_invites(
        [invite(f"inv-{n}", name=SECRET if n == 40 else f"Somebody {n}", mail="q@canary.example" if n == 40 else None)
         for n in range(1, 81)]
    )  # fmt: skip
    for n in (*range(30, 50), 40, 40):
        for _ in range(2):
            staffed.change_invite(
                f"inv-{n}", lambda one: one.model_copy(update={"interviews": (*one.interviews, "in-te-rv")})
            )
    staffed.add_trouble(Trouble(invite="inv-40", at=BEGIN, turn=3, words=words))
    staffed.add_trouble(Trouble(invite="inv-41", at=BEGIN, turn=3, words="somebody else's"))
    staffed.put_request(Request(invite="inv-40", at=BEGIN, words=reason))
    staffed.put_request(Request(invite="inv-41", at=BEGIN))
    staffed.change_invite("inv-40", lambda one: one.model_copy(update={"interviews": ("aaaa-aaaa", "bbbb-bbbb")}))
    read = {"target": "http.request", "by": "ada", "at": BEGIN, "status": Status.ABSENT, "machine": Status.COVERED}
    for name in ("aaaa-aaaa", "bbbb-bbbb", "cccc-cccc"):
        staffed.add_blind(BlindReading(interview=name, **read))
    assert files_with(path.parent, SECRET, words, reason, "q@canary.example")

    staffed.forget_invite("inv-40")

    assert files_with(path.parent, SECRET, words, reason, "q@canary.example", "aaaa-aaaa", "bbbb-bbbb") == []
    assert len(staffed.invites("backend")) == 79
    assert staffed.troubles("inv-40") == () and len(staffed.troubles("inv-41")) == 1
    assert [one.invite for one in staffed.requests()] == ["inv-41"]
    assert [one.interview for one in staffed.blinds(["aaaa-aaaa", "bbbb-bbbb", "cccc-cccc"])] == ["cccc-cccc"]
    store.close()
    assert files_with(path.parent, SECRET, words, reason) == []


def test_while_another_window_reads_the_words_are_said_to_remain_and_go_at_the_next_start(path: Path) -> None:
    store = Store(path, busy_seconds=0.01)
    office = Office(store.database)
    office.add_position(position(), PLAN)
    office.add_invites([invite(name=SECRET)])
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM invite").fetchall()
    with pytest.raises(StoreBusy, match="Invitation inv-1 is deleted, but another window still reads"):
        office.forget_invite("inv-1")
    assert office.invites("backend") == ()
    reader.close()
    store.close()
    later = Store(path)
    assert Office(later.database).invites("backend") == ()
    assert files_with(path.parent, SECRET) == []
    later.close()


# The record, and what is noted


def test_the_record_is_read_backwards_page_by_page(office: Office) -> None:
    lines = [Entry(at=BEGIN + timedelta(seconds=n), who="ada", deed=Deed.INTERVIEW_SEEN, subject=f"s-{n % 3}")
             for n in range(ENTRIES + 20)]  # fmt: skip
    office.note(*lines)
    office.note(Entry(at=LATER, who=CANDIDATE, deed=Deed.CONSENTED, subject="inv-1", target="http.request"))
    first = office.entries()
    assert len(first) == ENTRIES
    assert first[0][1].who == CANDIDATE and first[0][1].target == "http.request"
    assert [entry for _, entry in first[1:]] == lines[:20:-1]
    rest = office.entries(before=first[-1][0])
    assert [entry for _, entry in rest] == lines[20::-1]
    assert {entry.subject for _, entry in office.entries(subjects=["s-0", "inv-1"])} == {"s-0", "inv-1"}
    office.note()
    assert len(office.entries()) == ENTRIES


def test_the_first_blind_reading_stands(office: Office) -> None:
    first = BlindReading(
        interview="aaaa-aaaa", target="http.request", by="ada", at=BEGIN, status=Status.ABSENT, machine=Status.COVERED
    )
    again = first.model_copy(update={"status": Status.COVERED})
    other = first.model_copy(update={"by": "bob"})
    assert [office.add_blind(one) for one in (first, again, other)] == [True, False, True]
    assert set(office.blinds(["aaaa-aaaa", "never"])) == {first, other}
    assert office.blinds([]) == ()


def test_troubles_are_kept_in_order(office: Office) -> None:
    told = [Trouble(invite="inv-1", at=BEGIN, turn=n, words=f"it broke {n}") for n in (3, 1, 2)]
    for one in told:
        office.add_trouble(one)
    assert office.troubles("inv-1") == tuple(told)
    assert office.troubles("inv-2") == ()


def test_a_request_is_answered_in_its_place(office: Office) -> None:
    asked = Request(invite="inv-1", at=BEGIN, words="please")
    later = Request(invite="inv-2", at=LATER)
    for one in (asked, later):
        office.put_request(one)
    answered = asked.model_copy(update={"decided_at": LATER, "decided_by": "ada", "granted": False, "reason": "law"})
    office.put_request(answered)
    assert office.requests() == (later, answered)


# Damage


DAMAGED = {
    "account": (lambda one: one.accounts(), "ada"),
    "position": (lambda one: one.position("backend"), "backend"),
    "scenario": (lambda one: one.scenario(scenario_sha256(PLAN)), scenario_sha256(PLAN)),
    "invite": (lambda one: one.invites("backend"), "inv-1"),
    "blind": (lambda one: one.blinds(["aaaa-aaaa"]), "aaaa-aaaa, http.request, ada"),
    "trouble": (lambda one: one.troubles("inv-1"), "1"),
    "request": (lambda one: one.requests(), "inv-1"),
}


@pytest.fixture
def full(staffed: Office) -> Office:
    """An office with a row in every table."""
    staffed.add_account(account())
    staffed.add_invites([invite(accommodation=Accommodation(presentation=Presentation.LARGE))])
    staffed.add_trouble(Trouble(invite="inv-1", at=BEGIN, turn=0))
    staffed.put_request(Request(invite="inv-1", at=BEGIN))
    staffed.add_blind(
        BlindReading(
            interview="aaaa-aaaa", target="http.request", by="ada", at=BEGIN, status=Status.UNCLEAR,
            machine=Status.UNCLEAR,
        )
    )  # fmt: skip
    staffed.note(Entry(at=BEGIN, who="ada", deed=Deed.INVITED, subject="inv-1"))
    return staffed


@pytest.mark.parametrize("junk", [b"{}", b"\xff\x00", "text, not bytes", 7])
@pytest.mark.parametrize("table", DAMAGED)
def test_a_damaged_row_is_named_with_its_remedy(full: Office, path: Path, table: str, junk: object) -> None:
    read, key = DAMAGED[table]
    read(full)
    tamper(path, f"UPDATE {table} SET body = ?", [junk])
    with pytest.raises(StoreError) as told:
        read(full)
    assert told.value.message == f"The row {key!r} of the table {table!r} is damaged."
    assert "interviewer restore" in told.value.remedy


@pytest.mark.parametrize(("column", "junk"), [("deed", "danced"), ("at", "never"), ("who", b"\xff")])
def test_a_damaged_line_of_the_record_is_told(full: Office, path: Path, column: str, junk: object) -> None:
    tamper(path, f"UPDATE audit SET {column} = ?", [junk])
    if column == "deed":
        with pytest.raises(StoreError, match="The row '1' of the table 'audit' is damaged"):
            full.entries()
        return
    ((_, entry),) = full.entries()
    assert (entry.at == datetime.min.replace(tzinfo=UTC)) is (column == "at")
    assert (entry.who == "ada") is (column != "who")


@pytest.mark.usefixtures("full")
def test_a_row_that_points_nowhere_cannot_be_stored(store: Store, path: Path) -> None:
    for statement in ("DELETE FROM position", "DELETE FROM scenario", "UPDATE invite SET position = 'gone'"):
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA foreign_keys=ON")
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(statement)
        connection.close()
    with store.database.reading() as session:
        (on,) = session.connection().exec_driver_sql("PRAGMA foreign_keys").one()
    assert on == 1


def test_a_file_that_is_no_database_is_told(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"These are my notes.\n" * 100)
    for use in (Office.accounts, Office.positions, Office.requests, Office.entries):
        store = Store(path)
        with pytest.raises(StoreError, match="is not a database of this program"):
            use(Office(store.database))
