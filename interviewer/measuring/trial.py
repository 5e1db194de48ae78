"""A chat model on trial: the same labelled answers as the embedded judge gets, and what it is good for.

The answers are to questions on which nothing of the embedded judge was tuned, so that neither knows them.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from interviewer.core.findings import Assessment, Unscored
from interviewer.evaluation.cases import Case
from interviewer.evaluation.metrics import two_way
from interviewer.evaluation.outcomes import Verdict, rows_of
from interviewer.evaluation.paired import Comparison, compare
from interviewer.evaluation.resample import Estimate
from interviewer.judging.merging import merged
from interviewer.measuring.golden import LabelledSet

CASES: Final = 40
SEED: Final = 20_261_122
KINDS: Final = (
    "strong",
    "acceptable",
    "mix_a",
    "mix_b",
    "paraphrase",
    "terse",
    "denial",
    "inversion",
    "keywords",
    "injection",
)
"""Kinds of answers that something is to be found in or not to be found in; as many of each."""
MOST_UNSCORED: Final = 0.10
"""A judge leaves no more answers than this share unjudged."""
LEAST_REPLIES: Final = 0.90
"""Of a speaker this share of replies must come, whatever is in them."""


class Advice(StrEnum):
    """What a model is good for."""

    JUDGE = "judge"
    SPEAKER = "speaker"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Figures:
    """One judge's accuracy and agreement beyond chance over points, each with its 90 % interval."""

    judge: str
    accuracy: Estimate
    kappa: Estimate


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a trial; figures and difference are over the answers that the model could judge."""

    cases: int
    unscored: int
    replies: int
    """Answers to which the model replied at all."""
    figures: tuple[Figures, ...]
    """The embedded judge, the model, and both in a panel; none where the model judged nothing."""
    comparison: Comparison | None
    """The model after the embedded judge."""
    reasons: tuple[str, ...]
    """Why answers were not judged, each once."""

    @property
    def advice(self) -> Advice:
        """What to use the model for.

        As judge when it leaves few answers unjudged and is not significantly worse than the embedded judge; only as
        speaker when its replies come; else for nothing.
        """
        if self.comparison and self.unscored <= MOST_UNSCORED * self.cases and not self.comparison.dropped_overall:
            return Advice.JUDGE
        return Advice.SPEAKER if self.replies >= LEAST_REPLIES * self.cases else Advice.NOTHING


def picked(found: LabelledSet, count: int = CASES, seed: int = SEED) -> tuple[Case, ...]:
    """So many cases that nothing was tuned on: kinds in turn, from as many questions as there are."""
    chance = random.Random(seed)
    kept = [case for case in found.cases if case.split == "test" and case.kind in KINDS]
    chance.shuffle(kept)
    queues = {kind: [case for case in kept if case.kind == kind] for kind in KINDS}
    used: dict[tuple[str, str], int] = {}
    chosen: list[Case] = []
    while len(chosen) < count and any(queues.values()):
        for queue in queues.values():
            if queue and len(chosen) < count:
                case = min(queue, key=lambda one: used.get((one.scenario, one.question_id), 0))
                queue.remove(case)
                used[case.scenario, case.question_id] = used.get((case.scenario, case.question_id), 0) + 1
                chosen.append(case)
    return tuple(chosen)


def is_judged(verdict: Verdict) -> bool:
    """Whether a case could be judged."""
    return isinstance(verdict.outcome, Assessment)


def tried(cases: Sequence[Case], embedded: Sequence[Verdict], model: Sequence[Verdict]) -> Trial:
    """Set the model's verdicts on all cases beside the embedded judge's on those that the model could judge."""
    beside = {one.case_id: one for one in embedded if is_judged(one)}
    pairs = [
        (case, beside[case.case_id], theirs)
        for case, theirs in zip(cases, model, strict=True)
        if is_judged(theirs) and case.case_id in beside
    ]
    before = [(case, ours) for case, ours, _ in pairs]
    after = [(case, theirs) for case, _, theirs in pairs]
    together = [(case, _panel(ours, theirs)) for case, ours, theirs in pairs]
    failed = [one.outcome for one in model if isinstance(one.outcome, Unscored)]
    named = (("embedded judge", before), ("model alone", after), ("both, in a panel", together))
    return Trial(
        cases=len(cases),
        unscored=len(failed),
        replies=len(cases) - sum(not one.reply for one in failed),
        figures=tuple(_figures(name, verdicts) for name, verdicts in named) if pairs else (),
        comparison=compare(tuple(rows_of(before)), tuple(rows_of(after))) if pairs else None,
        # What was not asked failed for the reason that the others failed for.
        reasons=tuple(dict.fromkeys(one.detail for one in failed if one.prompt)),
    )


def _figures(name: str, verdicts: Iterable[tuple[Case, Verdict]]) -> Figures:
    found = two_way([row for row in rows_of(verdicts) if not row.is_flag]).estimates
    return Figures(name, found["accuracy"], found["kappa"])


def _panel(ours: Verdict, theirs: Verdict) -> Verdict:
    assert isinstance(ours.outcome, Assessment) and isinstance(theirs.outcome, Assessment)
    together = merged(ours.outcome, theirs.outcome, theirs.outcome.judge)
    return theirs.model_copy(update={"outcome": together})
