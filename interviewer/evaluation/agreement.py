"""Two labellings of the same cases set against each other, label by label; either may be a judge's.

And evidence: whether the words that a judge quotes for a point are those that a labeller quotes for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from pydantic import Field

from interviewer.core.events import Who
from interviewer.core.findings import Assessment, Finding, Intent, Span, Status
from interviewer.core.scenario import Scenario
from interviewer.core.values import Strict
from interviewer.evaluation import confusion
from interviewer.evaluation.cases import Case
from interviewer.evaluation.figures import Figure
from interviewer.evaluation.outcomes import DECIDED_FROM, Verdict
from interviewer.evaluation.resample import of_pairs, share
from interviewer.evaluation.second import SecondLabels
from interviewer.evaluation.section import Section

LABELS: Final = (Status.ABSENT, Status.CONTRADICTED, Status.PARTIAL, Status.COVERED)
SPECIFIC: Final = {"agreement": confusion.SPECIFIC}
BEYOND_CHANCE: Final = {"accuracy": confusion.ACCURACY, "kappa": confusion.KAPPA}
HELD_FROM: Final = 0.5
"""A quote is held by the evidence from this share of its characters."""


class Labels(Protocol):
    """How somebody, or something, labels a case; `Case` and `SecondLabels` both are."""

    @property
    def intent(self) -> Intent:
        """The intent of the last turn."""

    def label(self, target: str) -> Status:
        """The label of a point, or of a red flag (covered: shown)."""


@dataclass(frozen=True, slots=True)
class JudgeLabels:
    """A judge's findings as labels: `unclear` points are decided by probability, an unclear flag is not shown."""

    intent: Intent
    assessment: Assessment

    def label(self, target: str) -> Status:
        """The finding as a label; KeyError for a target that the judge was not asked about."""
        finding = self.assessment.finding(target)
        if finding.status is not Status.UNCLEAR:
            return finding.status
        sure = finding in self.assessment.points and finding.probability >= DECIDED_FROM
        return Status.COVERED if sure else Status.ABSENT


class Disagreement(Strict):
    """One point, flag or intent (target "") on which two labellings differ."""

    case_id: str
    question: str = Field(description="`scenario/question`.")
    target: str
    first: str
    second: str


class Agreement(Strict):
    """How far two labellings agree."""

    cases: int
    points: Section = Field(description="Covered against the rest.")
    four_way: Section = Field(description="Covered, partial, contradicted and absent, all disagreements alike.")
    labels: dict[str, Section] = Field(description="For each label twice both, by the sum of either (its n).")
    red_flags: Section
    intent: Section
    disagreements: tuple[Disagreement, ...]

    def figures(self, prefix: str = "agreement.") -> tuple[Figure, ...]:
        """All that are defined, under dotted names."""
        whole = {
            "points": self.points,
            "four_way": self.four_way,
            "red_flags": self.red_flags,
            "intent": self.intent,
            **{f"labels.{name}": section for name, section in self.labels.items()},
        }
        return tuple(one for name, section in whole.items() for one in section.figures(f"{prefix}{name}"))


@dataclass(frozen=True, slots=True)
class _Mark:
    case_id: str
    group: str
    target: str
    is_flag: bool
    first: Status
    second: Status


def by_case(labelled: Iterable[Case | SecondLabels]) -> dict[str, Labels]:
    """Labels by case id."""
    return {one.case_id: one for one in labelled}


def judged(verdicts: Iterable[Verdict]) -> dict[str, Labels]:
    """A judge's verdicts as labels, by case id; without the cases that it could not judge."""
    return {
        one.case_id: JudgeLabels(one.intent, one.outcome) for one in verdicts if isinstance(one.outcome, Assessment)
    }


def agree(
    cases: Sequence[Case],
    first: Mapping[str, Labels],
    second: Mapping[str, Labels],
    scenarios: Mapping[str, Scenario],
) -> Agreement:
    """Set two labellings against each other, over the cases that both have and the targets that the case labels.

    A case whose scenario or question is not in `scenarios` raises KeyError.
    """
    both = [case for case in cases if case.case_id in first and case.case_id in second]
    marks = [mark for case in both for mark in _marks(case, first[case.case_id], second[case.case_id], scenarios)]
    points, flags = [mark for mark in marks if not mark.is_flag], [mark for mark in marks if mark.is_flag]
    intents = [(case, first[case.case_id].intent, second[case.case_id].intent) for case in both]
    return Agreement(
        cases=len(both),
        points=_one_label(points, Status.COVERED, BEYOND_CHANCE),
        four_way=_four_way(points),
        labels={label.value: _one_label(points, label, SPECIFIC) for label in reversed(LABELS)},
        red_flags=_one_label(flags, Status.COVERED, {**BEYOND_CHANCE, **SPECIFIC}),
        intent=_intents(intents),
        disagreements=tuple(_disagreements(marks, intents)),
    )


