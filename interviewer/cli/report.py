"""`interviewer report`: one report, as a terminal, Markdown, HTML or JSON."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from interviewer.bootstrap import program
from interviewer.cli.interviews import InterviewArgument, OutputOption, replayed
from interviewer.cli.showing import console, deliver, json_text, kept, named, page

if TYPE_CHECKING:
    from interviewer.reporting.model import Report


class ReportFormat(StrEnum):
    """How a report is told."""

    TERMINAL = "terminal"
    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"


ENDINGS: Final = {
    ".md": ReportFormat.MARKDOWN,
    ".html": ReportFormat.HTML,
    ".htm": ReportFormat.HTML,
    ".json": ReportFormat.JSON,
}
"""Which format an output file gets by its ending."""


def report(
    interview: InterviewArgument,
    output_format: Annotated[
        ReportFormat | None,
        typer.Option("--format", help="How the report is told; by the ending of the output file, else terminal."),
    ] = None,
    output: OutputOption = None,
) -> None:
    """Report on an interview, finished or not."""
    # The libraries that draw reports take longer to load than `--help` may.
    from interviewer.reporting.build import build

    store = program().store
    stored = store.open(named(store, interview))
    made = build(replayed(stored), interview=stored.id, length=stored.length, head=stored.head, events=stored.events)
    wanted = output_format or _by_ending(output)
    if output is None and wanted is ReportFormat.TERMINAL:
        from interviewer.reporting.terminal import to_terminal

        with page() as out:
            to_terminal(made, out)
        return
    deliver(_text(made, wanted), output, f"the report on interview {stored.id}")


def _by_ending(output: Path | None) -> ReportFormat:
    return ENDINGS.get(output.suffix.lower(), ReportFormat.TERMINAL) if output else ReportFormat.TERMINAL


def _text(made: Report, wanted: ReportFormat) -> str:
    if wanted is ReportFormat.JSON:
        from interviewer.reporting.as_json import to_json

        return json_text(to_json(made))
    if wanted is ReportFormat.HTML:
        from interviewer.reporting.html import to_html

        return to_html(made)
    if wanted is ReportFormat.MARKDOWN:
        from interviewer.reporting.markdown import to_markdown

        return to_markdown(made)
    from interviewer.reporting.terminal import to_terminal

    out = console(plain=True)
    to_terminal(made, out)
    return kept(out)
