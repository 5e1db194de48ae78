"""Lines turned round in code: a word by its opposite, two terms swapped, a term taken from another point."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

from evals.training.joint_data import Block
from interviewer.judging.lists import word_set
from interviewer.judging.terms import STOP

_PAIRS: Final = tuple(
    pair.split("/")
    for pair in sorted(
        word_set(
            """before/after more/less client/server increases/decreases increase/decrease faster/slower
            fast/slow higher/lower high/low always/never read/write reads/writes reading/writing inside/outside
            add/remove adds/removes same/different cause/effect sender/receiver sends/receives send/receive
            public/private input/output start/stop starts/stops older/newer
            early/late earlier/later large/small larger/smaller bigger/smaller long/short longer/shorter can/cannot
            safe/unsafe accept/reject allow/block allows/blocks push/pull buy/sell encrypt/decrypt encode/decode
            local/remote true/false most/few minimum/maximum parent/child source/target
            strong/weak stronger/weaker above/below rise/fall rises/falls gain/lose static/dynamic
            synchronous/asynchronous mutable/immutable sequential/parallel user/developer buyer/seller with/without
            internal/external customer/supplier success/failure succeeds/fails works/fails better/worse
            cheap/expensive cheaper/dearer wide/narrow deep/shallow light/heavy lighter/heavier thick/thin
            upstream/downstream primary/replica master/slave shared/separate
            single/several needs/avoids must/needn't should/shouldn't is/isn't are/aren't does/doesn't
            will/won't keeps/drops keep/drop stores/forgets protects/exposes reduces/raises reduce/raise
            improves/worsens positive/negative known/unknown equal/unequal independent/dependent optional/required
            temporary/permanent manual/automatic employee/manager
            acid/base oxygen/nitrogen solid/liquid supply/demand debit/credit asset/liability revenue/cost
            profit/loss gross/net mean/median sample/population cause/symptom training/test"""
        )
    )
)
_OPPOSITE: Final = {a: b for pair in _PAIRS for a, b in (pair, pair[::-1])}
_LONG: Final = 3
_TWO: Final = 2


def turned(line: str, own: Block, others: Sequence[Block], rng: random.Random) -> str | None:
    """The line with its relation turned round; None where no way to turn it was found."""
    words = line.split()
    at = [i for i, word in enumerate(words) if word in _OPPOSITE]
    if at:
        i = rng.choice(at)
        words[i] = _OPPOSITE[words[i]]
        return " ".join(words)
    return _borrowed(words, own, others, rng) or _swapped(words, own, rng)


def _terms(words: Sequence[str], within: str) -> list[int]:
    """Where the terms stand that are words of a text: only what a point itself names is worth turning."""
    named = set(within.split())
    return [
        i
        for i, word in enumerate(words)
        if word in named and word not in STOP and (len(word) > _LONG or word[:1].isdigit())
    ]


def _borrowed(words: list[str], own: Block, others: Sequence[Block], rng: random.Random) -> str | None:
    """A term that only this point names, for one that only another point names."""
    rest = [one for one in others if one.says != own.says and not one.flag]
    if not rest:
        return None
    other = rng.choice(rest).says
    gone = [i for i in _terms(words, own.says) if words[i] not in other.split()]
    theirs = other.split()
    come = [theirs[i] for i in _terms(theirs, other) if theirs[i] not in own.says.split()]
    if not gone or not come:
        return None
    i = rng.choice(gone)
    return " ".join([*words[:i], rng.choice(come), *words[i + 1 :]])


def _swapped(words: list[str], own: Block, rng: random.Random) -> str | None:
    """Two of its terms in each other's place."""
    places = _terms(words, own.says)
    if len(places) < _TWO:
        return None
    first, second = rng.sample(places, 2)
    words[first], words[second] = words[second], words[first]
    return " ".join(words)