def _marks(case: Case, first: Labels, second: Labels, scenarios: Mapping[str, Scenario]) -> Iterator[_Mark]:
    question = scenarios[case.scenario].question(case.question_id)
    targets = [(point.id, False) for point in question.points] + [(flag.id, True) for flag in question.red_flags]
    for target, is_flag in targets:
        if target not in case.unlabelled:
            yield _Mark(case.case_id, _group(case), target, is_flag, first.label(target), second.label(target))


def _one_label(marks: Sequence[_Mark], label: Status, statistics: Mapping[str, confusion.Statistic]) -> Section:
    ours, theirs = [mark.first is label for mark in marks], [mark.second is label for mark in marks]
    counts = {
        "first": sum(ours),
        "second": sum(theirs),
        "both": sum(one and other for one, other in zip(ours, theirs, strict=True)),
    }
    groups = [mark.group for mark in marks]
    return Section(n=len(marks), counts=counts, estimates=of_pairs(groups, ours, theirs, 2, statistics))


def _four_way(marks: Sequence[_Mark]) -> Section:
    ours, theirs = [LABELS.index(mark.first) for mark in marks], [LABELS.index(mark.second) for mark in marks]
    groups = [mark.group for mark in marks]
    return Section(n=len(marks), estimates=of_pairs(groups, ours, theirs, len(LABELS), BEYOND_CHANCE))


def _intents(intents: Sequence[tuple[Case, Intent, Intent]]) -> Section:
    names = list(Intent)
    ours, theirs = [names.index(one) for _, one, _ in intents], [names.index(one) for _, _, one in intents]
    groups = [_group(case) for case, _, _ in intents]
    return Section(n=len(intents), estimates=of_pairs(groups, ours, theirs, len(names), BEYOND_CHANCE))


def _disagreements(marks: Iterable[_Mark], intents: Iterable[tuple[Case, Intent, Intent]]) -> Iterator[Disagreement]:
    for mark in marks:
        if mark.first is not mark.second:
            yield Disagreement(
                case_id=mark.case_id, question=mark.group, target=mark.target, first=mark.first, second=mark.second
            )
    for case, one, other in intents:
        if one is not other:
            yield Disagreement(case_id=case.case_id, question=_group(case), target="", first=one, second=other)


def _group(case: Case) -> str:
    return f"{case.scenario}/{case.question_id}"


def evidence(pairs: Iterable[tuple[Case, Verdict]], second: Mapping[str, SecondLabels]) -> Section:
    """Of the points that both a judge and the second labelling call covered, how the quoted words lie.

    `overlap` is the share whose evidence holds at least half of the quote's characters, or has a span that lies within
    the quote; `disjoint` the share whose evidence touches no character of it. A quote is looked for in the candidate's
    turns, first occurrence. A finding without evidence holds nothing.
    """
    groups: list[str] = []
    holds: list[bool] = []
    beside: list[bool] = []
    for case, finding, quote in _both_covered(pairs, second):
        place = _located(case, quote)
        if place is None:
            continue
        groups.append(_group(case))
        held = _held(place, finding.evidence)
        within = any(_within(span, place) for span in finding.evidence)
        holds.append(held >= HELD_FROM or within)
        beside.append(held == 0)
    return Section(n=len(groups), estimates={"overlap": share(groups, holds), "disjoint": share(groups, beside)})


def _both_covered(
    pairs: Iterable[tuple[Case, Verdict]], second: Mapping[str, SecondLabels]
) -> Iterator[tuple[Case, Finding, str]]:
    for case, verdict in pairs:
        labels = second.get(case.case_id)
        if labels is None or not isinstance(verdict.outcome, Assessment):
            continue
        for finding in verdict.outcome.points:
            quote = labels.covered.get(finding.target)
            if quote and finding.status is Status.COVERED and finding.target not in case.unlabelled:
                yield case, finding, quote


def _located(case: Case, quote: str) -> Span | None:
    """Where the candidate says a quote first; turns are numbered as a judge gets them, the question being the first."""
    for number, turn in enumerate(case.said(), 2):
        start = turn.text.find(quote) if turn.who is Who.CANDIDATE else -1
        if start >= 0:
            return Span(turn=number, start=start, end=start + len(quote), text=quote)
    return None


def _held(quote: Span, spans: Iterable[Span]) -> float:
    """The share of a quote's characters that lie in a span."""
    inside = {place for span in spans if span.turn == quote.turn for place in range(span.start, span.end)}
    return len(inside & set(range(quote.start, quote.end))) / (quote.end - quote.start)


def _within(span: Span, quote: Span) -> bool:
    return span.turn == quote.turn and quote.start <= span.start < span.end <= quote.end
