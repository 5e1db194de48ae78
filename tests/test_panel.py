"""Two judges at once: who is heard when, and what their findings are together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from interviewer.core.errors import ModelFileError
from interviewer.core.events import MoveKind, Who
from interviewer.core.findings import (
    Assessment,
    Finding,
    JudgeVersion,
    Outcome,
    Status,
    Unscored,
    UnscoredReason,
    Usage,
)
from interviewer.core.scenario import Question
from interviewer.core.state import Turn
from interviewer.evaluation.runner import Priced
from interviewer.judging.merging import merge
from interviewer.judging.panel import Panel
from tests.factories import ABSENT, CONTRADICTED, COVERED, PARTIAL, UNCLEAR, assessment, finding, http_question, span
from tests.stage import StillClock

QUESTION = http_question()
FAST = JudgeVersion(name="embedded", hash="f" * 64)
SLOW = JudgeVersion(name="llm:large", hash="5" * 64)
LONG = 10.0
"""Longer than any of these tests takes: what is waited for comes at once, or is not waited for at all."""


def turns(*said: str, attempt: int = 1) -> list[Turn]:
    asked = Turn(number=1, who=Who.INTERVIEWER, text=QUESTION.asks, question=QUESTION.id, move=MoveKind.ASK)
    return [
        asked,
        *(
            Turn(number=number, who=Who.CANDIDATE, text=text, question=QUESTION.id, attempt=attempt)
            for number, text in enumerate(said, 2)
        ),
    ]


def found(judge: JudgeVersion, *covered: str, text: str = "request") -> Assessment:
    marks = {name: finding(name, COVERED, [span(2, text)]) for name in covered}
    return assessment(QUESTION, marks, judge=judge)


def failed(judge: JudgeVersion = SLOW, reason: UnscoredReason = UnscoredReason.JUDGE_FAILED) -> Unscored:
    return Unscored(judge=judge, reason=reason, detail="it did not work")


@dataclass
class Scripted:
    """Judges as its script says, by the candidate's last words; held back until it is let go."""

    version: JudgeVersion
    script: Callable[[str], Outcome]
    held: bool = False
    calls: list[str] = field(default_factory=list)
    checked: bool = False

    def __post_init__(self) -> None:
        self.gates: dict[str, threading.Event] = {}
        self._lock = threading.Lock()

    def check(self) -> None:
        self.checked = True

    def gate(self, said: str) -> threading.Event:
        """Opens for the call about these words."""
        with self._lock:
            return self.gates.setdefault(said, threading.Event())

    def assess(self, question: Question, turns: Sequence[Turn]) -> Outcome:
        said = turns[-1].text
        self.calls.append(said)
        if self.held:
            assert self.gate(said).wait(LONG)
        return self.script(said)


class Paid(Scripted):
    def estimate(self, question: Question, turns: Sequence[Turn]) -> float:
        return 0.5


def panel(
    slow: Callable[[str], Outcome] = lambda _: found(SLOW, "request", "method"),
    fast: Callable[[str], Outcome] = lambda _: found(FAST, "request"),
    *,
    held: bool = False,
    merge: bool = False,
    wait: float = LONG,
) -> tuple[Panel, Scripted]:
    second = Paid(SLOW, slow, held)
    return Panel(Scripted(FAST, fast), second, merge=merge, wait=wait, clock=StillClock()), second


def covered(outcome: Outcome) -> list[str]:
    assert isinstance(outcome, Assessment)
    return [one.target for one in outcome.points if one.status is COVERED]


# Who is heard when


def test_what_comes_in_time_is_the_outcome_and_nothing_is_late() -> None:
    judges, slow = panel()
    outcome = judges.assess(QUESTION, turns("request"))
    assert outcome.judge == SLOW
    assert covered(outcome) == ["request", "method"]
    assert judges.late() == judges.late(LONG) == []
    assert slow.calls == ["request"]


def test_what_does_not_come_in_time_comes_late_and_the_fast_judge_stands_in() -> None:
    judges, slow = panel(held=True, wait=0)
    outcome = judges.assess(QUESTION, turns("hm", "request", attempt=2))
    assert outcome == found(FAST, "request")
    assert judges.late() == []
    slow.gate("request").set()
    (late,) = judges.late(LONG)
    assert (late.question, late.attempt, late.turn) == ("http", 2, 3)
    assert covered(late.outcome) == ["request", "method"]
    assert judges.late(LONG) == []


def test_the_time_that_the_fast_judge_takes_is_part_of_the_wait() -> None:
    clock = StillClock()

    def slowly(_: str) -> Outcome:
        clock.seconds += 5
        return found(FAST)

    slow = Scripted(SLOW, lambda _: found(SLOW), held=True)
    judges = Panel(Scripted(FAST, slowly), slow, merge=False, wait=5.0, clock=clock)
    assert judges.assess(QUESTION, turns("request")).judge == FAST
    slow.gate("request").set()
    assert len(judges.late(LONG)) == 1


