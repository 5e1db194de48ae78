"""What is kept no longer is deleted for good, and what is still kept is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from interviewer.core.errors import NotFound, StoreBusy
from interviewer.hosting.retention import Swept, sweep
from interviewer.hosting.reviewing import Reviewing
from interviewer.screening.invite import VALID_FOR, Invite
from interviewer.screening.position import Position
from interviewer.screening.records import Deed, Request, Trouble
from interviewer.web.house import House
from tests.factories import BEGIN, COVERED, Log, tiny_scenario
from tests.hosting.test_results import damage
from tests.interviews import held, screened
from tests.web.conftest import SetClock

Make = Callable[..., tuple[Invite, str]]


@pytest.fixture
def backend(position: Callable[..., Position]) -> Position:
    return position(retention_days=30)


def swept(house: House) -> Swept:
    return sweep(house.program, house.hall, house.results)


def on_disk(house: House, words: str) -> bool:
    """Whether these words stand anywhere in the files of the database."""
    path = house.program.settings.database
    return any(words.encode() in one.read_bytes() for one in path.parent.glob(f"{path.name}*"))


def test_an_interview_is_deleted_when_its_time_is_over_and_nothing_of_it_is_left(
    house: House, backend: Position, invite: Make, clock: SetClock
) -> None:
    words = "a very particular sentence about HTTP"
    old, _ = invite("Grace Particular", mail="grace@example.org")
    interview = held(house, old, screened(words=words))
    house.office.add_trouble(Trouble(invite=old.id, at=BEGIN, turn=1, words="my particular trouble"))
    house.office.put_request(Request(invite=old.id, at=BEGIN, words="please"))
    Reviewing(house.program, house.hall, "ada").read_blind(interview, "http.request", COVERED)
    house.results.rows(backend, "ada")
    clock.go_on(days=29)
    assert swept(house) == Swept()
    young = held(house, invite("Alan Example")[0], screened(words="still kept"))
    late = house.office.invite_of(young)
    assert late is not None
    house.office.change_invite(late.id, lambda now: now.model_copy(update={"ended_at": clock.now()}))
    assert on_disk(house, words) and on_disk(house, "Particular")
    clock.go_on(days=2)
    assert swept(house) == Swept((old.id,), (interview,))
    for thing in (words, "Grace Particular", "grace@example.org", "my particular trouble"):
        assert not on_disk(house, thing)
    with pytest.raises(NotFound):
        house.hall.read(interview)
    assert len(house.results.digests) == 0
    assert house.office.blinds([interview]) == () and house.office.requests() == ()
    assert [one.interview for one in house.results.rows(backend, "ada")] == [young]
    lines = house.office.entries(deeds=[Deed.RETENTION_ENDED])
    assert [(one.who, one.subject, one.target) for _, one in lines] == [("program", old.id, "")]
    assert swept(house) == Swept()


def test_an_interview_that_never_ended_counts_from_when_something_last_happened(
    house: House, backend: Position, invite: Make, clock: SetClock
) -> None:
    log = Log(tiny_scenario()).whole("http", {"request": COVERED})
    made, _ = invite("Grace Example")
    interview = held(house, made, log)
    clock.go_on(days=30)
    assert swept(house) == Swept()
    clock.go_on(seconds=10 * len(log.events))
    assert swept(house).interviews == (interview,)


def test_earlier_attempts_go_with_the_last(house: House, backend: Position, invite: Make, clock: SetClock) -> None:
    made, _ = invite("Grace Example")
    both = (held(house, made, screened()), held(house, made, screened()))
    clock.go_on(days=31)
    assert swept(house) == Swept((made.id,), both)


@pytest.mark.parametrize("more", [{}, {"revoked_at": BEGIN}, {"preview": True}])
def test_an_invitation_that_nobody_used_is_not_kept_longer_either(
    house: House, backend: Position, invite: Make, clock: SetClock, more: dict[str, Any]
) -> None:
    made, _ = invite("Grace Example", **more)
    clock.go_on(days=30)
    assert swept(house) == Swept()
    clock.go_on(seconds=VALID_FOR.total_seconds() + 1)
    assert swept(house).invites == (made.id,)
    assert not on_disk(house, "Grace Example")


def test_a_damaged_interview_is_deleted_too(house: House, backend: Position, invite: Make, clock: SetClock) -> None:
    made, _ = invite("Grace Example")
    interview = held(house, made, Log(tiny_scenario()).whole("http", {"request": COVERED}))
    damage(house, interview)
    clock.go_on(days=31)
    assert swept(house).interviews == (interview,)


def test_one_that_was_deleted_elsewhere_is_no_hindrance(
    house: House, backend: Position, invite: Make, clock: SetClock
) -> None:
    made, _ = invite("Grace Example")
    house.program.store.delete(held(house, made, screened()))
    clock.go_on(days=31)
    assert swept(house).invites == (made.id,)


def test_a_window_that_reads_keeps_nothing_from_being_deleted(
    house: House, backend: Position, invite: Make, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = invite("Grace Example")
    second, _ = invite("Alan Example")
    held(house, first, screened())
    held(house, second, screened())
    clock.go_on(days=31)

    def busy(what: str) -> None:
        raise StoreBusy(f"{what} is deleted, but another window still reads.")

    monkeypatch.setattr(house.program.store.database, "erase", busy)
    found = swept(house)
    assert set(found.invites) == {first.id, second.id} and "another window" in found.problem
    assert house.office.invites("backend") == ()
