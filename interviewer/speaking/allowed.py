"""What a model may say in the interviewer's name: a sentence is refused unless nothing speaks against it.

A model reads the candidate's words, and so has to be taken for somebody whom the candidate may have talked round. It
is therefore held to a small part: short plain English about what was said, with no question, verdict, help, promise
or persona in it, and in no words but everyday ones, those of the question and those of the conversation. A sentence
that is refused without need costs little, because an author's line stands in for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from interviewer.core.events import Mode
from interviewer.speaking.refused import CONTRADICTIONS, FORBIDDEN, INSTRUCTIONS, SET_PHRASES, VERDICTS
from interviewer.speaking.sentences import LONGEST
from interviewer.speaking.vocabulary import COMMON, LITTLE, stem, words

MOST_SENTENCES: Final = 2
PARROTED: Final = 7
"""So many of the candidate's words in a row are said after them, and not in reaction to them."""

_LITTLE_SHARE: Final = 0.3
"""English has at least so large a share of little words; lists, codes and other languages have not."""

_PLAIN_FORM: Final = re.compile(r"[\"'“‘]?[A-Za-z][A-Za-z0-9 ,.'’‘\"“”–—\-:;()…!/&+]*[.!…][\"'”’)]*")
_DIGIT: Final = r"(?:oh|zero|one|two|three|four|five|six|seven|eight|nine|hundred)"
_CODE: Final = re.compile(
    r"\w\(|\(\)|//|;\W*$|--|\+\+|&\w|\bwww\b|\w\.(?:com|org|net|io|dev|ai)\b|[a-z][A-Z]|[A-Za-z]{21}|\b[A-Z]+ /"
)
_SPELLED: Final = re.compile(rf"\b[a-z](?:\W+[a-z]\b){{2,}}|\b{_DIGIT}(?:\W+{_DIGIT}\b)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What holds for a reaction to one answer; words are given as stems."""

    mode: Mode
    pleased: bool
    """Whether the last answer made a point and denied none: then, in practice, a kind word is in place."""
    known: frozenset[str]
    """The words of the question, and of what was said and understood."""
    telling: frozenset[str]
    """Words of points still open that the interviewer has not said anyway."""
    theirs: frozenset[str]
    """The words that the candidate has brought up."""
    last: str
    """The candidate's last answer."""
    leaks: Callable[[str], bool]
    """Whether a text would earn a point that is still open."""


def instructs(text: str) -> bool:
    """Whether an answer seems to tell the interviewer what to be or to say; a model is then better left unasked."""
    return bool(INSTRUCTIONS.search(" ".join(text.split())))


def refusal(sentence: str, before: Sequence[str], limits: Limits) -> str:
    """Why a sentence must not be said after the ones `before` it; empty where it may."""
    for check in (_form, _content, _verdict, _words):
        reason = check(sentence, before, limits)
        if reason:
            return reason
    return "it gives an open point away" if limits.leaks(" ".join((*before, sentence))) else ""


def _form(sentence: str, before: Sequence[str], limits: Limits) -> str:
    if len(before) >= MOST_SENTENCES:
        return "it is one sentence too many"
    if len(sentence) > LONGEST:
        return "it is too long"
    if not _PLAIN_FORM.fullmatch(sentence):
        return "it is no plain sentence"
    if _CODE.search(sentence) or _SPELLED.search(sentence):
        return "it holds code, or spells something out"
    return "it only repeats the candidate" if _parrots(sentence, limits.last) else ""


def _content(sentence: str, before: Sequence[str], limits: Limits) -> str:
    plain = sentence.replace("’", "'")
    return next((reason for reason, pattern in FORBIDDEN if pattern.search(plain)), "")


def _verdict(sentence: str, before: Sequence[str], limits: Limits) -> str:
    rest = SET_PHRASES.sub(" ", sentence.replace("’", "'"))
    if CONTRADICTIONS.search(rest):
        return "it contradicts"
    if not VERDICTS.search(rest):
        return ""
    if limits.mode is not Mode.PRACTICE or not limits.pleased:
        return "it gives a verdict"
    return "its verdict is about an open point" if limits.telling & _stems(sentence) else ""


def _words(sentence: str, before: Sequence[str], limits: Limits) -> str:
    said = [stem(word) for word in words(sentence)]
    if any(one in limits.telling - limits.theirs for one in said):
        return "it names what an open point is about"
    if any(one not in LITTLE and one not in COMMON and one not in limits.known for one in said):
        return "it uses words from elsewhere"
    little = sum(one in LITTLE for one in said)
    short = len(said) <= 3 and all(one in LITTLE or one in COMMON for one in said)
    return "" if short or little >= _LITTLE_SHARE * len(said) else "it is no English sentence"


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text))


def _parrots(sentence: str, last: str) -> bool:
    """Whether the sentence holds a long run of the candidate's own words."""
    mine, theirs = words(sentence), f" {' '.join(words(last))} "
    runs = (mine[start : start + PARROTED] for start in range(len(mine) - PARROTED + 1))
    return any(f" {' '.join(run)} " in theirs for run in runs)