def test_a_failure_in_time_is_told_late_so_that_the_conversation_goes_on() -> None:
    judges, _ = panel(lambda _: failed())
    assert judges.assess(QUESTION, turns("request")) == found(FAST, "request")
    (late,) = judges.late()
    assert late.outcome == failed()


def test_where_both_fail_the_failure_is_the_outcome() -> None:
    judges, _ = panel(lambda _: failed(), lambda _: failed(FAST))
    assert judges.assess(QUESTION, turns("request")) == failed()
    assert judges.late() == []


@pytest.mark.parametrize("error", [RuntimeError("secret"), ModelFileError("The file is gone.")])
def test_a_judge_that_breaks_off_costs_nothing(error: Exception) -> None:
    def broken(_: str) -> Outcome:
        raise error

    judges, _ = panel(broken)
    assert judges.assess(QUESTION, turns("request")).judge == FAST
    (late,) = judges.late()
    assert isinstance(late.outcome, Unscored)
    assert late.outcome.judge == SLOW
    told = "RuntimeError" if isinstance(error, RuntimeError) else "The file is gone."
    assert late.outcome.detail == f"the judge broke off: {told}"


@pytest.mark.parametrize("merge", [False, True])
def test_another_language_is_told_at_once_and_nothing_comes_late(merge: bool) -> None:
    judges, _ = panel(fast=lambda _: failed(FAST, UnscoredReason.OTHER_LANGUAGE), merge=merge)
    outcome = judges.assess(QUESTION, turns("Anfrage"))
    assert isinstance(outcome, Unscored)
    assert outcome.reason is UnscoredReason.OTHER_LANGUAGE
    assert outcome.judge.name == judges.version.name
    assert judges.late(LONG) == []


def test_a_newer_turn_overtakes_an_older_one_which_is_not_waited_for_and_still_told() -> None:
    judges, slow = panel(held=True, wait=0)
    judges.assess(QUESTION, turns("one"))
    judges.assess(QUESTION, turns("one", "two"))
    slow.gate("two").set()
    assert [late.turn for late in judges.late(LONG)] == [3]
    slow.gate("one").set()
    judges._calls[0].done.wait(LONG)
    assert [late.turn for late in judges.late()] == [2]


def test_another_question_or_attempt_overtakes_nothing() -> None:
    judges, slow = panel(held=True, wait=0)
    other = QUESTION.follow_ups[0]
    judges.assess(QUESTION, turns("one"))
    judges.assess(other, turns("one"))
    judges.assess(QUESTION, turns("one", attempt=2))
    slow.gate("one").set()
    assert [(late.question, late.attempt) for late in judges.late(LONG)] == [("http", 1), ("caching", 1), ("http", 2)]


def test_turns_that_are_being_judged_are_not_judged_twice() -> None:
    judges, slow = panel(held=True, wait=0)
    judges.assess(QUESTION, turns("one"))
    judges.assess(QUESTION, turns("one"))
    slow.gate("one").set()
    assert len(judges.late(LONG)) == 1
    assert slow.calls == ["one"]


def test_what_came_meanwhile_is_the_outcome_when_the_same_turns_are_judged_again() -> None:
    judges, slow = panel(held=True, wait=0)
    judges.assess(QUESTION, turns("one"))
    slow.gate("one").set()
    judges._calls[0].done.wait(LONG)
    assert judges.assess(QUESTION, turns("one")).judge == SLOW
    assert judges.late(LONG) == []


def test_a_judge_that_never_answers_keeps_neither_the_interview_nor_the_process() -> None:
    judges, slow = panel(held=True, wait=0)
    assert judges.assess(QUESTION, turns("request")).judge == FAST
    assert judges.late(0.01) == []
    working = [thread for thread in threading.enumerate() if thread.name == "judge"]
    assert working and all(thread.daemon for thread in working)
    slow.gate("request").set()
    assert len(judges.late(LONG)) == 1


def test_both_are_checked_and_paid_for() -> None:
    judges, slow = panel()
    judges.check()
    assert slow.checked and isinstance(judges, Priced)
    assert judges.estimate(QUESTION, turns("request")) == 0.5


# Names and hashes


