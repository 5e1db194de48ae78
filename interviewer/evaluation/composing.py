"""Whole interviews put together from labelled answers, by labels alone: what a judge found plays no part.

Each interview has a candidate with an ability, from weak to strong in even steps. For every question it sets how likely
each worth of answer is: none at all (stuck, skipping, straying), or a labelled level. Worth, and not the name of its
kind, decides where a case belongs, since the same kind may be worth much to one question and little to another; within
a worth every kind is as likely as any other. A follow-up is put in where its `ask_when` holds by the labels of its
parent's answer; labels say nothing of what a parent's answer holds of its follow-up, so it is taken to hold nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from interviewer.core.events import Who
from interviewer.core.findings import Intent
from interviewer.core.scenario import AskWhen, FollowUp, Question, Scenario, Tier
from interviewer.evaluation.cases import Case
from interviewer.evaluation.levels import label_level

COUNT: Final = 300
"""So many interviews at least, spread evenly over the scenarios."""
SEED: Final = 4

NO_ANSWER: Final = 0
"""The worth of a turn that is no answer; every other worth is a level."""
_WEAKEST: Final = 0.0
_STRONGEST: Final = 4.6
_SPREAD: Final = 1.1
"""The worth around which the weakest and the strongest candidate answer, and how far answers stray from it (levels)."""

LEAVE_EARLY: Final = 0.08
"""Share of interviews that the candidate ends after some of the main questions."""

Pool = Mapping[int, Mapping[str, Sequence[Case]]]
"""A question's cases, by worth and kind."""


@dataclass(frozen=True, slots=True)
class Composed:
    """An interview: its scenario, the main questions that there are answers for, and an answer to each question asked.

    The answers stand in the order of the questions, each main question's followed by those to its follow-ups.
    """

    name: str
    scenario: Scenario
    plan: tuple[str, ...]
    answers: tuple[Case, ...]

    @property
    def completed(self) -> bool:
        """Whether every planned main question was asked."""
        return {case.question_id for case in self.answers}.issuperset(self.plan)


@dataclass(frozen=True, slots=True)
class Composition:
    """Composed interviews, and in plain lines what was missing for them."""

    interviews: tuple[Composed, ...]
    gaps: tuple[str, ...]


def compose(
    cases: Sequence[Case], scenarios: Mapping[str, Scenario], count: int = COUNT, seed: int = SEED
) -> Composition:
    """At least `count` interviews; none where no main question has a case. The order of cases does not matter."""
    pools = _pools(cases, scenarios)
    able = [one for name, one in sorted(scenarios.items()) if any((name, main.id) in pools for main in one.questions)]
    each = math.ceil(count / len(able)) if able else 0
    made = [
        _interview(scenario, pools, f"{seed}/{scenario.id}/{number}", (number + 0.5) / each)
        for scenario in able
        for number in range(each)
    ]
    gaps = [gap for scenario in able for gap in _gaps(scenario, pools)]
    return Composition(tuple(made), (*_set_aside(cases), *gaps))


def usable(case: Case) -> bool:
    """Whether a case can stand in an interview: all is labelled, and something was said."""
    return not case.unlabelled and any(turn.who is Who.CANDIDATE and turn.text.strip() for turn in case.said())


def worth(question: Question, case: Case) -> int:
    """The level of an answer by its labels; NO_ANSWER where it is meant as none and holds nothing."""
    if case.intent is not Intent.ANSWER and not (case.covered or case.partial):
        return NO_ANSWER
    return label_level(question, case)


def _pools(cases: Sequence[Case], scenarios: Mapping[str, Scenario]) -> dict[tuple[str, str], Pool]:
    pools: dict[tuple[str, str], dict[int, dict[str, list[Case]]]] = {}
    for case in sorted(cases, key=lambda one: one.case_id):
        if case.scenario in scenarios and usable(case):
            question = scenarios[case.scenario].question(case.question_id)
            by_worth = pools.setdefault((case.scenario, question.id), {})
            by_worth.setdefault(worth(question, case), {}).setdefault(case.kind, []).append(case)
    return {key: dict(sorted(pool.items())) for key, pool in pools.items()}


def _interview(scenario: Scenario, pools: Mapping[tuple[str, str], Pool], name: str, ability: float) -> Composed:
    draws = Random(name)
    plan = tuple(main.id for main in scenario.questions if (scenario.id, main.id) in pools)
    mains = [main for main in scenario.questions if main.id in plan]
    if len(plan) > 1 and draws.random() < LEAVE_EARLY:
        mains = mains[: draws.randrange(1, len(plan))]
    answers: list[Case] = []
    for main in mains:
        parent = _draw(pools[scenario.id, main.id], ability, draws)
        asked = [one.id for one in main.follow_ups if (scenario.id, one.id) in pools and _called_for(one, parent)]
        answers += [parent, *(_draw(pools[scenario.id, one], ability, draws) for one in asked)]
    return Composed(name, scenario, plan, tuple(answers))


def _draw(pool: Pool, ability: float, draws: Random) -> Case:
    """A worth that the ability makes likely, then any kind of that worth, then any case of that kind."""
    centre = _WEAKEST + (_STRONGEST - _WEAKEST) * ability
    weights = [math.exp(-(((one - centre) / _SPREAD) ** 2)) for one in pool]
    kinds = pool[draws.choices(list(pool), weights)[0]]
    return draws.choice(kinds[draws.choice(sorted(kinds))])


def _called_for(follow_up: FollowUp, parent: Case) -> bool:
    if not isinstance(follow_up.ask_when, AskWhen):
        return True
    credited = {*parent.covered, *parent.partial}
    return credited.issuperset(follow_up.ask_when.has) and credited.isdisjoint(follow_up.ask_when.lacks)


def _set_aside(cases: Sequence[Case]) -> Iterator[str]:
    aside = sum(not usable(case) for case in cases)
    if aside:
        yield f"{aside} cases are left out of composed interviews: they are not labelled in full, or nothing is said."


def _gaps(scenario: Scenario, pools: Mapping[tuple[str, str], Pool]) -> Iterator[str]:
    """What the composed interviews of a scenario lack."""
    for main in scenario.questions:
        for question in (main, *main.follow_ups):
            place = f"{scenario.id}/{question.id}"
            pool = pools.get((scenario.id, question.id))
            if pool is None and question is main:
                yield f"{place}: no case, so it is not asked, and there are no recommendations for {scenario.id}."
            elif pool is None:
                yield f"{place}: no case, so this follow-up is never asked."
            else:
                lacking = [_WORDS[one] for one in _wanted(question) if one not in pool]
                if lacking:
                    yield f"{place}: no case that is {' or '.join(lacking)}; others are drawn in their place."


_WORDS: Final = {NO_ANSWER: "no answer", **{level: f"level {level} by its labels" for level in (1, 2, 3, 4)}}


def _wanted(question: Question) -> list[int]:
    """Every worth that an answer without red flags can have; see `core.scoring` for what its tiers make."""
    tiers = {point.tier for point in question.points}
    needs = {1: {Tier.MINIMUM}, 2: {Tier.CORE}, 3: {Tier.CORE, Tier.STRONG}}
    return [NO_ANSWER, *(level for level, any_of in needs.items() if tiers & any_of), 4]
