"""An interview as its page shows it: question by question, the talk beside the points, each with what it rests on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from interviewer.core.events import Contested
from interviewer.core.state import State, Turn
from interviewer.hosting.rooms import Kept
from interviewer.reporting.headings import level_words, standing_note
from interviewer.reporting.judgements import is_mixed, mixed_words
from interviewer.reporting.model import AttemptReport, FlagState, QuestionReport, Report, SelfReport
from interviewer.screening.review import contested
from interviewer.web.interview_findings import About, FindingRow, flag_row, point_row
from interviewer.web.interview_marks import Line, Reference, evidence, lines, pasted_in

OPENING: Final = "opening"
_REF: Final = re.compile(r"[a-z0-9-]+\.[a-z0-9-]+")


@dataclass(frozen=True, slots=True)
class AskedView:
    """A main or follow-up question with its level and findings; `unseen` are red flags that nobody saw."""

    id: str
    title: str
    asks: str
    follow_up: bool
    level: tuple[int, int] | None
    heading: str
    notes: tuple[str, ...]
    points: tuple[FindingRow, ...]
    flags: tuple[FindingRow, ...]
    unseen: tuple[FindingRow, ...]

    @property
    def findings(self) -> tuple[FindingRow, ...]:
        """All of them."""
        return (*self.points, *self.flags, *self.unseen)


@dataclass(frozen=True, slots=True)
class Part:
    """A main question with its follow-ups, and all that was said meanwhile; or what was said before the first."""

    key: str
    title: str
    lines: tuple[Line, ...]
    asked: tuple[AskedView, ...]


@dataclass(frozen=True, slots=True)
class Linked:
    """A piece of a sentence; `target` is the finding that it names, if it names one."""

    text: str
    target: str = ""


def parts(kept: Kept, report: Report) -> tuple[Part, ...]:
    """The interview in the order of the talk: every turn is in one part, and every planned question."""
    pasted = pasted_in(kept.events)
    about = _about(kept, report)
    reports = {one.id: one for one in report.questions}
    made = []
    for key, turns in _by_question(kept.state):
        mine = [one for one in reports.values() if key in (one.id, one.parent)]
        asked = tuple(_asked(mine, about))
        marked = evidence(
            (Reference(row.target, row.number), row.quotes) for view in asked for row in (*view.points, *view.flags)
        )
        title = mine[0].title if mine else "Before the first question"
        if turns or mine:
            made.append(Part(key, title, lines(turns, marked, pasted), asked))
    return tuple(made)


def _about(kept: Kept, report: Report) -> About:
    contests: dict[str, tuple[SelfReport, ...]] = {}
    for event in kept.events:
        if isinstance(event, Contested):
            before = contests.get(event.target, ())
            contests[event.target] = (*before, SelfReport(reason=event.reason, quotes=event.evidence))
    return About(contested(kept.events), contests, report.comments)


def _by_question(state: State) -> Iterator[tuple[str, list[Turn]]]:
    """The turns by main question, in order; what belongs to none stays with the question before it."""
    grouped: dict[str, list[Turn]] = {name: [] for name in (OPENING, *state.plan)}
    key = OPENING
    for turn in state.turns:
        if turn.question is not None:
            key = state.scenario.main_of(turn.question).id
        grouped.setdefault(key, []).append(turn)
    yield from grouped.items()


def _asked(reports: Iterable[QuestionReport], about: About) -> Iterator[AskedView]:
    """Questions with their findings numbered through, so that a number stands for one finding beside its talk."""
    number = 0
    for one in reports:
        points: list[FindingRow] = []
        flags: list[FindingRow] = []
        unseen: list[FindingRow] = []
        for point in one.first.points:
            number += 1
            points.append(point_row(number, point, about))
        for flag in one.first.red_flags:
            number += 1
            seen = flag.blind or flag.state is not FlagState.NOT_SEEN or flag.id in about.contested
            (flags if seen else unseen).append(flag_row(number, flag, about))
        level = one.first.level
        yield AskedView(
            id=one.id,
            title=one.title,
            asks=one.asks,
            follow_up=one.parent is not None,
            level=(level.low, level.high) if level else None,
            heading=level_words(level) if level else "not asked" if one.first.standing == "unasked" else "not scored",
            notes=tuple(_notes(one.first)),
            points=tuple(points),
            flags=tuple(flags),
            unseen=tuple(unseen),
        )


def _notes(attempt: AttemptReport) -> Iterator[str]:
    """What is to be known beside the level: how it went, who judged where it was not one judge, and noted facts."""
    if standing_note(attempt):
        yield standing_note(attempt)
    if is_mixed(attempt):
        yield from mixed_words(attempt)
    if attempt.notes:
        yield f"Noted by the judge: {'; '.join(attempt.notes)}."


def linked(sentence: str, known: Collection[str]) -> tuple[Linked, ...]:
    """A sentence with the findings that it names as links."""
    made, at = [], 0
    for match in _REF.finditer(sentence):
        if match.group() in known:
            made += [Linked(sentence[at : match.start()]), Linked(match.group(), match.group())]
            at = match.end()
    return (*(one for one in made if one.text), Linked(sentence[at:]))
