"""Whether a judge can tell a question's calibration answers apart, as their author ranked them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from interviewer.core.ports import Judge
from interviewer.core.scenario import MainQuestion
from interviewer.evaluation.judged import Judged, weigh
from interviewer.evaluation.problem import Problem

STRONG_LEVEL: Final = 3
"""A strong answer must reach this level."""
WEAK_LEVEL: Final = 1
"""A weak answer must stay at this level, or below the acceptable one."""

_ANCHORS: Final = "Say in the points' `sounds_like` what the answer says in other words, or write the answer out."
_NOT_THIS: Final = "Put what the answer says into the `not_this` of the points it should not earn, or reword it."


def calibrate(question: MainQuestion, judge: Judge) -> Iterator[Problem]:
    """Judge all calibration answers of a question; one problem for each that is not told from its neighbours."""
    place = f"{question.id}.calibration"
    given = question.calibration
    answers = {"strong": given.strong, "acceptable": given.acceptable, "weak": given.weak}
    judged: dict[str, Judged] = {}
    for name, answer in answers.items():
        outcome = weigh(question, answer, judge)
        if isinstance(outcome, Judged):
            judged[name] = outcome
        else:
            yield Problem(f"{place}.{name}", outcome, "Write it as a candidate would say it, in English sentences.")
    yield from _ordered(place, judged)
    yield from _flags(question, judge, place, judged.get("strong"))


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
        outcome = weigh(question, answer, judge)
        if isinstance(outcome, str):
            yield Problem(where, outcome, "Write it as a candidate would say it, in English sentences.")
        elif all(one.target != flag.id for one in outcome.flags):
            message = "does not show its red flag to the judge"
            yield Problem(where, message, "Add statements like it to the flag's `sounds_like`.")


def _names(names: Sequence[str]) -> str:
    return ", ".join(names) or "nothing"
