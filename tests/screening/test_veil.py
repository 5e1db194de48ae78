"""What is to be read blind first: which findings that is, and that a report without them tells nothing of them."""

from __future__ import annotations

import json
from typing import Any, Literal

import pytest

from interviewer.core import events as ev
from interviewer.core.events import Mode
from interviewer.core.findings import Status
from interviewer.core.hiring import summarise
from interviewer.reporting.as_json import to_json
from interviewer.reporting.build import build
from interviewer.reporting.html import to_html
from interviewer.reporting.markdown import to_markdown
from interviewer.reporting.model import Report
from interviewer.screening.blindness import hidden, is_sampled
from interviewer.screening.review import sampled, unread
from interviewer.screening.roles import Role
from interviewer.screening.veil import Grounds, veiled
from tests.factories import ABSENT, COVERED, PANEL, PARTIAL, UNCLEAR, Log, Mark, span, tiny_scenario
from tests.interviews import CACHING, CODES, screened

ALL = frozenset(
    f"{question.id}.{one.id}"
    for question in tiny_scenario().all_questions()
    for one in (*question.points, *question.red_flags)
)
SAID = "a client sends a GET with headers and a body, over TLS, and no server is there, I made that up"


def salt_for(*wanted: str) -> str:
    """A salt by which exactly these findings of the tiny scenario are drawn."""
    for number in range(1_000_000):
        salt = f"{number:016x}"
        if all(is_sampled(salt, one) is (one in wanted) for one in ALL):
            return salt
    raise AssertionError("no salt does that")


def drawn(log: Log) -> set[str]:
    return set(unread(log.state, summarise(log.state).grades))


def made(log: Log, *hide: str) -> Report:
    report = build(log.state, interview="b7k2", length=1, head="0" * 64, events=log.events)
    return veiled(report, log.state, frozenset(hide))


# Which


def test_the_tenth_is_drawn_as_ever() -> None:
    # Interviews that are stored were drawn so: their readings would no longer be of a random tenth.
    found = {salt: sorted(one for one in ALL if is_sampled(salt, one)) for salt in ("00ff00ff", "17", "abcdef")}
    assert found == {
        "00ff00ff": ["http.makes-it-up", "http.request", "http.response"],
        "17": [],
        "abcdef": ["caching.cache-header"],
    }


def test_what_is_drawn_is_to_be_read_until_a_person_speaks() -> None:
    log = screened(salt=salt_for("http.method", "codes.all-200"))
    assert drawn(log) == {"http.method", "codes.all-200"} == set(sampled(log.state, summarise(log.state).grades))
    log.override("http.method", ABSENT)
    assert drawn(log) == {"codes.all-200"}


@pytest.mark.parametrize("decision", ["advance", "reject"])
def test_after_a_decision_nothing_is_read_blind_any_more(decision: Literal["advance", "reject"]) -> None:
    log = screened(salt=salt_for("http.method"))
    log.add(ev.Decided(at=log.now, by="Ada", decision="hold", reason="wait"))
    assert drawn(log) == {"http.method"}
    log.add(ev.Decided(at=log.now, by="Ada", decision=decision, reason="so"))
    assert drawn(log) == set()
    log.add(ev.Decided(at=log.now, by="Ada", decision="hold", reason="not yet"))
    assert drawn(log) == set()


def test_while_it_goes_on_what_may_be_drawn_is_not_seen_either() -> None:
    log = Log(
        tiny_scenario(), mode=Mode.SCREEN, judge=PANEL, salt=salt_for("http.method", "caching.etag", "codes.created")
    )
    log.ask("http").answer("it asks", {"method": COVERED})
    assert drawn(log) == {"http.method"}
    # A follow-up that was judged ahead is drawn once it counts; by then it must not have been seen.
    log.judged(log.marks({"etag": COVERED}, "caching", 1), "caching")
    assert drawn(log) == {"http.method", "caching.etag"}


def test_only_whoever_may_read_is_not_shown_it() -> None:
    assert hidden(Role.REVIEWER, ["a.b"]) == hidden(Role.ADMIN, ["a.b"]) == {"a.b"}
    assert hidden(Role.VIEWER, ["a.b"]) == set()


# What is left of a report


def varied(target: str, status: Status) -> Log:
    """An interview that fails and has level 1 by its first point, so that this finding moves neither."""
    name = target.split(".")[1]
    quoted = () if status in (ABSENT, UNCLEAR) else (span(2, "GET with headers", SAID),)
    marks: dict[str, Mark] = {"request": ABSENT, "tls": COVERED, "no-server": COVERED, name: (status, quoted)}
    return screened(marks, words=SAID).contest(target) if status is ABSENT else screened(marks, words=SAID)


