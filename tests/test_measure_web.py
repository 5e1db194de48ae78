"""What `scripts/bench web` concludes from what it has seen: a lost answer is found, and growth of memory is."""

from __future__ import annotations

import pytest

from interviewer.screening.invite import token_sha256
from scripts.measure_web import Seen, compared, slope


def kept(*words: str) -> dict[str, list[str]]:
    return {token_sha256("a"): list(words), token_sha256("b"): ["else"]}


@pytest.mark.parametrize(
    ("stored", "lost", "twice"),
    [
        (kept("one", "two", "three"), 0, 0),
        (kept("one", "two", "three", "not acknowledged"), 0, 0),
        (kept("one", "three"), 2, 0),
        (kept("two", "one", "three"), 1, 0),
        (kept("one", "two", "two", "three"), 1, 1),
        ({}, 4, 0),
    ],
)
def test_stored_answers_are_compared_with_those_that_were_sent(
    stored: dict[str, list[str]], lost: int, twice: int
) -> None:
    assert compared(Seen(taken={"a": ["one", "two", "three"]}), stored) == (lost, twice)


def test_growth_is_that_of_a_thousand_turns() -> None:
    assert slope([(0, 100.0), (1000, 102.0), (2000, 104.0)]) == pytest.approx(2.0)
    assert slope([(0, 100.0), (5000, 100.0)]) == pytest.approx(0.0)
