"""Which questions the sentence encoder was tuned on, and which the readers that feed the heads never saw."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from evals.training.data import Asked
from interviewer.judging.lists import word_set

FIRST: Final = word_set(
    """address-to-page api-versioning cache-consistency disk-full-at-night double-charge
    duplicate-rows-pipeline feature-success flaky-test fuse-protection idempotent-methods
    p-value-meaning password-storage process-vs-thread profit-vs-cash-flow queue-between-services
    safe-release sensor-battery-drain slow-query slow-react-page train-production-gap vaccine-protection"""
)
"""What the encoder was tuned on; the other questions were written later."""

FIFTHS: Final = 5


LATER: Final = "one_sentence"
"""Only questions that were written after the first reader was trained have answers of this kind."""


def held_out(names: Iterable[str]) -> set[str]:
    """The questions that a reader never sees: a fifth of those that the encoder was not tuned on either."""
    return set(sorted(set(names) - FIRST)[::FIFTHS])


def earlier(questions: Iterable[Asked]) -> set[str]:
    """The questions that there were for the first of the two readers."""
    return {one.question.id for one in questions if all(answer.kind != LATER for answer in one.answers)}


def unseen(questions: Sequence[Asked]) -> set[str]:
    """The questions that neither reader saw."""
    names, before = {one.question.id for one in questions}, earlier(questions)
    return held_out(names) & (names - before | held_out(before))
