"""Asks a model again where that may help: with full jitter, or when the endpoint says, and never past the deadline."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from interviewer.models.failures import Told
from interviewer.models.work import Deadline

T = TypeVar("T")

FIRST_WAIT: Final = 0.5
"""The longest wait before the second try (seconds); it doubles with each try."""
LONGEST_WAIT: Final = 8.0
"""The longest wait that we choose ourselves (seconds)."""


@dataclass(frozen=True, slots=True)
class Chance:
    """What retries need of the world; tests bring their own, so that none of them waits."""

    random: Callable[[], float] = random.random
    """A number from 0 to 1."""
    sleep: Callable[[float], None] = time.sleep


def persist(
    attempt: Callable[[], T],
    tell: Callable[[Exception], Told | None],
    *,
    deadline: Deadline,
    retries: int,
    chance: Chance,
) -> T:
    """The result of the first attempt that succeeds; raises ModelFailed.

    `tell` words a failure, or returns None when the attempt may be repeated at once (a parameter was dropped).
    """
    tried = 0
    while True:
        try:
            return attempt()
        except Exception as error:  # noqa: BLE001 - a model may raise anything; all of it becomes a ModelFailed
            told = tell(error)
        if told is None:
            continue
        wait = _wait(told, tried, chance) if told.again and tried < retries else None
        if wait is None or wait >= deadline.left:
            # Without its cause: what a library says may quote the key.
            raise told.failed from None
        tried += 1
        chance.sleep(wait)


def _wait(told: Told, tried: int, chance: Chance) -> float:
    if told.after is not None:
        return told.after
    return chance.random() * min(LONGEST_WAIT, FIRST_WAIT * 2.0**tried)
