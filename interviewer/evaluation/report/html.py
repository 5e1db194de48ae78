"""The report as one HTML file: plots, tables and every case to read; it runs nothing and asks nobody for anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from interviewer.core.scenario import Point, RedFlag
from interviewer.core.turns import clean
from interviewer.evaluation.cases import Case
from interviewer.evaluation.figures import Better, Figure
from interviewer.evaluation.outcomes import rows_of
from interviewer.evaluation.reliability import Band, Bin, reliability
from interviewer.evaluation.report import moves, plots, reading, tables, words
from interviewer.evaluation.report.evidence import said_html
from interviewer.evaluation.report.material import Material
from interviewer.evaluation.report.matrix import matrices
from interviewer.evaluation.report.versus import by_case, versus
from interviewer.reporting.words import one_line


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A plot with the words under it."""

    caption: str
    drawn: Markup


@dataclass(frozen=True, slots=True)
class _Part:
    """A breakdown with its plots."""

    breakdown: tables.Breakdown
    plots: tuple[_Drawn, ...]


@dataclass(frozen=True, slots=True)
class _Calibration:
    reliability: Markup
    coverage: Markup
    bins: tuple[Bin, ...]
    bands: tuple[Band, ...]


def to_html(material: Material) -> str:
    """The whole report as a self-contained page; the same bytes for the same material."""
    run, questions = material.run, reading.read(material)
    cases = [case for question in questions for case in question.cases]
    compared = versus(material)
    fields: dict[str, Any] = {
        "run": run,
        "origin": material.origin,
        "facts": tuple(words.facts(material)),
        "headline": words.headline(material),
        "summary": tuple(words.summary(material)),
        "held": material.held,
        "beside": tables.beside(run.figures),
        "breakdowns": _breakdowns(material),
        "calibration": _calibration(material),
        "matrices": tuple(_matrices(material)),
        "versus": compared,
        "versus_lines": tuple(words.comparison(compared.comparison, material)) if compared else (),
        "moves": moves.moves(run.shifts()),
        "rehearsed": run.rehearsed,
        "whole": tables.whole(run.figures),
        "worst": reading.worst(questions),
        "kinds": reading.by_kind(questions),
        "questions": questions,
        "anchors": {case.case.case_id: case.anchor for case in cases},
    }
    return _templates().get_template("eval.html.j2").render(contents=tuple(_contents(fields)), **fields)


def _contents(fields: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "bars", "Bars and goals"
    yield from ((sort, tables.BREAKDOWNS[sort]) for sort in fields["breakdowns"])
    yield "calibration", "Probabilities"
    optional = {
        "matrices": ("confusion", "Labels against findings"),
        "versus": ("compare", "Comparison"),
        "moves": ("moved", "Changed answers"),
        "rehearsed": ("interviewer", "The interviewer"),
    }
    yield from (entry for name, entry in optional.items() if fields[name])
    yield "figures", "Figures over everything"
    yield "worst", "Worst cases"
    yield "by-question", "Cases by question"


def _breakdowns(material: Material) -> dict[str, tuple[_Part, ...]]:
    """The breakdowns of each sort."""
    parts = groupby(_parts(material), key=lambda part: part.breakdown.sort)
    return {sort: tuple(several) for sort, several in parts}


def _parts(material: Material) -> Iterator[_Part]:
    bars = {held.name: held.bar for held in material.held}
    for place, part in enumerate(tables.breakdowns(material.run.figures), 1):
        line, drawn = _over_all(material, part), []
        for better in Better:
            figures = [(name, one) for name, one in part.main if one.better is better]
            if figures:
                title = f"{part.title}: values with 90 % intervals"
                made = plots.intervals(f"plot-{place}-{better}", title, figures, bars, line)
                drawn.append(_Drawn(f"{better.capitalize()} is better.", made))
        yield _Part(part, tuple(drawn))


def _matrices(material: Material) -> Iterator[_Drawn]:
    for one in matrices(material.run):
        yield _Drawn(f"{one.title}: each row is a label, each column what it was taken for.", plots.matrix(one))


def _over_all(material: Material, part: tables.Breakdown) -> Figure | None:
    """What the parts of a breakdown of points add up to."""
    if part.sort not in ("families", "kinds", "scenarios", "questions"):
        return None
    return material.run.figure(f"{part.scope}.{words.ACCURACY}" if part.scope else words.ACCURACY)


def _calibration(material: Material) -> _Calibration | None:
    measured = reliability([row for row in rows_of(material.run.pairs()) if not row.is_flag])
    if not measured.n:
        return None
    return _Calibration(
        plots.reliability("plot-reliability", "Reliability of the probabilities", measured.bins),
        plots.coverage("plot-coverage", "Accuracy against coverage", measured.bands),
        measured.bins,
        measured.bands,
    )


@cache
def _templates() -> Environment:
    house, own = PackageLoader("interviewer.reporting"), PackageLoader("interviewer.evaluation.report")
    made = Environment(
        autoescape=True, loader=ChoiceLoader([own, house]), undefined=StrictUndefined, finalize=_shown, trim_blocks=True
    )
    style = "\n".join(loader.get_source(made, name)[0] for loader, name in ((house, "report.css"), (own, "eval.css")))
    made.globals.update(_words(), style=Markup(style.strip()))
    return made


def _shown(value: Any) -> Any:
    """Every text without control characters; what is HTML already was made from such text."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _plain(case: Case) -> list[tuple[str, Markup]]:
    return [(turn.who.value, escape(clean(turn.text))) for turn in case.said()]


def _tier_of(target: Point | RedFlag) -> str:
    return target.tier.value if isinstance(target, Point) else f"red flag, {target.severity.value}"


def _words() -> dict[str, Any]:
    return {
        "breakdown_titles": tables.BREAKDOWNS,
        "bar_words": tables.bar_words,
        "by_case": by_case,
        "case_notes": words.case_notes,
        "case_state": words.case_state,
        "changed": words.changed,
        "counted": words.counted,
        "ending": words.ending,
        "expect_words": moves.EXPECT_WORDS,
        "faults": words.faults,
        "finding": words.finding,
        "goal_words": tables.goal_words,
        "interval": tables.interval,
        "intervals_note": words.INTERVALS,
        "legend": words.LEGEND,
        "no_quote": words.NO_QUOTE,
        "one_line": one_line,
        "plain": _plain,
        "question_state": words.question_state,
        "read_points": words.read_points,
        "said_html": said_html,
        "shifted": words.shifted,
        "shown": tables.shown,
        "silent": words.silent,
        "standing_marks": words.STANDING_MARKS,
        "standing_words": words.STANDING_WORDS,
        "status_words": words.STATUS_WORDS,
        "tally_cells": words.tally_cells,
        "tally_words": words.TALLY_WORDS,
        "tier_of": _tier_of,
        "title": words.TITLE,
        "value": tables.value,
    }
