"""One finding as a reviewer sees it: the question, the point, the candidate's words, and what hangs on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from interviewer.core.findings import Finding, Status
from interviewer.core.scenario import Severity, Tier
from interviewer.hosting.results import Row
from interviewer.hosting.rooms import Kept
from interviewer.reporting.words import RECOMMENDATION_WORDS, SEVERITY_WORDS, TIER_WORDS
from interviewer.screening.review import Cause, Item, machine_finding
from interviewer.web.interview_marks import Line, Reference, evidence, lines, pasted_in

CAUSES: Final = {
    Cause.CONTESTED: "contested by the candidate",
    Cause.FLAG: "red flag to confirm",
    Cause.DOUBT: "the judge is in doubt",
    Cause.SAMPLE: "blind reading",
}
POINT_ANSWERS: Final = {Status.COVERED: "Covered", Status.PARTIAL: "In part", Status.ABSENT: "Not covered"}
FLAG_ANSWERS: Final = {Status.COVERED: "Shown", Status.ABSENT: "Not shown"}
KEYS: Final = {Status.COVERED: "c", Status.PARTIAL: "p", Status.ABSENT: "n"}
VERDICTS: Final = {
    Status.COVERED: "covered",
    Status.PARTIAL: "covered in part",
    Status.CONTRADICTED: "contradicted",
    Status.ABSENT: "not covered",
    Status.UNCLEAR: "unclear",
}
FLAG_VERDICTS: Final = {**VERDICTS, Status.COVERED: "shown", Status.ABSENT: "not shown"}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that can be given: its value, the word on its button, and its key."""

    value: str
    label: str
    key: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding to look at. While it is read blind, nothing in it says what the judge found, or where."""

    row: Row
    interview: str
    target: str
    title: str
    asks: str
    statement: str
    kind: str
    is_flag: bool
    blind: bool
    causes: tuple[str, ...]
    hangs: tuple[str, ...]
    verdict: str
    word: str
    contested: tuple[str, ...]
    lines: tuple[Line, ...]
    near: frozenset[int]
    """Numbers of the turns that are shown at once; the others can be opened."""
    answers: tuple[Answer, ...]


def finding_view(row: Row, kept: Kept, item: Item) -> FindingView:
    """What a reviewer sees of an item."""
    state = kept.state
    question = state.scenario.question(item.question)
    finding = None if item.blind else machine_finding(state, item.target)
    turns = state.judged_turns(item.question)
    marked = evidence([(Reference(item.target), finding.evidence)] if finding else [])
    word = state.words.get(item.target)
    verdicts = FLAG_VERDICTS if item.is_flag else VERDICTS
    statement, kind = _statement(kept, item)
    contested = tuple(one.reason for one in state.contested if one.target == item.target)
    return FindingView(
        row=row,
        interview=kept.id,
        target=item.target,
        title=question.title,
        asks=question.asks,
        statement=statement,
        kind=kind,
        is_flag=item.is_flag,
        blind=item.blind,
        causes=() if item.blind else tuple(CAUSES[one] for one in item.causes),
        hangs=() if item.blind else tuple(_hangs(item)),
        verdict=verdicts[finding.status] if finding else "",
        word=f"{verdicts[word.status]}, says {word.by}" if word and not item.blind else "",
        contested=() if item.blind else contested,
        lines=lines(turns, marked, pasted_in(())),
        near=_near(finding, [turn.number for turn in turns if turn.is_answer]),
        answers=answers(is_flag=item.is_flag),
    )


def answers(*, is_flag: bool) -> tuple[Answer, ...]:
    """What can be answered about a point, or about a red flag."""
    words = FLAG_ANSWERS if is_flag else POINT_ANSWERS
    return tuple(Answer(status.value, label, KEYS[status]) for status, label in words.items())


def _statement(kept: Kept, item: Item) -> tuple[str, str]:
    """The point's or the flag's statement, and what kind it is."""
    question, name = kept.state.scenario.question(item.question), item.target.split(".")[1]
    if item.is_flag:
        flag = question.flag(name)
        return flag.says, f"{SEVERITY_WORDS[Severity(flag.severity)]} red flag"
    point = question.point(name)
    return point.says, f"{TIER_WORDS[Tier(point.tier)].lower()} point"


def _hangs(item: Item) -> list[str]:
    """What hangs on it: the recommendation, and the question's level."""
    made = []
    against, favour = item.recommendations
    if against is not favour and against is not None and favour is not None:
        words = [RECOMMENDATION_WORDS[one].lower() for one in (against, favour)]
        made.append(f"the recommendation: {words[0]} or {words[1]}")
    if item.levels[0] != item.levels[1]:
        made.append(f"the level: {item.levels[0]} or {item.levels[1]}")
    return made


def _near(finding: Finding | None, answered: list[int]) -> frozenset[int]:
    """The turns with the evidence; all answers where there is none."""
    held = {span.turn for span in finding.evidence} if finding else set()
    return frozenset(held or answered)
