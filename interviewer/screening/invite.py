"""An invitation: a link that one candidate answers by, when it suits them."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

from pydantic import AwareDatetime, Field, StringConstraints

from interviewer.core.values import Id, Line, Strict
from interviewer.screening.position import Timing

VALID_FOR: Final = timedelta(days=21)
MAX_INVITES: Final = 500
"""Rows of one file of candidates."""

Mail = Annotated[
    Line, StringConstraints(strip_whitespace=True, pattern=r"^[^@\s<>\"',;]+@[^@\s<>\"',;]+$", max_length=254)
]


class Presentation(StrEnum):
    """How the page looks; nothing of it reaches a judge."""

    USUAL = "usual"
    PLAIN = "plain"
    LARGE = "large"


class Accommodation(Strict):
    """What was agreed with a candidate, so that the format is no hindrance."""

    timing: Timing | None = Field(None, description="Instead of the position's.")
    presentation: Presentation = Presentation.USUAL


class Status(StrEnum):
    """How far an invitation has come."""

    OPEN = "open"
    SEEN = "seen"
    STARTED = "started"
    DONE = "done"
    EXPIRED = "expired"
    REVOKED = "revoked"


class Invite(Strict):
    """One candidate's invitation; the token itself is stored nowhere."""

    id: Id
    position: Id
    name: Line
    mail: Mail | None = None
    token_sha256: str
    created_at: AwareDatetime
    created_by: str
    expires_at: AwareDatetime
    revoked_at: AwareDatetime | None = None
    seen_at: AwareDatetime | None = None
    notice: str = Field("", description="Version of the notice that the candidate agreed to; empty: none yet.")
    notice_text: str = Field("", description="That notice, as the candidate read it.")
    consented_at: AwareDatetime | None = None
    accommodation: Accommodation = Accommodation()
    interviews: tuple[str, ...] = Field((), description="Ids, the latest last; it is in force unless it was set aside.")
    set_aside: Annotated[int, Field(ge=0)] = Field(
        0, description="So many of them, the first ones, count no more: a person granted a fresh attempt."
    )
    ended_at: AwareDatetime | None = Field(None, description="When the interview in force ended.")
    simulated: bool = False
    preview: bool = Field(False, description="A recruiter's look at what candidates see; never among results.")

    @property
    def interview(self) -> str | None:
        """Id of the interview in force; None where none was begun, or the last was set aside for a fresh attempt."""
        return self.interviews[-1] if len(self.interviews) > self.set_aside else None

    def status(self, now: datetime) -> Status:
        """How far it has come; an interview that was begun in time may be finished after the link expired."""
        if self.revoked_at is not None:
            return Status.REVOKED
        if self.ended_at is not None:
            return Status.DONE
        if self.interview is not None:
            return Status.STARTED
        if now >= self.expires_at:
            return Status.EXPIRED
        return Status.SEEN if self.seen_at else Status.OPEN


def token_sha256(token: str) -> str:
    """What is stored of a token; the token is random, so that its hash needs no salt."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
