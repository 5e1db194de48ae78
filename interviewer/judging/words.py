"""A turn's words with their exact places, normalised for matching only: evidence is always cut from the original.

Speech and typing are brought to one form ("slash users" -> "/users", "four oh four" -> "404", "sin ack" -> "syn ack",
"d n s" -> "dns"), and what must not move a verdict (fillers, hedges, politeness) is dropped.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from interviewer.judging.lists import phrase_set, word_set


class Break(IntEnum):
    """What stands before a word."""

    NONE = 0
    CLAUSE = 1
    SENTENCE = 2


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its normalised text, and where the original begins and ends in the turn (end exclusive)."""

    text: str
    start: int
    end: int
    before: Break = Break.NONE
    asked: bool = False


_ARROW = r"(?:-+>|=+>|<-+|→|⇒|⟶|➜)"
_CHUNK: Final = re.compile(
    rf"(?P<hard>{_ARROW}|[\r\n]+)|(?P<word>(?<!\S)\(?\d{{1,2}}[.)](?!\S)|(?:(?!{_ARROW})[^\s()])+)|[()]+"
)
_BULLET: Final = re.compile(r"^(?:[-*•·–—+]|\(?\d{1,2}[.)])$")
_EDGE: Final = "\"'“”‘’«»`()[]{},;:!?.*_~…<>=|"
_HARD_END: Final = re.compile(r"[.!?;…][\"'”’)\]]*$")
_SOFT_END: Final = re.compile(r"[,:)\]][\"'”’]*$")
_QUOTES: Final = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "})

_JOINS: Final = word_set(
    """and but so then which because since while whereas unless otherwise instead therefore plus"""
)

_DIGITS: Final = {
    word: str(value)
    for value, word in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])
} | {"oh": "0", "o": "0"}
_DOUBLE: Final = {"double": 2, "triple": 3}

_HEARD: Final[dict[tuple[str, ...], str]] = {
    ("sin", "ack"): "syn ack",
    ("sin", "sin", "ack", "ack"): "syn syn ack ack",
    ("sin", "ac"): "syn ack",
    ("sink", "ack"): "syn ack",
    ("tea", "else"): "tls",
    ("tea", "l", "s"): "tls",
    ("tea", "sea", "p"): "tcp",
    ("t", "see", "p"): "tcp",
    ("see", "dee", "en"): "cdn",
    ("sea", "d", "n"): "cdn",
    ("see", "s", "s"): "css",
    ("sea", "s", "s"): "css",
    ("my", "sequel"): "mysql",
    ("no", "sequel"): "nosql",
    ("post", "gress"): "postgres",
    ("jay", "son"): "json",
    ("j", "son"): "json",
    ("a", "p", "i"): "api",
    ("hash", "map"): "hashmap",
    ("o", "auth"): "oauth",
    ("cash", "ing"): "caching",
    ("u", "r", "l"): "url",
    ("end", "point"): "endpoint",
    ("end", "points"): "endpoints",
    ("data", "base"): "database",
    ("data", "bases"): "databases",
    ("time", "out"): "timeout",
    ("time", "outs"): "timeouts",
    ("back", "end"): "backend",
    ("front", "end"): "frontend",
    ("state", "less"): "stateless",
    ("web", "socket"): "websocket",
    ("web", "sockets"): "websockets",
    ("engine", "x"): "nginx",
    ("read", "us"): "redis",
    ("sequel", "lite"): "sqlite",
    ("get", "hub"): "github",
    ("cooper", "netties"): "kubernetes",
    ("idem", "potent"): "idempotent",
    ("a", "sync"): "async",
    ("rest", "full"): "restful",
}
_ENDINGS: Final = word_set("com org net io dev js ts py md json yaml yml csv txt env html css xml toml")
"""What a spoken "dot" can stand before."""
_ONE: Final = {
    "jason": "json",
    "sequel": "sql",
    "cashing": "caching",
    "cashed": "cached",
    "dee-en-es": "dns",
    "demon": "daemon",
    "demons": "daemons",
}

_EMPTY: Final = word_set(
    """um uh uhm er erm hmm hm mm mhm ah oh ok okay yeah yep well basically actually honestly literally obviously
    probably maybe perhaps presumably possibly somehow please sorry thanks anyway alright right"""
)
_HEDGES: Final = phrase_set(
    """i would say that | i would say | i'd say | i would guess | i'd guess | i would assume | i'd assume | i think
    that | i think | i believe that | i believe | i guess | i suppose | i assume | i reckon | i mean | i am not sure
    but | i'm not sure but | i'm not sure | i am not sure | not totally certain | not entirely sure | not completely
    sure | not sure | i'm guessing | i am guessing | i could be wrong but | i could be wrong | i might be wrong but
    | i might be wrong | correct me if i'm wrong but | correct me if i'm wrong | if i remember correctly | if i
    remember right | if i'm not mistaken | as far as i know | as far as i remember | to be honest | let me think |
    let me see | you know | sort of | kind of | kinda | sorta | or something like that | or something | or whatever
    | and so on | and stuff | thank you | good question | bear with me | don't quote me on that | in my opinion | it
    might be that | it could be that"""
)
_LONGEST: Final = max(len(phrase) for phrase in _HEDGES)