def test_a_model_alone_keeps_its_name_and_together_they_are_a_panel() -> None:
    alone, _ = panel()
    assert alone.version == SLOW
    both, _ = panel(merge=True)
    assert both.version.name == "panel:large"
    assert both.assess(QUESTION, turns("request")).judge.name == "panel:large"
    other = Panel(
        Scripted(JudgeVersion(name="embedded", hash="0"), lambda _: failed()),
        Scripted(SLOW, lambda _: failed()),
        merge=True,
        clock=StillClock(),
    )
    assert len({both.version.hash, other.version.hash, SLOW.hash, FAST.hash}) == 4


def test_a_late_failure_is_the_panels_own() -> None:
    judges, _ = panel(lambda _: failed(), merge=True)
    judges.assess(QUESTION, turns("request"))
    assert judges.late()[0].outcome.judge.name == judges.version.name


# Two findings made one


def one(status: Status, probability: float, *words: str) -> Finding:
    evidence = tuple(span(2, text) for text in words)
    return Finding(target="request", status=status, probability=probability, evidence=evidence)


MODEL = one(COVERED, 0.95, "the model's quote")
PART = one(PARTIAL, 0.5, "the model's quote")
NOTHING = one(ABSENT, 0.05)
DENIED = one(CONTRADICTED, 0.02, "the model's quote")
LOST = one(UNCLEAR, 0.5)
WEAK = one(UNCLEAR, 0.5, "the model's quote")
SURE = one(COVERED, 0.90, "the embedded quote")
LIKELY = one(COVERED, 0.89, "the embedded quote")
SURELY_NOT = one(ABSENT, 0.02)
HARDLY = one(ABSENT, 0.03)
SURELY_DENIED = one(CONTRADICTED, 0.10, "the embedded quote")
DOUBT = one(UNCLEAR, 0.5, "the embedded quote")


@pytest.mark.parametrize(
    ("fast", "slow", "expected"),
    [
        (SURE, MODEL, MODEL),
        (SURE, PART, PART),
        (LIKELY, NOTHING, NOTHING),
        (HARDLY, MODEL, MODEL),
        (DOUBT, NOTHING, NOTHING),
        (DOUBT, DENIED, DENIED),
        (SURELY_NOT, NOTHING, NOTHING),
        (SURELY_NOT, DENIED, DENIED),
        (SURELY_DENIED, NOTHING, NOTHING),
        (SURE, NOTHING, one(UNCLEAR, 0.5, "the embedded quote")),
        (SURE, DENIED, one(UNCLEAR, 0.5, "the model's quote")),
        (SURELY_NOT, MODEL, one(UNCLEAR, 0.5, "the model's quote")),
        (SURELY_NOT, PART, one(UNCLEAR, 0.5, "the model's quote")),
        (SURELY_DENIED, MODEL, one(UNCLEAR, 0.5, "the model's quote")),
        (LIKELY, LOST, LIKELY),
        (SURE, WEAK, SURE),
        (SURELY_NOT, LOST, SURELY_NOT),
        (HARDLY, LOST, LOST),
        (DOUBT, LOST, one(UNCLEAR, 0.5, "the embedded quote")),
        (DOUBT, WEAK, WEAK),
    ],
)
def test_findings_merge(fast: Finding, slow: Finding, expected: Finding) -> None:
    assert merge(fast, slow) == expected


@pytest.mark.parametrize("wait", [LONG, 0])
def test_points_flags_notes_and_usage_are_merged_in_time_and_late(wait: float) -> None:
    usage = Usage(model="large", input_tokens=1, output_tokens=1)
    sure = Finding(target="no-server", status=COVERED, probability=0.93, evidence=(span(2, "request"),))
    none = Finding(target="request", status=ABSENT, probability=0.01)
    fast = assessment(QUESTION, {"request": none}, {"no-server": sure}, FAST)
    fast = fast.model_copy(update={"notes": ("addresses the judge", "fast")})
    slow = found(SLOW, "request", "method").model_copy(update={"notes": ("addresses the judge",), "usage": usage})
    judges, held = panel(lambda _: slow, lambda _: fast, merge=True, held=True, wait=wait)
    if wait:
        held.gate("request").set()
    outcome: Outcome = judges.assess(QUESTION, turns("request"))
    if not wait:
        assert outcome == fast
        held.gate("request").set()
        outcome = judges.late(LONG)[0].outcome
    assert isinstance(outcome, Assessment)
    assert outcome.finding("request").status is outcome.finding("no-server").status is UNCLEAR
    assert outcome.finding("method").status is COVERED
    assert outcome.notes == ("addresses the judge", "fast")
    assert outcome.usage == usage


def test_the_models_word_is_taken_where_the_fast_judge_could_not_judge() -> None:
    judges, _ = panel(fast=lambda _: failed(FAST), merge=True)
    outcome = judges.assess(QUESTION, turns("request"))
    assert covered(outcome) == ["request", "method"]
    assert outcome.judge.name == "panel:large"
