"""No line of the interviewer's may earn a point that is still open."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from interviewer.core.scenario import Question
from interviewer.judging.embedded import EmbeddedJudge
from interviewer.judging.scripted import ScriptedJudge
from interviewer.library import Library
from interviewer.speaking.leaks import leaks
from tests.stage import LINES

LIBRARY = Library(home=Path("/nonexistent"))
SCENARIO = LIBRARY.get("junior-backend")
JUDGE = EmbeddedJudge()
EVERY = tuple((question, point) for question in SCENARIO.all_questions() for point in question.points)


@pytest.mark.parametrize(
    ("question", "point", "line"),
    [
        ("api-call", "dns", "So first the name gets turned into an IP by a resolver, and then?"),
        ("api-call", "dns", "Right, so a name server tells the client which IP address the host has. What's next?"),
        ("api-call", "tcp", "And then there's the handshake, SYN, SYN-ACK and ACK, to open the TCP connection, right?"),
        ("status-codes", "s404", "And you'd return 404 when that user doesn't exist, wouldn't you?"),
    ],
)
def test_a_planted_leak_is_caught(question: str, point: str, line: str) -> None:
    asked = SCENARIO.question(question)
    still_open = [one.id for one in asked.points]
    assert point in leaks(JUDGE, asked, line, still_open)


@pytest.mark.parametrize(
    "line",
    [
        "Before the request itself can go out, what has to happen between the two machines?",
        "Okay, go on.",
        "Sure, take your time.",
        "Let's go right back to the start. How does the app even know where to go?",
        "Thank you. Let's leave this one here.",
    ],
)
def test_a_good_probe_gives_nothing_away(line: str) -> None:
    asked = SCENARIO.question("api-call")
    assert leaks(JUDGE, asked, line, [point.id for point in asked.points]) == ()


@pytest.mark.parametrize("name", [f"{q.id}.{p.id}" for q, p in EVERY if p.probe])
def test_no_probe_gives_its_own_point_away(name: str) -> None:
    question, point = name.split(".")
    asked = SCENARIO.question(question)
    probe = asked.point(point).probe
    assert probe and leaks(JUDGE, asked, probe, [point]) == ()


def test_a_question_mark_hides_nothing_and_closed_points_may_be_named() -> None:
    asked = SCENARIO.question("api-call")
    judge = ScriptedJudge({"dns.": ["dns"], "tcp": ["tcp"]})
    assert leaks(judge, asked, "tcp and dns?", ["tcp", "dns"]) == ("dns", "tcp")
    assert leaks(judge, asked, "tcp and dns?", ["tcp"]) == ("tcp",)


@pytest.mark.slow
@pytest.mark.parametrize("question", list(SCENARIO.all_questions()), ids=lambda question: question.id)
def test_what_the_interviewer_says_everywhere_gives_nothing_away(question: Question) -> None:
    wordings = [wording for modes in LINES.values() for variants in modes.values() for wording in variants]
    said = {re.sub(r"\{\w+\}", "", wording).strip() for wording in wordings} - {""}
    said |= {fact.reply for fact in LIBRARY.facts()}
    points = [point.id for point in question.points]
    assert {line: leaks(JUDGE, question, line, points) for line in said if leaks(JUDGE, question, line, points)} == {}
