"""The practice panel: after a question, which of the candidate's words earned what, and what would earn more."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.text import Text

from interviewer.core.scoring import Standing
from interviewer.core.state import State
from interviewer.reporting.drawing import Pen, flag_lines, point_lines
from interviewer.reporting.gather import question_report, seen_flags
from interviewer.reporting.headings import level_heading, level_words, standing_note
from interviewer.reporting.judgements import stand_in_words
from interviewer.reporting.model import QuestionReport
from interviewer.reporting.rows import latest_rows

MARGIN = 2
MAX_WIDTH = 110
"""Longer lines are hard to read (columns)."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Some questions as a rich renderable; it takes its encoding from the console that draws it."""

    questions: tuple[QuestionReport, ...]
    width: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw every question, with a free line between two."""
        pen = Pen.of(options, min(self.width, MAX_WIDTH) - 2 * MARGIN)
        for place, question in enumerate(self.questions):
            if place:
                yield Text("")
            yield Padding(Group(*_question(question, pen)), (0, 0, 0, MARGIN), expand=False)


def panel(state: State, question_ids: Sequence[str], width: int) -> Panel:
    """The panel for these questions (a main question and its follow-ups), at most `width` columns wide.

    Raises KeyError for an unknown question.
    """
    return Panel(tuple(question_report(state, name) for name in question_ids), width)


def panel_text(state: State, question_ids: Sequence[str], width: int = 100, encoding: str = "utf-8") -> str:
    """The panel as plain text for pipes and files: no colour, no escape sequences, no trailing blanks."""
    return plain(panel(state, question_ids, width), width, encoding)


def plain(renderable: RenderableType, width: int, encoding: str = "utf-8") -> str:
    """What a renderable looks like as plain text, `width` columns wide."""
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="\n")
    console = Console(file=file, width=width, color_system=None, force_terminal=False, legacy_windows=False)
    console.print(renderable, soft_wrap=False)
    file.flush()
    lines = raw.getvalue().decode(encoding).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def _question(question: QuestionReport, pen: Pen) -> Iterator[RenderableType]:
    yield pen.ends(question.title, level_heading(question))
    latest = question.attempts[-1]
    note = standing_note(latest)
    if note:
        yield pen.text(note, "italic")
    if stand_in_words(latest):
        yield pen.text(stand_in_words(latest), "italic")
    if all(one.standing is not Standing.SCORED for one in question.attempts):
        return
    yield point_lines(latest_rows(question), pen)
    yield from flag_lines(seen_flags(latest), pen)
    if question.together:
        words = level_words(question.together)
        yield pen.text(f"{'Both' if len(question.later) == 1 else 'All'} tries together would be {words}.")
    if question.next_step:
        yield pen.text(question.next_step, "bold")
