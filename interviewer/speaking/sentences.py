"""Cuts a stream of text into sentences, each as soon as it is known to have ended."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

LONGEST: Final = 220
"""A sentence that has not ended after so many characters is given as it is, and nothing after it."""

_CHUNK: Final = 256
_CLOSERS: Final = "\"'”’)]*_`"
_END: Final = re.compile(rf"(?P<mark>[.!?…。？！؟]+)[{re.escape(_CLOSERS)}]*(?=\s)|\n")
_ABBREVIATION: Final = re.compile(
    r"(?:^|[\s(\"'“‘])(?P<open>(?:e\.g|i\.e|vs|mr|mrs|ms|dr|prof|st|fig|no|approx|cf)\.)$"
    r"|(?:^|[\s(\"'“‘])(?:etc|a\.m|p\.m|inc|ltd|[a-z]|(?:[a-z]\.)+[a-z])\.$",
    re.IGNORECASE,
)
_TRAILING_OFF: Final = ("...", "…")


def sentences(pieces: Iterable[str], longest: int = LONGEST) -> Iterator[str]:
    """The sentences of a text that comes in pieces, trimmed, in order; what is left at the end is the last one.

    A mark ends a sentence when white space follows (so neither `3.5` nor `node.js` nor a URL is cut), unless it
    belongs to an abbreviation, stands inside `code`, or trails off into a lower-case word. A line's end always does.
    Memory is bounded by `longest` (characters): one that grows beyond it is given cut off, one character too long.
    """
    buffer = ""
    for chunk in _chunks(pieces):
        buffer = (buffer + chunk).lstrip()
        while (end := _first_end(buffer)) is not None:
            sentence, buffer = buffer[:end].strip(), buffer[end:].lstrip()
            if len(sentence) > longest:
                yield sentence[: longest + 1]
                return
            yield sentence
        if len(buffer) > longest + 1:
            yield buffer[: longest + 1]
            return
    if buffer.strip():
        yield buffer.strip()


def _chunks(pieces: Iterable[str]) -> Iterator[str]:
    for piece in pieces:
        for start in range(0, len(piece), _CHUNK):
            yield piece[start : start + _CHUNK]


def _first_end(text: str) -> int | None:
    """Where the first sentence ends, if it is known to."""
    for match in _END.finditer(text):
        end, following = match.end(), text[match.end() :].lstrip()
        if match.group() == "\n" or _ends(text[: match.end("mark")], match.group("mark"), following):
            return end
    return None


def _ends(before: str, mark: str, following: str) -> bool:
    """Whether a mark with white space after it ends the sentence `before`."""
    if before.count("`") % 2:
        return False
    if mark.endswith(_TRAILING_OFF):
        return following != "" and not following[0].islower()
    found = _ABBREVIATION.search(before) if mark == "." else None
    if found is None:
        return True
    return found.group("open") is None and following != "" and following[0].isupper()
