"""The candidate at the other end of a pipe: one turn a line, plain text out, no choices and no waiting."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Final, TextIO

from interviewer.cli.words import COMMANDS_HELP, HELP, PAUSE, briefing, family, header, place
from interviewer.core.events import MAX_TURN_CHARS, Command, Said
from interviewer.core.ports import GoOn, Leaving, Utterance
from interviewer.core.state import State
from interviewer.core.turns import clean
from interviewer.reporting.panel import panel_text

_COMMANDS: Final = {command.value: command for command in Command}


class PipeCandidate:
    """Reads turns from a stream and writes the conversation to another."""

    def __init__(self, source: TextIO | None = None, sink: TextIO | None = None, *, missing: bool = False) -> None:
        """Standard input and output unless given; `missing`: the interview's model does not take part now."""
        self._missing = missing
        self._source = source or sys.stdin
        self._sink = sink or sys.stdout
        self._place = ""
        self._began = False
        self._speaking = False

    def hear(self, line: Said, state: State) -> None:
        """Write a line of the interviewer's, part after part on one line.

        Above the first, and where a new part of the interview begins, where we are.
        """
        words = clean(line.text)
        if line.more and not words:
            return
        if self._speaking:
            self._write(f" {words}" if words else "", end="")
        else:
            self._begin(state)
            self._show_place(state)
            self._write(f"Interviewer: {words}", end="")
        self._speaking = line.more
        self._write("", end="" if line.more else "\n")

    def _show_place(self, state: State) -> None:
        section = place(state)
        if section.split(" · ")[0] != self._place.split(" · ")[0]:
            self._write(f"\n[{section}]")
            self._place = section

    def _begin(self, state: State) -> None:
        if not self._began:
            self._began = True
            self._write("\n".join(header(state, missing=self._missing)))
            if briefing(state):
                self._write("\nBefore you begin:\n" + "\n".join(f"- {line}" for line in briefing(state)) + "\n")

    def answer(self, state: State) -> Utterance | Leaving:
        """The next line that is not blank, as a turn or a command; what is too long is cut, and says so."""
        while True:
            line = self._source.readline(MAX_TURN_CHARS + 2)
            if not line:
                return Leaving.END_OF_INPUT
            if len(line.rstrip("\n")) > MAX_TURN_CHARS:
                self._drop_rest(line)
            text = clean(line)[:MAX_TURN_CHARS]
            if text == PAUSE:
                return Leaving.PAUSE
            if text == HELP:
                self._write(COMMANDS_HELP)
            elif text:
                self._write(f"You: {text}")
                return Utterance(text, command=_COMMANDS.get(text))

    def _drop_rest(self, line: str) -> None:
        """Read over the rest of a line that is too long, so that it does not become turns of its own."""
        sys.stderr.write(f"A turn was longer than {MAX_TURN_CHARS:,} characters; only the beginning was taken.\n")
        while line and not line.endswith("\n"):
            line = self._source.readline(MAX_TURN_CHARS)

    def review(self, state: State) -> GoOn:
        """Write the panel of the question that just ended, and go on: nothing in a pipe chooses."""
        self.show_panel(state)
        return GoOn()

    def show_panel(self, state: State) -> None:
        """Write how the question at hand went."""
        self._begin(state)
        encoding = getattr(self._sink, "encoding", None) or "utf-8"
        self._write(f"\n{panel_text(state, family(state), encoding=encoding)}")

    def thinking(self) -> AbstractContextManager[object]:
        """Nothing to show."""
        return nullcontext()

    def _write(self, text: str, end: str = "\n") -> None:
        self._sink.write(f"{text}{end}")
        self._sink.flush()
