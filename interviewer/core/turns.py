"""Turn-taking: small readings of a turn's form, never of its worth."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_ESCAPES: Final = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?|[@-Z\\-_])"
)
_INVISIBLE: Final = {"Cc", "Cf", "Cs", "Co"}
_BLANK_LETTERS: Final = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Letters and marks that show nothing: joiners, fillers and variation selectors."""
_TRAILING: Final = re.compile(
    r"(?:\b(?:and|or|but|so|then|because|with|the|a|an|to|of|like|um+|uh+|er+)"
    r"|^(?:first|firstly|first of all|okay|so|well)|,|:|\.\.\.|…)$",
    re.IGNORECASE,
)
_THINKING: Final = re.compile(
    r"\b(?:(?:let me|i(?:'ll| will|'d)? (?:have|need) to) (?:think|see)"
    r"|(?:give me (?:a|one)|one|just a) (?:second|sec|moment|minute)"
    r"|hold on|hang on|thinking|bear with me|i(?:'| a)m not (?:done|finished))\b[\s.!…]*$",
    re.IGNORECASE,
)
_REFUSAL: Final = re.compile(
    r"^(?:no+|nope|nah|not yet|wait|never ?mind|don'?t|stay|keep going|carry on|go on|continue)\b", re.IGNORECASE
)
SHORT_WORDS: Final = 8
"""A turn of at most this many words can be a mere yes, no, skip or stop."""


def clean(text: str) -> str:
    """The candidate's words without escape sequences and invisible characters; line breaks and tabs stay.

    What is left is what gets stored, quoted and shown, so that nothing anybody types can steer a terminal
    or hide from a reader.
    """
    text = _BLANK_LETTERS.sub("", _ESCAPES.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    return "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in _INVISIBLE).strip()


def unfinished(text: str) -> bool:
    """Whether a turn breaks off ("first...", a trailing "and", "let me think"), so that its speaker wants room."""
    text = text.strip()
    return bool(_TRAILING.search(text) or (len(text.split()) <= SHORT_WORDS * 2 and _THINKING.search(text)))


def refuses(text: str) -> bool:
    """Whether a short turn says no to what the interviewer just proposed."""
    return len(text.split()) <= SHORT_WORDS and bool(_REFUSAL.match(text.strip()))
