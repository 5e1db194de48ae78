"""Whether a judge may be shipped: bars that hold, no drop against what was measured before, and nothing unmeasured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from interviewer.core.values import Strict
from interviewer.evaluation.figures import Better, Figure
from interviewer.evaluation.paired import Comparison
from interviewer.evaluation.record import Baseline


class Bar(Strict):
    """What a figure must not fall below (or, where less is better, rise above), and what it is meant to reach."""

    bar: float
    goal: float | None = None


class Standing(StrEnum):
    """How a figure stands against its bar."""

    HELD = "held"
    MISSED = "missed"
    UNMEASURED = "not measured"


class Held(Strict):
    """A bar beside what was measured."""

    name: str
    bar: Bar
    figure: Figure | None

    @property
    def standing(self) -> Standing:
        """Missed when the whole 90 % interval lies on the wrong side; a figure without one is taken as it is."""
        if self.figure is None:
            return Standing.UNMEASURED
        best = _best(self.figure)
        worse = best < self.bar.bar if self.figure.better is Better.HIGHER else best > self.bar.bar
        return Standing.MISSED if worse else Standing.HELD

    @property
    def reaches_goal(self) -> bool | None:
        """Whether the measured value itself reaches the goal; None without a goal or a figure."""
        if self.figure is None or self.bar.goal is None:
            return None
        if self.figure.better is Better.HIGHER:
            return self.figure.value >= self.bar.goal
        return self.figure.value <= self.bar.goal


def _best(figure: Figure) -> float:
    end = figure.high if figure.better is Better.HIGHER else figure.low
    return figure.value if end is None else end


def against_bars(figures: Sequence[Figure], bars: Mapping[str, Bar]) -> tuple[Held, ...]:
    """Every bar beside its figure, in the order of the file."""
    found = {one.name: one for one in figures}
    return tuple(Held(name=name, bar=bar, figure=found.get(name)) for name, bar in bars.items())


def missed(held: Sequence[Held]) -> Iterator[str]:
    """A line for each bar that is missed or was not measured."""
    for one in held:
        if one.standing is Standing.UNMEASURED:
            yield f"{one.name}: not measured, so its bar of {one.bar.bar:g} cannot hold."
        elif one.standing is Standing.MISSED and one.figure is not None:
            side = "below" if one.figure.better is Better.HIGHER else "above"
            yield f"{one.name}: {one.figure}, n = {one.figure.n}, lies {side} its bar of {one.bar.bar:g}."


def dropped(comparison: Comparison) -> Iterator[str]:
    """A line for a significant drop against the baseline, over all points or within a question."""
    if comparison.dropped_overall:
        yield (
            f"Fewer points are judged rightly than in the baseline: {comparison.better_points} became right and "
            f"{comparison.worse_points} wrong, {comparison.difference.value:+.3f} of accuracy "
            f"(McNemar, one-sided p = {comparison.p_drop:.2g})."
        )
    for one in comparison.questions:
        if one.dropped:
            yield (
                f"Question {one.question} fell: {one.better} of its {one.n} points became right and {one.worse} wrong "
                f"(McNemar, one-sided p = {one.adjusted:.2g} after Holm's correction)."
            )


def unmeasured(sources: Mapping[str, str], cases: str, baseline: Baseline) -> Iterator[str]:
    """A line for each thing that can move a verdict and is not as the baseline measured it."""
    for name in sorted({*sources, *baseline.sources}):
        now, then = sources.get(name), baseline.sources.get(name)
        if now != then:
            how = "is new" if then is None else "is gone" if now is None else "has changed"
            yield f"{name} {how} since the baseline of {baseline.at:%Y-%m-%d} was measured."
    if cases != baseline.cases:
        yield f"The labelled cases have changed since the baseline of {baseline.at:%Y-%m-%d} was measured."
