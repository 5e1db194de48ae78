"""What a reviewer is not shown too early: whose answers they are, and the judge's verdict on a random tenth of them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from typing import Final

from interviewer.screening.roles import Right, Role, may

SHARE: Final = 0.1
"""Of all findings, the share that a person reads before seeing the judge's."""
_FEWEST: Final = 2
"""Hex digits of a label, where so many tell a position's candidates apart."""
_WHOLE: Final = 2**64


def labels(invites: Iterable[str]) -> dict[str, str]:
    """A neutral label for each invitation of a position, by its id: "Candidate 4F".

    It is drawn from a hash, so that it tells neither a name nor an order; where two would be alike, both get as
    many more digits as tell them apart.
    """
    digests = sorted((hashlib.sha256(one.encode()).hexdigest().upper(), one) for one in set(invites))
    made = {}
    for place, (digest, one) in enumerate(digests):
        # In order, whatever is most alike stands next to it.
        beside = [other for other, _ in (*digests[max(0, place - 1) : place], *digests[place + 1 : place + 2])]
        alike = max((_alike(digest, other) for other in beside), default=0)
        made[one] = f"Candidate {digest[: max(_FEWEST, alike + 1)]}"
    return made


def _alike(one: str, other: str) -> int:
    """How many digits two digests have in common from the start."""
    for place, (mine, theirs) in enumerate(zip(one, other, strict=True)):
        if mine != theirs:
            return place
    return len(one)


def is_sampled(salt: str, target: str) -> bool:
    """Whether a finding is among the tenth that is read blind.

    `salt` is the interview's, drawn when it began: nobody can choose which findings these are, nor what they say.
    """
    digest = hashlib.sha256(f"{salt}:{target}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < SHARE * _WHOLE


def hidden(role: Role, unread: Collection[str]) -> frozenset[str]:
    """The findings whose verdict an account of this role is not shown: all that are still to be read blind.

    Only of whoever may read them; what others see is in no figure of agreement.
    """
    return frozenset(unread) if may(role, Right.REVIEW) else frozenset()
