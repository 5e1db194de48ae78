"""The features of each point, from an answer and the anchors; and how much each window speaks for and against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from interviewer.judging.coverage import coverage
from interviewer.judging.features import Answer, Line, Numbers, Target

NAMES: Final = (
    "says",
    "pos",
    "second",
    "hub",
    "neg_here",
    "contrast",
    "contrast_best",
    "margin",
    "best_margin",
    "z",
    "posterior",
    "posterior_units",
    "posterior_against",
    "posterior_gap",
    "contrast_chosen",
    "against_chosen",
    "says_chosen",
    "denies_chosen",
    "soft",
    "soft_says",
    "soft_unit",
    "soft_z",
    "soft_against",
    "terms",
    "terms_unit",
    "terms_z",
    "terms_sum",
    "terms_against",
    "denied",
    "denies",
    "denies_mismatch",
    "echo",
    "novel",
    "mean_pos",
    "mean_contrast",
    "others_against",
    "length",
    "dense",
    "width",
    "likes",
    "unlikes",
    "joint",
    "joint_partial",
    "joint_contradicted",
    "joint_z",
)
"""The features in the order in which the heads read them."""

_SHARP: Final = 0.06
"""Temperature (cosine) at which the points compete for a window."""

_NO_CONTRAST: Final = 0.2
"""How far below the support the opposite is taken to be where no anchor tells it (cosine)."""


_YIELDS: Final = 0.5
"""How much a window yields, as evidence, to a point that it is nearer to."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One point's features, and how strongly each window speaks for it and against it."""

    features: Numbers
    support: Numbers
    against: Numbers


@dataclass(frozen=True, slots=True)
class _Matches:
    """Points by windows: similarity to what supports and to what opposes, and each point's best window."""

    support: Numbers
    against: Numbers
    says: Numbers
    best: npt.NDArray[np.int64]
    nearest: tuple[Line, ...]


def _near(answer: Answer, lines: Sequence[Line]) -> Numbers:
    """Lines by windows, cosines."""
    return (np.stack([line.vector for line in lines]) @ answer.vectors.T).astype(float)


def _matches(answer: Answer, targets: Sequence[Target]) -> _Matches:
    likes = [_near(answer, target.likes) for target in targets]
    support = np.stack([near.max(axis=0) for near in likes])
    against = np.stack(
        [
            _near(answer, target.unlikes).max(axis=0) if target.unlikes else support[i] - _NO_CONTRAST
            for i, target in enumerate(targets)
        ]
    )
    best = support.argmax(axis=1)
    nearest = tuple(t.likes[int(near[:, w].argmax())] for t, near, w in zip(targets, likes, best, strict=True))
    return _Matches(support, against, np.stack([near[0] for near in likes]), best, nearest)


def _rivals(support: Numbers) -> Numbers:
    """For each point and window, the strongest other point."""
    if len(support) == 1:
        return np.zeros_like(support)
    top = np.sort(support, axis=0)
    rivals: Numbers = np.where(support == top[-1], top[-2], top[-1])
    return rivals


