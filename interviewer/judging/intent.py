"""What a turn wants of the conversation, and which known fact answers a clarifying question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from interviewer.core.errors import ModelFileError
from interviewer.core.events import MoveKind
from interviewer.core.findings import Intent, Reading
from interviewer.core.ports import IntentContext
from interviewer.core.scenario import Clarification
from interviewer.core.state import Turn
from interviewer.judging.addressing import split
from interviewer.judging.embedded import default_encoder
from interviewer.judging.encoder import FOLDER, REMEDY, Encoder, unit_length
from interviewer.judging.head import LinearHead, read_json
from interviewer.judging.segments import units_of

HEAD: Final = "intent.json"
_READ_CHARS: Final = 600
"""A longer turn is an answer, whatever else it holds (characters)."""

_ADDRESS_CHARS: Final = 4000
"""So much of a turn (characters) is looked through for words to whoever judges."""

_MAY_ADDRESS: Final = (Intent.ANSWER, Intent.CLARIFY, Intent.HINT_REQUEST, Intent.REPEAT)
"""What words to whoever judges are read as by their manner alone."""

_FILLER: Final = re.compile(r"(?:u+h+m*|u+m+|e+r+m*|h+m+|m+h*m*|a+h+|o+h+)?")
"""A sound of thinking, or what is left of a dash."""

_FACT_FROM: Final = 0.5
"""A question this close (cosine) to a way of asking for a fact asks for it."""

_YES: Final = re.compile(
    r"(?:yes|yeah|yep|yup|ya|sure|ok|okay|please(?: do)?|go ahead|do it|correct|definitely|absolutely|i do|i'm sure)\b"
    r"(?!.*\b(?:but|not?|hint|wait|try)\b)",
    re.IGNORECASE,
)
_LITERAL: Final = re.compile(
    r"(?:get|post|put|patch|delete|head|options|tcp|udp|dns|https?|json|\d{3}|/\S*|\S+/\S+|[({\[<]\S*)", re.IGNORECASE
)
"""A word that is a thing of the trade; a turn of such words alone is an answer."""
_YES_WORDS: Final = 5
"""A longer turn (words) says more than yes."""

_CONFIRMED: Final = {MoveKind.CONFIRM_SKIP: Intent.SKIP, MoveKind.CONFIRM_END: Intent.END}
_AFTER: Final = (MoveKind.PROBE, MoveKind.HINT, MoveKind.CONFIRM_SKIP, MoveKind.CONFIRM_END)

_SIGNS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:where (?:should|do|would|can) i (?:start|begin)|get me (?:started|going)|get (?:started|going)|"
        r"(?:am i|i am|i'm|did i|i've|what'?s|is) (?:missing|miss|missed|forget|forgot|forgetting)|keyword|"
        r"something to (?:go|work|hold|build) on|(?:first|next) step|to start with|further)\b",
        r"\b(?:sound|audio|line|connection|mic|microphone|headset|noise|noisy|loud|louder|quiet|hear|heard|listening|"
        r"come again|excuse me|cut (?:out|off)|lost you|drop(?:ped|s)? out|breaking up|freez(?:e|ing)|froze|muted?)\b",
        r"\b(?:bye|goodbye|leave|leaving|quit|terminate|appointment|hang up|thanks|thank you|log off|go now|"
        r"(?:don'?t|do not|not) (?:want to |wish to )?(?:go(?:ing)? on|continue|carry on))\b",
        r"\b(?:reword|another way|explain (?:the|your) question|(?:understand|follow|get) (?:the|your|what|you)|"
        r"you'?re after|unclear|not clear|vague|what you mean|make of (?:the|that) question|asking (?:for|about|me))\b",
        r"\b(?:jump|drop this|let'?s go|continue with|sit this|instead|something else|some other|new topic|following|"
        r"leave it|proceed|ahead|rather not)\b",
        r"\b(?:i think|i guess|i'd say|i suppose|maybe|probably|perhaps|must be|could it be|would it be|is it that|"
        r"is it maybe|is it because|so it'?s|the answer)\b",
        r"\b(?:you (?:a|an|real|built|made|recording|like)|company|office|team lunch|weather|raining|dog|cat|kids?|"
        r"door|song|music|game|favou?rite|feedback|candidates|from home|contract|offer|visa|elections?|food|hungry)\b",
        r"\b(?:a|any|another|more|some|the|bigger|little|give me|need|want|have) (?:\w+ ){0,2}(?:hints?|clue"
        r"s?|nudge|pointers?|tip|"
        r"push|lead)\b|\bhint\b|\bhelp(?: me| out)?\b|\b(?:right|wrong) (?:track|direction)\b|\bpoint me\b|\bs"
        r"teer me\b",
        r"\b(?:repeat|again|once more|one more time|say that|slower|(?:didn'?t|did not|couldn'?t|didnt) (?:qui"
        r"te )?(?:hear|"
        r"catch|get (?:that|it|the question))|pardon|broke up|what was (?:that|it|the question|your question)|"
        r"missed (?:that|the question|it)|(?:forgot|forgotten|lost) the question)\b",
        r"\b(?:rephrase|other words|differently)\b",
        r"\b(?:skip|pass|move on|moving on|go on (?:with|to)|next (?:one|question|please)|different (?:one|question)|"
        r"something different|another question|come back|leave (?:it|that|this))\b|^\W*next\W*$",
        r"\b(?:stop|end|quit|exit|finish(?:ed)?|done|wrap (?:it |this |things )?up|call it (?:a day|quits)|close the|"
        r"have to go|need to go|gotta go|whole thing|that was all|enough (?:for|of))\b",
        r"\b(?:interview|session|call|here|today)\b",
        r"\b(?:(?:don'?t|do not|didn'?t|dunno|no|dont) (?:really |even |honestly )?(?:know|idea|clue|remember"
        r"|recall)|"
        r"no idea|no clue|not sure|stuck|blank|blackout|forgotten|forgot|never (?:heard|done|used|worked|seen)"
        r"|not my area|"
        r"unable|not able|dunno|beats me|nothing comes|still nothing|give up|tip of my tongue|ring a bell|ring"
        r"s no bell|"
        r"can'?t (?:answer|say|think|get it|remember|come up)|couldn'?t (?:tell|say)|all i know|lost|only ever|"
        r"didn'?t cover|haven'?t (?:done|used|worked|learned))\b",
        r"\b(?:job|salary|pay|paid|parking|joke|restaurant|weather|holidays?|record(?:ing|ed)|robot|human|lunc"
        r"h|coffee|"
        r"weekend|your name|chatgpt|start working|hire|hired|hiring|working hours|remote|how did i do|football"
        r"|movie)\b",
        r"\?\s*$",
        r"^\W*(?:(?:so|and|but|wait|ok|okay|sorry|um|just)\b\W*)*(?:what|whats|which|how|who|when|where|is|are"
        r"|do|does|did|"
        r"can|could|should|may|am|would|will)\b",
        r"\b(?:do you mean|you mean|meant by|assume|clarify|should i|am i|can i|may i|do i|are we|is there|are there|"
        r"do we|how many|how much|how big|are you (?:asking|referring)|referring to|just (?:to check|so i)|do "
        r"you want|"
        r"you want|is it (?:about|for|ok|allowed)|allowed to)\b",
        r"^\W*(?:yes|yeah|yep|yup|sure|ok|okay|please do|go ahead|correct|right|definitely)\b",
        r"^\W*(?:no|nope|nah|not yet|wait|don'?t|hold on)\b",
        r"\b(?:because|so that|then|means|would|uses?|it's|you'd|i'd|they|into)\b",
        r"\b(?:one sec|a sec|second|minute|moment|let me (?:think|see)|thinking|hold on|hang on)\b",
    )
)

_EMBEDDED_WEIGHT, _LOWER_WEIGHT = 4.0, 8.0
"""How much the embedding, and the mean row of the lower layers, weigh beside the signs."""


def signs_of(text: str, after: MoveKind) -> npt.NDArray[np.float64]:
    """What the words alone tell: signs of each intent, length, and what was asked before."""
    words = len(text.split())
    hits = [float(bool(sign.search(text))) for sign in _SIGNS]
    short = float(words <= 8)
    asked = [float(after is one) for one in _AFTER]
    crossed = [hit * one for hit in hits[-4:-2] for one in asked[-2:]]
    return np.array([*hits, *(hit * short for hit in hits), *crossed, *asked, short, float(np.log1p(words))])


def row_of(encoder: Encoder, text: str, after: MoveKind) -> npt.NDArray[np.float64]:
    """The intent head's input: the turn's embedding, what the lower layers make of it (its manner), then its signs."""
    encoded = encoder.encode(text)
    lower = unit_length(encoded.paired[:, : encoded.vectors.shape[1]].astype(np.float32).mean(axis=0))
    embedded = encoded.pooled().astype(float) * _EMBEDDED_WEIGHT
    return np.concatenate([embedded, lower.astype(float) * _LOWER_WEIGHT, signs_of(text, after)])


class EmbeddedIntentReader:
    """Reads intent with the judge's encoder and a linear head of its own."""

    def __init__(self, encoder: Encoder | None = None, *, folder: Path = FOLDER) -> None:
        self._encoder = encoder or default_encoder()
        self._folder = folder

    @cached_property
    def _head(self) -> LinearHead:
        try:
            return LinearHead.of(read_json(self._folder, HEAD)[0])
        except (KeyError, TypeError, ValueError) as error:
            raise ModelFileError(f"The embedded judge's file {HEAD} in {self._folder} is no head.", REMEDY) from error

    def check(self) -> None:
        """Make sure that the head can be used; raises ModelFileError."""
        _ = self._head

    def read(self, turn: Turn, context: IntentContext) -> Reading:
        """Intent of a candidate's turn; a clarifying question comes with the fact that answers it, if one does."""
        text = " ".join(turn.text.split())
        if not any(char.isalnum() for char in text):
            return Reading(intent=Intent.ANSWER)
        if all(_FILLER.fullmatch(word.strip(".,;?!…-").casefold()) for word in text.split()):
            return Reading(intent=Intent.STUCK)
        if len(text) > _READ_CHARS:
            return Reading(intent=Intent.OFF_TOPIC if self._only_addresses(turn.text) else Intent.ANSWER)
        if all(_LITERAL.fullmatch(word.strip(".,;?!")) for word in text.split()):
            return Reading(intent=Intent.ANSWER)
        if len(text.split()) <= _YES_WORDS and _YES.match(text):
            if context.after in _CONFIRMED:
                return Reading(intent=_CONFIRMED[context.after])
            if _YES.fullmatch(text.rstrip(".!")):
                return Reading(intent=Intent.ANSWER)
        shares = self._head.probabilities(row_of(self._encoder, text, context.after))
        intent = Intent(max(shares, key=lambda name: shares[name]))
        if intent in _MAY_ADDRESS and self._only_addresses(turn.text):
            return Reading(intent=Intent.OFF_TOPIC)
        fact = self._fact(text, context.facts) if intent in (Intent.CLARIFY, Intent.OFF_TOPIC) else None
        return Reading(intent=Intent.CLARIFY if fact is not None else intent, fact=fact)

    def _only_addresses(self, text: str) -> bool:
        """Whether all of a turn speaks to whoever judges."""
        read = text[:_ADDRESS_CHARS]
        kept, addressed = split(self._encoder, units_of(read, 0), read)
        return addressed and not kept

    def _fact(self, text: str, facts: Sequence[Clarification]) -> int | None:
        """The index of the fact that the turn asks for; None where nothing known is near."""
        asked = [part for part in re.split(r"(?<=[.?!])\s+", text) if part.strip()]
        said = unit_length(self._encoder.embed([*asked, text]))
        near = [float((said @ self._encoder.embed(fact.asked).T).max()) for fact in facts]
        best = int(np.argmax(near)) if near else -1
        return best if best >= 0 and near[best] >= _FACT_FROM else None
