"""Answers varied in code, anew for each round of training.

They are garbled, mixed with other answers, denied, taken back, turned round, or what a point rests on is left out.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from evals.training.joint_data import Block, Example
from evals.training.joint_turn import turned
from interviewer.judging.lists import word_set

UNIT_WORDS: Final = 32
_HEARD: Final = {
    word: heard.replace("_", " ")
    for word, heard in (
        pair.split("/")
        for pair in word_set(
            """to/too their/there there/their write/right read/red cache/cash for/four by/buy know/no its/it than/then
            whole/hole wait/weight one/won two/too would/wood which/witch see/sea thread/threat queue/cue byte/bite
            site/sight server/serve_her key/kee deploy/the_ploy request/rick_west token/talking database/data_base
            hash/hatch lock/log port/poor node/note role/roll query/queery retry/re_try backup/back_up index/in_decks"""
        )
    )
}
"""What speech recognition may make of a word."""

_ONLY_BACK: Final = (
    "no wait that is wrong",
    "scratch that",
    "actually no",
    "no sorry that is not right",
    "forget what i just said",
    "i take that back",
    "wait no that was nonsense",
)
_TAKEN_BACK: Final = (
    "forget what i said , {} is wrong",
    "i was wrong about {}",
    "scratch what i said about {}",
    "no wait , {} , that is not right",
    "i take back that {}",
    "let me correct that , {} was a mistake",
    "i said {} but that is not so",
    "sorry , saying {} was nonsense",
    "disregard the part about {}",
)
_DENIED: Final = (
    "it is not true that {}",
    "i do not agree that {}",
    "it is a myth that {}",
    "it would be wrong to {}",
    "people say {} but that is false",
    "{} , no , that is a mistake",
    "i do not think that {}",
    "you should never {}",
    "i would not {}",
    "nobody should {}",
    "it is simply false that {}",
    "there is no need to {}",
    "{} is not how it works",
)


@dataclass(frozen=True)
class Plan:
    """One reading: units, and for each block its lines (says, like, unlike; "" for none) and labels."""

    units: tuple[str, ...]
    blocks: tuple[tuple[str, str, str], ...]
    labels: tuple[tuple[str, ...], ...]


_VOWELS: Final = str.maketrans("aeiou", "eiaue")
_MISHEARD: Final = 0.07
_LONG: Final = 6
_NOT_SAID: Final = ("partial", "absent")
_NOT_RIGHT: Final = ("contradicted", "absent")
_ANY: Final = ("covered", "partial", "contradicted", "absent")
"""Nothing is learned from a block with these labels."""

_DENIED_WORDS: Final = 16
"""A longer unit (words) is not denied as a whole."""


def _misheard(word: str, rng: random.Random) -> str:
    """A long word as two, or with other vowels, or without its end."""
    at = rng.randrange(2, len(word) - 2)
    return rng.choice((f"{word[:at]} {word[at:]}", word.translate(_VOWELS), word[:-2]))


def _heard(word: str, rng: random.Random) -> str:
    if len(word) >= _LONG and rng.random() < _MISHEARD:
        return _misheard(word, rng)
    return _HEARD.get(word, word) if rng.random() < 0.7 else word


def _garbled(units: Sequence[str], rng: random.Random) -> list[str]:
    words = []
    for word in (word for unit in units for word in unit.split()):
        if rng.random() > 0.03:
            words += _heard(word, rng).split()
    return [" ".join(words[i : i + UNIT_WORDS]) for i in range(0, len(words), UNIT_WORDS)] or list(units)


def _without_carrier(units: list[str], blocks: list[Block], rng: random.Random) -> tuple[list[str], list[Block]]:
    """A unit that a covered point rests on is left out or denied; what else rests on it goes with it."""
    fit = sorted({one.carrier for one in blocks if one.carrier >= 0 and one.labels == ("covered",)})
    if not fit or len(units) < 2:
        return units, blocks
    at = rng.choice(fit)
    denied = len(units[at].split()) <= _DENIED_WORDS and rng.random() < 0.5
    here = [rng.choice(_DENIED).format(units[at])] if denied else []
    made = [replace(one, labels=_after(one, at, denied)) for one in blocks]
    return [*units[:at], *here, *units[at + 1 :]], made


def _after(block: Block, at: int, denied: bool) -> tuple[str, ...]:
    """A block's labels when the unit `at` is left out or denied."""
    if block.labels == ("absent",) or (block.carrier >= 0 and block.carrier != at):
        return block.labels
    if block.carrier < 0:
        return _ANY
    if block.labels == ("covered",) and not block.flag:
        return _NOT_RIGHT if denied else _NOT_SAID
    return ("absent",) if block.flag else _ANY


