"""The candidate at a terminal: an input line with editing, a spinner, the time left, and the practice panel."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Final

from prompt_toolkit import PromptSession
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table
from rich.text import Text

from interviewer.cli.words import COMMANDS_HELP, HELP, PAUSE, briefing, family, header, place, time_left
from interviewer.core.events import MAX_TURN_CHARS, Command, Said
from interviewer.core.findings import Span
from interviewer.core.ports import GoOn, Leaving, SelfReport, TryAgain, Utterance
from interviewer.core.scoring import grade
from interviewer.core.state import State
from interviewer.core.turns import clean
from interviewer.reporting.panel import panel

WIDTH: Final = 100
LABEL: Final = 13
REVIEW_KEYS: Final = "[t]ry again   [r]eference answer   [I] said that   [n]ext"
SILENCE: Final = 45.0
"""After so many seconds without a key the foot line reminds of what can be done."""
_COMMANDS: Final = {command.value: command for command in Command}


class TerminalCandidate:
    """Talks with a person at a terminal."""

    def __init__(self, console: Console | None = None, *, missing: bool = False) -> None:
        """The process's own terminal unless a console is given; `missing`: the model does not take part now."""
        self._missing = missing
        self._console = console or Console(highlight=False)
        self._shown_place = ""
        self._spoken = ""
        self._input: PromptSession[str] = PromptSession(
            history=InMemoryHistory(), key_bindings=_line_keys(), refresh_interval=1.0, enable_history_search=False
        )

    # The conversation

    def hear(self, line: Said, state: State) -> None:
        """Show a line of the interviewer's, part after part in one paragraph.

        Above the first, and where a new part of the interview begins, where we are.
        """
        words = clean(line.text)
        if line.more and not words:
            return
        if not self._spoken:
            self._begin(state)
            self._show_place(state)
            self._console.print()
            if not line.more:
                self._console.print(self._two_columns("Interviewer", Text(words)))
                return
        self._go_on(words)
        if not line.more:
            self._spoken = ""
            self._console.print()

    def _go_on(self, words: str) -> None:
        """Show one more part of a paragraph where the part before it ended, folded as if it had come whole."""
        before = self._folded(self._spoken) if self._spoken else []
        self._spoken = f"{self._spoken} {words}".strip()
        after = self._folded(self._spoken)
        # Folding goes from left to right, so that more words change nothing above the line that they begin on.
        added = [after[len(before) - 1][len(before[-1]) :], *after[len(before) :]] if before else after
        if not before:
            self._console.print(Text(f"{'Interviewer':<{LABEL}}", style="bold cyan"), end="")
        self._console.print(Text(f"\n{' ' * LABEL}".join(added)), end="", soft_wrap=True)

    def _folded(self, text: str) -> list[str]:
        """The lines that a text makes in the column beside a label."""
        width = max(1, min(WIDTH, self._console.width) - LABEL)
        return [line.plain.rstrip() for line in Text(text).wrap(self._console, width, overflow="fold")]

    def _begin(self, state: State) -> None:
        if not self._shown_place:
            title, who = header(state, missing=self._missing)
            self._console.print(Text(title, style="bold"))
            self._console.print(Text(who, style="dim"))
            self._shown_place = title
            if briefing(state):
                self._console.print("\nBefore you begin")
                for line in briefing(state):
                    self._console.print(self._two_columns("  -", Text(clean(line)), indent=4))

    def _show_place(self, state: State) -> None:
        section = place(state).split(" · ")[0]
        if section and section != self._shown_place:
            self._shown_place = section
            self._console.print()
            self._console.print(Text(place(state), style="dim"))

    def _two_columns(self, label: str, text: Text, indent: int = LABEL) -> Table:
        table = Table.grid(padding=0)
        table.add_column(width=indent, no_wrap=True)
        table.add_column(max_width=WIDTH - indent, overflow="fold")
        table.add_row(Text(label, style="bold cyan"), text)
        return table

    def answer(self, state: State) -> Utterance | Leaving:
        """Wait for a turn; Enter sends, Alt-Enter or a paste makes several lines."""
        self._console.print()
        draft = ""
        while True:
            try:
                raw = self._ask(state, draft)
            except KeyboardInterrupt:
                return Leaving.INTERRUPT
            except EOFError:
                return Leaving.PAUSE
            text, draft = clean(raw), ""
            if text == PAUSE:
                return Leaving.PAUSE
            if text == HELP:
                self._console.print(Text(COMMANDS_HELP, style="dim"))
            elif len(text) > MAX_TURN_CHARS:
                draft = raw
                words = f"That is {len(text):,} characters; a turn can have {MAX_TURN_CHARS:,}. Please shorten it."
                self._console.print(Text(words, style="yellow"))
            elif text:
                return Utterance(text, command=_COMMANDS.get(text))

    def _ask(self, state: State, draft: str) -> str:
        began = time.monotonic()

        def foot() -> FormattedText:
            using = time.monotonic() - began
            quiet = using > SILENCE and not self._input.default_buffer.text
            left = time_left(state, using)
            help_ = "Take the time you need; /hint helps, /skip moves on" if quiet else "Enter sends · /hint · /help"
            return FormattedText([("class:bottom-toolbar noreverse", f" {left} · {help_}" if left else f" {help_}")])

        return self._input.prompt(
            FormattedText([("bold ansigreen", f"{'You':<{LABEL}}")]),
            default=draft,
            bottom_toolbar=foot,
            prompt_continuation=" " * LABEL,
        )

    def thinking(self) -> AbstractContextManager[object]:
        """A spinner."""
        return self._console.status(Text("listening", style="dim"), spinner="dots")

    # The review of a question

    def review(self, state: State) -> TryAgain | GoOn | SelfReport | Leaving:
        """The panel, and one key: try again, reference answer, "I said that", or next."""
        self.show_panel(state)
        # Enter alone goes on; after another key it may be a slip of the finger, which must not end the review.
        enter = "n"
        while True:
            self._console.print()
            try:
                key = press(f"  {REVIEW_KEYS} ", "trin", enter)
                enter = ""
                choice = self._chosen(key, state)
            except KeyboardInterrupt:
                return Leaving.INTERRUPT
            except EOFError:
                return Leaving.PAUSE
            if choice is not None:
                return choice

    def show_panel(self, state: State) -> None:
        """Show how the question at hand went."""
        self._begin(state)
        self._console.print()
        self._console.print(panel(state, family(state), min(self._console.width, WIDTH)))

    def _chosen(self, key: str, state: State) -> TryAgain | GoOn | SelfReport | None:
        if key == "n":
            return GoOn()
        if key == "r":
            self._reference(state)
            return None
        asked = [name for name in family(state) if (attempt := state.attempt(name)) and attempt.asked]
        if key == "t":
            titles = {name: state.scenario.question(name).title for name in asked}
            name = self._pick("Which one again?", titles)
            return TryAgain(name) if name else None
        return self._said_that(state)

    def _reference(self, state: State) -> None:
        for name in family(state):
            question = state.scenario.question(name)
            self._console.print()
            self._console.print(Text(f"  {question.title}", style="bold"))
            table = Table.grid(padding=(0, 0, 0, 2))
            table.add_column(max_width=WIDTH)
            table.add_row(Markdown(question.reference, hyperlinks=False))
            self._console.print(table)

    def _said_that(self, state: State) -> SelfReport | None:
        """Let the candidate mark own words for a point that was not heard: kept as self-reported, never credit."""
        missed: dict[str, str] = {}
        for name in family(state):
            for one in grade(state, name).points:
                if one.high < 1.0 or one.in_doubt:
                    missed[f"{name}.{one.point.id}"] = one.point.says
        target = self._pick("Which of these did you say?", missed)
        if target is None:
            return None
        words = self._input.prompt("  Your words, as you said them (a few are enough; empty goes back): ").strip()
        if not words:
            return None
        span = find_words(words, state, family(state))
        if span is None:
            self._console.print(
                Text("  I can't find these words in your answers. Copy them as they stand above.", "yellow")
            )
            return None
        self._console.print(Text("  Noted as your own mark, beside the finding. It does not change the level.", "dim"))
        return SelfReport(target=target, attempt=1, evidence=(span,))

    def _pick(self, question: str, choices: Mapping[str, str]) -> str | None:
        """One of several by its number; the only one at once; None for Enter."""
        if not choices:
            self._console.print(Text("  There is nothing to choose from.", style="dim"))
            return None
        names = list(choices)
        if len(names) == 1:
            return names[0]
        for number, name in enumerate(names, 1):
            self._console.print(Text(f"  {number:>2}  {choices[name]}"))
        given = self._input.prompt(f"  {question} Number, or Enter to go back: ").strip()
        return names[int(given) - 1] if given.isdecimal() and 0 < int(given) <= len(names) else None


