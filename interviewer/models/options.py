"""Parameters that a call can do without: one that an endpoint rejects is dropped or swapped, once and for good."""

from __future__ import annotations

import re
from collections.abc import Mapping
from threading import Lock
from typing import Any, Final
from urllib.parse import urlsplit

import openai

LIMIT: Final = "max_tokens"
"""How we name the limit of a reply; endpoints take one of two names for it."""
NEW_LIMIT: Final = "max_completion_tokens"
_SWAPPED: Final = {LIMIT: NEW_LIMIT, NEW_LIMIT: LIMIT}
_NEW_HOSTS: Final = (".openai.com", ".openai.azure.com", ".services.ai.azure.com")

_SIGNS: Final = {"response_format": ("json_schema", "structured output", "grammar", "schema")}
"""What else endpoints say when they mean a parameter."""


class Options:
    """What an endpoint takes; shared by all calls to it, from any thread."""

    def __init__(self, url: str) -> None:
        self._lock = Lock()
        self._dropped: set[str] = set()
        host = f".{urlsplit(url).hostname or ''}"
        self._limit = NEW_LIMIT if host.endswith(_NEW_HOSTS) else LIMIT
        self._swapped = False

    def body(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters to send of those that are wanted."""
        with self._lock:
            named = {self._limit if name == LIMIT else name: value for name, value in wanted.items()}
            return {name: value for name, value in named.items() if name not in self._dropped}

    def takes(self, name: str) -> bool:
        """Whether the endpoint has not rejected a parameter, as far as we know."""
        with self._lock:
            return name not in self._dropped

    def adapt(self, error: BaseException, sent: Mapping[str, Any]) -> bool:
        """Learn from a rejection which parameters not to send again; False when it was about something else."""
        if not isinstance(error, openai.BadRequestError | openai.UnprocessableEntityError):
            return False
        rejected = _rejected(error, sent)
        with self._lock:
            for name in rejected:
                if name in _SWAPPED and not self._swapped:
                    self._limit, self._swapped = _SWAPPED[name], True
                elif name != _SWAPPED.get(self._limit):
                    self._dropped.add(name)
        return bool(rejected)


def _rejected(error: openai.APIStatusError, sent: Mapping[str, Any]) -> list[str]:
    """What a rejection is about: what it names as its parameter, else what its words name."""
    parameter = (error.param or "").partition(".")[0]
    if parameter in sent:
        return [parameter]
    words = f"{error.message} {error.body}".lower()
    return [name for name in sent if any(_says(words, sign) for sign in (name, *_SIGNS.get(name, ())))]


def _says(words: str, sign: str) -> bool:
    return bool(re.search(rf"(?<![a-z_]){re.escape(sign)}(?![a-z_])", words))
