"""How many of an anchor's words an answer has, by meaning (near tokens) and by letter (weighted terms)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

import numpy as np

from interviewer.judging.features import Answer, Line, Numbers, Target

_NO_CONTRAST: Final = 0.1
"""How far below the support opposition is taken to be where no anchor tells it."""

_UNITS: Final = 2
"""The units looked at for coverage within one place: those most similar to the point."""


def _soft(near: Numbers, line: Line) -> float:
    """How much of a line's weighted words has a near token (0 to 1)."""
    return float((np.maximum(near, 0.0) * line.weights).sum() / line.weights.sum())


def term_weights(targets: Sequence[Target], asked: Line) -> dict[str, float]:
    """What a term is worth: rare among the points' lines is much, in the question itself is little."""
    owners: Counter[str] = Counter()
    for target in targets:
        owners.update(frozenset().union(*(line.terms for line in (*target.likes, *target.unlikes))))
    technical = {term: 1.5 if any(char.isdigit() or char == "/" for char in term) else 1.0 for term in owners}
    return {
        term: technical[term] * float(np.log((len(targets) + 1) / count)) * (0.3 if term in asked.terms else 1.0)
        for term, count in owners.items()
    }


def _share(line: Line, terms: frozenset[str], weights: dict[str, float]) -> float:
    total = sum(weights[term] for term in sorted(line.terms))
    return sum(weights[term] for term in sorted(line.terms & terms)) / total if total else 0.0


def _denied(answer: Answer, lines: Sequence[Line], near: Sequence[Numbers], unit: int) -> float:
    """How much of what the unit has of its nearest line stands under a denial that the line does not have."""
    here = answer.token_unit == unit
    marks = answer.denied[here]
    best, most = 0.0, -1.0
    for line, table in zip(lines, near, strict=True):
        table = np.maximum(table[:, here], 0.0)
        worth = line.weights * table.max(axis=1)
        total = float(worth.sum())
        if total > most * line.weights.sum():
            most = total / float(line.weights.sum())
            answered = float((worth * marks[table.argmax(axis=1)]).sum()) / max(total, 1e-9)
            best = answered - float((line.weights * line.denied).sum() / line.weights.sum())
    return best


def _near(answer: Answer, targets: Sequence[Target]) -> Iterator[list[Numbers]]:
    """For each target the similarities of each line's tokens to the answer's, in one product for speed."""
    lines = [line for target in targets for line in (*target.likes, *target.unlikes)]
    table = (np.concatenate([line.tokens for line in lines]) @ answer.tokens.T).astype(float)
    tables = iter(np.split(table, np.cumsum([len(line.tokens) for line in lines])[:-1]))
    for target in targets:
        yield list(islice(tables, len(target.likes) + len(target.unlikes)))


def _by_meaning(answer: Answer, target: Target, near: Sequence[Numbers], places: Sequence[int]) -> dict[str, float]:
    softs = [_soft(n.max(axis=1), line) for n, line in zip(near, target.likes, strict=False)]
    in_unit = [
        _soft(n[:, answer.token_unit == u].max(axis=1), line)
        for n, line in zip(near, target.likes, strict=False)
        for u in places
    ]
    opposed = near[len(target.likes) :]
    against = [_soft(n.max(axis=1), line) for n, line in zip(opposed, target.unlikes, strict=True)]
    return {
        "soft": max(softs),
        "soft_says": softs[0],
        "soft_unit": max(in_unit),
        "soft_against": max(softs) - max(against, default=max(softs) - _NO_CONTRAST),
        "denied": _denied(answer, target.likes, near[: len(target.likes)], places[0]),
    }


def _by_letter(answer: Answer, target: Target, weights: dict[str, float], places: Sequence[int]) -> dict[str, float]:
    everything = answer.terms_in(range(len(answer.units)))
    own = frozenset().union(*(line.terms for line in target.likes))
    return {
        "terms": max(_share(line, everything, weights) for line in target.likes),
        "terms_unit": max(_share(line, answer.terms_in([u]), weights) for line in target.likes for u in places),
        "terms_sum": float(np.log1p(sum(weights[term] for term in sorted(own & everything)))),
        "terms_against": max((_share(line, everything, weights) for line in target.unlikes), default=0.0),
    }


def coverage(answer: Answer, targets: Sequence[Target], asked: Line, support: Numbers) -> dict[str, Numbers]:
    """The coverage features of every target; `support`: targets by windows."""
    weights = term_weights(targets, asked)
    unit_of = np.array([window.unit for window in answer.windows])
    made: list[dict[str, float]] = []
    for i, (target, near) in enumerate(zip(targets, _near(answer, targets), strict=True)):
        near_units = np.array([support[i, unit_of == u].max() for u in range(len(answer.units))])
        places = [int(u) for u in np.argsort(-near_units, kind="stable")[:_UNITS]]
        made.append({**_by_meaning(answer, target, near, places), **_by_letter(answer, target, weights, places)})
    found = {name: np.array([one[name] for one in made]) for name in made[0]}
    found["soft_z"] = found["soft"] - found["soft"].mean()
    found["terms_z"] = found["terms"] - found["terms"].mean()
    return found