def _relabelled(blocks: Sequence[Block], labels: tuple[str, ...]) -> list[Block]:
    """What was covered has other labels; a flag is not shown."""
    return [
        replace(one, labels=("absent",) if one.flag else labels) if one.labels == ("covered",) else one
        for one in blocks
    ]


def _with_line(units: list[str], blocks: list[Block], rng: random.Random) -> tuple[list[str], list[Block]]:
    """An answer with a line more that says a point or shows a flag, or denies it, turns it round or takes it back."""
    fit = [i for i, one in enumerate(blocks) if one.likes and (not one.flag or one.labels == ("absent",))]
    if not fit:
        return units, blocks
    i = rng.choice(fit)
    line, draw = rng.choice(blocks[i].likes), rng.random()
    if draw < 0.35 or (blocks[i].flag and draw < 0.7):
        if blocks[i].labels != ("contradicted",):
            units.insert(rng.randrange(len(units) + 1), line)
            blocks[i] = replace(blocks[i], labels=("covered",))
        return units, blocks
    if draw > 0.7 and blocks[i].labels != ("covered",) and (other := turned(line, blocks[i], blocks, rng)):
        units.insert(rng.randrange(len(units) + 1), other)
        blocks[i] = replace(blocks[i], labels=("absent",) if blocks[i].flag else _NOT_RIGHT)
        return units, blocks
    frame = rng.choice(_TAKEN_BACK if rng.random() < 0.5 else _DENIED)
    blocks[i] = replace(blocks[i], labels=("absent",) if blocks[i].flag else ("contradicted",))
    return [*units, frame.format(line)], blocks


def _short(units: list[str], blocks: list[Block], rng: random.Random) -> tuple[list[str], list[Block]]:
    """A single line: sometimes taken back, denied or turned round."""
    covered, draw = [one for one in blocks if one.labels == ("covered",)], rng.random()
    if draw < 0.06:
        return [*units, rng.choice(_ONLY_BACK)], _relabelled(blocks, ("absent",))
    if draw < 0.22 and covered:
        return [rng.choice(_DENIED).format(" ".join(units))], _relabelled(blocks, ("contradicted",))
    if draw < 0.4 and len(covered) == 1 and (other := turned(" ".join(units), covered[0], blocks, rng)):
        return [other], _relabelled(blocks, _NOT_RIGHT)
    return units, blocks


def _varied(example: Example, pool: Sequence[Example], rng: random.Random) -> tuple[list[str], list[Block]]:
    units, blocks = list(example.units), list(example.blocks)
    if not example.short and pool and rng.random() < 0.15:
        units, blocks = _without_carrier(units, blocks, rng)
    draw = rng.random()
    if draw < 0.16:
        units = _garbled(units, rng)
    elif draw < 0.4 and pool and not example.short:
        other = rng.choice(pool)
        if other.group != example.group:
            at, start = rng.randrange(len(units) + 1), rng.randrange(len(other.units))
            units[at:at] = other.units[start : start + 2]
    if example.kind == "line":
        return _short(units, blocks, rng)
    if not example.short and rng.random() < 0.35:
        return _with_line(units, blocks, rng)
    return units, blocks


def _fewer(blocks: list[Block], most: int, rng: random.Random) -> list[Block]:
    """At most so many blocks where that can be had by leaving out absent ones; two of these stay at least."""
    if len(blocks) <= most:
        return blocks
    kept = [one for one in blocks if one.labels != ("absent",)]
    rest = [one for one in blocks if one.labels == ("absent",)]
    rng.shuffle(rest)
    return kept + rest[: max(2, most - len(kept))]


def _lines(block: Block, rng: random.Random) -> tuple[str, str, str]:
    """A block's lines, with anchors left out at random, as they may be missing in use."""
    draw = rng.random()
    like = unlike = ""
    if draw < 0.6 and block.likes:
        like = block.near[0] if rng.random() < 0.65 else rng.choice(block.likes)
    if (draw < 0.45 or draw > 0.9) and block.unlikes:
        unlike = block.near[1] if rng.random() < 0.65 else rng.choice(block.unlikes)
    return block.says, like, unlike


def plan(example: Example, pool: Sequence[Example], most: int, rng: random.Random) -> Plan:
    """An example as it is read in one round of training; `pool`: where other answers and points are taken from."""
    units, blocks = _varied(example, pool, rng)
    blocks = _fewer(blocks, most, rng)
    if pool and rng.random() < 0.5:
        other = rng.choice(pool)
        if other.group != example.group:
            blocks.append(replace(rng.choice(other.blocks), labels=("absent",)))
    return Plan(tuple(units), tuple(_lines(one, rng) for one in blocks), tuple(one.labels for one in blocks))
