"""What `interviewer scenario check` finds in lines, points, conditions and minutes, with everything else sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from interviewer.core.findings import Status
from interviewer.core.scenario import AskWhen, Point, Question, Scenario, Section, Tier
from interviewer.evaluation.overlap import overlaps
from interviewer.evaluation.protected import TOPICS, touched
from interviewer.evaluation.reach import out_of_reach
from interviewer.evaluation.scenario_check import check
from interviewer.evaluation.timing import wrong_minutes
from interviewer.judging.scripted import ScriptedJudge
from tests import factories as make

ASKED = {
    "age": (
        "How old are you, by the way?",
        "What is your date of birth?",
        "When did you graduate?",
        "Are you over 50?",
        "Do you plan to retire soon?",
    ),
    "family or pregnancy": (
        "Are you married?",
        "Do you have any small children?",
        "Would you want to have a family one day?",
        "What does your husband think of night shifts?",
        "How would your children cope with you on call?",
        "Is anybody here pregnant?",
    ),
    "religion or belief": (
        "Does your religion allow you to work on Saturdays?",
        "Do you go to church?",
        "Who did you vote for?",
    ),
    "health or disability": (
        "How is your health?",
        "Do you have any disabilities?",
        "How many sick days did you take?",
        "Do you have a chronic illness?",
    ),
    "nationality or origin": (
        "Where are you originally from?",
        "What\u2019s your\nnationality?",
        "Is English your native language?",
        "I like your accent. Where were you born?",
    ),
    "salary history": (
        "What was your last salary?",
        "How much do you earn now?",
        "Please tell us your salary history.",
        "What were you paid there?",
    ),
    "gender or orientation": ("What is your gender?", "Are you a woman who codes?"),
}

TECHNICAL = (
    "What should happen at the age of the cache's oldest entry? How old is the copy that you serve?",
    "What would your max-age be, and what does your Age header say?",
    "How would you stop your child processes when the parent dies?",
    "Would you have a parent node with many children, or a flat table?",
    "Do you want child spans for each of your parent spans? And your parent process?",
    "Which column family would your family table need?",
    "How would you know that your health check tells the truth?",
    "Do you have health checks, and is the pod healthy or sick?",
    "Is your health endpoint public?",
    "Would you write a native app, or use the platform's native HTTP client?",
    "What's the origin in CORS? What does your origin server send?",
    "How would you find your race condition, or any race between two of your requests?",
    "What does your current payload look like? And your last payment?",
    "What is your current package manager?",
    "Are you single-threaded here? Where are you caching?",
    "How do the replicas vote for a leader?",
    "How would people with disabilities use this page?",
    "What sex appeal does a union type have?",
    "Are you over 80 % of the pool?",
    "We have parental leave, and health insurance from the first day.",
    "What salary do you expect?",
)


@pytest.mark.parametrize(("topic", "line"), [(topic, line) for topic, lines in ASKED.items() for line in lines])
def test_a_question_that_touches_a_protected_topic_is_found(topic: str, line: str) -> None:
    assert topic in [name for name, _ in touched(line)]


def test_every_topic_is_tried() -> None:
    assert set(ASKED) == set(TOPICS)


@pytest.mark.parametrize("line", TECHNICAL)
def test_technical_uses_of_the_same_words_pass(line: str) -> None:
    assert touched(line) == []


def no_leak(_question: Question, _line: str, _open: Sequence[str], _asked: bool) -> tuple[str, ...]:
    return ()


def found(plan: Scenario) -> dict[str, str]:
    problems = [one for one in check(plan, ScriptedJudge({}), no_leak) if ".calibration" not in one.place]
    assert all(one.remedy for one in problems)
    return {one.place: one.message for one in problems}


@pytest.mark.parametrize(
    ("place", "more"),
    [
        ("welcome", {"welcome": "Hello. Do you have children?"}),
        ("briefing[0]", {"briefing": ("Tell us your date of birth.",)}),
        ("closing_advice[0]", {"closing_advice": ("Next time, mention your religion.",)}),
    ],
)
def test_every_spoken_line_is_read_for_protected_topics(place: str, more: Mapping[str, Any]) -> None:
    plan = make.scenario(make.question("topic", make.point("alpha"))).model_copy(update=dict(more))
    assert list(found(plan)) == [place]
    assert found(plan)[place].startswith("touches a protected topic (")


def test_a_probe_on_a_protected_topic_is_told_with_its_words() -> None:
    asked = make.point("alpha").model_copy(update={"probe": "And how old are you?"})
    told = found(make.scenario(make.question("topic", asked)))
    assert told == {"topic.alpha.probe": 'touches a protected topic (age): "how old are you"'}


# Points that overlap


def point(name: str, *lines: str, not_this: tuple[str, ...] = (), group: str | None = None) -> Point:
    return make.point(name, Tier.CORE, group=group).model_copy(
        update={"says": lines[0], "sounds_like": lines[1:], "not_this": not_this}
    )


def overlapping(*points: Point, script: Mapping[str, Any] | None = None) -> dict[str, str]:
    return {one.place: one.message for one in overlaps(make.question("q", *points), ScriptedJudge(script or {}))}


LOGS = point("logs", "Reads the log first.", "i would open the log file at once")
TRACE = point("trace", "Follows one request through.", "i would open the log file right at once")


def test_points_that_say_the_same_in_nearly_the_same_words() -> None:
    told = overlapping(LOGS, TRACE)
    assert told == {"q.logs.sounds_like[0]": 'says the same as a line of trace: "i would open the log file at once"'}


def test_a_line_that_earns_another_point_is_told_once_for_the_pair() -> None:
    other = point("trace", "Follows one request through.", "trace the log of a request")
    script = {"reads the log": ("logs", "trace"), "trace the log": (("logs", Status.UNCLEAR), "trace")}
    assert overlapping(LOGS, other, script=script) == {"q.logs.says": 'would earn trace too: "Reads the log first."'}
    script = {"trace the log": (("logs", Status.UNCLEAR), "trace")}
    assert list(overlapping(LOGS, other, script=script)) == ["q.trace.sounds_like[0]"]
    script = {"trace the log": (("logs", Status.CONTRADICTED), "trace")}
    assert overlapping(LOGS, other, script=script) == {}


def test_alternatives_and_code_may_say_the_same() -> None:
    either = [one.model_copy(update={"group": "look"}) for one in (LOGS, TRACE)]
    assert overlapping(*either, script={"log": ("logs", "trace")}) == {}
    verb, place = point("verb", "It posts.", "POST /tasks"), point("place", "To the collection.", "POST /tasks")
    assert overlapping(verb, place, script={"/tasks": ("verb", "place")}) == {}


def test_a_line_on_both_sides_of_a_point() -> None:
    torn = point("logs", "Reads the log first.", "open the log", not_this=("Open the log!",))
    assert overlapping(torn) == {"q.logs.not_this[0]": 'stands under `says` or `sounds_like` too: "Open the log!"'}


# What nobody can reach


def reach(plan: Scenario) -> dict[str, str]:
    return {one.place: one.message for one in out_of_reach(plan)}


def test_a_follow_up_that_wants_both_roads_is_asked_of_nobody() -> None:
    roads = (make.point("alpha", group="g"), make.point("beta", group="g"))
    both = make.follow_up("both", make.point("delta"), ask_when=AskWhen(has=("alpha", "beta")))
    one = make.follow_up("one", make.point("delta"), ask_when=AskWhen(has=("alpha",), lacks=("beta",)))
    told = reach(make.scenario(make.question("topic", *roads, follow_ups=(both, one))))
    assert list(told) == ["both.ask_when"]
    assert "`has` names 2 alternatives of the group g" in told["both.ask_when"]


def test_a_fail_criterion_that_can_never_hold() -> None:
    deeper = make.follow_up("deeper", make.point("delta"), ask_when=AskWhen(has=("alpha",)))
    question = make.question("topic", make.point("alpha"), red_flags=(make.flag("bad"),), follow_ups=(deeper,))
    decides = make.criteria(
        passing=[make.criterion("alpha", "topic.alpha")],
        failing=[
            make.criterion("never", "topic.alpha", "deeper.delta"),
            make.criterion("by-flag", "topic.alpha", "deeper.delta", flags=("topic.bad",)),
            make.criterion("holds", "deeper.delta"),
        ],
    )
    told = reach(make.scenario(question, decides=decides))
    assert list(told) == ["criteria.fail.never"]
    assert "deeper is asked only of those who have topic.alpha" in told["criteria.fail.never"]


# Minutes


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("It takes 45 minutes.", True),
        ("A ninety-minute talk.", True),
        ("We have thirty minutes, ten minutes of them to begin with, and 60 minutes when you type.", False),
        ("A 20-minute design, and take your time.", False),
    ],
)
def test_the_welcome_promises_the_minutes_that_there_are(words: str, wrong: bool) -> None:
    sections = (Section(id="main", title="Main", minutes=10), Section(id="other", title="Other", minutes=20))
    questions = (make.question("a", make.point("alpha")), make.question("b", make.point("beta"), section="other"))
    plan = make.scenario(*questions, sections=sections).model_copy(update={"welcome": words})
    told = {one.place: one.message for one in wrong_minutes(plan)}
    assert list(told) == (["welcome"] if wrong else [])
    assert not wrong or "the sections have 30 together" in told["welcome"]
