"""A candidate's own data: taken away as one file, and deleted when they ask for it and a person agrees.

The file is JSON, `interviewer.own-data/1`:

- `invitation`: `name`, `mail`, `position`, `company`, `contact`, `created_at`, `expires_at`, `seen_at`,
  `accommodation` (`timing` or null, `presentation`), `kept_for_days` (after the end of the interview);
- `consent`: `version` and `text` of the notice that was agreed to, `at`; null where none was;
- `interviews`, the latest last: `id`, `in_force` (false: set aside for a fresh attempt), `started_at`, `ended_at`,
  `ended` (how), `log` (`length`, `head`), `judge` (`name`, `hash`), `turns`, `left` and `findings`:
  `turns` are all lines of both sides (`turn`, `who`, `at`, `text`, and of the candidate's `command`, `seconds` that
  counted, `pasted` characters or null); `left` are absences (`from`, `to` or null); `findings`, of an interview that
  is over, are those in force: `target`, `status`, `by_person`, `quotes`, `contested` (the reason, or empty), and
  `says` where the position shares what was looked for (else null);
- `troubles` (`at`, `turn`, `words`) and `request` (to delete: `at`, `words`, `granted`, `reason`, or null).

Times are UTC, in ISO 8601.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from interviewer.bootstrap import Program
from interviewer.core.errors import NotFound, StoreBusy, UsageError
from interviewer.core.events import Ended, Said, Who
from interviewer.core.turns import clean
from interviewer.hosting.evidence import Shown, findings
from interviewer.hosting.hall import Hall
from interviewer.hosting.presence import absences
from interviewer.hosting.reception import MAX_WORDS, Guest
from interviewer.hosting.rooms import Kept
from interviewer.screening.invite import Invite
from interviewer.screening.position import Sharing
from interviewer.screening.records import CANDIDATE, Deed, Entry, Request

SCHEMA: Final = "interviewer.own-data/1"


def take(program: Program, hall: Hall, guest: Guest) -> dict[str, Any]:
    """Everything that is stored of a candidate, as plain data for JSON."""
    invite, office = guest.invite, program.office
    office.note(Entry(at=program.clock.now(), who=CANDIDATE, deed=Deed.OWN_DATA_TAKEN, subject=invite.id))
    share = guest.position.settings.sharing is Sharing.EVIDENCE
    asked = request_of(program, invite)
    return {
        "schema": SCHEMA,
        "invitation": _invitation(guest),
        "consent": _consent(invite),
        "interviews": [_interview(hall.read(one), one == invite.interview, share) for one in invite.interviews],
        "troubles": [one.model_dump(mode="json", exclude={"invite"}) for one in office.troubles(invite.id)],
        "request": asked.model_dump(mode="json", include={"at", "words", "granted", "reason"}) if asked else None,
    }


def _invitation(guest: Guest) -> dict[str, Any]:
    invite, settings = guest.invite, guest.position.settings
    return {
        "name": invite.name,
        "mail": invite.mail,
        "position": settings.title,
        "company": settings.company,
        "contact": settings.contact,
        "created_at": _time(invite.created_at),
        "expires_at": _time(invite.expires_at),
        "seen_at": _time(invite.seen_at),
        "accommodation": invite.accommodation.model_dump(mode="json"),
        "kept_for_days": settings.retention_days,
    }


def _consent(invite: Invite) -> dict[str, Any] | None:
    if not invite.notice:
        return None
    return {"version": invite.notice, "text": invite.notice_text, "at": _time(invite.consented_at)}


def _interview(kept: Kept, in_force: bool, share: bool) -> dict[str, Any]:
    started = kept.state.started
    ended = next((one for one in kept.events if isinstance(one, Ended)), None)
    shown = [one for question in findings(kept) for one in question.findings] if kept.over else []
    return {
        "id": kept.id,
        "in_force": in_force,
        "started_at": _time(started.at if started else None),
        "ended_at": _time(ended.at if ended else None),
        "ended": ended.reason if ended else None,
        "log": {"length": kept.length, "head": kept.head},
        "judge": started.judge.model_dump() if started else None,
        "turns": list(_turns(kept)),
        "left": [{"from": _time(one.left), "to": _time(one.back)} for one in absences(kept.events)],
        "findings": [_finding(one, share) for one in shown],
    }


def _turns(kept: Kept) -> Iterator[dict[str, Any]]:
    """The lines of both sides; a line of the interviewer's that came in parts is one."""
    begun: dict[int, Said] = {}
    for event in kept.events:
        if isinstance(event, Said):
            begun.setdefault(event.turn, event)
    for turn in kept.state.turns:
        said = begun[turn.number]
        line = {"turn": turn.number, "who": turn.who, "at": _time(said.at), "text": turn.text}
        if turn.who is Who.CANDIDATE:
            line |= {"command": turn.command, "seconds": turn.seconds, "pasted": said.pasted}
        yield line