@dataclass(frozen=True, slots=True)
class _Chunk:
    text: str
    start: int
    end: int
    before: Break
    asked: bool


def _chunks(text: str) -> Iterator[_Chunk]:
    """The runs without white space, trimmed of punctuation, with what stands before each."""
    before = Break.SENTENCE
    for match in _CHUNK.finditer(text):
        raw = match.group()
        if match.lastgroup != "word" or _BULLET.match(raw):
            listed = match.lastgroup == "hard" or raw in "*•·" or (raw[0] not in "()" and before is Break.SENTENCE)
            before = Break.SENTENCE if listed else max(before, Break.CLAUSE)
            continue
        lead = len(raw) - len(raw.lstrip(_EDGE))
        core = raw.strip(_EDGE)
        if core:
            start = match.start() + lead
            yield _Chunk(core, start, start + len(core), before, "?" in raw[lead + len(core) :])
            before = Break.NONE
        if _HARD_END.search(raw):
            before = Break.SENTENCE
        elif _SOFT_END.search(raw) or not core:
            before = max(before, Break.CLAUSE)


def _folded(text: str) -> str:
    """A word's plain form: compatible characters, no controls, lower case."""
    plain = unicodedata.normalize("NFKC", text.translate(_QUOTES)).translate(_QUOTES)
    kept = "".join(char for char in plain if unicodedata.category(char) not in ("Cc", "Cf", "Co", "Cs"))
    return kept.casefold()


def _spoken_number(tokens: Sequence[str], at: int) -> tuple[str, int]:
    """Digits spoken one by one from `at` ("four oh four"): the number and how many words it took, else ("", 0)."""
    digits, used = "", 0
    while at + used < len(tokens):
        token = tokens[at + used]
        following = tokens[at + used + 1] if at + used + 1 < len(tokens) else ""
        if token in _DOUBLE and following in _DIGITS and digits:
            digits, used = digits + _DIGITS[following] * _DOUBLE[token], used + 2
        elif token in _DIGITS and (digits or token not in ("oh", "o")):
            digits, used = digits + _DIGITS[token], used + 1
        else:
            break
    return (digits, used) if len(digits) >= 3 else ("", 0)


def _merge(tokens: Sequence[str], at: int) -> tuple[str, int]:
    """The normalised text of the words from `at` that are one thing, and how many they are (at least 1)."""
    for size in (4, 3, 2):
        heard = _HEARD.get(tuple(tokens[at : at + size]))
        if heard is not None:
            return heard, size
    number, used = _spoken_number(tokens, at)
    if used:
        return number, used
    following = tokens[at + 1] if at + 1 < len(tokens) else ""
    if tokens[at] in _DIGITS and following == "hundred" and tokens[at] != "zero":
        return _DIGITS[tokens[at]] + "00", 2
    if tokens[at] == "slash" and following:
        return "/" + following, 2
    if tokens[at] == "dot" and _ONE.get(following, following) in _ENDINGS:
        return "." + _ONE.get(following, following), 2
    letters = 0
    while at + letters < len(tokens) and re.fullmatch(r"[a-z]\.?", tokens[at + letters]):
        letters += 1
    if letters >= 2:
        return "".join(token[0] for token in tokens[at : at + letters]), letters
    return _ONE.get(tokens[at], tokens[at]), 1


def _hedge(tokens: Sequence[str], at: int) -> int:
    """How many words from `at` are a filler or a hedge."""
    for size in range(min(_LONGEST, len(tokens) - at), 1, -1):
        if tuple(tokens[at : at + size]) in _HEDGES:
            return size
    return 1 if tokens[at] in _EMPTY or tokens[at] in ("kinda", "sorta") else 0


def words_of(text: str) -> list[Word]:
    """The words of a turn that can carry meaning, in order, each with its place in `text`."""
    chunks = list(_chunks(text))
    tokens = [_folded(chunk.text) for chunk in chunks]
    words: list[Word] = []
    before, at = Break.SENTENCE, 0
    while at < len(chunks):
        skipped = _hedge(tokens, at)
        merged, used = ("", skipped) if skipped else _merge(tokens, at)
        here = chunks[at : at + used]
        before = max(before, *(chunk.before for chunk in here))
        if merged:
            if tokens[at] in _JOINS:
                before = max(before, Break.CLAUSE)
            words.append(Word(merged, here[0].start, here[-1].end, before, any(chunk.asked for chunk in here)))
            before = Break.NONE
        elif words and any(chunk.asked for chunk in here):
            last = words[-1]
            words[-1] = Word(last.text, last.start, last.end, last.before, asked=True)
        at += used
    return words
