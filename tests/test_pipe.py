"""A candidate at the other end of a pipe: one turn a line, plain text out, nothing else."""

from __future__ import annotations

import io

import pytest

from interviewer.cli.pipe import PipeCandidate
from interviewer.core.events import MAX_TURN_CHARS, Command, MoveKind, Said, Who
from interviewer.core.ports import GoOn, Leaving, Utterance
from tests.factories import BEGIN, COVERED, Log


def asked() -> Log:
    return Log().move(MoveKind.GREET, "Hello.").ask("http")


def said(raw: str) -> tuple[list[Utterance | Leaving], str]:
    sink = io.StringIO()
    candidate = PipeCandidate(io.StringIO(raw), sink)
    turns: list[Utterance | Leaving] = []
    while not turns or isinstance(turns[-1], Utterance):
        turns.append(candidate.answer(asked().state))
    return turns, sink.getvalue()


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("dns first\n", [Utterance("dns first")]),
        ("\n   \n\ndns\n\n", [Utterance("dns")]),
        ("no line end", [Utterance("no line end")]),
        ("a\\nb\\x1b\n", [Utterance("a\\nb\\x1b")]),
        ("/hint\n /skip \n", [Utterance("/hint", command=Command.HINT), Utterance("/skip", command=Command.SKIP)]),
        (
            "/api/users\n/hints\n/hint please\n",
            [Utterance("/api/users"), Utterance("/hints"), Utterance("/hint please")],
        ),
        ("t\nn\n", [Utterance("t"), Utterance("n")]),
        ("\x1b[2Jclear\x07\n", [Utterance("clear")]),
        ("\x1b[0m\n\u200b\nreal\n", [Utterance("real")]),
    ],
    ids=["line", "blank", "last", "unescaped", "commands", "paths", "keys", "escapes", "invisible"],
)
def test_one_turn_a_line(raw: str, expected: list[Utterance]) -> None:
    turns, _ = said(raw)
    assert turns == [*expected, Leaving.END_OF_INPUT]


def test_pause_leaves_and_help_helps() -> None:
    turns, shown = said("/help\n/pause\nnever read\n")
    assert turns == [Leaving.PAUSE]
    assert "/repeat" in shown


@pytest.mark.parametrize("more", [1, 2, MAX_TURN_CHARS * 2])
def test_a_line_that_is_too_long_is_cut_and_says_so(more: int, capsys: pytest.CaptureFixture[str]) -> None:
    turns, _ = said("x" * (MAX_TURN_CHARS + more) + "\nnext\n")
    assert turns[:2] == [Utterance("x" * MAX_TURN_CHARS), Utterance("next")]
    assert "20,000 characters" in capsys.readouterr().err


def test_a_line_of_exactly_the_limit_is_whole(capsys: pytest.CaptureFixture[str]) -> None:
    turns, _ = said("x" * MAX_TURN_CHARS + "\nnext\n")
    assert turns[:2] == [Utterance("x" * MAX_TURN_CHARS), Utterance("next")]
    assert capsys.readouterr().err == ""


def test_the_header_says_who_judges_and_stands_once() -> None:
    sink = io.StringIO()
    candidate = PipeCandidate(io.StringIO(""), sink)
    line = Said(at=BEGIN, turn=1, who=Who.INTERVIEWER, text="Tell me about http.")
    for _ in range(2):
        candidate.hear(line, asked().state)
    assert sink.getvalue() == (
        "Tester\njudged by the embedded-1 judge · authored interviewer\n\n[Main part · 30 min left]\n"
        "Interviewer: Tell me about http.\nInterviewer: Tell me about http.\n"
    )


def test_the_review_shows_the_panel_and_goes_on_at_once() -> None:
    sink = io.StringIO()
    candidate = PipeCandidate(io.StringIO("t\n"), sink)
    state = asked().answer("a request goes out", {"request": COVERED}).close().whole("caching").review("http").state
    assert candidate.review(state) == GoOn()
    assert "level 1 of 4" in sink.getvalue()
    assert '"a request goes out"' in sink.getvalue()
