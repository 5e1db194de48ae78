"""Candidates' way through an interview: from the link to the consent, the conversation and its end.

The token of a link is the whole authority over one invitation. It is stored hashed, and looked up by that hash, so that
an unknown token and one that is no token at all cost the same and are told the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from interviewer.bootstrap import Program
from interviewer.cast import Cast, JudgeKind
from interviewer.casting import Offer
from interviewer.core.errors import UsageError
from interviewer.core.events import Ended, Mode
from interviewer.core.ports import Utterance
from interviewer.core.scenario import Scenario
from interviewer.core.turns import clean
from interviewer.hosting.hall import Hall, Reply, Tell, Visit, nobody
from interviewer.hosting.rooms import Kept
from interviewer.screening.invite import Invite, Status, token_sha256
from interviewer.screening.notice import Notice, Provider, notice, time_factor
from interviewer.screening.position import Position
from interviewer.screening.records import CANDIDATE, Deed, Entry, Trouble

MAX_TOKEN: Final = 200
"""Characters of a token that are looked at; ours are shorter."""
MAX_WORDS: Final = 2000
"""Characters of what a candidate may write beside the interview: what broke, a reason, a request."""
MAX_TROUBLES: Final = 20
"""So many troubles of one invitation are kept."""
FRESH_FOR: Final = timedelta(days=7)
"""An invitation with a fresh attempt is open for at least so long."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Whoever comes with a link: the invitation, and what it is for."""

    invite: Invite
    position: Position
    status: Status

    @property
    def may_begin(self) -> bool:
        """Whether an interview may be begun now."""
        return self.status in (Status.OPEN, Status.SEEN) and self.position.closed_at is None

    @property
    def has_agreed(self) -> bool:
        """Whether the candidate agreed to some version of the notice."""
        return bool(self.invite.notice)


