"""What is older than its position keeps it is deleted for good, with all that is personal in its invitation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from interviewer.bootstrap import Program
from interviewer.core.errors import DamagedLog, NotFound, StoreBusy
from interviewer.hosting.hall import Hall
from interviewer.hosting.own_data import erase
from interviewer.hosting.results import Results
from interviewer.screening.invite import Invite
from interviewer.screening.records import PROGRAM, Deed, Entry


@dataclass(frozen=True, slots=True)
class Swept:
    """Ids of what was deleted; `problem`: why something was not, or where its words may lie until the next start."""

    invites: tuple[str, ...] = ()
    interviews: tuple[str, ...] = ()
    problem: str = ""


def sweep(program: Program, hall: Hall, results: Results) -> Swept:
    """Delete all interviews that are kept no longer, with their invitations; every deletion is recorded.

    It is asked for when serving begins, and daily. What is busy is left for the next time. Raises StoreError.
    """
    now = program.clock.now()
    gone: list[Invite] = []
    problem = ""
    for one in list(overdue(program, now)):
        try:
            erase(program, hall, one, Entry(at=now, who=PROGRAM, deed=Deed.RETENTION_ENDED))
        except StoreBusy as busy:
            problem = busy.message
        for interview in one.interviews:
            results.forget(interview)
        if not _is_there(program, one):
            gone.append(one)
    return Swept(tuple(one.id for one in gone), tuple(name for one in gone for name in one.interviews), problem)


def _is_there(program: Program, invite: Invite) -> bool:
    try:
        program.office.invite(invite.id)
    except NotFound:
        return False
    return True


def overdue(program: Program, now: datetime) -> Iterator[Invite]:
    """The invitations that are kept no longer, in all positions, looks at what candidates see included."""
    for position in program.office.positions():
        for one in program.office.invites(position.id, previews=True):
            if now - last_use(program, one) > position.retention:
                yield one


def last_use(program: Program, invite: Invite) -> datetime:
    """From when on an invitation is kept for its position's time.

    It is the end of its interview; of one that never ended, when something last happened in it; without an interview,
    when the link ceased to be good.
    """
    if invite.ended_at is not None:
        return invite.ended_at
    if invite.interview is None:
        return invite.revoked_at or invite.expires_at
    try:
        events = program.store.open(invite.interview).events
    except (NotFound, DamagedLog):
        return invite.consented_at or invite.created_at
    ended = next((one.at for one in reversed(events) if one.kind == "ended"), None)
    return ended or events[-1].at
