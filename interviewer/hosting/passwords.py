"""Passwords of accounts: hashed with argon2id, checked in the same time whether there is an account or not."""

from __future__ import annotations

import unicodedata
from functools import cached_property
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from interviewer.core.errors import UsageError
from interviewer.screening.accounts import MAX_PASSWORD, MIN_PASSWORD

MEMORY_KIB: Final = 64 * 1024
PASSES: Final = 3
LANES: Final = 4
"""RFC 9106's second recommendation, for machines that have not two gigabytes to spare for each sign-in."""


class Passwords:
    """Hashes and checks passwords; a costlier `hasher` in a later version makes older hashes stale."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)

    def hash(self, password: str) -> str:
        """The encoded hash of a new password; raises UsageError for one that is too short or too long."""
        if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
            raise UsageError(
                f"A password has {MIN_PASSWORD} to {MAX_PASSWORD} characters.",
                "Four or five unrelated words make a good one.",
            )
        return self._hasher.hash(_bytes(password))

    def fits(self, encoded: str | None, password: str) -> bool:
        """Whether it is the password that was hashed; None (no such account) takes as long, and never fits."""
        known = encoded is not None and len(password) <= MAX_PASSWORD
        try:
            right = self._hasher.verify(encoded if encoded and known else self._decoy, _bytes(password[:MAX_PASSWORD]))
        except (VerificationError, InvalidHashError):
            return False
        return right and known

    def stale(self, encoded: str) -> bool:
        """Whether it was hashed with other parameters than today's."""
        try:
            return self._hasher.check_needs_rehash(encoded)
        except InvalidHashError:
            return True

    @cached_property
    def _decoy(self) -> str:
        """What an unknown name is checked against."""
        return self._hasher.hash(b"nobody's password")


def _bytes(password: str) -> bytes:
    """One form for what looks the same, however a keyboard composed it."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
