"""Lists of words and phrases, written as running text so that they stay readable."""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


def phrase_set(text: str) -> frozenset[tuple[str, ...]]:
    """The phrases of a text, which bars separate, each as its words."""
    return frozenset(tuple(phrase.split()) for phrase in text.split("|"))
