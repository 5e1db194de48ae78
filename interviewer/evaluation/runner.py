"""Runs a judge over labelled cases: from memory where it judged the same before, side by side where that helps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from interviewer.core.events import MoveKind
from interviewer.core.ports import IntentContext, IntentReader, Judge
from interviewer.core.scenario import Clarification, Question, Scenario
from interviewer.core.state import Turn
from interviewer.evaluation.cases import Case, digest, rubric_digest
from interviewer.evaluation.outcomes import Verdict


@runtime_checkable
class Priced(Protocol):
    """A judge that costs money."""

    def estimate(self, question: Question, turns: Sequence[Turn]) -> float:
        """What judging these turns will cost at most, in US dollars."""


class Memory(Protocol):
    """Verdicts that were reached before, by key."""

    def get(self, key: str) -> Verdict | None:
        """The verdict under a key, if there is one."""

    def put(self, key: str, verdict: Verdict) -> None:
        """Keep a verdict."""


Work = Callable[[Case], Verdict]
Spread = Callable[[Sequence[Case]], Iterable[Verdict]]
"""Judges many cases, in their order; in this process or in several."""


@dataclass(frozen=True)
class Bench:
    """A judge and a reader of intent, with the scenarios that cases name."""

    judge: Judge
    reader: IntentReader
    scenarios: Mapping[str, Scenario]
    facts: tuple[Clarification, ...] = ()
    clock: Callable[[], float] = lambda: 0.0
    """Monotonic seconds; a clock that stands still measures no time."""

    def question(self, case: Case) -> Question:
        """The question that a case answers."""
        return self.scenarios[case.scenario].question(case.question_id)

    def known(self, case: Case) -> tuple[Clarification, ...]:
        """What a candidate may ask for at a case's question; it moves how a turn is read."""
        return (*self.question(case).clarifications, *self.scenarios[case.scenario].facts, *self.facts)

    def work(self, case: Case) -> Verdict:
        """Judge one case, and read the intent of its last turn."""
        question = self.question(case)
        turns = case.turns_of(question)
        begun = self.clock()
        outcome = self.judge.assess(question, turns)
        seconds, cost = self.clock() - begun, (outcome.usage.cost or 0.0) if outcome.usage else 0.0
        last = next(turn for turn in reversed(turns) if turn.is_answer)
        reading = self.reader.read(last, IntentContext(question=question, after=MoveKind.ASK, facts=self.known(case)))
        return Verdict(
            case_id=case.case_id, outcome=outcome, intent=reading.intent, seconds=round(seconds, 4), cost=cost
        )

    def estimate(self, cases: Iterable[Case]) -> float:
        """What judging the cases costs at most, in US dollars."""
        if not isinstance(self.judge, Priced):
            return 0.0
        return sum(self.judge.estimate(self.question(one), one.turns_of(self.question(one))) for one in cases)


def run(
    cases: Sequence[Case],
    bench: Bench,
    version: str,
    *,
    spread: Spread | None = None,
    memory: Memory | None = None,
    step: Callable[[int], None] = lambda _: None,
) -> list[Verdict]:
    """Verdicts for all cases, in their order.

    `version` is the fingerprint of all code and weights that make a verdict: with the case's words, its question and
    the facts that may be asked for it is the key to `memory`. `spread` judges what memory does not hold (this process
    does by default). `step` is told after each case how many are done.
    """
    keys = [_key(version, bench, one) for one in cases]
    found: dict[int, Verdict] = {}
    for place, key in enumerate(keys):
        known = memory.get(key) if memory else None
        if known is not None:
            found[place] = known.model_copy(update={"case_id": cases[place].case_id, "cost": 0.0})
    step(len(found))
    missing = [place for place in range(len(cases)) if place not in found]
    todo = [cases[place] for place in missing]
    for place, verdict in zip(missing, _judged(todo, bench, spread), strict=True):
        found[place] = verdict
        if memory:
            memory.put(keys[place], verdict)
        step(len(found))
    return [found[place] for place in range(len(cases))]


def _judged(cases: Sequence[Case], bench: Bench, spread: Spread | None) -> Iterator[Verdict]:
    if cases:
        yield from spread(cases) if spread else map(bench.work, cases)


def to_judge(cases: Iterable[Case], bench: Bench, version: str, memory: Memory | None) -> list[Case]:
    """The cases that memory holds no verdict of."""
    return [one for one in cases if memory is None or memory.get(_key(version, bench, one)) is None]


def _key(version: str, bench: Bench, case: Case) -> str:
    said = [(turn.who.value, turn.text) for turn in case.said()]
    asked = [fact.asked for fact in bench.known(case)]
    return digest([version, rubric_digest(bench.question(case)), asked, said])
