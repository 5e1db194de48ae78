"""Signing in: who may come in, and for how long nobody is tried after too many wrong passwords.

Nothing that is answered tells whether an account exists: unknown names are counted and locked as accounts are.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import BoundedSemaphore, Lock
from typing import Final

from interviewer.core.errors import NotFound, StoreBusy
from interviewer.core.ports import Clock
from interviewer.hosting.passwords import Passwords
from interviewer.screening.accounts import Account, after_right, after_wrong
from interviewer.screening.records import PROGRAM, Deed, Entry
from interviewer.screening.roles import Role
from interviewer.store.office import Office

UNKNOWN: Final = 10_000
"""Unknown names that are counted at most; the one tried longest ago is let go."""
UNKNOWN_NOTED: Final = 100
"""Unknown names in an hour of which the record tells; strangers must not be able to fill the disk."""
OVER: Final = 10_000
"""Sessions that were signed out of and are remembered at most; the oldest are over by time."""
AT_ONCE: Final = 2
"""Passwords that are checked at the same time: each takes 64 MiB and most of a processor."""
WAITING: Final = 6
"""Sign-ins that wait for their turn; more are asked to come again, so that pages keep their threads."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nobody came in; `until`: no password is tried for this name before that."""

    until: datetime | None = None


class Door:
    """Who comes in by name and password; safe for threads."""

    def __init__(self, office: Office, clock: Clock, passwords: Passwords | None = None) -> None:
        self._office = office
        self._clock = clock
        self._passwords = passwords or Passwords()
        self._unknown: OrderedDict[str, Account] = OrderedDict()
        self._over: OrderedDict[str, None] = OrderedDict()
        self._noted: tuple[datetime, int] = (datetime.min.replace(tzinfo=UTC), 0)
        self._lock = Lock()
        self._turn = BoundedSemaphore(AT_ONCE)
        self._room = BoundedSemaphore(AT_ONCE + WAITING)

    def enter(self, name: str, password: str) -> Account | Refusal:
        """The account whose password this is. Raises StoreBusy where too many are signing in at this moment."""
        if not self._room.acquire(blocking=False):
            raise StoreBusy("Too many people are signing in at this moment.", "Try again in a few seconds.")
        try:
            with self._turn:
                return self._enter(_folded(name), password)
        finally:
            self._room.release()

    def forget(self, key: str) -> None:
        """Let a session be over although its cookie is not: somebody may have a copy of it."""
        with self._lock:
            self._over[key] = None
            if len(self._over) > OVER:
                self._over.popitem(last=False)

    def forgotten(self, key: str) -> bool:
        """Whether a session was signed out of."""
        with self._lock:
            return key in self._over

    def _enter(self, name: str, password: str) -> Account | Refusal:
        now = self._clock.now()
        before, tried = self._try(name, now)
        if before.locked(now):
            return Refusal(before.locked_until)
        known = tried is not None
        if not self._passwords.fits(before.password if known else None, password):
            self._note_failure(name if known else "", now)
            counted = tried or self._count_unknown(name, now)
            return Refusal(counted.locked_until if counted.locked(now) else None)
        return self._let_in(name, password, now)

    def _try(self, name: str, now: datetime) -> tuple[Account, Account | None]:
        """The account as it was, and as it is after a try that is counted as wrong before it is made.

        So that tries at the same time cannot be more than tries in a row. An unknown name has no second.
        """
        seen: list[Account] = []

        def count(account: Account) -> Account:
            seen.append(account)
            return account if account.locked(now) else after_wrong(account, now)

        try:
            changed = self._office.change_account(name, count)
        except NotFound:
            with self._lock:
                return self._unknown.get(name) or _nobody(now), None
        return seen[-1], changed

    def _let_in(self, name: str, password: str, now: datetime) -> Account:
        def come(account: Account) -> Account:
            account = after_right(account)
            if self._passwords.stale(account.password):
                account = account.model_copy(update={"password": self._passwords.hash(password)})
            return account

        account = self._office.change_account(name, come)
        self._office.note(Entry(at=now, who=name, deed=Deed.SIGNED_IN, target=name))
        return account

    def _count_unknown(self, name: str, now: datetime) -> Account:
        with self._lock:
            counted = after_wrong(self._unknown.get(name) or _nobody(now), now)
            self._unknown[name] = counted
            self._unknown.move_to_end(name)
            if len(self._unknown) > UNKNOWN:
                self._unknown.popitem(last=False)
            return counted

    def _note_failure(self, name: str, now: datetime) -> None:
        """Into the record; a name that is no account's is left out: people type passwords there by mistake."""
        if not name:
            with self._lock:
                hour, count = self._noted
                count = count if (now - hour).total_seconds() < 3600 else 0
                self._noted = (hour if count else now, count + 1)
            if count >= UNKNOWN_NOTED:
                return
        self._office.note(Entry(at=now, who=PROGRAM, deed=Deed.SIGN_IN_FAILED, target=name))

    def leave(self, name: str, *, everywhere: bool = False) -> None:
        """Note that somebody signed out; `everywhere` ends all sessions of the account."""
        if everywhere:
            self._office.change_account(name, lambda one: one.model_copy(update={"epoch": one.epoch + 1}))
        self._office.note(Entry(at=self._clock.now(), who=name, deed=Deed.SIGNED_OUT, target=name))


def _folded(name: str) -> str:
    """Every spelling of a name is one name; no account has a longer one."""
    return name.strip().casefold()[:200]


def _nobody(now: datetime) -> Account:
    """An account that does not exist, for counting."""
    return Account(name="nobody", role=Role.VIEWER, password="", created_at=now)
