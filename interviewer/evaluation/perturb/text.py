"""An answer's text cut into tokens and sentences, with what no rewording may touch."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from interviewer.evaluation.perturb.lists import word_set

_TOKEN: Final = re.compile(r"\S+")
_PLAIN: Final = re.compile(r"^[(\"'“‘]*(?P<core>[A-Za-z]+(?:['’-][A-Za-z]+)*)[)\"'”’]*[.,;!?:…]*[)\"'”’]*$")
_CODE_SPAN: Final = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_CODE_LINE: Final = re.compile(
    r"^[^\n]*(?:[{}=<>$|\\]|\(\)|;[ \t]*$)[^\n]*$"
    r"|^[ \t>$#-]*(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|SELECT|INSERT|UPDATE|CREATE|ALTER|curl|git|docker|kubectl"
    r"|npm|pip|sudo|const|def|import|from \w+ import)\b[^\n]*$",
    re.MULTILINE,
)
_SENTENCE_END: Final = re.compile(r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\betc\.)(?<!\bvs\.)(?<=[.!?])[ \t]+|\s*\n\s*")
_NEGATION: Final = re.compile(
    r"^(?:no|nope|not|never|none|nothing|nobody|nowhere|neither|nor|without|cannot|hardly|barely|rarely|seldom|except"
    r"|unless|instead|rather|isnt|dont|doesnt|cant|wont|didnt|wasnt|shouldnt|wouldnt|couldnt|arent|[a-z]+n['’]t)$",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(
    r"^(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred"
    r"|thousand|million|billion|once|twice|half|double|first|second|third)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text between white space; `core` is its word, or empty for whatever is no plain word."""

    text: str
    core: str
    start: int

    @property
    def word(self) -> str:
        """Its word in lower case with straight apostrophes; empty for what is no plain word."""
        return self.core.lower().replace("’", "'")

    @property
    def kept(self) -> bool:
        """Whether it must stay as it is: a negation, a number, code, a path, an address."""
        return not self.core or bool(_NEGATION.match(self.core) or _NUMBER.match(self.core))

    @property
    def ends(self) -> bool:
        """Whether punctuation follows its word."""
        return bool(self.core) and self.text[-1] in ".,;!?:…"

    def with_core(self, core: str) -> str:
        """Its text with another word, a capital first letter kept."""
        same_case = core[:1].upper() + core[1:] if self.core[:1].isupper() else core
        return self.text.replace(self.core, same_case, 1)


def tokens(text: str) -> list[Token]:
    """The tokens of a text in order; those in code have no word."""
    code = [match.span() for pattern in (_CODE_SPAN, _CODE_LINE) for match in pattern.finditer(text)]
    found = []
    for match in _TOKEN.finditer(text):
        plain = None if any(a < match.end() and match.start() < b for a, b in code) else _PLAIN.match(match[0])
        found.append(Token(match[0], plain["core"] if plain else "", match.start()))
    return found


def is_word(name: str) -> bool:
    """Whether a word may be written for another: no negation and no number."""
    return not _NEGATION.match(name) and not _NUMBER.match(name)


def rebuilt(text: str, found: Sequence[Token], texts: Sequence[str]) -> str:
    """The text with each token replaced; a token that became empty takes the white space after it along."""
    parts, place = [], 0
    for token, new in zip(found, texts, strict=True):
        parts += [text[place : token.start], new]
        place = token.start + len(token.text)
        if not new:
            place += len(text[place:]) - len(text[place:].lstrip(" \t"))
    return "".join([*parts, text[place:]])


def reworded(text: str, change: Callable[[Token, Token | None, Token | None], str | None]) -> str:
    """The text with tokens changed: `change` gets a token and its neighbours, and gives its new text or None.

    Negations, numbers, code, paths and addresses are never handed to it.
    """
    found = tokens(text)
    texts = []
    for place, token in enumerate(found):
        before = found[place - 1] if place else None
        after = found[place + 1] if place + 1 < len(found) else None
        new = None if token.kept else change(token, before, after)
        texts.append(token.text if new is None else new)
    return rebuilt(text, found, texts)


def sentences(text: str) -> tuple[list[str], list[str]]:
    """The sentences (or lines) of a text, and what stands after each; joined in turn they are the text."""
    if "```" in text:
        return [text], [""]
    found, gaps, place = [], [], 0
    for match in _SENTENCE_END.finditer(text):
        if text[place : match.start()].strip():
            found.append(text[place : match.start()])
            gaps.append(match[0])
            place = match.end()
    if text[place:]:
        found.append(text[place:])
        gaps.append("")
    return found, gaps


def joined(found: Sequence[str], gaps: Sequence[str]) -> str:
    """Sentences and what stands after each, put together again."""
    return "".join(part for pair in zip(found, gaps, strict=True) for part in pair)


_LOWERED: Final = word_set(
    """the a an to it its it's this that that's there's these those they there you we he she your our their my when if
    in on at for with each every both all some most one use using as by after before first then so and but because"""
)


def lowered(sentence: str) -> str:
    """A sentence to stand after a comma: a first word that is surely no name loses its capital."""
    first = sentence.split(maxsplit=1)[0] if sentence.split() else ""
    return sentence[:1].lower() + sentence[1:] if first.lower() in _LOWERED else sentence


def capital(sentence: str) -> str:
    """Words made a sentence: a capital letter unless they start with code, a full stop where they have no end."""
    sentence = sentence.strip()
    first = tokens(sentence)[0] if sentence else None
    whole = sentence[:1].upper() + sentence[1:] if first and first.core else sentence
    return whole if whole[-1:] in ".!?" else whole.rstrip(",;:") + "."


def followed(text: str, more: str) -> str:
    """A text with another sentence after it: on the same line where the text ends like one, else on the next."""
    text = text.rstrip()
    return f"{text} {more}" if text[-1:] in ".!?" else f"{text}\n{more}"
