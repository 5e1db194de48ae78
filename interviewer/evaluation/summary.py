"""A measurement in a few lines and one table, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from interviewer.evaluation.figures import Figure
from interviewer.evaluation.gate import Held
from interviewer.evaluation.paired import Comparison
from interviewer.evaluation.public import PublicSet
from interviewer.evaluation.record import Run
from interviewer.evaluation.report.tables import bar_words, goal_words, interval, value

HEADS: Final = ("Figure", "Measured", "90 % interval", "n", "Bar", "Goal")
PLAIN: Final = (
    "points.accuracy",
    "points.majority",
    "points.macro_f1",
    "points.kappa",
    "points.precision",
    "points.recall",
    "unclear.share",
    "unclear.accuracy_rest",
    "three_way.accuracy",
    "red_flags.precision",
    "red_flags.recall",
    "intent.accuracy",
    "calibration.ece",
    "levels.kappa",
    "levels.within_range_or_one",
    "recommendations.agreement",
)
"""Figures that are told of cases that have no bars; each where it was measured."""


def opening(made: Run) -> Iterator[str]:
    """What was measured."""
    questions = len({(case.scenario, case.question_id) for case in made.labelled})
    judge = f"Judge {made.judge.name}, version {made.judge.hash[:12]}"
    yield f"{judge}: {_counted(len(made.labelled), 'case')} of {_counted(questions, 'question')}."
    unscored = made.result["unscored"]
    if unscored:
        yield f"{unscored} could not be judged; they are left out of accuracy."


def rows(made: Run, held: Sequence[Held]) -> list[tuple[str, ...]]:
    """Figures beside bars and goals; where there are no bars, the main figures."""
    if held:
        return [_beside(one) for one in held]
    found = {one.name: one for one in made.figures}
    return [(*_cells(found[name]), "-", "-") for name in PLAIN if name in found]


def _beside(one: Held) -> tuple[str, ...]:
    if one.figure is None:
        # Which way a figure should go is only known where it was measured.
        goal = "-" if one.bar.goal is None else f"{one.bar.goal:g}"
        return one.name, "not measured", "-", "-", f"{one.bar.bar:g}", goal
    return (*_cells(one.figure), f"{bar_words(one)}, {one.standing}", goal_words(one))


def _cells(figure: Figure) -> tuple[str, ...]:
    return figure.name, value(figure), interval(figure), str(figure.n)


def closing(made: Run) -> Iterator[str]:
    """What it took."""
    seconds = made.result["seconds"]
    each = seconds / len(made.labelled) if made.labelled else 0.0
    cost = f", {made.cost:.4f} US dollars" if made.cost else ""
    yield f"Judging took {each * 1000:.0f} ms a case{cost}."


def public_rows(found: PublicSet) -> list[tuple[str, ...]]:
    """A judge on a public set, split by split, beside published figures."""
    made: list[tuple[str, ...]] = []
    for figure in found.figures():
        made.append(_cells(figure))
    for split in found.splits:
        made += [
            (f"published: {one.system}, {one.measure} ({one.source})", f"{one.value:g}", "-", "-")
            for one in split.published
        ]
    return made


def comparison(found: Comparison) -> Iterator[str]:
    """What changed between two measurements, and every case that did."""
    changed = found.better_points + found.worse_points
    yield f"Accuracy {_shown(found.before)} before, {_shown(found.after)} after: {_difference(found)}."
    yield (
        f"{changed} points changed: {found.better_points} for the better, {found.worse_points} for the worse "
        f"(McNemar, two-sided p = {found.p:.2g}). {'A significant drop.' if found.dropped else 'No significant drop.'}"
    )
    if found.noticeable is not None:
        yield f"A drop of {found.noticeable:.3f} or more would have been noticed four times in five."
    if found.left_out:
        yield f"{found.left_out} points and flags were left out: only one of the two has a finding for them."
    for title, changes in (("Worse", found.worse), ("Better", found.better)):
        if changes:
            yield ""
            yield f"{title}:"
        for one in changes:
            yield (
                f"- {one.case_id}: {one.target} is {one.label}; "
                f"{one.before} {one.before_probability:.2f} -> {one.after} {one.after_probability:.2f}"
            )


def _counted(count: int, noun: str) -> str:
    """In figures, as the table below has them."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _shown(accuracy: float | None) -> str:
    return "-" if accuracy is None else f"{accuracy:.3f}"


def _difference(found: Comparison) -> str:
    one = found.difference
    if one.value is None:
        return "nothing to compare"
    around = "" if one.low is None or one.high is None else f" ({one.low:+.3f} to {one.high:+.3f})"
    return f"{one.value:+.3f}{around}"
