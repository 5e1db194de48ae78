"""Words that carry content, their plain stems, and the words that deny."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Final

from interviewer.judging.lists import word_set

STOP: Final = word_set(
    """a an the and or but if then so as of at by for from in into on onto to up out off over under with without within
    is are was were be been being am do does did done doing have has had having it its it's he she they them their
    theirs his her him we us our you your yours i me my mine myself this that these those there here what which who
    whom whose when where why how all any both each few more most other some such only own same than too very can
    will just should would could may might must shall about again also because while during before after between
    through against once not no nor don't doesn't didn't isn't aren't wasn't weren't won't wouldn't can't cannot
    couldn't shouldn't i'm i've i'd i'll you're you've we're we've they're they've that's there's what's let's s t
    re ve ll d say says said like gets got go goes going one thing things something anything way make makes made
    use used uses using need needs want wants let"""
)

DENIALS: Final = word_set(
    """not no never nothing none nobody nowhere neither nor cannot can't don't doesn't didn't isn't aren't wasn't
    weren't won't wouldn't couldn't shouldn't haven't hasn't hadn't without needn't mustn't dont doesnt didnt isnt
    arent wasnt wont wouldnt cant couldnt shouldnt useless unnecessary pointless irrelevant myth wrong false
    unneeded"""
)

_TERM: Final = re.compile(r"[a-z0-9/_#+²-]*[a-z0-9²/][a-z0-9/_#+²-]*|[^\W\d_]+", re.IGNORECASE)
_SUFFIXES: Final = (
    "ational",
    "ization",
    "ations",
    "ation",
    "ingly",
    "ments",
    "ment",
    "ness",
    "ings",
    "ing",
    "ies",
    "ied",
    "ers",
    "ed",
    "er",
    "es",
    "ly",
    "s",
    "e",
)
_SHORTEST: Final = 3


def stem(word: str) -> str:
    """A crude stem, good enough to bring "resolves", "resolved" and "resolver" together."""
    if any(char.isdigit() for char in word):
        return word
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST:
            word = word[: -len(suffix)]
            break
    if len(word) > _SHORTEST and word[-1] == word[-2]:
        word = word[:-1]
    return word[:-1] + "i" if word.endswith("y") and len(word) > _SHORTEST else word


def content(words: Iterable[str]) -> list[str]:
    """The stems of the content words, in order."""
    return [
        stem(part)
        for word in words
        for part in _TERM.findall(word.removesuffix("'s").casefold())
        if word not in STOP and part not in STOP and (len(part) > 1 or part.isdigit())
    ]


_BEFORE: Final = 4
_AFTER: Final = 3


def denied_words(words: Sequence[str], breaks: Sequence[bool]) -> list[bool]:
    """For each word whether a word that denies stands near it in its clause; `breaks`: a clause begins here."""
    clause = list(accumulate(int(one) for one in breaks))
    marks = [i for i, word in enumerate(words) if word in DENIALS]
    return [
        any(mark - _AFTER <= i <= mark + _BEFORE and clause[mark] == clause[i] for mark in marks)
        for i in range(len(words))
    ]


def denials(words: Iterable[str]) -> int:
    """How many of the words deny."""
    return sum(word in DENIALS for word in words)
