"""The report as Markdown (CommonMark with tables): all figures, and every case; nothing in it is more than words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from interviewer.evaluation.cases import Case
from interviewer.evaluation.figures import Figure
from interviewer.evaluation.outcomes import rows_of
from interviewer.evaluation.paired import Change
from interviewer.evaluation.reliability import reliability
from interviewer.evaluation.report import moves, reading, tables, words
from interviewer.evaluation.report.material import Material
from interviewer.evaluation.report.matrix import Matrix, matrices
from interviewer.evaluation.report.reading import CaseRead, PointRead, QuestionRead
from interviewer.evaluation.report.versus import by_case, versus
from interviewer.reporting.marking import markdown_block, markdown_line

_FIGURES: Final = ("figure", "value", "90 % interval", "n")
_PLAIN: Final = re.compile(r"(?!.*www)(?:[^\W_]|(?<=[^\W_])_(?=[^\W_])|[ .,:+≥≤-])*", re.IGNORECASE)
"""Cells of a table that read as themselves: escaping every point of every number would make the source unreadable."""


def to_markdown(material: Material) -> str:
    """The whole report; ends with a line break. Of cases where nothing differs only the names are told."""
    return "\n\n".join(part for part in _parts(material) if part) + "\n"


def _parts(material: Material) -> Iterator[str]:
    figures = material.run.figures
    yield f"# {words.TITLE}"
    yield "\n".join(f"- **{label}**: {markdown_line(told)}" for label, told in words.facts(material))
    yield markdown_line(material.origin)
    yield f"## {markdown_line(words.headline(material))}"
    yield _list(words.summary(material))
    yield from _bars(material)
    yield from _titled("To see it beside", _figures(tables.beside(figures)), level=3)
    for sort, several in groupby(tables.breakdowns(figures), key=lambda part: part.sort):
        yield f"## {tables.BREAKDOWNS[sort]}"
        for part in several:
            yield from _titled(markdown_line(part.where), _breakdown(part), level=3)
    yield from _calibration(material)
    for one in matrices(material.run):
        yield from _titled(one.title, _matrix(one))
    yield from _comparison(material)
    yield from _moved(material)
    yield from _rehearsed(material)
    yield from _titled("Figures over everything", _figures(tables.whole(figures)))
    yield from _cases(reading.read(material))


def _titled(title: str, body: str, level: int = 2) -> Iterator[str]:
    if body:
        if title:
            yield f"{'#' * level} {title}"
        yield body


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {markdown_line(line)}" for line in lines)


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A table whose first column is words and whose others are numbers; empty without lines."""
    made = [f"| {' | '.join(map(_cell, line))} |" for line in lines]
    rule = f"|---|{'---:|' * (len(head) - 1)}"
    return "\n".join([f"| {' | '.join(head)} |", rule, *made]) if made else ""


