"""The nearest next level, and which doubts decide one: table and properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.core.findings import Status
from interviewer.core.scoring import AID_CREDIT, grade, level_of
from interviewer.reporting.steps import NAMED, deciding, next_step, step_words, together
from tests.factories import ABSENT, CONTRADICTED, COVERED, MINIMUM, PARTIAL, UNCLEAR, Log, tiny_scenario

HTTP = tiny_scenario().question("http")
statuses = st.fixed_dictionaries({one.id: st.sampled_from(list(Status)) for one in HTTP.points})
flags = st.fixed_dictionaries({one.id: st.sampled_from([ABSENT, COVERED, UNCLEAR]) for one in HTTP.red_flags})


def graded(marks: dict[str, Status]) -> Log:
    return Log().whole("http", marks)


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        ({}, "To reach level 2, add: The client sends a request to the server; The server sends back a response."),
        ({"request": CONTRADICTED, "response": COVERED}, "To reach level 2, set right: The client sends a request"),
        (
            {"request": COVERED, "response": COVERED, "headers": COVERED, "method": PARTIAL},
            "To reach level 4, add: A response has a status code; The connection is encrypted with TLS.",
        ),
        ({"request": COVERED, "response": UNCLEAR}, "To be sure of level 2, say plainly: The server sends back"),
        (
            {"request": COVERED, "response": COVERED, "headers": COVERED, "method": COVERED, "no-server": COVERED},
            "To be sure of level 3, clear up what sounded like this: States the mistake no-server.",
        ),
        (dict.fromkeys([one.id for one in HTTP.points], COVERED), ""),
    ],
)
def test_the_cheapest_step_in_words(marks: dict[str, Status], words: str) -> None:
    told = step_words(grade(graded(marks).state, "http"))
    assert told.startswith(words) if words else told == ""


def test_at_most_two_points_are_named() -> None:
    scenario = tiny_scenario()
    minimum = tuple(one.model_copy(update={"tier": MINIMUM, "group": None}) for one in HTTP.points[:5])
    main = scenario.questions[0].model_copy(update={"points": (*minimum, *HTTP.points[5:])})
    log = Log(scenario.model_copy(update={"questions": (main, *scenario.questions[1:])})).whole("http")
    assert step_words(grade(log.state, "http")).endswith("Then three more points.")


@given(statuses, flags)
def test_taking_the_step_reaches_the_level(marks: dict[str, Status], seen: dict[str, Status]) -> None:
    found = grade(graded({**marks, **seen}).state, "http")
    step = next_step(found)
    if step is None:
        assert found.low == 4
        return
    credit = {one.point.id: one.low for one in found.points} | {one.point.id: 1.0 for one in step.points}
    left = [one.flag.severity for one in found.flags if one.shown_low and one.flag not in step.flags]
    assert step.level == found.low + 1
    assert level_of(HTTP, credit, left) >= step.level
    assert len(step_words(found).split("; ")) <= NAMED


@given(statuses, flags)
def test_nothing_in_the_step_is_idle(marks: dict[str, Status], seen: dict[str, Status]) -> None:
    found = grade(graded({**marks, **seen}).state, "http")
    step = next_step(found)
    for dropped in step.points if step else ():
        kept = {one.point.id: 1.0 for one in step.points if one is not dropped} if step else {}
        credit = {one.point.id: one.low for one in found.points} | kept
        assert step is not None
        assert level_of(HTTP, credit) < step.level


@given(statuses, flags)
def test_a_range_has_deciding_doubts_and_a_level_has_none(marks: dict[str, Status], seen: dict[str, Status]) -> None:
    found = grade(graded({**marks, **seen}).state, "http")
    assert bool(deciding(found)) is not found.certain


def test_tries_together_take_the_best_of_each() -> None:
    log = graded({"request": COVERED, "method": PARTIAL}).review("http").retry("http")
    state = log.answer("and back", {"response": COVERED, "method": COVERED}).state
    both = together([grade(state, "http", 1), grade(state, "http", 2)])
    assert {one.point.id for one in both.points if one.low == max(AID_CREDIT.values())} == {
        "request",
        "response",
        "method",
    }
    assert (both.low, both.high) == (2, 2)
