"""Which questions the sentence encoder was tuned on, and which the reader that feeds the heads never saw."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from interviewer.judging.lists import word_set

FIRST: Final = word_set(
    """address-to-page api-versioning cache-consistency disk-full-at-night double-charge
    duplicate-rows-pipeline feature-success flaky-test fuse-protection idempotent-methods
    p-value-meaning password-storage process-vs-thread profit-vs-cash-flow queue-between-services
    safe-release sensor-battery-drain slow-query slow-react-page train-production-gap vaccine-protection"""
)
"""What the encoder was tuned on; the other questions were written later."""

FIFTHS: Final = 5


def held_out(names: Iterable[str]) -> set[str]:
    """The questions that the reader never sees: a fifth of those that the encoder was not tuned on either."""
    return set(sorted(set(names) - FIRST)[::FIFTHS])
