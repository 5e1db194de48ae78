"""Text that comes in pieces is cut into sentences, the same ones however it was cut up before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.speaking.sentences import LONGEST, sentences


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("Okay. Thank you.", ["Okay.", "Thank you."]),
        ("I see! So it waits.\n", ["I see!", "So it waits."]),
        ("About 3.5 seconds, then. Good.", ["About 3.5 seconds, then.", "Good."]),
        ("Things such as Node.js, e.g. a server. Fine.", ["Things such as Node.js, e.g. a server.", "Fine."]),
        ("Caches, queues, etc. are there. So.", ["Caches, queues, etc. are there.", "So."]),
        ("Caches, queues, etc. So be it.", ["Caches, queues, etc.", "So be it."]),
        ("It ran from 9 a.m. to noon. Yes.", ["It ran from 9 a.m. to noon.", "Yes."]),
        ("See https://a.example/b?c=d.e for that. Okay.", ["See https://a.example/b?c=d.e for that.", "Okay."]),
        ("You call `x. y` first. Okay.", ["You call `x. y` first.", "Okay."]),
        ("So... you wait. Then…\nIt goes on.", ["So... you wait.", "Then…", "It goes on."]),
        ("Hm... Okay then.", ["Hm...", "Okay then."]),
        ('You said "it waits." I see.', ['You said "it waits."', "I see."]),
        ("What?! Really? Yes.", ["What?!", "Really?", "Yes."]),
        ("- one\n- two\n", ["- one", "- two"]),
        ("no mark at the end", ["no mark at the end"]),
        ("  \n\n ", []),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, cut: list[str]) -> None:
    assert list(sentences([text])) == cut
    assert list(sentences(text)) == cut, "one character at a time"


def test_a_sentence_is_given_as_soon_as_it_is_known_to_have_ended() -> None:
    taken: list[str] = []

    def pieces() -> Iterator[str]:
        for piece in ("Okay", ".", " So", " it waits.", " And", " then"):
            taken.append(piece)
            yield piece

    cut = sentences(pieces())
    assert next(cut) == "Okay."
    assert taken[-1] == " So"
    assert next(cut) == "So it waits."
    assert taken[-1] == " And"


@pytest.mark.parametrize("text", ["x" * 1_000_000, "word " * 200_000, "Okay. " + "and so on, " * 100_000])
def test_an_endless_sentence_is_cut_off_and_ends_the_reading(text: str) -> None:
    taken = 0

    def pieces() -> Iterator[str]:
        nonlocal taken
        for start in range(0, len(text), 1_000):
            taken += 1
            yield text[start : start + 1_000]

    cut = list(sentences(pieces()))
    assert len(cut[-1]) == LONGEST + 1
    assert taken == 1


@given(st.text(alphabet=st.sampled_from("aB .!?…\n`\"'e.g3"), max_size=120), st.lists(st.integers(1, 20), max_size=40))
def test_the_cut_does_not_depend_on_the_pieces_and_loses_nothing(text: str, sizes: list[int]) -> None:
    pieces, at = [], 0
    for size in sizes:
        pieces.append(text[at : at + size])
        at += size
    pieces.append(text[at:])
    cut = list(sentences(pieces))
    assert cut == list(sentences([text])) == list(sentences(text))
    assert "".join("".join(cut).split()) == "".join(text.split())
    assert all(one and one == one.strip() for one in cut)
