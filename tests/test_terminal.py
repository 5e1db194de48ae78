"""A person at a terminal: keys in, screen out."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console

from interviewer.cli.terminal import TerminalCandidate, find_words
from interviewer.cli.words import time_left
from interviewer.core.events import MAX_TURN_CHARS, Command, MoveKind, Said, Who
from interviewer.core.ports import GoOn, Leaving, SelfReport, TryAgain, Utterance
from tests.factories import BEGIN, COVERED, Log

ENTER, CTRL_C, CTRL_D, ALT_ENTER = "\r", "\x03", "\x04", "\x1b\r"


@contextmanager
def terminal(keys: str, width: int = 100) -> Iterator[tuple[TerminalCandidate, io.StringIO]]:
    screen = io.StringIO()
    with create_pipe_input() as source, create_app_session(input=source, output=DummyOutput()):
        source.send_text(keys)
        yield TerminalCandidate(Console(file=screen, width=width, color_system=None)), screen


def asked() -> Log:
    return Log().move(MoveKind.GREET, "Hello.").ask("http")


def reviewed() -> Log:
    log = asked().answer("A request goes out, with GET", {"request": COVERED}).close()
    return log.whole("caching", text="keep it for an hour").review("http")


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("dns first" + ENTER, Utterance("dns first")),
        (ENTER + "  " + ENTER + "after silence" + ENTER, Utterance("after silence")),
        ("one" + ALT_ENTER + "two" + ENTER, Utterance("one\ntwo")),
        ("\x1b[200~- first\n- second\n\x1b[201~" + ENTER, Utterance("- first\n- second")),
        ("teh\x7f\x7fhe end" + ENTER, Utterance("the end")),
        ("/hint" + ENTER, Utterance("/hint", command=Command.HINT)),
        ("/api/users" + ENTER, Utterance("/api/users")),
        ("/help" + ENTER + "ok" + ENTER, Utterance("ok")),
        ("/pause" + ENTER, Leaving.PAUSE),
        (CTRL_D, Leaving.PAUSE),
        ("half a sentence" + CTRL_C, Leaving.INTERRUPT),
    ],
    ids=["line", "silence", "alt-enter", "paste", "editing", "hint", "path", "help", "pause", "ctrl-d", "ctrl-c"],
)
def test_what_the_keys_make(keys: str, expected: Utterance | Leaving) -> None:
    with terminal(keys) as (candidate, screen):
        assert candidate.answer(asked().state) == expected
        assert ("/repeat" in screen.getvalue()) is keys.startswith("/help")


def test_a_turn_that_is_too_long_comes_back_to_be_shortened() -> None:
    paste = f"\x1b[200~{'x' * (MAX_TURN_CHARS + 1)}\x1b[201~"
    with terminal(paste + ENTER + "\x7f" + ENTER) as (candidate, screen):
        assert candidate.answer(asked().state) == Utterance("x" * MAX_TURN_CHARS)
        assert "20,001 characters" in screen.getvalue()


def test_lines_are_shown_with_the_header_once_and_nothing_steers_the_terminal() -> None:
    state = asked().state
    line = Said(at=BEGIN, turn=1, who=Who.INTERVIEWER, text="Hello [bold]there[/bold] \x1b[31mred\x1b[0m \u202eright")
    with terminal("") as (candidate, screen):
        candidate.hear(line, state)
        candidate.hear(line, state)
    shown = screen.getvalue()
    assert shown.count("Tester") == 1
    assert shown.count("Main part · 30 min left") == 1
    assert shown.count("Interviewer  Hello [bold]there[/bold] red right") == 2
    assert "\x1b" not in shown and "\u202e" not in shown


def test_long_lines_hang_under_the_first_word() -> None:
    line = Said(at=BEGIN, turn=1, who=Who.INTERVIEWER, text="word " * 40)
    with terminal("", width=60) as (candidate, screen):
        candidate.hear(line, asked().state)
    spoken = [one for one in screen.getvalue().splitlines() if "word" in one]
    assert spoken[0].startswith("Interviewer  word")
    assert all(one.startswith(" " * 13 + "word") for one in spoken[1:]) and len(spoken) > 2


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("n", GoOn()),
        (ENTER, GoOn()),
        ("xzn", GoOn()),
        ("rN", GoOn()),
        ("r" + ENTER + "t2" + ENTER, TryAgain("caching")),
        ("t2" + ENTER, TryAgain("caching")),
        ("T1" + ENTER, TryAgain("http")),
        ("t" + ENTER + "n", GoOn()),
        (CTRL_C, Leaving.INTERRUPT),
        (CTRL_D, Leaving.PAUSE),
    ],
    ids=["next", "enter", "other keys", "reference", "slip", "again", "again first", "again not", "ctrl-c", "ctrl-d"],
)
def test_the_review_waits_for_one_key(keys: str, expected: object) -> None:
    with terminal(keys) as (candidate, screen):
        assert candidate.review(reviewed().state) == expected
        assert "level 1 of 4" in screen.getvalue()
        assert ("All about http" in screen.getvalue()) is keys.startswith("r")


def test_i_said_that_marks_the_candidates_own_words() -> None:
    with terminal("i1" + ENTER + "goes OUT, with" + ENTER) as (candidate, screen):
        report = candidate.review(reviewed().state)
    assert isinstance(report, SelfReport)
    assert report.target == "http.response"
    assert report.evidence[0].text == "goes out, with"
    assert "does not change the level" in screen.getvalue()


def test_words_that_were_never_said_cannot_be_marked() -> None:
    with terminal("i1" + ENTER + "a response comes back" + ENTER + "n") as (candidate, screen):
        assert candidate.review(reviewed().state) == GoOn()
        assert "can't find these words" in screen.getvalue()


def test_words_are_found_across_white_space_and_case_and_nowhere_else() -> None:
    state = asked().answer("First,  the Client\nsends a   request.").state
    span = find_words("client SENDS a request", state, ("http",))
    assert span is not None and span.text == "Client\nsends a   request."
    assert find_words("client sends", state, ("codes",)) is None
    assert find_words("tell me about", state, ("http",)) is None


def test_the_time_left_counts_down_and_never_below_nothing() -> None:
    state = asked().state
    assert [time_left(state, using) for using in (0, 60, 1790, 1900)] == [
        "30 min left",
        "29 min left",
        "under a minute left",
        "time is up for this part",
    ]
    assert time_left(Log(time_factor=None).state) == ""