def _cell(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else markdown_line(text)


def _measured(figure: Figure | None) -> tuple[str, str, str]:
    if figure is None:
        return ("-", "-", "-")
    return (tables.value(figure), tables.interval(figure), f"{figure.n:,}")


def _figures(figures: Iterable[Figure]) -> str:
    return _table(_FIGURES, ((one.name, *_measured(one)) for one in figures))


def _bars(material: Material) -> Iterator[str]:
    yield "## Bars and goals"
    if not material.held:
        yield "No bars were given."
        return
    yield words.INTERVALS
    yield _table(
        (*_FIGURES, "bar", "stands", "goal"),
        (
            (one.name, *_measured(one.figure), tables.bar_words(one), one.standing.value, tables.goal_words(one))
            for one in material.held
        ),
    )


def _breakdown(part: tables.Breakdown) -> str:
    head = (part.sort, "value", "90 % interval", "n", *(name.replace("_", " ") for name in part.details))
    return _table(head, (_entry(entry, part.details) for entry in part.entries))


def _entry(entry: tables.Entry, details: Sequence[str]) -> list[str]:
    others = (entry.details.get(name) for name in details)
    return [entry.name, *_measured(entry.main), *(tables.value(one) if one else "-" for one in others)]


def _calibration(material: Material) -> Iterator[str]:
    measured = reliability([row for row in rows_of(material.run.pairs()) if not row.is_flag])
    bins = (
        (f"{one.low} to {one.high}", f"{one.n:,}", tables.shown(one.mean), tables.shown(one.share))
        for one in measured.bins
        if measured.n
    )
    table = _table(("probability", "points", "mean", "labelled covered"), bins)
    yield from _titled("Probabilities", table)
    bands = (
        (f"nearer than {one.width:.2f} to 0.5", tables.shown(one.kept), tables.shown(one.accuracy))
        for one in measured.bands
    )
    table = _table(("left to a person", "points decided", "accuracy on those"), bands)
    yield from _titled("Accuracy against coverage", table)


def _matrix(table: Matrix) -> str:
    lines = ((label, *map(str, counts)) for label, counts in zip(table.down, table.counts, strict=True))
    return _table(("labelled", *(markdown_line(name) for name in table.across)), lines)


def _comparison(material: Material) -> Iterator[str]:
    found = versus(material)
    if found is None:
        return
    yield "## Compared with another measurement"
    yield _list(words.comparison(found.comparison, material))
    both = ((now.name, tables.value(then), *_measured(now)) for then, now in found.figures)
    yield _table(("figure", "before", "now", "90 % interval", "n"), both)
    yield from _titled("Became wrong", _changes(found.comparison.worse), level=3)
    yield from _titled("Became right", _changes(found.comparison.better), level=3)


def _changes(changes: Sequence[Change]) -> str:
    return _list(f"{name}: {'; '.join(map(words.changed, several))}" for name, several in by_case(changes).items())


def _moved(material: Material) -> Iterator[str]:
    found = moves.moves(material.run.shifts())
    if found:
        yield "## Changed answers that moved a finding wrongly"
    for one in found:
        yield f"### {markdown_line(one.name)} ({moves.EXPECT_WORDS[one.expects]})"
        for example in one.examples:
            yield f"**{markdown_line(example.item.after.case_id)}**"
            yield _list(map(words.shifted, example.shifts))
            yield from ("Before:", _said(example.item.before), "After:", _said(example.item.after))
        if one.left_out:
            yield f"{words.counted(one.left_out, 'more answer')} not shown."


def _rehearsed(material: Material) -> Iterator[str]:
    if material.run.rehearsed is None:
        return
    tallies = material.run.rehearsed.by_candidate().items()
    lines = ((name, *words.tally_cells(tally)) for name, tally in tallies)
    yield from _titled(
        "The interviewer, rehearsed with simulated candidates",
        _table(("candidate", *words.TALLY_WORDS.values()), lines),
    )
    for one in material.run.rehearsed.interviews:
        told = f"{one.candidate}, {one.scenario}, {one.mode.value}, {words.ending(one)}"
        yield from _titled(markdown_line(told), _list(words.faults(one)), level=3)


def _cases(questions: Sequence[QuestionRead]) -> Iterator[str]:
    yield "## Every case"
    yield words.LEGEND
    worst = (f"{one.case.case_id}: {words.case_state(one)}" for one in reading.worst(questions))
    yield from _titled("The worst first", _list(worst), level=3)
    for question in questions:
        yield f"### {markdown_line(question.title)} ({markdown_line(question.name)})"
        yield f"{words.question_state(question)}."
        for case in question.cases:
            if not case.quiet:
                yield from _case(case)
        quiet = ", ".join(markdown_line(case.case.case_id) for case in question.cases if case.quiet)
        if quiet:
            yield f"Nothing differs in: {quiet}."


def _case(case: CaseRead) -> Iterator[str]:
    kind = f", {markdown_line(case.case.kind)}" if case.case.kind else ""
    yield f"#### {markdown_line(case.case.case_id)}{kind}: {words.case_state(case)}"
    yield _said(case.case)
    yield "\n".join([_list(words.case_notes(case)), *map(_point, words.read_points(case))])
    silent = words.silent(case)
    if silent:
        yield f"Absent by label and finding: {markdown_line(silent)}."


def _point(point: PointRead) -> str:
    row = point.row
    flag = " (red flag)" if row.is_flag else ""
    second = f"; second labelling {words.STATUS_WORDS[point.second]}" if point.second else ""
    says = f" {point.says}" if point.differs else ""
    quotes = " ... ".join(f'"{span.text}"' for span in point.evidence) or words.NO_QUOTE
    return f"- **{words.STANDING_WORDS[point.standing]}** " + markdown_line(
        f"{row.target}{flag}: labelled {words.STATUS_WORDS[row.label]}{second}; "
        f"found {words.finding(row.status, row.probability)}.{says} {quotes}"
    )


def _said(case: Case) -> str:
    turns = case.said()
    if len(turns) == 1:
        return markdown_block(turns[0].text)
    return "\n>\n".join(f"> **{turn.who.value}**\n>\n{markdown_block(turn.text)}" for turn in turns)