def _similarities(answer: Answer, targets: Sequence[Target], m: _Matches) -> dict[str, Numbers]:
    rows = np.arange(len(targets))
    unit_of = np.array([window.unit for window in answer.windows])
    by_unit = np.stack([m.support[:, unit_of == u].max(axis=1) for u in range(len(answer.units))], axis=1)
    best = m.support[rows, m.best]
    margins = m.support - _rivals(m.support)
    contrasts = m.support - m.against
    scores = np.concatenate([m.support, m.against]) / _SHARP
    shares = np.exp(scores - scores.max(axis=0))
    shares /= shares.sum(axis=0)
    own, opposed = shares[: len(targets)] * _strength(m.support), shares[len(targets) :] * _strength(m.against)
    chosen = own.argmax(axis=1)
    own_units = np.stack([own[:, unit_of == u].max(axis=1) for u in range(len(answer.units))], axis=1)
    return {
        "says": m.says.max(axis=1),
        "pos": best,
        "second": np.sort(by_unit, axis=1)[:, -2] if by_unit.shape[1] > 1 else np.zeros(len(targets)),
        "neg_here": m.against[rows, m.best],
        "contrast": contrasts[rows, m.best],
        "contrast_best": best - m.against.max(axis=1),
        "margin": margins[rows, m.best],
        "best_margin": (margins + np.minimum(m.support - 0.35, 0)).max(axis=1),
        "z": best - best.mean(),
        "posterior": own.max(axis=1),
        "posterior_units": own_units.sum(axis=1),
        "posterior_against": opposed.max(axis=1),
        "posterior_gap": own.max(axis=1) - opposed.max(axis=1),
        "contrast_chosen": contrasts[rows, chosen],
        "against_chosen": m.against[rows, opposed.argmax(axis=1)],
        "says_chosen": m.says[rows, chosen],
        "denies_chosen": np.minimum(answer.denials[chosen], 2.0),
        "mean_pos": np.full(len(targets), best.mean()),
        "mean_contrast": np.full(len(targets), contrasts[rows, m.best].mean()),
        "others_against": _others(contrasts[rows, m.best] < 0),
    }


def _strength(near: Numbers) -> Numbers:
    """A soft gate: windows that are near to nothing support nothing."""
    gate: Numbers = 1 / (1 + np.exp(-(near - 0.35) / 0.07))
    return gate


def _others(flags: npt.NDArray[np.bool_]) -> Numbers:
    """For each point the share of the other points for which this holds."""
    return np.array((flags.sum() - flags) / max(len(flags) - 1, 1), dtype=float)


def _forms(answer: Answer, asked: Line, m: _Matches) -> dict[str, Numbers]:
    """Denial, echo of the question, and the answer's shape."""
    count = len(m.best)
    denied = answer.denials[m.best] > 0
    anchored = np.array([line.denials > 0 for line in m.nearest])
    width = [answer.windows[w].last - answer.windows[w].first for w in m.best]
    units = [answer.windows[w].unit for w in m.best]
    terms = [answer.terms_in([u]) for u in units]
    contents = sum(len(one) for one in answer.terms)
    return {
        "denies": np.minimum(answer.denials[m.best], 2.0),
        "denies_mismatch": (denied != anchored).astype(float),
        "echo": (answer.vectors @ asked.vector).astype(float)[m.best],
        "novel": np.array([len(one - asked.terms) / max(len(one), 1) for one in terms]),
        "length": np.full(count, np.log1p(answer.words)),
        "dense": np.full(count, contents / max(answer.words, 1)),
        "width": np.log1p(width),
    }


def measure(answer: Answer, targets: Sequence[Target], asked: Line, read: Numbers) -> list[Measured]:
    """Every target's features, in the order of NAMES; the answer must have a window.

    `read`: what the joint reader makes of each target, targets by its classes.
    """
    matches = _matches(answer, targets)
    found = {
        **_similarities(answer, targets, matches),
        **coverage(answer, targets, asked, matches.support),
        **_forms(answer, asked, matches),
        "hub": np.array([target.hub for target in targets]),
        "likes": np.array([float(len(target.likes) > 1) for target in targets]),
        "unlikes": np.array([float(bool(target.unlikes)) for target in targets]),
        "joint": read[:, 0],
        "joint_partial": read[:, 1],
        "joint_contradicted": read[:, 2],
        "joint_z": read[:, 0] - read[:, 0].mean(),
    }
    table = np.stack([found[name] for name in NAMES], axis=1)
    # Words that suit another point better are the poorer quote for this one.
    quotable = matches.support + np.minimum(matches.support - _rivals(matches.support), 0.0) * _YIELDS
    return [Measured(table[i], quotable[i], matches.against[i]) for i in range(len(targets))]
