"""The report's plots; every number in them stands in a table beside them too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from interviewer.evaluation.figures import Better, Figure
from interviewer.evaluation.gate import Bar
from interviewer.evaluation.reliability import Band, Bin
from interviewer.evaluation.report import svg
from interviewer.evaluation.report.matrix import Matrix
from interviewer.evaluation.report.tables import shown

WIDTH: Final = 900
SQUARE: Final = 460
_ROW, _MARGIN = 25, 84
_SHORT: Final = 8
"""Longer names of columns stand in several lines."""
_FAINT, _DEPTH = 0.03, 0.33
"""A cell without and with all of its row, as opacities: numbers stay readable on both, on light pages and dark."""


def intervals(
    name: str, title: str, figures: Sequence[tuple[str, Figure]], bars: Mapping[str, Bar], line: Figure | None = None
) -> Markup:
    """A dot for each figure with its 90 % interval, its bar and its goal; `line` is the figure over everything."""
    with svg.style():
        made, axes = svg.drawing(WIDTH, _MARGIN + _ROW * len(figures))
        _dots(axes, [figure for _, figure in figures])
        _bars(axes, [bars.get(figure.name) for _, figure in figures])
        if line:
            label = f"over all: {shown(line.value)}"
            axes.axvline(line.value, color=svg.SOFT, linewidth=1, linestyle=(0, (1, 2)), label=label)
        axes.set_yticks(range(len(figures)), [label for label, _ in figures])
        axes.set_ylim(len(figures) - 0.4, -0.6)
        axes.grid(axis="x", linewidth=0.7)
        _limits(axes, [figure for _, figure in figures], bars)
        _legend(axes)
        return svg.to_svg(made, name, title, _told(figures))


def _dots(axes: Axes, figures: Sequence[Figure]) -> None:
    values, places = [figure.value for figure in figures], range(len(figures))
    lows = [figure.value if figure.low is None else figure.low for figure in figures]
    highs = [figure.value if figure.high is None else figure.high for figure in figures]
    axes.hlines(places, lows, highs, color=svg.INK, linewidth=1.6)
    axes.plot(values, places, "o", color=svg.INK, markersize=6, label="measured, with its 90 % interval")


def _bars(axes: Axes, bars: Sequence[Bar | None]) -> None:
    known = [(bar.bar, place) for place, bar in enumerate(bars) if bar]
    goals = [(bar.goal, place) for place, bar in enumerate(bars) if bar and bar.goal is not None]
    _marks(axes, known, "bar", marker="|", color=svg.BAD, markersize=15, markeredgewidth=2)
    _marks(axes, goals, "goal", marker="D", color="none", markeredgecolor=svg.GOOD, markersize=7)


def _marks(axes: Axes, marks: Sequence[tuple[float, int]], label: str, **manner: Any) -> None:
    if marks:
        axes.plot([at for at, _ in marks], [place for _, place in marks], linestyle="none", label=label, **manner)


def _limits(axes: Axes, figures: Sequence[Figure], bars: Mapping[str, Bar]) -> None:
    """Shares that should be high end at 1, those that should be low begin at 0."""
    values = [end for one in figures for end in (one.value, one.low, one.high) if end is not None]
    for one in figures:
        bar = bars.get(one.name)
        values += [end for end in (bar.bar, bar.goal) if end is not None] if bar else []
    if figures[0].better is Better.HIGHER and max(values) <= 1:
        axes.set_xlim(max(0.0, min(values) - 0.05), 1.01)
    elif figures[0].better is Better.LOWER and min(values) >= 0:
        axes.set_xlim(-0.005, max(values) * 1.1 + 0.005)


def _legend(axes: Axes) -> None:
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, borderaxespad=0.2, handletextpad=0.5, borderpad=0)


def _told(figures: Sequence[tuple[str, Figure]]) -> str:
    return "; ".join(f"{label} {figure}" for label, figure in figures)


def reliability(name: str, title: str, bins: Sequence[Bin]) -> Markup:
    """The share that is labelled covered against the probability that was said, by tenths."""
    full = [(one.mean, one.share, one.n) for one in bins if one.mean is not None and one.share is not None]
    with svg.style():
        made, axes = svg.drawing(SQUARE, SQUARE)
        axes.plot([0, 1], [0, 1], color=svg.SOFT, linewidth=1, linestyle=(0, (1, 2)))
        axes.plot([x for x, _, _ in full], [y for _, y, _ in full], "o-", color=svg.INK, linewidth=1.2, markersize=5.5)
        for x, y, n in full:
            below = y < x
            axes.annotate(
                f"{n:,}",
                (x, y),
                (7, -4) if below else (-7, 4),
                textcoords="offset points",
                ha="left" if below else "right",
                va="top" if below else "bottom",
                color=svg.SOFT,
                fontsize=svg.SIZE - 1.5,
            )
        _unit(axes, "probability that the judge gave", "share that is labelled covered")
        axes.set_xlim(-0.02, 1.02)
        axes.set_ylim(-0.02, 1.02)
        told = "; ".join(f"said {shown(x)}, labelled {shown(y)}, {n} points" for x, y, n in full)
        return svg.to_svg(made, name, title, told)


def coverage(name: str, title: str, bands: Sequence[Band]) -> Markup:
    """Accuracy on what the judge keeps, against how much that is, as more doubtful points go to a person."""
    known = [(one.kept, one.accuracy) for one in bands if one.accuracy is not None]
    with svg.style():
        made, axes = svg.drawing(SQUARE, SQUARE)
        axes.plot([x for x, _ in known], [y for _, y in known], "o-", color=svg.INK, linewidth=1.2, markersize=5.5)
        _unit(axes, "share of points that the judge decides", "accuracy on those")
        axes.invert_xaxis()
        told = "; ".join(f"deciding {shown(x)} of the points, accuracy {shown(y)}" for x, y in known)
        return svg.to_svg(made, name, title, told)


def _unit(axes: Axes, across: str, up: str) -> None:
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.grid(linewidth=0.7)
    axes.tick_params(labelcolor=svg.SOFT)


def matrix(table: Matrix) -> Markup:
    """A square for each label and finding, the darker the more often that label met that finding."""
    names = [one.replace("_", " ") for one in table.across]
    with svg.style():
        made, axes = svg.drawing(min(WIDTH, 190 + 96 * len(names)), 110 + 46 * len(table.down))
        for down, counts in enumerate(table.counts):
            for across, count in enumerate(counts):
                _cell(axes, across, down, count, count / max(1, sum(counts)), table.down[down] == table.across[across])
        axes.set_xticks(range(len(names)), [one.replace(" ", "\n") if len(one) > _SHORT else one for one in names])
        axes.set_yticks(range(len(table.down)), [one.replace("_", " ") for one in table.down])
        axes.set_xlim(-0.5, len(names) - 0.5)
        axes.set_ylim(len(table.down) - 0.5, -0.5)
        axes.spines["bottom"].set_visible(False)
        axes.tick_params(labelcolor=svg.INK)
        axes.set_xlabel("taken for")
        axes.set_ylabel("labelled")
        return svg.to_svg(made, f"plot-{table.name}", table.title, _said(table))


def _cell(axes: Axes, across: int, down: int, count: int, share: float, right: bool) -> None:
    place = (across - 0.48, down - 0.46)
    axes.add_patch(Rectangle(place, 0.96, 0.92, color=svg.INK, alpha=_FAINT + _DEPTH * share, linewidth=0))
    weight = "bold" if right else "normal"
    axes.text(across, down, f"{count:,}", ha="center", va="center", color=svg.INK, weight=weight)


def _said(table: Matrix) -> str:
    return "; ".join(
        f"labelled {label}: " + ", ".join(f"{n} {other}" for other, n in zip(table.across, counts, strict=True) if n)
        for label, counts in zip(table.down, table.counts, strict=True)
    )
