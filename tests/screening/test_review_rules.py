"""What waits for a person in an interview, in which order, and about how long it takes."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from interviewer.core import events as ev
from interviewer.core.criteria import Recommendation
from interviewer.core.events import Mode
from interviewer.core.hiring import summarise
from interviewer.screening.review import (
    USUAL_SECONDS,
    Cause,
    Item,
    after_reading,
    contested,
    machine_finding,
    sampled,
    seconds_each,
    to_review,
)
from tests.factories import ABSENT, BEGIN, COVERED, PANEL, UNCLEAR, Log, Mark, tiny_scenario

FULL: dict[str, Mark] = dict.fromkeys(["request", "response", "method", "status", "headers", "tls"], COVERED)
CODES: dict[str, Mark] = dict.fromkeys(["not-found", "created", "teapot"], COVERED)
CACHING: dict[str, Mark] = dict.fromkeys(["cache-header", "etag"], COVERED)


def told(http: dict[str, Mark] | None = None, codes: dict[str, Mark] | None = None, **more: object) -> Log:
    """A finished screen by a panel: all is covered but what is said here."""
    log = Log(tiny_scenario(), mode=Mode.SCREEN, judge=PANEL, **more)
    log.whole("http", {**FULL, **(http or {})})
    log.whole("caching", CACHING)
    return log.whole("codes", {**CODES, **(codes or {})}).end()


def items(log: Log, sample: tuple[str, ...] = (), read: tuple[str, ...] = ()) -> tuple[Item, ...]:
    return after_reading(to_review(log.state, log.events, summarise(log.state), sample), read)


def targets(log: Log, sample: tuple[str, ...] = (), read: tuple[str, ...] = ()) -> list[str]:
    return [one.target for one in items(log, sample, read)]


def test_nothing_waits_where_all_is_sure_or_the_interview_goes_on() -> None:
    assert items(told()) == ()
    unfinished = Log(tiny_scenario(), mode=Mode.SCREEN).whole("http", {"request": UNCLEAR})
    assert items(unfinished) == ()


def test_what_moves_the_recommendation_comes_before_what_moves_a_level() -> None:
    log = told(
        {"tls": UNCLEAR, "no-server": COVERED, "makes-it-up": COVERED}, {"not-found": UNCLEAR, "teapot": UNCLEAR}
    )
    found = items(log)
    assert found[0].target == "codes.not-found"
    assert Recommendation.FAIL in found[0].recommendations
    moved = [one.recommendations[0] is not one.recommendations[1] for one in found]
    assert moved == sorted(moved, reverse=True)
    for before, after in pairwise(found):
        assert before.weight >= after.weight
    assert "http.makes-it-up" in [one.target for one in found]


def test_a_flag_that_changes_nothing_still_waits_and_comes_last() -> None:
    # The level is 1 already, so a flag that caps it at 2 is not decisive.
    log = told({"request": ABSENT, "no-server": COVERED}, {"not-found": UNCLEAR})
    found = items(log)
    assert [one.target for one in found] == ["codes.not-found", "http.no-server"]
    assert found[1].causes == (Cause.FLAG,) and found[1].levels == (1, 1)
    log.override("http.no-server", ABSENT)
    assert targets(log) == ["codes.not-found"]


def test_a_contested_finding_waits_with_what_it_would_change_until_a_person_speaks() -> None:
    log = told({"request": ABSENT})
    assert items(log) == ()
    log.contest("http.request")
    (found,) = items(log)
    assert found.causes == (Cause.CONTESTED,)
    assert found.levels == (1, 4)
    assert found.recommendations == (Recommendation.FAIL, Recommendation.STRONG_PASS)
    log.confirm("http.request")
    assert items(log) == () and contested(log.events) == ()
    # And again, where the candidate contests the person's word.
    log.contest("http.request")
    assert targets(log) == ["http.request"]


def test_a_contested_doubt_is_one_item_with_both_causes() -> None:
    log = told({"request": UNCLEAR}).contest("http.request")
    (found,) = items(log)
    assert found.causes == (Cause.CONTESTED, Cause.DOUBT)


def test_a_contested_flag_is_decided_for_the_candidate_by_being_dismissed() -> None:
    log = told({"makes-it-up": COVERED}).confirm("http.makes-it-up").contest("http.makes-it-up")
    (found,) = items(log)
    assert found.is_flag and found.levels == (1, 4)


@pytest.mark.parametrize(("decision", "left"), [("advance", []), ("reject", []), ("hold", ["http.tls"])])
def test_after_a_decision_only_what_is_contested_waits(decision: str, left: list[str]) -> None:
    log = told({"tls": UNCLEAR})
    log.add(ev.Decided(at=log.now, by="Ada", decision=decision, reason="so"))  # type: ignore[arg-type]
    assert targets(log, ("codes.created",)) == [*left, *(["codes.created"] if left else [])]
    log.contest("codes.created")
    assert "codes.created" in targets(log)


def test_what_is_sampled_is_read_blind_once_and_last_where_nothing_hangs_on_it() -> None:
    log = told({"tls": UNCLEAR, "request": UNCLEAR})
    found = items(log, ("http.request", "http.method", "codes.created"))
    assert [(one.target, one.blind) for one in found] == [
        ("http.request", True),
        ("http.tls", False),
        ("http.method", True),
        ("codes.created", True),
    ]
    assert found[2].causes == (Cause.SAMPLE,)
    left = items(log, ("http.request", "http.method", "codes.created"), ("http.request", "http.method"))
    assert [(one.target, one.blind) for one in left] == [
        ("http.request", False),
        ("http.tls", False),
        ("codes.created", True),
    ]
    log.override("codes.created", COVERED)
    assert "codes.created" not in targets(log, ("codes.created",))


def test_the_place_of_what_is_read_blind_does_not_tell_what_the_judge_found() -> None:
    log = told({"no-server": COVERED, "tls": UNCLEAR}).contest("http.status")
    sample = ("http.no-server", "http.status", "http.method", "codes.created")
    found = items(log, sample)
    # Flags and contested findings stand among the others that are read blind, in the order of the scenario.
    assert [one.target for one in found] == [
        "http.tls",
        "http.method",
        "http.status",
        "http.no-server",
        "codes.created",
    ]
    assert [one.among_sample for one in found] == [False, True, True, True, True]
    # Once read they have their own place, and the reason why they wait.
    after = items(log, sample, ("http.no-server", "http.status"))
    assert [one.target for one in after][:3] == ["http.tls", "http.no-server", "http.status"]
    assert [one.causes for one in after][:3] == [(Cause.DOUBT,), (Cause.FLAG,), (Cause.CONTESTED,)]


def test_all_findings_of_the_judge_may_be_sampled_and_no_others() -> None:
    seen: set[str] = set()
    for number in range(300):
        log = Log(tiny_scenario(), mode=Mode.SCREEN, salt=f"{number:016x}")
        log.whole("http", FULL).ask("codes").skip().end()
        state = log.state
        chosen = sampled(state, summarise(state).grades)
        assert chosen == sampled(state, summarise(state).grades)
        seen.update(chosen)
    question = tiny_scenario().question("http")
    # The follow-up was not asked, and the second question skipped without a word: there is no finding to read.
    assert seen == {f"http.{one.id}" for one in (*question.points, *question.red_flags)}


def test_the_machines_finding_stays_under_a_persons_word() -> None:
    log = told({"tls": UNCLEAR}).override("http.tls", COVERED)
    found = machine_finding(log.state, "http.tls")
    assert found is not None and found.status is UNCLEAR
    assert machine_finding(Log(tiny_scenario()).state, "http.tls") is None


def deeds(who: str, *seconds: float) -> list[tuple[str, object]]:
    return [(who, BEGIN + timedelta(seconds=at)) for at in seconds]


def test_the_time_of_a_finding_is_the_persons_own_median_else_everybodys_else_the_usual() -> None:
    ada = deeds("ada", 0, 10, 20, 30, 40, 50, 5000, 5008)
    bob = deeds("bob", 0, 40, 80)
    assert seconds_each([], "ada") == USUAL_SECONDS
    assert seconds_each(bob, "bob") == USUAL_SECONDS
    assert seconds_each([*reversed(ada), *bob], "ada") == 10
    assert seconds_each([*ada, *bob], "bob") == 10
    assert seconds_each(deeds("ada", 0, 301, 602, 903, 1204, 1505), "ada") == USUAL_SECONDS
