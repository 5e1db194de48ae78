"""Whether a judge can tell a question's calibration answers apart, as their author ranked them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from interviewer.core.events import MoveKind, Who
from interviewer.core.findings import Assessment, Finding, Status
from interviewer.core.ports import Judge
from interviewer.core.scenario import MainQuestion, Tier
from interviewer.core.scoring import level_of, status_credit, tier_credits
from interviewer.core.state import Turn
from interviewer.evaluation.problem import Problem

STRONG_LEVEL: Final = 3
"""A strong answer must reach this level."""
WEAK_LEVEL: Final = 1
"""A weak answer must stay at this level, or below the acceptable one."""

_ANCHORS: Final = "Say in the points' `sounds_like` what the answer says in other words, or write the answer out."
_NOT_THIS: Final = "Put what the answer says into the `not_this` of the points it should not earn, or reword it."


@dataclass(frozen=True, slots=True)
class Judged:
    """What an answer earns, each `unclear` finding decided by its probability."""

    level: int
    credit: float
    missed: tuple[str, ...]
    earned: tuple[str, ...]
    flags: tuple[Finding, ...]

    @property
    def rank(self) -> tuple[int, float]:
        """Orders answers: by level, then by credit."""
        return self.level, self.credit

    def __str__(self) -> str:
        return f"level {self.level}, credit {self.credit:g}"


def calibrate(question: MainQuestion, judge: Judge) -> Iterator[Problem]:
    """Judge all calibration answers of a question; one problem for each that is not told from its neighbours."""
    place = f"{question.id}.calibration"
    given = question.calibration
    answers = {"strong": given.strong, "acceptable": given.acceptable, "weak": given.weak}
    judged: dict[str, Judged] = {}
    for name, answer in answers.items():
        outcome = _judge(question, answer, judge)
        if isinstance(outcome, Judged):
            judged[name] = outcome
        else:
            yield Problem(f"{place}.{name}", outcome, "Write it as a candidate would say it, in English sentences.")
    yield from _ordered(place, judged)
    yield from _flags(question, judge, place, judged.get("strong"))


def _judge(question: MainQuestion, answer: str, judge: Judge) -> Judged | str:
    """What an answer earns, or why it could not be judged."""
    asked = Turn(number=1, who=Who.INTERVIEWER, text=question.asks, question=question.id, move=MoveKind.ASK)
    said = Turn(number=2, who=Who.CANDIDATE, text=answer, question=question.id)
    outcome = judge.assess(question, (asked, said))
    if not isinstance(outcome, Assessment):
        return f"could not be judged ({outcome.reason.value.replace('_', ' ')})"
    credit = {one.target: status_credit(one.status, hopeful=one.probability >= 0.5) for one in outcome.points}
    level = level_of(question, credit)
    total = sum(sum(tier_credits(question, credit, tier)) for tier in Tier)
    return Judged(
        level=level,
        credit=total,
        missed=_missed(question, credit),
        earned=tuple(name for name, worth in credit.items() if worth),
        flags=tuple(one for one in outcome.flags if one.status in (Status.COVERED, Status.UNCLEAR)),
    )


def _missed(question: MainQuestion, credit: Mapping[str, float]) -> tuple[str, ...]:
    """Minimum and core points without credit; of alternatives, none where another has it."""
    heard = {point.group for point in question.points if point.group and credit[point.id]}
    wanted = [point for point in question.points if point.tier is not Tier.STRONG and point.group not in heard]
    return tuple(point.id for point in wanted if not credit[point.id])


def _ordered(place: str, judged: Mapping[str, Judged]) -> Iterator[Problem]:
    strong, acceptable, weak = judged.get("strong"), judged.get("acceptable"), judged.get("weak")
    if strong and strong.level < STRONG_LEVEL:
        message = f"must reach level {STRONG_LEVEL}, and the judge gives {strong}; not found: {_names(strong.missed)}"
        yield Problem(f"{place}.strong", message, _ANCHORS)
    elif strong and acceptable and strong.rank <= acceptable.rank:
        message = f"must be worth less than the strong answer ({strong}), and the judge gives {acceptable}"
        yield Problem(f"{place}.acceptable", f"{message} for {_names(acceptable.earned)}", _NOT_THIS)
    if not weak or not acceptable:
        return
    if weak.level > WEAK_LEVEL and weak.level >= acceptable.level:
        message = f"must be level {WEAK_LEVEL}, or below the acceptable answer ({acceptable}), and the judge gives"
        yield Problem(f"{place}.weak", f"{message} {weak} for {_names(weak.earned)}", _NOT_THIS)
    elif weak.rank >= acceptable.rank:
        message = f"must be worth more than the weak answer ({weak}), and the judge gives {acceptable}"
        yield Problem(f"{place}.acceptable", f"{message}; not found: {_names(acceptable.missed)}", _ANCHORS)


def _flags(question: MainQuestion, judge: Judge, place: str, strong: Judged | None) -> Iterator[Problem]:
    for finding in strong.flags if strong else ():
        words = " ... ".join(span.text for span in finding.evidence)
        message = f'shows the red flag {finding.target} to the judge: "{words}"'
        yield Problem(f"{place}.strong", message, f"Put such words into the `not_this` of {finding.target}.")
    for flag in question.red_flags:
        answer = question.calibration.flags.get(flag.id)
        where = f"{place}.flags.{flag.id}"
        if answer is None:
            message = "is missing: each red flag needs an answer that shows it"
            yield Problem(where, message, f"Add one under `flags`, by the name {flag.id}.")
            continue
        outcome = _judge(question, answer, judge)
        if isinstance(outcome, str):
            yield Problem(where, outcome, "Write it as a candidate would say it, in English sentences.")
        elif all(one.target != flag.id for one in outcome.flags):
            message = "does not show its red flag to the judge"
            yield Problem(where, message, "Add statements like it to the flag's `sounds_like`.")


def _names(names: Sequence[str]) -> str:
    return ", ".join(names) or "nothing"
