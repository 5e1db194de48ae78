"""What the office notes beside interviews: who did what, blind readings, troubles, and requests to delete."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime, Field

from interviewer.core.findings import Status
from interviewer.core.values import Ref, Strict


class Deed(StrEnum):
    """What somebody did, for the record of who saw and did what."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    POSITION_MADE = "position_made"
    POSITION_CHANGED = "position_changed"
    POSITION_CLOSED = "position_closed"
    SCENARIO_CHANGED = "scenario_changed"
    INVITED = "invited"
    INVITE_REVOKED = "invite_revoked"
    INVITE_EXTENDED = "invite_extended"
    ACCOMMODATED = "accommodated"
    FRESH_ATTEMPT = "fresh_attempt"
    RESULTS_SEEN = "results_seen"
    INTERVIEW_SEEN = "interview_seen"
    NAME_REVEALED = "name_revealed"
    CONFIRMED = "confirmed"
    OVERRIDDEN = "overridden"
    BLIND_READ = "blind_read"
    COMMENTED = "commented"
    DECIDED = "decided"
    EXPORTED = "exported"
    NOTICE_SEEN = "notice_seen"
    CONSENTED = "consented"
    BEGUN = "begun"
    LEFT = "left"
    CAME_BACK = "came_back"
    FINISHED = "finished"
    CONTESTED = "contested"
    EVIDENCE_SEEN = "evidence_seen"
    OWN_DATA_TAKEN = "own_data_taken"
    DELETION_ASKED = "deletion_asked"
    DELETION_REFUSED = "deletion_refused"
    DELETED = "deleted"
    RETENTION_ENDED = "retention_ended"
    TROUBLE = "trouble"
    ACCOUNT_ADDED = "account_added"
    ROLE_CHANGED = "role_changed"
    PASSWORD_CHANGED = "password_changed"
    ACCOUNT_REMOVED = "account_removed"
    BACKED_UP = "backed_up"
    RESTORED = "restored"


CANDIDATE: str = "candidate"
"""Who did it, where it was a candidate: the subject tells which."""
PROGRAM: str = "program"
"""Who did it, where nobody did but the program itself."""


class Entry(Strict):
    """One line of the record: ids and never words."""

    at: AwareDatetime
    who: str = Field(description="Name of an account, `candidate` or `program`.")
    deed: Deed
    subject: str = Field("", description="Id of a position, an invitation or an interview.")
    target: str = Field("", description="A point or flag (`question.point`), an account, or a status.")


class BlindReading(Strict):
    """What a person said of a finding before seeing the machine's verdict; `machine` was in force at that time."""

    interview: str
    target: Ref
    by: str
    at: AwareDatetime
    status: Status
    machine: Status


class Trouble(Strict):
    """A candidate pressed "something broke": where, and in which words."""

    invite: str
    at: AwareDatetime
    turn: int = Field(ge=0, description="Turns that there were.")
    words: str = Field("", max_length=2000)


class Request(Strict):
    """A candidate's request to delete everything; a person decides."""

    invite: str
    at: AwareDatetime
    words: str = Field("", max_length=2000)
    decided_at: AwareDatetime | None = None
    decided_by: str = ""
    granted: bool | None = None
    reason: str = Field("", max_length=2000)
