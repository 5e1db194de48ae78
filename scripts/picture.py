"""The terminal picture of the README: what the real terminal shows of the sample's first question, as an SVG."""

from __future__ import annotations

import io
import re
from typing import Final

from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import DummyInput
from prompt_toolkit.output import DummyOutput
from rich.console import Console
from rich.table import Table
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from interviewer.cli.terminal import LABEL, WIDTH, TerminalCandidate
from interviewer.cli.words import family
from interviewer.core.events import MoveKind, Who
from interviewer.core.replay import apply
from interviewer.core.state import State
from interviewer.reporting.panel import panel
from scripts.sample import Sample

COLUMNS: Final = WIDTH + 4
THEME: Final = TerminalTheme(
    (24, 26, 31),
    (214, 217, 222),
    [
        (36, 39, 46),
        (224, 108, 117),
        (126, 190, 115),
        (214, 170, 96),
        (97, 165, 230),
        (190, 130, 215),
        (86, 182, 194),
        (171, 178, 191),
    ],
)
FONT: Final = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace"
"""Of the reader's own machine: the picture asks for nothing from outside."""


def draw(sample: Sample, title: str = "interviewer practice") -> str:
    """The conversation up to the first panel, and the panel, as the terminal draws them."""
    console = Console(
        record=True,
        width=COLUMNS,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        legacy_windows=False,
        highlight=False,
        _environ={},
    )
    _play(sample, console)
    svg = console.export_svg(title=title, theme=THEME, unique_id="practice")
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font-family: (?:Fira Code, monospace|arial)", f"font-family: {FONT}", svg)
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def _play(sample: Sample, console: Console) -> None:
    with create_app_session(input=DummyInput(), output=DummyOutput()):
        terminal = TerminalCandidate(console)
    state = State(scenario=sample.scenario)
    for event in sample.events:
        state = apply(state, event)
        if event.kind == "said" and event.who is Who.INTERVIEWER:
            terminal.hear(event, state)
        elif event.kind == "said":
            console.print()
            console.print(_typed(event.text))
        elif event.kind == "moved" and event.move.kind is MoveKind.REVIEW:
            break
    console.print()
    console.print(panel(state, family(state), WIDTH))


def _typed(text: str) -> Table:
    """What the candidate typed, beside the label of the input line."""
    table = Table.grid(padding=0)
    table.add_column(width=LABEL, no_wrap=True)
    table.add_column(max_width=WIDTH - LABEL)
    table.add_row(Text("You", style="bold green"), Text(text))
    return table
