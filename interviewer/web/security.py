"""Seals: what the pages sign, and how they know it again. The first secret signs, all of them verify."""

from __future__ import annotations

import re
import secrets
from typing import Any, Final

from itsdangerous import BadData, Signer, URLSafeSerializer

from interviewer.web.config import Serving

MAX_SEALED: Final = 3000
"""Characters; browsers keep no larger cookie anyway."""
MAX_NEXT: Final = 500
"""Characters of a path that is gone to after signing in."""
_LOCAL: Final = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f-\uffff]*")


class Seal:
    """Signs values of one kind, so that a value of one kind is never taken for another."""

    def __init__(self, serving: Serving, kind: str) -> None:
        # itsdangerous signs with the last key.
        keys = [one.encode() for one in reversed(serving.secrets)]
        self._values = URLSafeSerializer(keys, salt=f"interviewer {kind}")
        self._tokens = Signer(keys, salt=f"interviewer {kind} token")

    def sealed(self, value: Any) -> str:
        """A JSON value with its signature."""
        return str(self._values.dumps(value))

    def opened(self, sealed: str | None, longest: int = MAX_SEALED) -> Any:
        """The value that was sealed, in so many characters at most; None for anything else."""
        if not sealed or len(sealed) > longest:
            return None
        try:
            return self._values.loads(sealed)
        except BadData:
            return None

    def token(self, owner: str) -> str:
        """A token that only this owner can use; each is written otherwise, so that compression betrays none."""
        salt = secrets.token_urlsafe(9)
        return f"{salt}.{self._tokens.get_signature(f'{salt}.{owner}').decode()}"

    def holds(self, token: str, owner: str) -> bool:
        """Whether it is a token of this owner's; in constant time."""
        salt, _, signature = token[:MAX_SEALED].partition(".")
        return bool(owner) and self._tokens.verify_signature(f"{salt}.{owner}", signature.encode("ascii", "replace"))


def local(path: str | None, otherwise: str = "/") -> str:
    """The path where it stays on these pages, whatever a browser makes of it; else another."""
    return path if path and len(path) <= MAX_NEXT and _LOCAL.fullmatch(path) else otherwise
