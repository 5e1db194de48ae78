"""What a check finds: one thing to mend."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: its place in the scenario, what is wrong, and what to do about it."""

    place: str
    message: str
    remedy: str
