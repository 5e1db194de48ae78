"""The report on a terminal; every text is shown as it is, never read as markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from interviewer.core.events import Who
from interviewer.core.scoring import Standing
from interviewer.reporting.drawing import Pen, flag_lines, point_lines
from interviewer.reporting.gather import seen_flags
from interviewer.reporting.headings import attempt_heading, judged_words, level_heading, level_words, standing_note
from interviewer.reporting.model import AttemptReport, QuestionReport, Report
from interviewer.reporting.phrases import (
    KINDS,
    MODELS,
    TRANSCRIPT,
    criteria_of,
    criteria_title,
    criterion_words,
    doubt_words,
    facts,
    for_a_person,
    headline,
    kind,
    provenance,
    section_words,
)
from interviewer.reporting.reference import Reference
from interviewer.reporting.rows import attempt_rows, quoted, turn_words
from interviewer.reporting.usage import usage_pairs
from interviewer.reporting.words import DAMAGED, SPEAKER_WORDS, clock

MAX_WIDTH = 110


def to_terminal(report: Report, console: Console) -> None:
    """Print the report; plain where the console has no colours, ASCII where its encoding asks for it."""
    pen = Pen.of(console.options, MAX_WIDTH, report=True)
    for part in _parts(report, pen):
        console.print(part, soft_wrap=False, highlight=False)


def _parts(report: Report, pen: Pen) -> Iterator[RenderableType]:
    yield Text()
    yield pen.ends(report.header.title, kind(report))
    if not report.log.sound:
        yield pen.text(DAMAGED, "bold red")
    yield _pairs(facts(report), pen)
    said = [pen.text(one) for one in (*report.reasons, *report.judging)]
    yield from _titled(headline(report), [*said, pen.text(report.note, "italic")], pen)
    yield from _titled("Decided by a person", _decisions(report, pen), pen)
    levels = [pen.ends(f"{'  ' if q.parent else ''}{q.title}", level_heading(q, ", "), "") for q in report.questions]
    yield from _titled("Levels", levels, pen)
    yield from _titled("To check", _doubts(report, pen), pen)
    for one_kind in KINDS:
        pairs = [(one.says, criterion_words(one)) for one in criteria_of(report, one_kind)]
        yield from _titled(criteria_title(report, one_kind), [pen.ends(*pair, style="") for pair in pairs], pen)
    yield from _titled("Only a person can tell", [pen.text(one.says) for one in for_a_person(report)], pen)
    yield from _titled("Remarks", _comments(report, pen), pen)
    for question in report.questions:
        yield Text()
        yield from _question(question, pen)
    yield from _titled(TRANSCRIPT, [_transcript(report, pen)], pen)
    times = ((one.title, section_words(one)) for one in report.sections)
    yield from _titled("Time", [_pairs(times, pen)], pen)
    took = list(usage_pairs(report))
    yield from _titled(MODELS, [_pairs(took, pen)] if took else [], pen)
    yield from _titled("What this rests on", [_pairs(provenance(report), pen)], pen)


def _titled(title: str, body: Iterable[RenderableType], pen: Pen) -> Iterator[RenderableType]:
    """A part with a free line and a heading above it; nothing where it has no body."""
    parts = list(body)
    yield from [Text(), pen.text(title, "bold"), *parts] if parts else []


def _pairs(pairs: Iterable[tuple[str, str]], pen: Pen) -> RenderableType:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(max_width=pen.width // 3)
    table.add_column()
    for label, value in pairs:
        table.add_row(pen.text(label, "dim"), pen.text(value))
    return table


def _decisions(report: Report, pen: Pen) -> Iterator[Text]:
    for one in report.decisions:
        yield pen.text(f"{one.decision}: {one.reason} ({one.by}, {one.at:%Y-%m-%d})")


def _comments(report: Report, pen: Pen) -> Iterator[Text]:
    for one in report.comments:
        on = f" on {one.target}" if one.target else ""
        yield pen.text(f"{one.by}{on}, {one.at:%Y-%m-%d}: {one.text}")


def _doubts(report: Report, pen: Pen) -> Iterator[RenderableType]:
    for one in report.doubts:
        words = f"{quoted(one.quotes)} ({turn_words(one.quotes)})" if one.quotes else ""
        body = [pen.text(f"{one.title}: {doubt_words(one)}", "dim"), *([pen.text(words)] if words else [])]
        yield pen.text(f"{'Red flag: ' if one.is_flag else ''}{one.says}")
        yield Padding(Group(*body), (0, 0, 0, 2))


def _question(question: QuestionReport, pen: Pen) -> Iterator[RenderableType]:
    yield pen.ends(question.title, level_heading(question))
    if question.first.standing is Standing.UNASKED:
        return
    yield pen.text(question.asks, "dim")
    for attempt in question.attempts:
        yield from _attempt(attempt, pen, named=bool(question.later))
    if question.together:
        yield pen.text(f"The tries together would be {level_words(question.together)}.")
    if question.next_step:
        yield pen.text(question.next_step, "bold")
    yield pen.text("Reference answer", "dim")
    yield Reference(question.reference)


def _attempt(attempt: AttemptReport, pen: Pen, *, named: bool) -> Iterator[RenderableType]:
    if named:
        yield pen.text(attempt_heading(attempt), "bold")
    note = standing_note(attempt)
    if note:
        yield pen.text(note, "italic")
    if attempt.standing is Standing.SCORED:
        yield point_lines(attempt_rows(attempt), pen)
        yield from flag_lines(seen_flags(attempt), pen)
    for one in judged_words(attempt):
        yield pen.text(one, "dim")


def _transcript(report: Report, pen: Pen) -> RenderableType:
    table = Table.grid(padding=(0, 1, 0, 0))
    for justify in ("right", "right", "left"):
        table.add_column(justify=justify, no_wrap=True)
    table.add_column(overflow="fold")
    for turn in report.transcript:
        mine = turn.who is Who.CANDIDATE
        who = pen.text(SPEAKER_WORDS[turn.who], "bold" if mine else "dim")
        table.add_row(pen.text(str(turn.number), "dim"), pen.text(clock(turn.clock), "dim"), who, pen.text(turn.text))
    return table
