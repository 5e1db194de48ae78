"""A second labelling of the same cases, blind to the first, with the words that each label rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import Field

from interviewer.core.findings import Intent, Status
from interviewer.core.values import Strict
from interviewer.evaluation.cases import Case

Quotes = dict[str, str]
"""For each point (or flag) a verbatim piece of the answer that shows it."""


class SecondLabels(Strict):
    """How a second person labels a case; points that no list names are absent."""

    case_id: str
    intent: Intent
    covered: Quotes = Field(default_factory=dict)
    partial: Quotes = Field(default_factory=dict)
    contradicted: Quotes = Field(default_factory=dict)
    red_flags: Quotes = Field(default_factory=dict)

    def label(self, target: str) -> Status:
        """The label of a point, or of a red flag (covered: shown)."""
        if target in self.covered or target in self.red_flags:
            return Status.COVERED
        if target in self.partial:
            return Status.PARTIAL
        return Status.CONTRADICTED if target in self.contradicted else Status.ABSENT

    def quote(self, target: str) -> str:
        """The words that the label rests on; empty for an absent point."""
        for quotes in (self.covered, self.partial, self.contradicted, self.red_flags):
            if target in quotes:
                return quotes[target]
        return ""

    def problems(self, case: Case) -> Iterator[str]:
        """Quotes that nobody said, and points that are labelled twice."""
        said = [turn.text for turn in case.said()]
        lists: tuple[Mapping[str, str], ...] = (self.covered, self.partial, self.contradicted, self.red_flags)
        seen: set[str] = set()
        for quotes in lists:
            for target, quote in quotes.items():
                if not quote or not any(quote in text for text in said):
                    yield f"the quote for {target!r} is not in the answer of {self.case_id!r}: {quote[:60]!r}"
                if target in seen:
                    yield f"{target!r} is labelled twice"
                seen.add(target)


class Settled(Strict):
    """A disagreement of the two labellings, and what a third reading, blind to who said what, decided."""

    case_id: str
    target: str = Field(description="Point or flag; empty: the intent.")
    first: str
    second: str
    settled: str


@dataclass(frozen=True, slots=True)
class FirstLabels:
    """How the case was labelled first, before its disagreements were settled."""

    case: Case
    before: Mapping[str, str]

    @property
    def intent(self) -> Intent:
        """The intent of the last turn."""
        return Intent(self.before[""]) if "" in self.before else self.case.intent

    def label(self, target: str) -> Status:
        """The label of a point, or of a red flag (covered: shown)."""
        return Status(self.before[target]) if target in self.before else self.case.label(target)


def first_labels(cases: Iterable[Case], settled: Iterable[Settled]) -> dict[str, FirstLabels]:
    """The first labelling of every case, by case id."""
    before: dict[str, dict[str, str]] = {}
    for one in settled:
        before.setdefault(one.case_id, {})[one.target] = one.first
    return {case.case_id: FirstLabels(case, before.get(case.case_id, {})) for case in cases}
