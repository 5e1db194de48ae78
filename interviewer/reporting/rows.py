"""The lines that tell how one point went: made once, drawn by the panel, the terminal and Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from interviewer.core.findings import Span, Status
from interviewer.reporting.model import AttemptReport, PointReport, QuestionReport
from interviewer.reporting.words import AID_WORDS, STATUS_WORDS, TO_READ_BLIND, nth_try, one_line

QUOTE_LIMIT = 160
"""Longer quotes are cut in the middle in the panel (characters); reports have them whole."""


@dataclass(frozen=True, slots=True)
class Row:
    """One point: its mark, its statement, help in words, and the words it rests on (or why there are none)."""

    status: Status
    point: PointReport
    note: str
    quotes: tuple[Span, ...]
    quiet: str
    group: int
    """How many alternatives it stands among; 0 for a point that stands alone."""


def attempt_rows(attempt: AttemptReport) -> tuple[Row, ...]:
    """The points of one try, for a report: minimum, core, strong; of a later try only what came up in it."""
    points = [one for one in attempt.points if attempt.number == 1 or one.status is not Status.ABSENT]
    return tuple(_rows([(one, "") for one in points], unclear="unclear"))


def latest_rows(question: QuestionReport) -> tuple[Row, ...]:
    """The points of all tries in one list, for the candidate: each with the most credit it had, and in which try."""
    chosen: list[tuple[PointReport, str]] = []
    for place in range(len(question.first.points)):
        tries = [(attempt.points[place], attempt.number) for attempt in reversed(question.attempts)]
        best, number = max(tries, key=lambda one: (one[0].credit_high, one[0].status is not Status.ABSENT))
        told = question.later and best.status is not Status.ABSENT
        chosen.append((best, f"on the {nth_try(number)}" if told else ""))
    return tuple(_rows(chosen, unclear=STATUS_WORDS[Status.UNCLEAR]))


def _rows(points: Sequence[tuple[PointReport, str]], unclear: str) -> Iterator[Row]:
    for group, members in groupby(points, key=lambda one: one[0].group or f" {one[0].id}"):
        together = list(members)
        size = len(together) if not group.startswith(" ") else 0
        for point, where in together:
            yield _row(point, where, unclear, size if size > 1 else 0)


def _row(point: PointReport, where: str, unclear: str, group: int) -> Row:
    if point.blind:
        return Row(status=point.status, point=point, note=TO_READ_BLIND, quotes=(), quiet="", group=group)
    parts = []
    if point.status is Status.UNCLEAR:
        parts.append(unclear)
    elif point.status not in (Status.COVERED, Status.ABSENT):
        parts.append(STATUS_WORDS[point.status])
    if point.status in (Status.COVERED, Status.PARTIAL) and AID_WORDS[point.aid]:
        parts.append(AID_WORDS[point.aid])
    if where:
        parts.append(where)
    if point.by_person:
        parts.append(f"decided by {point.judged_by}")
    quiet = "" if point.quotes or point.status is not Status.ABSENT else STATUS_WORDS[Status.ABSENT]
    return Row(
        status=point.status,
        point=point,
        note=", ".join(parts),
        quotes=point.quotes,
        quiet="not needed" if point.not_needed and quiet else quiet,
        group=group,
    )


def starts_group(rows: Sequence[Row], place: int) -> bool:
    """Whether the row here is the first of its alternatives."""
    row = rows[place]
    return bool(row.group) and (place == 0 or rows[place - 1].point.group != row.point.group)


def group_words(size: int) -> str:
    """What stands above alternatives."""
    return "either of:" if size == 2 else "any one of:"


def quoted(quotes: Sequence[Span], limit: int | None = None) -> str:
    """Quotes in one line, each in quotation marks: '"it asks dns" ... "json comes back"'."""
    return " ... ".join(f'"{one_line(span.text, limit)}"' for span in quotes)


def turn_words(quotes: Sequence[Span]) -> str:
    """Where quotes stand: "turn 4", "turns 4 and 6"; empty without quotes."""
    turns = sorted({span.turn for span in quotes})
    if not turns:
        return ""
    return f"turn {turns[0]}" if len(turns) == 1 else f"turns {' and '.join(str(turn) for turn in turns)}"
