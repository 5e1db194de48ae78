"""Drawing with rich: every text of a candidate or a scenario is a `Text`, never markup, without control characters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import ConsoleOptions, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from interviewer.core.findings import Span, Status
from interviewer.reporting.model import FlagReport, FlagState
from interviewer.reporting.rows import QUOTE_LIMIT, Row, group_words, quoted, starts_group, turn_words
from interviewer.reporting.words import ASCII_SYMBOLS, SEVERITY_WORDS, SYMBOLS, TIER_WORDS, TO_READ_BLIND, fit

WIDE = 76
"""From this width on (columns), quotes stand beside the points, below it under them."""
STYLES = {
    Status.COVERED: "green",
    Status.PARTIAL: "yellow",
    Status.ABSENT: "dim",
    Status.CONTRADICTED: "red",
    Status.UNCLEAR: "magenta",
}


@dataclass(frozen=True, slots=True)
class Pen:
    """What a terminal can show: its columns, its encoding; and whether this is a report, with whys and turns."""

    width: int
    encoding: str = "utf-8"
    report: bool = False

    @classmethod
    def of(cls, options: ConsoleOptions, width: int, *, report: bool = False) -> Pen:
        """A pen for a console, within `width` columns."""
        return cls(min(width, options.max_width), options.encoding, report)

    def text(self, text: str, style: str = "") -> Text:
        """Hostile text made safe, folded to the width."""
        return Text(fit(text, self.encoding), style=style, overflow="fold")

    def quoted(self, quotes: Sequence[Span]) -> str:
        """Quotes in one line; long ones are cut where it is no report."""
        return quoted(quotes, None if self.report else QUOTE_LIMIT)

    def symbol(self, status: Status) -> Text:
        """The mark of a status; ASCII where the terminal's encoding may lack the others."""
        symbols = SYMBOLS if self.encoding.startswith("utf") else ASCII_SYMBOLS
        return Text(symbols[status], style=STYLES[status])

    def ends(self, left: str, right: str, style: str = "bold") -> RenderableType:
        """A line with something at its right end, or under it where both do not fit."""
        head, tail = self.text(left, style), self.text(right)
        if cell_len(head.plain) + cell_len(tail.plain) + 2 > self.width:
            return Text("\n").join([head, Text("  ").append_text(tail)])
        return Text.assemble(head, " " * (self.width - cell_len(head.plain) - cell_len(tail.plain)), tail)


def point_lines(rows: Sequence[Row], pen: Pen) -> RenderableType:
    """The points of a question, one below the other."""
    wide = pen.width >= WIDE
    mark = cell_len(pen.symbol(Status.COVERED).plain)
    room = pen.width - mark - 1
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(width=mark, no_wrap=True)
    table.add_column(width=room // 2 - 1 if wide else room)
    if wide:
        table.add_column(width=room - room // 2)
    for place, row in enumerate(rows):
        if pen.report and (place == 0 or rows[place - 1].point.tier is not row.point.tier):
            table.add_row("", pen.text(TIER_WORDS[row.point.tier], "dim"))
        if starts_group(rows, place):
            table.add_row("", pen.text(group_words(row.group), "dim"))
        words = _words(row, pen)
        under = [Padding(one, (0, 0, 0, 2)) for one in _details(row, pen)]
        said = _stack([_statement(row, pen), *([] if wide else [words]), *under])
        beside = [words] if wide else []
        table.add_row(pen.symbol(row.status), Padding(said, (0, int(wide), 0, 2 if row.group else 0)), *beside)
    return table


def _stack(parts: Iterable[RenderableType]) -> RenderableType:
    stack = Table.grid(expand=True)
    for part in parts:
        if not isinstance(part, Text) or part.plain:
            stack.add_row(part)
    return stack


def _statement(row: Row, pen: Pen) -> Text:
    said = pen.text(row.point.says, "dim" if row.status is Status.ABSENT else "")
    if row.note:
        said.append(" ").append_text(pen.text(f"({row.note})", "italic"))
    return said


def _words(row: Row, pen: Pen) -> Text:
    if not row.quotes:
        return pen.text(row.quiet, "dim")
    words = pen.text(pen.quoted(row.quotes))
    if pen.report:
        words.append("  ").append_text(pen.text(turn_words(row.quotes), "dim"))
    return words


def _details(row: Row, pen: Pen) -> Iterator[Text]:
    """What stands under a point: the candidate's own marking, a person's reason; in a report also why it matters."""
    for one in row.point.self_reported:
        who = "the candidate marked" if pen.report else "you marked"
        words = pen.quoted(one.quotes) or (f'"{one.reason}"' if one.reason else "no words")
        yield pen.text(f"{who}: {words} (kept, not counted)", "italic")
    if row.point.reason:
        yield pen.text(f"{row.point.judged_by}: {row.point.reason}", "italic")
    if pen.report and row.quiet and not row.point.not_needed:
        yield pen.text(f"why: {row.point.why}", "dim")


def flag_lines(flags: Iterable[FlagReport], pen: Pen) -> Iterator[Text]:
    """The red flags that were seen; what no person has confirmed is put as a question."""
    for flag in flags:
        words = [flag_words(flag, report=pen.report), flag.says]
        if flag.quotes:
            words.append(pen.quoted(flag.quotes))
        if pen.report:
            words += [turn_words(flag.quotes), flag.reason]
        yield pen.text(" ".join(word for word in words if word), "italic")


def flag_words(flag: FlagReport, *, report: bool) -> str:
    """How a red flag is introduced, by what is known of it."""
    if not report:
        return "Worth another look, as it may have sounded like this:"
    kind = f"Red flag ({SEVERITY_WORDS[flag.severity]})"
    if flag.blind:
        return f"{kind}, {TO_READ_BLIND}:"
    return {
        FlagState.SHOWN: f"{kind}, confirmed by {flag.decided_by}:",
        FlagState.DISMISSED: f"{kind}, dismissed by {flag.decided_by}:",
    }.get(flag.state, f"{kind}, to be checked by a person:")
