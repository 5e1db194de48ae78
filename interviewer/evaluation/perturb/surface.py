"""How an answer is typed, heard or put: changes of form that leave what it says as it is."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from typing import Final

from interviewer.evaluation.perturb.lists import AMERICAN, BRITISH, HEARD, TYPED
from interviewer.evaluation.perturb.text import Token, joined, rebuilt, reworded, sentences, tokens

FILLERS: Final = ("um", "uh", "er", "erm", "you know", "basically", "let's see", "uh um")

_FILLED: Final = 0.15
"""The share of the places between plain words where a filler is put."""
_WORDS_A_SLIP: Final = 12
"""One word in so many is misheard or mistyped, and at least one where any can be."""
_REPEATED_WORDS: Final = 4
"""A shorter sentence is not worth repeating (words)."""
_RETURNING: Final = re.compile(
    r"\b(?:actually|sorry|scratch that|i mean|i meant|wait|take that back|correct myself|correction|forget|wrong)\b",
    re.IGNORECASE,
)
_DEPENDENT_START: Final = re.compile(
    r"^\W*(?:and|but|so|then|also|or|because|since|although|though|however|therefore|thus|hence|otherwise|instead"
    r"|next|finally|lastly|afterwards?|after|before|later|meanwhile|which|who|that|there|such|another|again|plus|as"
    r"|yes|yeah|no|well|ok|okay|in (?:this|that|addition|contrast|turn)|for (?:example|instance)|e\.g|i\.e|same"
    r"|similarly|likewise|only|even|still|once|when|if|to do|with that|\d)\b",
    re.IGNORECASE,
)
_REFERS_BACK: Final = re.compile(
    r"\b(?:it|its|it's|they|they're|them|their|theirs|this|these|those|he|she|him|her|his|former|latter|both|others?"
    r"|ones?|same|above|below|previous|said)\b",
    re.IGNORECASE,
)
_ORDERED: Final = re.compile(
    r"(?:^|[.!]\s+)\W*(?:(?:at |the )?first|second|third|firstly|secondly|to (?:start|begin)|step)\b"
    r"|^\s*\d+[.)]|->|→|=>",
    re.IGNORECASE | re.MULTILINE,
)


def fillers(text: str, rng: random.Random) -> str:
    """Sounds of thinking between plain words, at least one; never beside a negation, a number or code."""
    found = tokens(text)
    gaps = [i for i in range(1, len(found)) if not found[i - 1].kept and not found[i].kept and not found[i - 1].ends]
    gaps = [i for i in gaps if "\n" not in text[found[i - 1].start : found[i].start]]
    if not gaps:
        return text
    chosen = sorted(rng.sample(gaps, max(1, round(len(gaps) * _FILLED))), reverse=True)
    for place in chosen:
        start = found[place].start
        text = f"{text[:start]}{rng.choice(FILLERS)} {text[start:]}"
    return text


def lost_punctuation(text: str, _: random.Random) -> str:
    """No commas, full stops or capitals, as from speech recognition; question marks stay, for they carry meaning."""

    def bare(token: Token, _before: Token | None, _after: Token | None) -> str:
        text = token.text if "?" in token.text else token.text.rstrip(".,;:!…")
        return text.replace(token.core, token.core.lower(), 1) if token.core[1:].islower() else text

    return reworded(text, bare)


def _swapped(text: str, rng: random.Random, others: Mapping[str, str]) -> str:
    """The text with some words written in another way; the same text where none has another."""
    found = tokens(text)
    fit = [token.start for token in found if not token.kept and _spelled(token, others)]
    chosen = set(rng.sample(fit, min(len(fit), max(1, len(found) // _WORDS_A_SLIP))))
    return rebuilt(text, found, [(_spelled(one, others) if one.start in chosen else "") or one.text for one in found])


def _spelled(token: Token, others: Mapping[str, str]) -> str | None:
    # `color:` is a property, and no English.
    other = None if token.text.endswith(":") else others.get(token.word)
    return other and token.with_core(other)


def homophones(text: str, rng: random.Random) -> str:
    """Words that sound like those that were said."""
    return _swapped(text, rng, HEARD)


def spelling(text: str, _: random.Random) -> str:
    """American for British spelling; of a text without any, British for American."""
    american = _respelled(text, AMERICAN)
    return american if american != text else _respelled(text, BRITISH)


def _respelled(text: str, others: Mapping[str, str]) -> str:
    def respell(token: Token, before: Token | None, _after: Token | None) -> str | None:
        # A capital within a sentence is a name's: the Authorization header is spelt in one way only.
        starts = before is None or before.text[-1] in ".!?"
        return _spelled(token, others) if starts or token.core.islower() else None

    return reworded(text, respell)


def typos(text: str, rng: random.Random) -> str:
    """Slips of the fingers."""
    return _swapped(text, rng, TYPED)


def repetition(text: str, rng: random.Random) -> str:
    """One sentence said twice in a row; never a question, nor a text that takes something back."""
    found, gaps = sentences(text)
    worth = [i for i, one in enumerate(found) if len(one.split()) >= _REPEATED_WORDS and not one.endswith("?")]
    if not worth or _RETURNING.search(text):
        return text
    place = rng.choice(worth)
    gap = gaps[place] or ("\n" if found[place][-1] not in ".!" else " ")
    found.insert(place, found[place])
    gaps.insert(place, gap)
    return joined(found, gaps)


def sentence_order(text: str, rng: random.Random) -> str:
    """Sentences in another order, each with those after it that lean on it; only where none tells a sequence.

    A beginning that leans on the question stays where it is.
    """
    found, gaps = sentences(text)
    if _RETURNING.search(text) or _ORDERED.search(text) or "?" in text or "`" in text:
        return text
    blocks = _blocks(found)
    pinned = blocks[:1] if blocks and _leans(blocks[0][0]) else []
    free = blocks[len(pinned) :]
    apart = all(one[-1] in ".!" for one in found) or all("\n" in gap for gap in gaps[:-1])
    if len(free) < 2 or not apart:
        return text
    turned = rng.sample(free, len(free))
    if turned == free:
        turned = [*free[1:], free[0]]
    return joined([sentence for block in [*pinned, *turned] for sentence in block], gaps)


def _blocks(found: Sequence[str]) -> list[list[str]]:
    """Sentences, each with those that lean on it."""
    blocks: list[list[str]] = []
    for sentence in found:
        if blocks and _leans(sentence):
            blocks[-1].append(sentence)
        else:
            blocks.append([sentence])
    return blocks


def _leans(sentence: str) -> bool:
    """Whether a sentence may lean on the one before it."""
    return bool(_DEPENDENT_START.search(sentence) or _REFERS_BACK.search(sentence))
