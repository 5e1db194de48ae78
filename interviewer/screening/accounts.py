"""Accounts of recruiters: a name, a role, a hashed password, and a lock after too many wrong ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import AwareDatetime, Field, StringConstraints

from interviewer.core.values import Strict
from interviewer.screening.roles import Role

MIN_PASSWORD: Final = 12
"""Characters; NIST SP 800-63B asks for at least 8, and for no other rule than length."""
MAX_PASSWORD: Final = 256
"""Characters; what is hashed is bounded."""
TRIES: Final = 5
"""Wrong passwords in a row before an account is locked for a while."""
LOCKED_FOR: Final = timedelta(minutes=15)

UserName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([._-][a-z0-9]+)*$", max_length=40)]


class Account(Strict):
    """Somebody who may sign in; `epoch` is counted up to end all sessions of the account."""

    name: UserName
    role: Role
    password: str = Field(description="Argon2 hash, in its encoded form.")
    created_at: AwareDatetime
    epoch: Annotated[int, Field(ge=0)] = 0
    failures: Annotated[int, Field(ge=0)] = 0
    locked_until: AwareDatetime | None = None

    def locked(self, now: datetime) -> bool:
        """Whether no password is tried at present."""
        return self.locked_until is not None and now < self.locked_until


def after_wrong(account: Account, now: datetime) -> Account:
    """The account after one wrong password more; the last of TRIES locks it, and counting begins anew."""
    failures = account.failures + 1
    if failures < TRIES:
        return account.model_copy(update={"failures": failures})
    return account.model_copy(update={"failures": 0, "locked_until": now + LOCKED_FOR})


def after_right(account: Account) -> Account:
    """The account after the right password."""
    return account.model_copy(update={"failures": 0, "locked_until": None})