def find_words(words: str, state: State, questions: tuple[str, ...]) -> Span | None:
    """Where the candidate said these words (case and white space aside), or None."""
    wanted = words.casefold().split()
    for turn in state.turns:
        if not turn.is_answer or turn.question not in questions:
            continue
        tokens, position = [], 0
        for token in turn.text.split():
            start = turn.text.index(token, position)
            position = start + len(token)
            tokens.append((token.casefold(), start, position))
        for first in range(len(tokens) - len(wanted) + 1):
            window = tokens[first : first + len(wanted)]
            if [token.strip(".,;:!?\"'") for token, _, _ in window] == [word.strip(".,;:!?\"'") for word in wanted]:
                start, end = window[0][1], window[-1][2]
                return Span(turn=turn.number, start=start, end=end, text=turn.text[start:end])
    return None


def press(prompt: str, keys: str, enter: str) -> str:
    """Wait for one of these keys; Enter stands for `enter`, if for any. Raises KeyboardInterrupt and EOFError."""
    bindings = KeyBindings()

    def bind(key: str, result: str) -> None:
        @bindings.add(key)
        def _(event: KeyPressEvent) -> None:
            event.app.exit(result=result)

    for key in keys:
        bind(key, key)
        bind(key.upper(), key)
    if enter:
        bind("enter", enter)

    def nothing(event: KeyPressEvent) -> None:
        """Every other key does nothing."""

    for key in ("<any>", *(() if enter else ("enter",))):
        bindings.add(key)(nothing)

    session: PromptSession[str] = PromptSession(key_bindings=bindings)
    return session.prompt(prompt)


def _line_keys() -> KeyBindings:
    """Alt-Enter and Ctrl-J start a new line; Enter sends."""
    bindings = KeyBindings()

    @bindings.add("escape", "enter")
    @bindings.add("c-j")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return bindings
