"""The form of a turn: what breaks off, what refuses, and what never reaches a terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.core.turns import clean, refuses, unfinished


@pytest.mark.parametrize(
    "text",
    [
        "first...",
        "First",
        "hmm I'd have to think",
        "so the client sends a request and",
        "well, um",
        "let me think",
        "hmm, give me a second",
        "hang on",
        "there are three parts:",
        "okay let me see…",
        "the server answers, because",
    ],
)
def test_a_turn_that_breaks_off_gets_room(text: str) -> None:
    assert unfinished(text)


@pytest.mark.parametrize(
    "text",
    [
        "GET /api/users/{userId}/tasks",
        "I would let the database think about it and then return 200.",
        "first I check the logs",
        "it sends the request and waits for the response",
        "404",
        "I'd look at the logs first",
        "it depends on what comes first",
        "let me think of it as a tree: the root asks its children and they answer one after the other until it is done",
    ],
)
def test_a_turn_that_is_done_does_not(text: str) -> None:
    assert not unfinished(text)


@pytest.mark.parametrize(("text", "expected"), [("no", True), ("No, let me try", True), ("wait, I know it", True)])
def test_a_short_no_refuses(text: str, expected: bool) -> None:
    assert refuses(text) is expected


@pytest.mark.parametrize(
    "text", ["yes", "nothing is sent", "No index exists on that column, so the query gets slow there"]
)
def test_an_answer_that_begins_like_a_no_does_not_refuse(text: str) -> None:
    assert not refuses(text)


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b31mcsi", "31mcsi"),
        ("a\x00b\x07c\x7f", "abc"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("tab\tstays", "tab\tstays"),
        ("zero\u200bwidth \u202eoverride\u2066", "zerowidth override"),
        ("\x1bPdevice control\x1b\\after", "after"),
        ("  around  ", "around"),
    ],
)
def test_what_could_steer_a_terminal_is_removed(raw: str, kept: str) -> None:
    assert clean(raw) == kept


@given(st.text(alphabet=st.characters(codec=None), max_size=200))
def test_no_control_character_survives_and_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text)
    assert not {unicodedata.category(char) for char in once if char not in "\n\t"} & {"Cc", "Cf", "Cs", "Co"}
    assert clean(once) == once
