"""The reference answer for a terminal: Markdown with code, drawn without links and without control characters."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import Markdown
from rich.padding import Padding
from rich.text import Text

from interviewer.core.scenario import Question
from interviewer.reporting.drawing import Pen

MARGIN = 2
MAX_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Reference:
    """Markdown as a rich renderable; where the terminal's encoding lacks its bullets and frames, its source."""

    markdown: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it with a margin, at most `MAX_WIDTH` columns wide."""
        pen = Pen.of(options, MAX_WIDTH)
        safe = pen.text(self.markdown).plain
        inner = options.update(width=pen.width)
        if pen.encoding.startswith("utf"):
            body = Markdown(safe, code_theme="ansi_dark", inline_code_theme="ansi_dark", hyperlinks=False)
            yield from console.render(Padding(body, (0, MARGIN)), inner)
        else:
            yield from console.render(Padding(Text(safe), (0, MARGIN)), inner)


def reference(question: Question) -> Reference:
    """The reference answer of a question, ready to be printed on a rich console."""
    return Reference(question.reference)
