"""Whole interviews composed from labelled answers: what small errors by point add up to.

The same answers are scored twice by the real scoring, by their labels and by a judge's findings, and the levels and
recommendations are set against each other.

*Which recommendations.* In a screen the embedded judge alone never says fail; there, no pass could be failed by rule,
whatever the judge found. So `recommendations.*` and `doubts.*` are the plain computation, in which every judge may say
fail: they measure the judge. `screen.*` are what a screen would show, and so what the rule makes of the judge's errors.
For another judge the two are the same. The labels' own side may always say fail, and a person has confirmed its red
flags; those that a judge finds stay doubts, as in any interview that nobody reviewed. `pass_failed` is the share of
labelled passes (strong ones too) that are recommended to fail; `fail_passed` the share of labelled fails that are
recommended to pass. "Not enough evidence" is neither, and counts against `agreement`.

*What the intervals cover.* They draw whole interviews again (`levels.single.*`: whole questions). Composed interviews
share questions and cases, so this covers the luck of the draw of cases into interviews, and not which questions and
cases were written, or by whom: for other scenarios the true uncertainty is wider. `levels.single.*` shows it better.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from statistics import median
from typing import Any, Final, NamedTuple

import numpy as np

from interviewer.core.criteria import Recommendation
from interviewer.core.events import Mode
from interviewer.core.findings import Outcome
from interviewer.core.hiring import EMBEDDED, Summary, summarise
from interviewer.core.scenario import Scenario
from interviewer.core.scoring import Standing
from interviewer.core.state import State
from interviewer.core.values import Strict
from interviewer.evaluation.cases import Case
from interviewer.evaluation.composing import COUNT, SEED, Composed, compose, usable
from interviewer.evaluation.confusion import ACCURACY, KAPPA
from interviewer.evaluation.figures import Better, Figure
from interviewer.evaluation.levels import LOWER_IS_BETTER, Shown, measure_levels, of_case, table
from interviewer.evaluation.outcomes import Verdict
from interviewer.evaluation.resample import Estimate, estimate, interval, of_pairs, share
from interviewer.evaluation.staged import by_findings, by_labels

PASSES: Final = (Recommendation.PASS, Recommendation.STRONG_PASS)
_LOWER: Final = LOWER_IS_BETTER | {"pass_failed", "fail_passed", "median"}


class Advice(NamedTuple):
    """What an interview comes to by its labels, and by its findings."""

    interview: str
    label: Recommendation
    found: Recommendation


@dataclass(frozen=True, slots=True)
class Scored:
    """One composed interview; no advice where its scenario lacks cases for a main question."""

    name: str
    shown: tuple[Shown, ...]
    doubts: int
    screen_doubts: int
    plain: Advice | None
    screen: Advice | None


class ComposedResult(Strict):
    """What composed interviews show of a judge; every group of estimates by its figures' last name."""

    interviews: int
    levels: dict[str, Estimate]
    single: dict[str, Estimate]
    recommendations: dict[str, Estimate]
    doubts: Estimate
    screen_recommendations: dict[str, Estimate]
    screen_doubts: Estimate
    level_table: dict[str, dict[str, int]]
    recommendation_table: dict[str, dict[str, int]]
    screen_table: dict[str, dict[str, int]]
    gaps: tuple[str, ...] = ()

    def figures(self) -> tuple[Figure, ...]:
        """Every figure that is defined."""
        groups = {
            "levels": self.levels,
            "levels.single": self.single,
            "recommendations": self.recommendations,
            "doubts": {"median": self.doubts},
            "screen.recommendations": self.screen_recommendations,
            "screen.doubts": {"median": self.screen_doubts},
        }
        made = (
            one.figure(f"{group}.{name}", Better.LOWER if name in _LOWER else Better.HIGHER)
            for group, estimates in groups.items()
            for name, one in estimates.items()
        )
        return tuple(one for one in made if one is not None)

    def as_json(self) -> dict[str, Any]:
        """The key `levels` of what `eval run --format json` prints; no value where one is undefined."""
        told = {
            **{name: self.levels[name] for name in ("kappa", "mae", "within_range_or_one", "exact", "range_share")},
            "recommendation_agreement": self.recommendations["agreement"],
            "recommendation_kappa": self.recommendations["kappa"],
            "pass_failed": self.recommendations["pass_failed"],
            "fail_passed": self.recommendations["fail_passed"],
            "decisive_doubts_median": self.doubts,
        }
        screen = {**self.screen_recommendations, "decisive_doubts_median": self.screen_doubts}
        return {
            "n": self.levels["kappa"].n,
            "interviews": self.interviews,
            **_values(told),
            "single": {"n": self.single["kappa"].n, **_values(self.single)},
            "screen": _values(screen),
            "confusion": self.level_table,
            "recommendations": self.recommendation_table,
            "screen_recommendations": self.screen_table,
            "gaps": list(self.gaps),
        }


