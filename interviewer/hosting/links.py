"""Links that were just made: kept in memory for a few minutes, because only their hashes are stored."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from interviewer.core.ports import Clock
from interviewer.screening.invite import Invite

SHOWN_FOR: Final = timedelta(minutes=15)
BATCHES: Final = 50
"""Batches that are kept at most; the oldest goes first."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """An invitation with its token, which is stored nowhere."""

    invite: Invite
    token: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Links that somebody made at one time for one position."""

    position: str
    by: str
    at: datetime
    links: tuple[Fresh, ...]


class FreshLinks:
    """Batches of links by a random key; only who made them gets them, and only for `SHOWN_FOR`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._batches: OrderedDict[str, Batch] = OrderedDict()

    def keep(self, position: str, by: str, links: Sequence[Fresh]) -> str:
        """Keep links; the key by which they are found."""
        key = secrets.token_urlsafe(16)
        with self._lock:
            self._batches[key] = Batch(position, by, self._clock.now(), tuple(links))
            while len(self._batches) > BATCHES:
                self._batches.popitem(last=False)
        return key

    def get(self, key: str, by: str) -> Batch | None:
        """The links under a key; None where they are gone, or were made by somebody else."""
        with self._lock:
            self._let_go()
            batch = self._batches.get(key)
        return batch if batch and batch.by == by else None

    def _let_go(self) -> None:
        oldest = self._clock.now() - SHOWN_FOR
        for key in [key for key, batch in self._batches.items() if batch.at < oldest]:
            del self._batches[key]