def _finding(one: Shown, share: bool) -> dict[str, Any]:
    return {
        "target": one.target,
        "says": one.says if share else None,
        "status": one.status,
        "by_person": one.by_person,
        "quotes": list(one.quotes),
        "contested": one.contested,
    }


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")


# Deletion


def request_of(program: Program, invite: Invite) -> Request | None:
    """The candidate's request to delete everything, with the answer to it."""
    return next((one for one in program.office.requests() if one.invite == invite.id), None)


def ask(program: Program, guest: Guest, words: str) -> Request:
    """The candidate asks to delete everything; raises UsageError where they have, and nobody has answered yet."""
    before = request_of(program, guest.invite)
    if before is not None and before.decided_at is None:
        raise UsageError("You have asked for deletion already.", "A person will answer; this page will show it.")
    request = Request(invite=guest.invite.id, at=program.clock.now(), words=clean(words)[:MAX_WORDS])
    program.office.put_request(request)
    program.office.note(Entry(at=request.at, who=CANDIDATE, deed=Deed.DELETION_ASKED, subject=guest.invite.id))
    return request


def refuse(program: Program, invite: str, by: str, reason: str) -> Request:
    """A person refuses; the candidate's page says why. Raises NotFound without an open request, UsageError."""
    before = _open(program, invite)
    words = clean(reason)[:MAX_WORDS]
    if not words:
        raise UsageError("Please say why the request is refused.", "The candidate reads it.")
    now = program.clock.now()
    answer = {"decided_at": now, "decided_by": by, "granted": False, "reason": words}
    refused = before.model_copy(update=answer)
    program.office.put_request(refused)
    program.office.note(Entry(at=now, who=by, deed=Deed.DELETION_REFUSED, subject=invite))
    return refused


def grant(program: Program, hall: Hall, invite: str, by: str) -> None:
    """A person agrees: everything of the candidate is deleted. Raises NotFound without an open request.

    StoreBusy: see `erase`; the record then has it, too.
    """
    _open(program, invite)
    erase(program, hall, program.office.invite(invite), Entry(at=program.clock.now(), who=by, deed=Deed.DELETED))


def _open(program: Program, invite: str) -> Request:
    found = request_of(program, program.office.invite(invite))
    if found is None or found.decided_at is not None:
        raise NotFound("There is no open request to delete this.", "The list of requests shows which are open.")
    return found


def erase(program: Program, hall: Hall, invite: Invite, deed: Entry) -> None:
    """Delete all interviews of an invitation, then the invitation with all that was noted of it; note the deed.

    What is left is the record: ids, and no words. Raises StoreBusy where another process holds the file: then not all
    is deleted, and the request stays open; or another process reads it: then all is, and the record says so, but the
    words leave the file only at the next start.
    """
    store, office = program.store, program.office
    busy = []
    for name in invite.interviews:
        busy.append(_gone(name, store.delete, store.tip))
        hall.forget(name)
    busy.append(_gone(invite.id, office.forget_invite, office.invite))
    office.note(deed.model_copy(update={"subject": invite.id}))
    for error in busy:
        if error is not None:
            raise error


def _gone(name: str, delete: Callable[[str], object], find: Callable[[str], object]) -> StoreBusy | None:
    """Delete what may be gone already; what kept its words from leaving the file, if anything did."""
    try:
        with suppress(NotFound):
            delete(name)
    except StoreBusy as error:
        with suppress(NotFound):
            find(name)
            raise
        return error
    return None
