"""What an answer says: evidence added from another answer, taken back afterwards, or denied where it stood."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from typing import Final

from interviewer.core.events import Who
from interviewer.evaluation.cases import Case
from interviewer.evaluation.perturb.kinds import Changed, Material, rewritten, rewritten_last
from interviewer.evaluation.perturb.text import capital, followed, joined, lowered, sentences, tokens

RETRACTIONS: Final = (
    'Actually, forget what I said about that: "{quote}" is wrong.',
    "Wait, I take that back: {quote}, that is not the case.",
    "Sorry, I was wrong when I said {quote}. That is not right.",
    'Let me correct myself: when I said "{quote}", that was a mistake. It is not so.',
)
DENIALS: Final = (
    "It's not true that {sentence}.",
    "It is not the case that {sentence}.",
    "I don't believe that {sentence}.",
    "It is wrong to say that {sentence}.",
)
UNDOINGS: Final = (
    "I would not {rest}.",
    "I'd never {rest}.",
    "It would be a mistake to {rest}.",
)
"""Denials of what somebody would do."""
_QUOTED_WORDS: Final = 40
"""A longer quote is not said again in one breath (words)."""
_DENIED_WORDS: Final = 30
"""A longer sentence is not one claim that can be denied (words)."""
_QUOTED_SHARE: Final = 0.5
"""Of a sentence's words so many must show the point: else the sentence says more than what is denied."""
_SAID_AGAIN: Final = 0.5
"""A sentence that holds so large a share of a quote's longer words may say the same once more."""
_LONG_WORD: Final = 4
_OPENER: Final = re.compile(
    r"^(?:(?:and|or|so|also|then|next|plus|basically|obviously|well|okay|ok|um|uh"
    r"|i (?:think|believe|guess|would say)(?: that)?)\b[,\s]+)+",
    re.IGNORECASE,
)
_PLAN: Final = re.compile(
    r"^(?:(?:first(?: of all)?|then|next|after that),? )?(?:i|we)(?:['’](?:d|ll)| would| will) "
    r"(?:(?:first|also|then|probably) )*"
    r"(?P<rest>(?!like|rather|be |have ).+)$",
    re.IGNORECASE | re.DOTALL,
)
_UNDENIABLE: Final = re.compile(
    r"`|\n|->|→|=>|^\s*[\d*•-]"
    r"|^\W*(?:yes|or|because|which|actually|sorry|wait|use|add|let's|let me|to|something|for example|e\.g)\b"
    r"|\b(?:not|no|never|cannot|instead of|rather than|wrong|but|so|because|since)\b|n['’]t\b|\?\s*$",
    re.IGNORECASE,
)
"""What is no plain statement: denying a denial, a contrast or a reason would leave open what is said."""


def added(material: Material, rng: random.Random) -> Changed | None:
    """What another candidate said for a point that this answer lacks, said here as well."""
    offers = [
        (name, quote)
        for donor in material.donors
        for name, quote in Material(donor.case, material.question, donor.second).shown().items()
        if material.lacks(name) and "```" not in quote
    ]
    if not offers or not material.answers:
        return None
    target, quote = rng.choice(offers)
    case = rewritten_last(material.case, lambda text: followed(text, capital(_OPENER.sub("", quote))))
    return Changed(case, (target,)) if case else None


def retracted(material: Material, rng: random.Random) -> Changed | None:
    """One claim taken back at the end, in its own words."""
    fit = {name: quote for name, quote in material.shown().items() if _one_breath(quote)}
    if not fit:
        return None
    target = rng.choice(list(fit))
    quote = lowered(_OPENER.sub("", fit[target].strip()).rstrip(".,;:!"))
    line = rng.choice(RETRACTIONS).format(quote=quote)
    case = rewritten_last(material.case, lambda text: followed(text, line))
    return Changed(case, (target,)) if case else None


def _one_breath(quote: str) -> bool:
    return "\n" not in quote.strip() and len(quote.split()) <= _QUOTED_WORDS


def negated(material: Material, rng: random.Random) -> Changed | None:
    """The one sentence that shows a point, turned into its denial."""
    shown = material.shown()
    fit = [(name, place) for name in shown if (place := _deniable(material.case, shown, name)) is not None]
    if not fit:
        return None
    target, sentence = rng.choice(fit)
    line = _denied(_OPENER.sub("", sentence).rstrip(".! "), rng)
    case = rewritten(material.case, lambda text: _exchanged(text, sentence, line))
    return Changed(case, (target,)) if case else None


def _denied(claim: str, rng: random.Random) -> str:
    plan = _PLAN.match(claim)
    if plan:
        return rng.choice(UNDOINGS).format(rest=plan["rest"])
    return rng.choice(DENIALS).format(sentence=lowered(claim))


def _exchanged(text: str, sentence: str, line: str) -> str:
    found, gaps = sentences(text)
    return joined([line if one == sentence else one for one in found], gaps)


def _deniable(case: Case, shown: Mapping[str, str], target: str) -> str | None:
    """The sentence that shows a point, if it shows no other, and no other sentence may show the point too."""
    said = [one for turn in case.said() if turn.who is Who.CANDIDATE for one in sentences(turn.text)[0]]
    holding = [one for one in said if shown[target].strip() in one]
    if len(holding) != 1:
        return None
    sentence = holding[0]
    others = [quote for name, quote in shown.items() if name != target]
    words = len(sentence.split())
    whole = len(shown[target].split()) >= _QUOTED_SHARE * words
    fits = whole and words <= _DENIED_WORDS and _starts_as_claim(sentence)
    alone = not any(quote.strip() in sentence or sentence in quote for quote in others)
    again = any(_says(one, shown[target]) for one in said if one != sentence)
    return sentence if fits and alone and not again else None


def _starts_as_claim(sentence: str) -> bool:
    claim = _OPENER.sub("", sentence)
    found = tokens(claim)
    return not _UNDENIABLE.search(claim) and bool(found and found[0].core)


def _says(sentence: str, quote: str) -> bool:
    wanted = {token.word for token in tokens(quote) if len(token.word) >= _LONG_WORD}
    held = wanted & {token.word for token in tokens(sentence)}
    return len(held) >= _SAID_AGAIN * len(wanted)
