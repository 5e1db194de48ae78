"""Lines of the interviewer's that come in parts: one paragraph at a terminal, one line in a pipe, as they come."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interviewer.cli.pipe import PipeCandidate
from interviewer.core.events import MoveKind, Said, Who
from tests.factories import BEGIN, Log
from tests.test_terminal import terminal

PARTS = ("Right, a connection.", "Walk me through how it gets set up, from the first packet.", "Take your time.")
STATE = Log().move(MoveKind.GREET, "Hello.").ask("http").state


def said(text: str, *, more: bool) -> Said:
    return Said(at=BEGIN, turn=2, who=Who.INTERVIEWER, text=text, more=more)


def lines(parts: Sequence[str]) -> list[Said]:
    return [said(text, more=place < len(parts) - 1) for place, text in enumerate(parts)]


def screens(parts: Sequence[str], width: int) -> list[str]:
    """What stands on a terminal after each part, without blanks at the ends of lines."""
    with terminal("", width=width) as (candidate, screen):
        shown = []
        for line in lines(parts):
            candidate.hear(line, STATE)
            shown.append("\n".join(one.rstrip() for one in screen.getvalue().split("\n")))
    return shown


class Flushed(io.StringIO):
    """Remembers what had been written whenever it was flushed."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = [""]

    def flush(self) -> None:
        self.seen.append(self.getvalue())


def piped(parts: Sequence[str]) -> list[str]:
    """What a reader of the pipe has seen after each part."""
    sink = Flushed()
    candidate = PipeCandidate(io.StringIO(""), sink)
    shown = []
    for line in lines(parts):
        candidate.hear(line, STATE)
        shown.append(sink.seen[-1])
    return shown


@pytest.mark.parametrize("show", [piped, lambda parts: screens(parts, 200)], ids=["pipe", "terminal"])
def test_each_part_is_seen_as_it_comes(show: Callable[[Sequence[str]], list[str]]) -> None:
    shown = show(PARTS)
    for part, before, after in zip(PARTS, ["", *shown], shown, strict=False):
        assert part.split()[-1] not in before
        assert part.split()[-1] in after
        assert after.startswith(before)
    assert not shown[0].endswith("\n") and not shown[1].endswith("\n")
    assert shown[-1].endswith("\n")


def test_a_pipe_gets_one_line() -> None:
    shown = piped(PARTS)
    assert shown[0].endswith("\nInterviewer: Right, a connection.")
    assert shown[-1].endswith(f"\nInterviewer: {' '.join(PARTS)}\n")
    assert shown[-1] == piped([" ".join(PARTS)])[0]


WORDS = st.text(alphabet="abc.,é漢 \n", min_size=1, max_size=30).map(str.strip).filter(bool)


@settings(max_examples=100, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=5), st.sampled_from([20, 40, 60, 100, 140]))
def test_a_terminal_shows_the_paragraph_that_the_whole_line_would_make(parts: list[str], width: int) -> None:
    assert screens(parts, width)[-1] == screens([" ".join(parts)], width)[0]


def test_a_word_that_fits_on_no_line_is_folded_and_not_cut() -> None:
    long = "x" * 150
    for parts in ([long], ["So:", long]):
        assert screens(parts, 60)[-1].count("x") >= 150


def test_the_next_line_begins_a_paragraph_of_its_own() -> None:
    with terminal("") as (candidate, screen):
        for line in (*lines(PARTS), *lines(PARTS[:2])):
            candidate.hear(line, STATE)
    assert screen.getvalue().count("\n\nInterviewer  Right, a connection. Walk") == 2
    sink = io.StringIO()
    pipe = PipeCandidate(io.StringIO(""), sink)
    for line in (*lines(PARTS), *lines(PARTS[:2])):
        pipe.hear(line, STATE)
    assert sink.getvalue().count("\nInterviewer: Right, a connection. Walk") == 2


def test_after_a_break_the_rest_follows_what_had_been_said() -> None:
    """A new program shows what had been said as a part, and then the rest comes."""
    assert piped([" ".join(PARTS[:2]), PARTS[2]])[-1] == piped(PARTS)[-1]
    assert screens([" ".join(PARTS[:2]), PARTS[2]], 60)[-1] == screens(PARTS, 60)[-1]


def test_a_part_cannot_steer_the_terminal_or_break_the_line() -> None:
    bad = ["Red \x1b[31m", "\x1b]0;title\x07\u202eleft", "[bold]x[/bold]"]
    for shown in (piped(bad)[-1], screens(bad, 100)[-1]):
        assert "Red left [bold]x[/bold]" in shown
        assert "\x1b" not in shown and "\u202e" not in shown


def test_a_part_without_words_changes_nothing() -> None:
    assert piped(["", *PARTS])[-1] == piped(PARTS)[-1]
    assert screens(["\x1b[0m", *PARTS], 60)[-1] == screens(PARTS, 60)[-1]
    assert piped([*PARTS[:2], ""])[-1] == piped(PARTS[:2])[-1]
    assert screens([*PARTS[:2], ""], 60)[-1] == screens(PARTS[:2], 60)[-1]
