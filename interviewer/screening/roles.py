"""Who may do what in the office: three roles, and a table of what each may do."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What an account is for."""

    ADMIN = "admin"
    REVIEWER = "reviewer"
    VIEWER = "viewer"


class Right(StrEnum):
    """Something that an account may be allowed to do."""

    SEE = "see"
    """Positions, results, interviews and reports."""
    REVIEW = "review"
    """Confirm, override, comment and decide; grant a fresh attempt."""
    INVITE = "invite"
    """Make and change positions and their scenarios; invite and revoke."""
    EXPORT = "export"
    """Take results away as a file."""
    ADMINISTER = "administer"
    """Answer deletion requests; read the record of who did what."""


RIGHTS: Final[Mapping[Role, frozenset[Right]]] = {
    Role.ADMIN: frozenset(Right),
    Role.REVIEWER: frozenset({Right.SEE, Right.REVIEW, Right.INVITE, Right.EXPORT}),
    Role.VIEWER: frozenset({Right.SEE}),
}


def may(role: Role, right: Right) -> bool:
    """Whether a role has a right."""
    return right in RIGHTS[role]
