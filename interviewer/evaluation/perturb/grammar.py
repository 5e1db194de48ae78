"""English as people speak it who learned it later: slips that leave the meaning as it is."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from interviewer.evaluation.perturb.lists import PRESENT, THIRD, UNCOUNTABLE, word_set
from interviewer.evaluation.perturb.text import Token, reworded

Rule = Callable[[Token, Token | None, Token | None], str | None]
"""Gives a word's new text from the word and its neighbours; None where the rule does not apply."""

_ARTICLES: Final = ("a", "an", "the")
_AFTER_ARTICLE: Final = word_set("few little lot bit number couple more less fewer better worse most least")
"""Words that mean something else without an article before them."""
_AFTER_NOUN: Final = word_set("in on about from to for and or is of with that")
_QUANTIFIERS: Final = word_set("many several multiple various these those")
_SUBJECTS: Final = word_set("i we they you")
_THIRD_PERSONS: Final = word_set("he she it")
_UNMARKED: Final = ("ss", "us", "is")


def article_dropped(token: Token, before: Token | None, after: Token | None) -> str | None:
    """Nothing, for an article; not after a negation, nor where it changes the meaning."""
    if token.text not in _ARTICLES or after is None or not after.core or after.word in _AFTER_ARTICLE:
        return None
    return None if before and before.kept else ""


def plural_dropped(token: Token, before: Token | None, after: Token | None) -> str | None:
    """A noun without its s where the word before it still tells the number."""
    word = token.word
    if before is None or before.word not in _QUANTIFIERS or not word.endswith("s") or word.endswith(_UNMARKED):
        return None
    return token.with_core(token.core[:-1]) if len(word) > 4 and not word.endswith("'s") else None


def counted(token: Token, _before: Token | None, after: Token | None) -> str | None:
    """`informations`, where no noun follows that it belongs to."""
    alone = after is None or token.ends or after.word in _AFTER_NOUN
    other = UNCOUNTABLE.get(token.word) if alone else None
    return other and token.with_core(other)


def untensed(token: Token, before: Token | None, after: Token | None) -> str | None:
    """The present for the past right after I, we, they; `it send` for `it sends`."""
    subject = before.word if before and not before.ends else ""
    if subject in _SUBJECTS and not (token.word == "used" and after and after.word == "to"):
        other = PRESENT.get(token.word)
    else:
        other = THIRD.get(token.word) if subject in _THIRD_PERSONS else None
    return other and token.with_core(other)


GRAMMAR: Final[tuple[Rule, ...]] = (
    article_dropped,
    plural_dropped,
    counted,
    untensed,
)
_SLIPS: Final = 0.8
"""The share of the places where a rule of grammar is missed."""


def second_language(text: str, rng: random.Random) -> str:
    """Common grammar of people who learned English later: articles, plurals, countable nouns, tenses."""

    def slip(token: Token, before: Token | None, after: Token | None) -> str | None:
        news = [new for rule in GRAMMAR if (new := rule(token, before, after)) is not None]
        return news[0] if news and rng.random() < _SLIPS else None

    return reworded(text, slip)