class Reception:
    """What candidates can do; every deed goes into the record. StoreError passes through everywhere."""

    def __init__(self, program: Program, hall: Hall) -> None:
        self._program = program
        self._hall = hall
        self._office = program.office

    @property
    def now(self) -> datetime:
        """The present time."""
        return self._program.clock.now()

    # The link

    def guest(self, token: str) -> Guest | None:
        """Whoever has this token; None where it is nobody's."""
        invite = self._office.invite_by_token(token_sha256(token[:MAX_TOKEN]))
        return self._guest(invite) if invite else None

    def _guest(self, invite: Invite) -> Guest:
        return Guest(invite, self._office.position(invite.position), invite.status(self.now))

    def scenario(self, guest: Guest) -> Scenario:
        """What the position asks; read anew, which takes a while, because only the pages before the beginning do."""
        return self._office.scenario(guest.position.scenario_sha256)

    # Notice and consent

    def offer(self, guest: Guest) -> Offer | None:
        """The models that take part; raises SettingsError where one cannot be used at present."""
        kind = guest.position.settings.judge
        return None if kind is JudgeKind.EMBEDDED else self._program.offer(Cast(kind))

    def notice(self, guest: Guest) -> Notice:
        """What is to be said before anything starts, as of now; raises SettingsError."""
        return self._notice(guest, self.offer(guest))

    def _notice(self, guest: Guest, offer: Offer | None) -> Notice:
        judge = offer.judge if offer else None
        provider = Provider(judge.model, judge.host) if judge else None
        return notice(guest.position, self.scenario(guest), guest.invite, provider)

    def see(self, guest: Guest) -> Guest:
        """The candidate has opened the link."""
        if guest.invite.seen_at is not None:
            return guest
        now = self.now
        invite = self._change(guest, lambda one: one if one.seen_at else one.model_copy(update={"seen_at": now}))
        self._note(guest, Deed.NOTICE_SEEN)
        return self._guest(invite)

    def agree(self, guest: Guest, version: str) -> bool:
        """The candidate agrees to this version of the notice; False where it says something else by now."""
        told = self.notice(guest)
        if version != told.version:
            return False
        agreed = {"notice": told.version, "notice_text": told.text, "consented_at": self.now}
        self._change(guest, lambda one: one.model_copy(update=agreed))
        self._note(guest, Deed.CONSENTED)
        return True

    def agreed(self, guest: Guest) -> bool:
        """Whether the candidate agreed to the notice as it is now; raises SettingsError."""
        return guest.invite.notice == self.notice(guest).version

    # The interview

    def begin(self, guest: Guest) -> str:
        """Begin the interview, once; the id of the one in force.

        Raises UsageError where it may not be begun or the candidate has not agreed to the notice as it is now, and
        SettingsError or ModelFileError where it cannot be held at present.
        """
        if guest.invite.interview is not None:
            return guest.invite.interview
        offer = self.offer(guest)
        version = self._notice(guest, offer).version
        if not guest.may_begin or guest.invite.notice != version:
            raise UsageError("This interview cannot be begun now.", "Open your link again and read what has changed.")
        settings = guest.position.settings
        begun = self._program.begin(
            self.scenario(guest),
            Mode.SCREEN,
            questions=settings.questions,
            time_factor=time_factor(guest.position, guest.invite),
            offer=offer,
            notice=version,
        )
        return self._in_force(guest, begun.log.interview)

    def _in_force(self, guest: Guest, mine: str) -> str:
        """The interview that the invitation has got: of two that were begun at once, the first."""

        def take(invite: Invite) -> Invite:
            free = invite.interview is None and invite.revoked_at is None
            return invite.model_copy(update={"interviews": (*invite.interviews, mine)}) if free else invite

        changed = self._change(guest, take)
        if changed.interview == mine:
            self._note(guest, Deed.BEGUN, mine)
            return mine
        self._program.store.delete(mine)
        if changed.interview is None:
            raise UsageError("This interview cannot be begun now.", "Open your link again.")
        return changed.interview

    def visit(self, guest: Guest, page: str = "", tell: Tell = nobody) -> Visit | None:
        """The candidate comes to the conversation; None where none was begun."""
        name = guest.invite.interview
        if name is None:
            return None
        visit = self._hall.come_back(name, page, tell)
        if visit.came_back:
            self._note(guest, Deed.CAME_BACK, name)
        self._see_to_end(guest, visit.kept)
        return visit

    def say(self, guest: Guest, turn: int, said: Utterance, tell: Tell = nobody) -> Reply:
        """What the candidate says to the interviewer's line number `turn`; see `Hall.say`."""
        reply = self._hall.say(_begun(guest), turn, said, tell)
        if reply.came_back:
            self._note(guest, Deed.CAME_BACK, _begun(guest))
        self._see_to_end(guest, reply.kept)
        return reply

    def leave(self, guest: Guest, page: str | None = None) -> None:
        """The candidate leaves for a while; see `Hall.leave`."""
        if self._hall.leave(_begun(guest), page):
            self._note(guest, Deed.LEFT, _begun(guest))

    def here(self, guest: Guest, page: str) -> Visit | None:
        """A page is open; None where the candidate is at another one, or nowhere."""
        visit = self._hall.beat(_begun(guest), page)
        if visit is not None and visit.came_back:
            self._note(guest, Deed.CAME_BACK, _begun(guest))
        return visit

    def _see_to_end(self, guest: Guest, kept: Kept) -> None:
        """Note on the invitation that its interview has ended; after a crash at that very moment, at the next visit."""
        if not kept.over or guest.invite.ended_at is not None:
            return
        ended = next(one.at for one in reversed(kept.events) if isinstance(one, Ended))
        noted = False

        def end(invite: Invite) -> Invite:
            nonlocal noted
            noted = invite.interview == kept.id and invite.ended_at is None
            return invite.model_copy(update={"ended_at": ended}) if noted else invite

        self._change(guest, end)
        if noted:
            self._note(guest, Deed.FINISHED, kept.id)

    # When something broke

    def trouble(self, guest: Guest, words: str) -> None:
        """Keep what broke, in the candidate's words, for a person to read."""
        turns = len(self._hall.read(guest.invite.interview).state.turns) if guest.invite.interview else 0
        if len(self._office.troubles(guest.invite.id)) < MAX_TROUBLES:
            told = clean(words)[:MAX_WORDS]
            self._office.add_trouble(Trouble(invite=guest.invite.id, at=self.now, turn=turns, words=told))
            self._note(guest, Deed.TROUBLE)

    def fresh_attempt(self, invite: str, by: str) -> Invite:
        """A person grants a fresh attempt: the interview in force is set aside, and kept with all its evidence.

        The candidate agrees anew and begins anew, with the same link, which is open for `FRESH_FOR` at least. Raises
        UsageError where there is no interview to set aside, or the invitation was revoked.
        """
        now = self.now

        def set_aside(one: Invite) -> Invite:
            if one.interview is None:
                raise UsageError("There is no interview to set aside.", "The candidate can begin as it is.")
            if one.revoked_at is not None:
                raise UsageError("This invitation was revoked.", "Invite the candidate again.")
            fresh = {
                "set_aside": len(one.interviews),
                "ended_at": None,
                "notice": "",
                "expires_at": max(one.expires_at, now + FRESH_FOR),
            }
            return one.model_copy(update=fresh)

        before = self._office.invite(invite)
        changed = self._office.change_invite(invite, set_aside)
        self._office.note(Entry(at=now, who=by, deed=Deed.FRESH_ATTEMPT, subject=invite, target=before.interview or ""))
        return changed

    # Underneath

    def _change(self, guest: Guest, change: Callable[[Invite], Invite]) -> Invite:
        return self._office.change_invite(guest.invite.id, change)

    def _note(self, guest: Guest, deed: Deed, target: str = "") -> None:
        self._office.note(Entry(at=self.now, who=CANDIDATE, deed=deed, subject=guest.invite.id, target=target))


def _begun(guest: Guest) -> str:
    if guest.invite.interview is None:
        raise UsageError("The interview has not begun.", "Open your link again.")
    return guest.invite.interview
