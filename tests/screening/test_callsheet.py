"""The call sheet: three to five authored probes on what was hinted at or is in doubt."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from interviewer.core.events import Mode
from interviewer.core.hiring import summarise
from interviewer.core.scenario import Tier
from interviewer.screening.callsheet import ENOUGH, MOST, CallSheet, Why, call_sheet
from tests.factories import ABSENT, COVERED, PARTIAL, UNCLEAR, Log, Mark, tiny_scenario

STATUSES = st.sampled_from([COVERED, PARTIAL, ABSENT, UNCLEAR])
HTTP = ("request", "response", "method", "status", "headers", "body", "tls")


def sheet(log: Log, contested: tuple[str, ...] = ()) -> CallSheet:
    return call_sheet(summarise(log.state), contested)


def whys(found: CallSheet) -> list[tuple[str, Why]]:
    return [(one.target, one.why) for one in found.probes]


def test_the_most_needed_come_first() -> None:
    log = Log(tiny_scenario(), mode=Mode.SCREEN)
    log.ask("http").answer("it sends a request", {"request": COVERED, "method": UNCLEAR, "status": PARTIAL})
    log.hint(0).answer("something comes back", {"response": COVERED}).close()
    log.whole("codes", {"not-found": UNCLEAR, "created": ABSENT}).end()
    assert whys(sheet(log, ("codes.created",))) == [
        ("codes.not-found", Why.DECISIVE),
        ("http.method", Why.DECISIVE),
        ("codes.created", Why.CONTESTED),
        ("http.response", Why.HINTED),
    ]
    (first, *_) = sheet(log).probes
    assert first.asks == "What about the part next to not-found?"
    assert first.says == "404 means that the resource does not exist."


def test_it_is_filled_up_to_three_and_says_what_only_a_person_can_tell() -> None:
    log = Log(tiny_scenario(), mode=Mode.SCREEN)
    log.ask("http").answer("it sends", {"request": COVERED, "response": PARTIAL, "method": COVERED, "headers": COVERED})
    log.probe("status").answer("200", {"status": COVERED}).close()
    log.whole("codes", {"not-found": COVERED, "created": ABSENT}).end()
    found = sheet(log)
    assert whys(found) == [
        ("http.response", Why.PARTIAL),
        ("http.status", Why.PROMPTED),
        ("codes.created", Why.MISSED),
    ]
    assert [one.id for one in found.for_a_person] == ["curiosity", "clarity"]


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(HTTP, STATUSES)), st.fixed_dictionaries({"not-found": STATUSES}))
def test_never_a_strong_point_and_never_too_many(http: dict[str, Mark], codes: dict[str, Mark]) -> None:
    log = Log(tiny_scenario(), mode=Mode.SCREEN).whole("http", http).whole("codes", codes).end()
    found = sheet(log)
    assert len(found.probes) <= MOST
    assert len({one.target for one in found.probes}) == len(found.probes)
    scenario = log.scenario
    for one in found.probes:
        question, name = one.target.split(".")
        point = scenario.question(question).point(name)
        assert point.tier is not Tier.STRONG and point.probe == one.asks
    fillers = [one for one in found.probes if one.why not in ENOUGH]
    assert not fillers or len(found.probes) <= 3
