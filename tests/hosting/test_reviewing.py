"""What persons do with interviews: appended, recorded by ids alone, never twice for a double click."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from interviewer.core.errors import NotFound, UsageError
from interviewer.core.events import Confirmed, Decided, Event, Overridden
from interviewer.core.findings import Status
from interviewer.core.hiring import summarise
from interviewer.hosting import reviewing
from interviewer.hosting.reviewing import MAX_REASON, POINT_REASONS, Reviewing, invite_of, queue
from interviewer.screening.invite import Invite
from interviewer.screening.position import Position
from interviewer.screening.review import USUAL_SECONDS, Cause, sampled
from interviewer.web.house import House
from tests.factories import ABSENT, BEGIN, CONTRADICTED, COVERED, PARTIAL, UNCLEAR, Log, tiny_scenario
from tests.interviews import held, screened, stored
from tests.web.conftest import SetClock

Make = Callable[..., tuple[Invite, str]]


@pytest.fixture
def backend(position: Callable[..., Position]) -> Position:
    return position()


@pytest.fixture
def interview(house: House, backend: Position, invite: Make) -> str:
    """A finished interview with a doubt that decides, a flag, and a point that is missing."""
    return held(house, invite("Grace Example")[0], screened({"request": UNCLEAR, "no-server": COVERED, "tls": ABSENT}))


def deed(house: House, who: str = "ada") -> Reviewing:
    return Reviewing(house.program, house.hall, who)


def last(house: House, interview: str) -> Event:
    return house.program.store.open(interview).events[-1]


def recorded(house: House) -> list[tuple[str, str, str, str]]:
    return [(one.who, one.deed, one.subject, one.target) for _, one in house.office.entries()]


def waiting(house: House, who: str = "ada") -> list[str]:
    rows = house.results.rows(house.office.position("backend"), who)
    return [one.item.target for one in queue(house.program, rows, who).waiting if one.item.causes != (Cause.SAMPLE,)]


def test_a_clear_answer_that_says_the_same_confirms_and_any_other_overrides(house: House, interview: str) -> None:
    ada = deed(house)
    ada.settle(interview, "http.response", COVERED)
    assert last(house, interview) == Confirmed(at=BEGIN, target="http.response", by="ada")
    ada.settle(interview, "http.request", PARTIAL)
    assert last(house, interview) == Overridden(
        at=BEGIN, target="http.request", by="ada", status=PARTIAL, reason=POINT_REASONS[PARTIAL]
    )
    ada.settle(interview, "http.method", CONTRADICTED, "  they say \x1b[31mthe opposite\x1b[0m ")
    assert last(house, interview).reason == "they say the opposite"  # type: ignore[union-attr]
    assert recorded(house)[:3] == [
        ("ada", "overridden", interview, "http.method"),
        ("ada", "overridden", interview, "http.request"),
        ("ada", "confirmed", interview, "http.response"),
    ]


def test_the_same_answer_twice_is_stored_once_and_anothers_counts(house: House, interview: str) -> None:
    ada = deed(house)
    length = ada.settle(interview, "http.request", COVERED).length
    assert ada.settle(interview, "http.request", COVERED).length == length
    assert deed(house, "bob").settle(interview, "http.request", COVERED).length == length + 1
    assert isinstance(last(house, interview), Confirmed)
    assert deed(house, "bob").settle(interview, "http.request", ABSENT).length == length + 2


def test_a_contested_word_of_ones_own_can_be_repeated(house: House, interview: str) -> None:
    ada = deed(house)
    ada.settle(interview, "http.tls", ABSENT)
    log = Log(tiny_scenario())
    house.hall.append(interview, log.contest("http.tls").events[-1])
    assert "http.tls" in waiting(house)
    ada.settle(interview, "http.tls", ABSENT)
    assert isinstance(last(house, interview), Confirmed)
    assert "http.tls" not in waiting(house)


def test_what_cannot_be_settled_changes_nothing(house: House, interview: str, invite: Make) -> None:
    before = house.hall.read(interview).length
    ada = deed(house)
    with pytest.raises(UsageError, match="cannot be settled so"):
        ada.settle(interview, "http.request", UNCLEAR)
    with pytest.raises(UsageError, match="cannot be settled so"):
        ada.settle(interview, "http.no-server", PARTIAL)
    with pytest.raises(UsageError, match=f"longer than {MAX_REASON}"):
        ada.settle(interview, "http.request", COVERED, "x" * (MAX_REASON + 1))
    for target in ("http.nothing", "nothing.request", "nothing", "", "a.b.c"):
        with pytest.raises(NotFound):
            ada.settle(interview, target, COVERED)
        with pytest.raises(NotFound):
            ada.comment(interview, "words", target)
        with pytest.raises(NotFound):
            ada.confirm(interview, target)
    with pytest.raises(UsageError, match="say what you find instead"):
        ada.confirm(interview, "http.request")
    with pytest.raises(UsageError, match="needs a reason"):
        ada.decide(interview, "reject", " \n\u200b ")
    with pytest.raises(UsageError, match="empty"):
        ada.comment(interview, "  ")
    assert house.hall.read(interview).length == before
    assert recorded(house) == []
    unfinished = held(house, invite()[0], Log(tiny_scenario()).ask("http"))
    with pytest.raises(UsageError, match="not over yet"):
        ada.decide(unfinished, "reject", "too slow")


def test_a_decision_is_stored_once_and_may_be_changed(house: House, interview: str) -> None:
    ada = deed(house)
    ada.decide(interview, "advance", "solid basics")
    length = ada.decide(interview, "advance", "solid basics").length
    assert ada.decide(interview, "hold", "solid basics").length == length + 1
    assert [one.decision for one in house.hall.read(interview).state.decisions] == ["advance", "hold"]
    assert isinstance(last(house, interview), Decided)
    assert ("ada", "decided", interview, "advance") in recorded(house)
    assert not [line for line in recorded(house) if "solid" in str(line)]


def test_a_comment_is_kept_with_its_finding(house: House, interview: str) -> None:
    kept = deed(house).comment(interview, "ask about this", "http.request")
    assert [(one.by, one.text, one.target) for one in kept.state.comments] == [
        ("ada", "ask about this", "http.request")
    ]


# The queue


def test_the_queue_puts_what_decides_first_over_all_candidates(house: House, interview: str, invite: Make) -> None:
    other = held(house, invite("Alan")[0], screened({}, {"teapot": UNCLEAR}))
    house.hall.append(other, Log(tiny_scenario()).contest("caching.etag").events[-1])
    rows = house.results.rows(house.office.position("backend"), "ada")
    found = [one for one in queue(house.program, rows, "ada").waiting if one.item.causes != (Cause.SAMPLE,)]
    assert [(one.row.interview, one.item.target) for one in found] == [
        (other, "caching.etag"),
        (interview, "http.request"),
        (interview, "http.no-server"),
        (other, "codes.teapot"),
    ]
    weights = [one.item.weight for one in found]
    assert weights == sorted(weights, reverse=True)


def test_the_queue_tells_how_long_one_takes_from_the_record(house: House, interview: str, clock: SetClock) -> None:
    def seconds(who: str) -> float:
        return queue(house.program, house.results.rows(house.office.position("backend"), who), who).seconds

    assert seconds("ada") == USUAL_SECONDS
    for number in range(4):
        for target in ("http.request", "http.method"):
            clock.go_on(seconds=8)
            deed(house).settle(interview, target, COVERED if number % 2 else ABSENT)
    assert seconds("ada") == 8
    assert seconds("bob") == 8
    clock.go_on(hours=3)
    deed(house).settle(interview, "http.request", PARTIAL)
    assert seconds("ada") == 8


# Blind readings


@pytest.fixture
def blind(house: House, backend: Position, invite: Make) -> tuple[str, str]:
    """An interview of which `http.method` is among the tenth that is read blind."""
    for number in range(400):
        log = screened(salt=f"{number:016x}")
        if "http.method" in sampled(log.state, summarise(log.state).grades):
            return held(house, invite("Grace Example")[0], log), "http.method"
    raise AssertionError("none of 400 was sampled")


def test_a_blind_reading_is_kept_beside_the_machines_verdict_and_overrides_nothing(
    house: House, blind: tuple[str, str]
) -> None:
    interview, target = blind
    before = house.hall.read(interview).length
    reading = deed(house).read_blind(interview, target, ABSENT)
    assert reading is not None
    assert (reading.status, reading.machine, reading.by) == (ABSENT, COVERED, "ada")
    assert house.hall.read(interview).length == before
    assert recorded(house) == [("ada", "blind_read", interview, target)]
    rows = house.results.rows(house.office.position("backend"), "ada")
    assert target not in [one.item.target for one in queue(house.program, rows, "ada").waiting]
    assert (house.results.readings(rows).points.read, house.results.readings(rows).points.same) == (1, 0)


def test_the_first_reading_stands_whoever_comes_second(house: House, blind: tuple[str, str]) -> None:
    interview, target = blind
    assert deed(house).read_blind(interview, target, ABSENT) is not None
    assert deed(house).read_blind(interview, target, COVERED) is None
    assert deed(house, "bob").read_blind(interview, target, COVERED) is None
    assert [one.status for one in house.office.blinds([interview])] == [ABSENT]


def test_what_no_judge_has_judged_cannot_be_read(house: House, backend: Position, invite: Make) -> None:
    interview = held(house, invite()[0], Log(tiny_scenario()).ask("http"))
    with pytest.raises(NotFound):
        deed(house).read_blind(interview, "http.method", COVERED)


def test_points_and_flags_are_counted_apart(house: House, interview: str) -> None:
    ada = deed(house)
    ada.read_blind(interview, "http.no-server", COVERED)
    ada.read_blind(interview, "http.method", COVERED)
    ada.read_blind(interview, "http.request", COVERED)
    found = house.results.readings(house.results.rows(house.office.position("backend"), "ada"))
    assert (found.points.read, found.points.same, found.points.unsure) == (1, 1, 1)
    assert (found.flags.read, found.flags.same) == (1, 1)


# Whose interviews


def test_only_interviews_of_candidates_are_found(house: House, interview: str, invite: Make) -> None:
    assert invite_of(house.program, interview).name == "Grace Example"
    practised = stored(house, screened())
    looked_at = held(house, invite("ada", preview=True)[0], screened())
    for name in (practised, looked_at, "none", "", interview[:4], "../etc"):
        with pytest.raises(NotFound):
            invite_of(house.program, name)


def test_an_earlier_attempt_is_found_too(house: House, backend: Position, invite: Make) -> None:
    made, _ = invite("Grace Example")
    first, second = held(house, made, screened()), held(house, made, screened())
    assert invite_of(house.program, first).id == invite_of(house.program, second).id == made.id


def test_every_answer_has_a_reason_that_is_kind() -> None:
    assert set(reviewing.FLAG_REASONS) <= set(POINT_REASONS) == set(Status) - {UNCLEAR}