def _values(estimates: Mapping[str, Estimate]) -> dict[str, Any]:
    ends = {name: [one.low, one.high] for name, one in estimates.items() if one.low is not None}
    return {**{name: one.value for name, one in estimates.items()}, "ci": ends}


def measure_composed(
    pairs: Sequence[tuple[Case, Verdict]],
    scenarios: Mapping[str, Scenario],
    *,
    count: int = COUNT,
    seed: int = SEED,
) -> ComposedResult | None:
    """What at least `count` composed interviews show; None where not one can be composed.

    Raises IllegalEvent where a finding has credit without the candidate's own words.
    """
    verdicts = {case.case_id: verdict for case, verdict in pairs}
    known = [(case, verdict) for case, verdict in pairs if case.scenario in scenarios]
    composition = compose([case for case, _ in known], scenarios, count, seed)
    if not composition.interviews:
        return None
    scored = [_scored(one, lambda case: verdicts[case.case_id].outcome) for one in composition.interviews]
    plain = [one.plain for one in scored if one.plain]
    screen = [one.screen for one in scored if one.screen]
    groups = [one.name for one in scored for _ in one.shown]
    shown = [one for each in scored for one in each.shown]
    alone = [(case, verdict) for case, verdict in known if usable(case)]
    return ComposedResult(
        interviews=len(scored),
        levels=measure_levels(groups, shown),
        single=measure_levels(
            [f"{case.scenario}/{case.question_id}" for case, _ in alone],
            [of_case(scenarios[case.scenario].question(case.question_id), case, verdict) for case, verdict in alone],
        ),
        recommendations=_agreement(plain),
        doubts=_median([one.doubts for one in scored]),
        screen_recommendations=_agreement(screen),
        screen_doubts=_median([one.screen_doubts for one in scored]),
        level_table=table(shown),
        recommendation_table=_table(plain),
        screen_table=_table(screen),
        gaps=composition.gaps,
    )


def _scored(interview: Composed, outcome: Callable[[Case], Outcome]) -> Scored:
    labelled, state = summarise(by_labels(interview)), by_findings(interview, outcome)
    found = summarise(state)
    # Only the embedded judge is held back in a screen; for any other this would compute the same again.
    held_back = any(outcome(case).judge.name.startswith(EMBEDDED) for case in interview.answers)
    screened = summarise(_in_screen(state)) if held_back else found
    shown = tuple(
        Shown(label.low, one.low, one.high)
        for label, one in zip(labelled.grades, found.grades, strict=True)
        if label.standing is Standing.SCORED
    )
    return Scored(
        name=interview.name,
        shown=shown,
        doubts=len(found.doubts),
        screen_doubts=len(screened.doubts),
        plain=_advice(interview.name, labelled, found),
        screen=_advice(interview.name, labelled, screened),
    )


def _in_screen(state: State) -> State:
    """The same interview, had it been a screen."""
    assert state.started is not None
    return replace(state, started=state.started.model_copy(update={"mode": Mode.SCREEN}))


def _advice(name: str, labelled: Summary, found: Summary) -> Advice | None:
    if labelled.recommendation is None or found.recommendation is None:
        return None
    return Advice(name, labelled.recommendation, found.recommendation)


def _agreement(advice: Sequence[Advice]) -> dict[str, Estimate]:
    """Agreement and unweighted kappa of the four recommendations, and the two errors that matter most."""
    place = {one: number for number, one in enumerate(Recommendation)}
    groups = [one.interview for one in advice]
    labels, found = [place[one.label] for one in advice], [place[one.found] for one in advice]
    kinds = {"agreement": ACCURACY, "kappa": KAPPA}
    return {
        **of_pairs(groups, labels, found, len(place), kinds),
        "pass_failed": _share(advice, PASSES, (Recommendation.FAIL,)),
        "fail_passed": _share(advice, (Recommendation.FAIL,), PASSES),
    }


def _share(advice: Sequence[Advice], labelled: Sequence[Recommendation], found: Sequence[Recommendation]) -> Estimate:
    """Of the interviews with such a labelled recommendation, the share with such a found one."""
    among = [one for one in advice if one.label in labelled]
    return share([one.interview for one in among], [one.found in found for one in among])


def _median(doubts: Sequence[int]) -> Estimate:
    numbers = np.asarray(doubts)
    # Zero-filled, so that the order of the groups' names is the order of the numbers.
    around = interval([f"{one:06}" for one in range(len(doubts))], lambda rows: float(np.median(numbers[rows])))
    return estimate(float(median(doubts)), around, len(doubts))


def _table(advice: Iterable[Advice]) -> dict[str, dict[str, int]]:
    """How often each recommendation was found, by the labelled one."""
    counts = Counter((one.label, one.found) for one in advice)
    made: dict[str, dict[str, int]] = {}
    for label, found in product(Recommendation, repeat=2):
        if counts[label, found]:
            made.setdefault(label.value, {})[found.value] = counts[label, found]
    return made
