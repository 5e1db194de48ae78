"""The door behind the sign-in form: counting, hashing, and how many are let to it at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from argon2 import PasswordHasher

from interviewer.core.errors import StoreBusy, UsageError
from interviewer.hosting.door import UNKNOWN_NOTED, Door, Refusal
from interviewer.hosting.passwords import Passwords
from interviewer.screening.accounts import TRIES, Account
from interviewer.web.house import House
from tests.web.conftest import CHEAP, PASSWORD, SetClock

Accounts = Callable[..., Account]


def test_a_try_is_counted_before_it_is_made(house: House, account: Accounts) -> None:
    """So that many at the same time are no more than many in a row."""
    account(name="ada")
    seen: list[bool] = []

    class Watching(Passwords):
        def fits(self, encoded: str | None, password: str) -> bool:
            now = house.office.account("ada")
            assert now is not None
            seen.append(now.failures > 0 or now.locked_until is not None)
            return CHEAP.fits(encoded, password)

    door = Door(house.office, house.clock, Watching())
    for _ in range(TRIES):
        door.enter("ada", "wrong")
    assert seen == [True] * TRIES
    assert isinstance(door.enter("ada", PASSWORD), Refusal) and len(seen) == TRIES


def test_strangers_cannot_fill_the_record(house: House, clock: SetClock) -> None:
    door = Door(house.office, house.clock, CHEAP)
    for number in range(UNKNOWN_NOTED + 20):
        door.enter(f"name-{number}", "wrong")
    assert len(house.office.entries()) == UNKNOWN_NOTED
    clock.go_on(hours=1)
    door.enter("another", "wrong")
    assert len(house.office.entries()) == UNKNOWN_NOTED + 1


def test_an_unknown_name_is_checked_against_a_hash_as_costly(house: House) -> None:
    checked: list[str | bytes] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:
            checked.append(hash)
            return super().verify(hash, password)

    hasher = Counting(time_cost=1, memory_cost=8, parallelism=1)
    assert isinstance(Door(house.office, house.clock, Passwords(hasher)).enter("nobody", "x"), Refusal)
    assert len(checked) == 1 and not hasher.check_needs_rehash(str(checked[0]))


def test_too_many_at_once_are_asked_to_come_again(house: House, account: Accounts) -> None:
    account(name="ada")
    refused: list[str] = []

    class Crowd(Passwords):
        """While a password is checked, others arrive; each of them waits as long as this one does."""

        def fits(self, encoded: str | None, password: str) -> bool:
            while door._room.acquire(blocking=False):
                taken.append(1)
            with pytest.raises(StoreBusy) as told:
                door.enter("ada", PASSWORD)
            refused.append(told.value.message)
            return CHEAP.fits(encoded, password)

    taken: list[int] = []
    door = Door(house.office, house.clock, Crowd())
    assert isinstance(door.enter("ada", PASSWORD), Account)
    assert len(refused) == 1 and len(taken) == 7


def test_a_hash_of_old_parameters_is_renewed_with_the_next_sign_in(house: House, account: Accounts) -> None:
    before = account(name="ada").password
    dearer = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    assert isinstance(Door(house.office, house.clock, dearer).enter("ada", PASSWORD), Account)
    after = house.office.account("ada")
    assert after is not None and after.password != before
    assert dearer.fits(after.password, PASSWORD) and not dearer.stale(after.password)


def test_passwords_are_long_and_one_whatever_the_keyboard_composed() -> None:
    for bad in ("short", "x" * 257):
        with pytest.raises(UsageError, match="12 to 256 characters"):
            CHEAP.hash(bad)
    assert CHEAP.fits(CHEAP.hash("cafe\u0301 au lait, twice"), "caf\u00e9 au lait, twice")
    assert not CHEAP.fits("no hash at all", PASSWORD) and CHEAP.stale("no hash at all")
    assert Passwords().hash(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")
