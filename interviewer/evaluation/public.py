"""Single-reference public sets: a judge's one finding against a label that somebody else gave.

Two-way: `correct` against the rest, as SemEval-2013 folds its labels. Three-way where the labels have a middle:
partially correct (Short Answer Feedback), else contradictory (SciEntsBank, Beetle). Intervals are clustered by
question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import fsum
from typing import Final

import numpy as np
from pydantic import Field

from interviewer.core.errors import CaseFileError
from interviewer.core.findings import Assessment, Finding, Status
from interviewer.core.values import Strict
from interviewer.evaluation import confusion
from interviewer.evaluation.cases import REFERENCE_POINT, Reference
from interviewer.evaluation.confusion import Numbers
from interviewer.evaluation.figures import Figure
from interviewer.evaluation.outcomes import DECIDED_FROM, Verdict
from interviewer.evaluation.published import Published, beside
from interviewer.evaluation.resample import Estimate, of_pairs, of_sums
from interviewer.evaluation.section import Section

Judged = tuple[Reference, Finding]

FOLDED: Final = {
    "correct": Status.COVERED,
    "partially correct": Status.PARTIAL,
    "partially correct incomplete": Status.PARTIAL,
    "contradictory": Status.CONTRADICTED,
    "incorrect": Status.ABSENT,
    "irrelevant": Status.ABSENT,
    "non domain": Status.ABSENT,
}
"""What the sets' labels mean, after lower case and with blanks for `_` and `-`."""
TWO_WAY: Final = {
    "accuracy": confusion.ACCURACY,
    "macro_f1": confusion.MACRO_F1,
    "kappa": confusion.KAPPA,
    "majority": confusion.MAJORITY,
}
THREE_WAY: Final = {"accuracy": confusion.ACCURACY, "macro_f1": confusion.MACRO_F1}
_SPLITS: Final = {"unseen answers", "unseen questions", "unseen domains"}


class PublicSplit(Strict):
    """One split of a public set."""

    split: str
    unscored: int
    two_way: Section = Field(description="Correct against the rest, and how the probability goes with the score.")
    three_way: Section | None = Field(description="None where the labels have no middle.")
    published: tuple[Published, ...]


class PublicSet(Strict):
    """A judge on one public set."""

    name: str
    splits: tuple[PublicSplit, ...]

    def figures(self) -> tuple[Figure, ...]:
        """All that are defined, as `public.<set>.<split>.<value>`."""
        made: list[Figure] = []
        for one in self.splits:
            place = f"public.{self.name}.{one.split.replace(' ', '_') or 'all'}"
            made += one.two_way.figures(place)
            if one.three_way:
                made += one.three_way.figures(f"{place}.three_way")
        return tuple(made)


def measure_public(name: str, pairs: Sequence[tuple[Reference, Verdict]]) -> PublicSet:
    """A judge's verdicts on a set, split by split; raises CaseFileError for a label that no fold knows."""
    parts: dict[str, list[tuple[Reference, Verdict]]] = defaultdict(list)
    for item, verdict in pairs:
        parts[split_name(item.split)].append((item, verdict))
    return PublicSet(name=name.lower(), splits=tuple(_split(name, split, parts[split]) for split in sorted(parts)))


def split_name(split: str) -> str:
    """A split as the literature calls it: `test-unseen-answers` and `unseen_answers` are unseen answers."""
    plain = _plain(split).removeprefix("test ")
    return plain if plain in _SPLITS else {"train": "training"}.get(plain, plain)


def fold(item: Reference) -> Status:
    """What an item's label means; raises CaseFileError where that is not known."""
    try:
        return FOLDED[_plain(item.label)]
    except KeyError:
        raise CaseFileError(
            f"item {item.id!r} has the label {item.label!r}, which is not known",
            f"Known labels are: {', '.join(FOLDED)}.",
        ) from None


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("_", " ").replace("-", " ").split())


def _split(name: str, split: str, pairs: Sequence[tuple[Reference, Verdict]]) -> PublicSplit:
    judged = [
        (item, verdict.outcome.finding(REFERENCE_POINT))
        for item, verdict in pairs
        if isinstance(verdict.outcome, Assessment)
    ]
    return PublicSplit(
        split=split,
        unscored=len(pairs) - len(judged),
        two_way=_two_way(judged),
        three_way=_three_way(judged),
        published=beside(name, split),
    )


def _two_way(judged: Sequence[Judged]) -> Section:
    groups = [item.group for item, _ in judged]
    wanted = [fold(item) is Status.COVERED for item, _ in judged]
    said = [_said(finding) is Status.COVERED for _, finding in judged]
    estimates = {**of_pairs(groups, wanted, said, 2, TWO_WAY), "score_r": _correlation(judged)}
    return Section(n=len(judged), estimates=estimates)


def _three_way(judged: Sequence[Judged]) -> Section | None:
    labels = {fold(item) for item, _ in judged}
    middle = next((one for one in (Status.PARTIAL, Status.CONTRADICTED) if one in labels), None)
    if middle is None:
        return None
    classes = {middle: 1, Status.COVERED: 2}
    wanted = [classes.get(fold(item), 0) for item, _ in judged]
    said = [classes.get(_said(finding), 0) for _, finding in judged]
    groups = [item.group for item, _ in judged]
    return Section(n=len(judged), estimates=of_pairs(groups, wanted, said, 3, THREE_WAY))


def _said(finding: Finding) -> Status:
    """The finding, `unclear` decided by its probability."""
    if finding.status is not Status.UNCLEAR:
        return finding.status
    return Status.COVERED if finding.probability >= DECIDED_FROM else Status.ABSENT


def _correlation(judged: Sequence[Judged]) -> Estimate:
    """Pearson's r of probability and score, over the items that have one; undefined where either never changes."""
    scored = [(item.group, finding.probability, item.score) for item, finding in judged if item.score is not None]
    if not scored:
        return Estimate(value=None)
    p, score = (np.array([one[place] for one in scored], dtype=float) for place in (1, 2))
    # Centred first, so that the sums of squares lose no digits.
    p, score = p - fsum(p) / len(p), score - fsum(score) / len(score)
    parts = np.stack([np.ones_like(p), p, score, p * p, score * score, p * score], axis=1)
    return of_sums([one[0] for one in scored], parts, _pearson)


def _pearson(sums: Numbers) -> Numbers:
    n, x, y, xx, yy, xy = np.moveaxis(sums, -1, 0)
    spread = np.maximum(n * xx - x * x, 0) * np.maximum(n * yy - y * y, 0)
    # What is left of a constant after rounding is no spread.
    spread = np.where(spread < 1e-12 * n**4, 0.0, spread)
    return np.clip(confusion.ratio(n * xy - x * y, np.sqrt(spread)), -1, 1)
