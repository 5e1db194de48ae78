"""The report as Markdown (CommonMark with tables); candidates' words are escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from interviewer.core.findings import Span
from interviewer.core.scoring import Standing
from interviewer.reporting.drawing import flag_words
from interviewer.reporting.gather import seen_flags
from interviewer.reporting.headings import attempt_heading, judged_words, level_heading, level_words, standing_note
from interviewer.reporting.marking import markdown_block, markdown_line, quoted_markdown
from interviewer.reporting.model import AttemptReport, FlagReport, QuestionReport, Report
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
from interviewer.reporting.rows import Row, attempt_rows, group_words, quoted, starts_group, turn_words
from interviewer.reporting.usage import usage_pairs
from interviewer.reporting.words import DAMAGED, SPEAKER_WORDS, SYMBOLS, TIER_WORDS, clock, without_stop


def to_markdown(report: Report) -> str:
    """The whole report; ends with a line break."""
    parts = [part for part in _parts(report) if part]
    return "\n\n".join(parts) + "\n"


def _parts(report: Report) -> Iterator[str]:
    yield f"# {kind(report)}: {markdown_line(report.header.title)}"
    if not report.log.sound:
        yield f"**{DAMAGED}**"
    yield _pairs(facts(report))
    yield f"## {markdown_line(headline(report))}"
    yield _list((*report.reasons, *report.judging))
    yield f"*{report.note}*"
    decided = (f"{one.decision}: {one.reason} ({one.by}, {one.at:%Y-%m-%d})" for one in report.decisions)
    yield from _titled("Decided by a person", _list(decided))
    levels = (f"{one.title}: {level_heading(one, ', ')}" for one in report.questions)
    yield from _titled("Levels", _list(levels))
    yield from _titled("To check", "\n".join(_doubts(report)))
    for one_kind in KINDS:
        told = [f"{one.says}: {criterion_words(one)}" for one in criteria_of(report, one_kind)]
        yield from _titled(criteria_title(report, one_kind), _list(told))
    yield from _titled("Only a person can tell", _list(one.says for one in for_a_person(report)))
    remarks = (f"{one.by}{f' on {one.target}' if one.target else ''}: {one.text}" for one in report.comments)
    yield from _titled("Remarks", _list(remarks))
    yield "## Questions"
    for question in report.questions:
        yield from _question(question)
    yield f"## {TRANSCRIPT}"
    for turn in report.transcript:
        yield f"**{turn.number}. {SPEAKER_WORDS[turn.who]}**, {clock(turn.clock)}"
        yield markdown_block(turn.text)
    yield from _titled("Time", _list(f"{one.title}: {section_words(one)}" for one in report.sections))
    yield from _titled(MODELS, _pairs((markdown_line(label), words) for label, words in usage_pairs(report)))
    yield from _titled("What this rests on", _pairs(provenance(report)))


def _titled(title: str, body: str) -> Iterator[str]:
    if body:
        yield f"## {title}"
        yield body


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {markdown_line(line)}" for line in lines)


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"- **{label}**: {markdown_line(value)}" for label, value in pairs)


def _doubts(report: Report) -> Iterator[str]:
    for one in report.doubts:
        mark = "Red flag: " if one.is_flag else ""
        says, title = markdown_line(without_stop(one.says)), markdown_line(one.title)
        yield f"- {mark}{says} ({title}: {doubt_words(one)}){_quotes(one.quotes)}"


def _quotes(quotes: Sequence[Span]) -> str:
    return f": {markdown_line(quoted(quotes))} ({turn_words(quotes)})" if quotes else ""


def _question(question: QuestionReport) -> Iterator[str]:
    yield f"### {markdown_line(question.title)}: {level_heading(question, ', ')}"
    if question.first.standing is Standing.UNASKED:
        return
    yield markdown_block(question.asks)
    for attempt in question.attempts:
        if question.later:
            yield f"#### {attempt_heading(attempt)}"
        yield from _attempt(attempt)
    if question.together:
        yield f"The tries together would be {level_words(question.together)}."
    yield markdown_line(question.next_step)
    yield "Reference answer:"
    yield quoted_markdown(question.reference)


def _attempt(attempt: AttemptReport) -> Iterator[str]:
    yield standing_note(attempt)
    if attempt.standing is Standing.SCORED:
        rows = attempt_rows(attempt)
        yield "\n".join(line for place in range(len(rows)) for line in _point(rows, place))
        yield "\n".join(_flag(one) for one in seen_flags(attempt))
    yield " ".join(markdown_line(one) for one in judged_words(attempt))


def _point(rows: Sequence[Row], place: int) -> Iterator[str]:
    row = rows[place]
    point = row.point
    if starts_group(rows, place):
        yield f"- {TIER_WORDS[point.tier]}, {group_words(row.group)}"
    indent = "  " if row.group else ""
    tier = "" if row.group else f"{TIER_WORDS[point.tier]}: "
    note = f" ({markdown_line(row.note)})" if row.note else ""
    quiet = f": {row.quiet}" if row.quiet else ""
    why = f". Why it matters: {markdown_line(point.why)}" if row.quiet and not point.not_needed else ""
    says = markdown_line(without_stop(point.says))
    yield f"{indent}- {SYMBOLS[row.status]} {tier}{says}{note}{_quotes(row.quotes)}{quiet}{why}"
    for one in point.self_reported:
        yield f"{indent}  - the candidate marked{_quotes(one.quotes) or ' no words'} (kept, not counted)"
    if point.reason:
        yield f"{indent}  - {markdown_line(f'{point.judged_by}: {point.reason}')}"


def _flag(flag: FlagReport) -> str:
    reason = f" {markdown_line(flag.reason)}" if flag.reason else ""
    says = markdown_line(f"{flag_words(flag, report=True)} {without_stop(flag.says)}")
    return f"- {says}{_quotes(flag.quotes)}{reason}"