@pytest.mark.parametrize(
    "target",
    ["http.method", "http.status", "http.headers", "http.body", "http.tls", "http.no-server", "http.makes-it-up"],
)
def test_whatever_the_judge_found_the_report_is_the_same(target: str) -> None:
    reports = [made(varied(target, status), target) for status in Status]
    open_ = [made(varied(target, status)) for status in Status]
    for written in (_json, to_html, to_markdown):
        assert len({written(one) for one in reports}) == 1, written
        assert len({written(one) for one in open_}) > 1, written
    page = to_html(reports[0], reading="/queue?find=b7k2/")
    assert page.count("to be read blind first") >= 1
    assert f'<a href="/queue?find=b7k2/{target}">Read it</a>' in page
    assert "Read it" not in to_html(reports[0]) and "Read it" not in to_html(open_[0], reading="/queue?find=b7k2/")


def _json(report: Report) -> str:
    return json.dumps(to_json(report))


def test_nothing_is_filtered_where_nothing_is_hidden() -> None:
    log = screened({"request": UNCLEAR})
    plain = build(log.state, interview="b7k2", length=1, head="0" * 64, events=log.events)
    assert made(log) == plain
    assert made(log, "http.nothing") == plain


def test_a_criterion_is_hidden_with_any_of_its_findings_and_no_other_is() -> None:
    report = made(screened(), "http.request")
    assert [one.id for one in report.criteria if one.blind] == ["the-cycle"]
    (blind,) = (one for one in report.criteria if one.blind)
    assert (blind.verdict, blind.shown, blind.possible) == ("open", 0, 0)
    assert blind.says == "Shows the-cycle"


@pytest.mark.parametrize(
    ("http", "codes", "hide", "left", "rests"),
    [
        ({}, {}, "http.tls", ["Pass criteria met: 2, all that a machine can judge."], '"Shows security"'),
        ({"request": ABSENT}, {}, "http.response", [], '"Shows the-cycle"'),
        (
            {"request": ABSENT},
            {},
            "codes.all-200",
            ['Not met: "Shows the-cycle", points shown: 1, needed: 2.'],
            '"Shows no-codes"',
        ),
        ({"request": UNCLEAR}, {}, "http.response", [], '"Shows the-cycle"'),
        (
            {},
            {"all-200": COVERED},
            "codes.all-200",
            [
                "Pass criteria met: 2, all that a machine can judge.",
                "Strong criteria met: 2 of 2; a strong pass needs more than half, and at least two.",
            ],
            '"Shows no-codes"',
        ),
        ({}, {}, "codes.not-found", None, '"Shows the-codes", "Shows no-codes"'),
    ],
)
def test_reasons_that_rest_on_it_become_one_line(
    http: dict[str, Mark], codes: dict[str, Mark], hide: str, left: list[str] | None, rests: str
) -> None:
    log = screened(http, codes)
    told = list(made(log, hide).reasons)
    assert told.pop() == f"Rests on what is to be read blind: {rests}."
    assert told == (list(summarise(log.state).reasons) if left is None else left)
    # The same from what lists keep of an interview, where more is unread than is hidden.
    kept = Grounds.of(summarise(log.state), frozenset({hide, "caching.etag"}))
    assert list(kept.told({hide})) == [*told, f"Rests on what is to be read blind: {rests}."]
    assert kept.told(()) == summarise(log.state).reasons


def test_what_persons_remarked_on_it_comes_back_with_it() -> None:
    log = screened()
    log.add(ev.Commented(at=log.now, by="ada", text="plainly covered", target="http.method"))
    log.add(ev.Commented(at=log.now, by="ada", text="on the whole"))
    assert [one.text for one in made(log, "http.method").comments] == ["on the whole"]
    assert [one.text for one in made(log).comments] == ["plainly covered", "on the whole"]


def test_that_another_way_was_taken_is_said_only_of_what_is_shown() -> None:
    def not_needed(*hide: str) -> dict[str, bool]:
        report = made(screened({"headers": ABSENT, "body": COVERED, "tls": PARTIAL}), *hide)
        http: Any = next(one for one in report.questions if one.id == "http")
        return {one.id: one.not_needed for one in http.first.points if one.group}

    assert not_needed() == {"http.headers": True, "http.body": False}
    assert not_needed("http.body") == {"http.headers": False, "http.body": False}
    assert not_needed("http.tls") == {"http.headers": True, "http.body": False}


def test_it_is_not_counted_among_what_is_to_be_checked() -> None:
    log = Log(tiny_scenario(), mode=Mode.SCREEN, judge=PANEL)
    log.whole("http", {"request": UNCLEAR, "response": COVERED}).whole("caching", CACHING).whole("codes", CODES).end()
    assert "one point to check" in to_html(made(log))
    page = to_html(made(log, "http.request"))
    assert "point to check" not in page and "points to check" not in page and "<h2>To check" not in page
    assert "level 1 or 2 of 4</td>" in page
