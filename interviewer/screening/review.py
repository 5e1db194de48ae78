"""What a person should look at in an interview, the most consequential first, and about how long that takes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from statistics import median
from typing import Final

from interviewer.core.criteria import Recommendation
from interviewer.core.events import Confirmed, Contested, Event, Overridden
from interviewer.core.findings import Finding, Status
from interviewer.core.hiring import Summary, summarise
from interviewer.core.scoring import QuestionGrade, Standing
from interviewer.core.state import State, Word
from interviewer.screening.blindness import is_sampled

USUAL_SECONDS: Final = 20.0
"""What one finding takes, as long as too few have been settled to tell."""
FEWEST_TIMES: Final = 5
"""So many must have been settled before their time is relied on."""
SHORTEST_SECONDS: Final = 1.0
"""Nobody reads faster."""
LONGEST_SECONDS: Final = 300.0
"""Whoever takes longer has done something else meanwhile."""
SETTLED: Final = frozenset({"advance", "reject"})
"""Decisions after which nothing of an interview waits, but what its candidate contests; the other is `hold`."""


class Cause(StrEnum):
    """Why a finding is put before a person."""

    CONTESTED = "contested"
    FLAG = "flag"
    DOUBT = "doubt"
    SAMPLE = "sample"
    """It is among the tenth that is read blind, and nothing else hangs on it."""


ORDER: Final = tuple(Cause)


@dataclass(frozen=True, slots=True)
class Item:
    """A finding for a person to look at.

    `levels` and `recommendations` are what is made of its question and of the whole if it is decided against the
    candidate, and for. `blind`: it is to be read before the judge's verdict is shown.
    """

    target: str
    question: str
    is_flag: bool
    causes: tuple[Cause, ...]
    levels: tuple[int, int]
    recommendations: tuple[Recommendation | None, Recommendation | None]
    blind: bool = False

    @property
    def among_sample(self) -> bool:
        """Whether it stands among what is only read blind.

        There also stand the red flags and the contested findings that are read blind first: their place would tell
        what the judge found. That it was in doubt may be told, since such findings are in no figure of agreement.
        """
        return self.blind and Cause.DOUBT not in self.causes

    @property
    def weight(self) -> tuple[bool, int, int]:
        """How much hangs on it: the recommendation, then levels, then why it is asked."""
        if self.among_sample:
            return False, 0, -ORDER.index(Cause.SAMPLE)
        against, favour = self.recommendations
        return against is not favour, self.levels[1] - self.levels[0], -ORDER.index(self.causes[0])


def by_weight(items: Iterable[Item]) -> list[Item]:
    """The most consequential first, else as they came."""
    return sorted(items, key=lambda one: one.weight, reverse=True)


def machine_finding(state: State, target: str) -> Finding | None:
    """What the judge found, whatever persons have said since; None where it judged nothing."""
    question, name = target.split(".")
    attempt = state.attempt(question)
    assessment = attempt.assessment if attempt else None
    if assessment is None:
        return None
    return next((one for one in (*assessment.points, *assessment.flags) if one.target == name), None)


def sampled(state: State, grades: Iterable[QuestionGrade]) -> tuple[str, ...]:
    """The findings of an interview that are read blind, in file order: a random tenth of all that the judge made."""
    salt = state.started.salt if state.started else ""
    return tuple(
        target
        for grade in grades
        if grade.standing is Standing.SCORED
        for target in _targets(grade)
        if machine_finding(state, target) is not None and is_sampled(salt, target)
    )


def unread(state: State, grades: Iterable[QuestionGrade]) -> tuple[str, ...]:
    """What is to be read blind first, as far as the log tells: nothing of its verdict is for a reviewer to see.

    While the interview goes on, that is all that is found so far and could be among the tenth. When somebody has
    decided to advance or to reject, all may be seen, and nothing is read blind any more, whatever is decided later:
    what has been shown is no blind reading.
    """
    if any(one.decision in SETTLED for one in state.decisions):
        return ()
    salt, given = state.started.salt if state.started else "", tuple(grades)
    drawn = sampled(state, given)
    if state.ended is None:
        drawn = tuple(one for grade in given for one in _targets(grade) if _found_early(state, salt, one))
    return tuple(one for one in drawn if one not in state.words)


def _found_early(state: State, salt: str, target: str) -> bool:
    return is_sampled(salt, target) and machine_finding(state, target) is not None


def _targets(grade: QuestionGrade) -> tuple[str, ...]:
    names = (*(one.point.id for one in grade.points), *(one.flag.id for one in grade.flags))
    return tuple(f"{grade.question.id}.{name}" for name in names)


def contested(events: Iterable[Event]) -> tuple[str, ...]:
    """The findings that the candidate contests, and on which no person has spoken since."""
    open_: dict[str, None] = {}
    for event in events:
        if isinstance(event, Contested):
            open_[event.target] = None
        elif isinstance(event, Confirmed | Overridden):
            open_.pop(event.target, None)
    return tuple(open_)


def to_review(state: State, events: Iterable[Event], summary: Summary, sample: Collection[str]) -> tuple[Item, ...]:
    """What waits in a finished interview, the most consequential first.

    `sample` are the findings that are to be read blind (see `unread`); those on which a person has spoken need it no
    more. After a decision to advance or to reject only what the candidate contests is left.
    """
    if state.ended is None:
        return ()
    pending = [one for one in sample if one not in state.words]
    found = (*_doubts(summary), *_flags(summary), *_contested(state, contested(events)), *_samples(summary, pending))
    items: dict[str, Item] = {}
    for one in found:
        before = items.get(one.target, one)
        causes = sorted({*before.causes, *one.causes}, key=ORDER.index)
        items[one.target] = replace(before, causes=tuple(causes), blind=one.target in pending)
    order = [target for grade in summary.grades for target in _targets(grade)]
    left = sorted(items.values(), key=lambda one: order.index(one.target))
    if state.decisions and state.decisions[-1].decision in SETTLED:
        return tuple(by_weight(one for one in left if Cause.CONTESTED in one.causes))
    return tuple(by_weight(left))


def after_reading(items: Iterable[Item], read: Collection[str]) -> tuple[Item, ...]:
    """What waits when these findings have been read blind: each is read so once, by whoever comes first."""
    left = (_as_read(one) if one.target in read else one for one in items)
    return tuple(by_weight(one for one in left if one.causes))


def _as_read(one: Item) -> Item:
    return replace(one, blind=False, causes=tuple(cause for cause in one.causes if cause is not Cause.SAMPLE))


def _doubts(summary: Summary) -> Iterator[Item]:
    for one in summary.doubts:
        cause = Cause.FLAG if one.is_flag else Cause.DOUBT
        yield Item(one.target, one.question, one.is_flag, (cause,), one.levels, one.recommendations)


def _flags(summary: Summary) -> Iterator[Item]:
    """Flags that no person has confirmed or dismissed, whatever hangs on them."""
    for grade in summary.grades:
        for one in grade.flags:
            if one.in_doubt:
                yield _idle(f"{grade.question.id}.{one.flag.id}", grade, summary, Cause.FLAG)


def _samples(summary: Summary, pending: Collection[str]) -> Iterator[Item]:
    for grade in summary.grades:
        for target in _targets(grade):
            if target in pending:
                yield _idle(target, grade, summary, Cause.SAMPLE)


def _idle(target: str, grade: QuestionGrade, summary: Summary, cause: Cause) -> Item:
    """A finding on which nothing hangs."""
    is_flag = target.split(".")[1] in {one.flag.id for one in grade.flags}
    same = (summary.recommendation, summary.recommendation)
    return Item(target, grade.question.id, is_flag, (cause,), (grade.low, grade.low), same)


def _contested(state: State, targets: Iterable[str]) -> Iterator[Item]:
    """What is contested, with what it would make if a person decided against the candidate, and for."""
    for target in targets:
        question, name = target.split(".")
        is_flag = name in {one.id for one in state.scenario.question(question).red_flags}
        against, favour = (_with_word(state, target, shown) for shown in (is_flag, not is_flag))
        levels = [grade.low for one in (against, favour) for grade in one.grades if grade.question.id == question]
        if len(levels) == 2:
            recommended = (against.recommendation, favour.recommendation)
            yield Item(target, question, is_flag, (Cause.CONTESTED,), (levels[0], levels[1]), recommended)


def _with_word(state: State, target: str, covered: bool) -> Summary:
    """The interview, had a person called this finding covered (or a flag shown), or not."""
    word = Word(Status.COVERED if covered else Status.ABSENT, by="")
    return summarise(replace(state, words={**state.words, target: word}))


def seconds_each(deeds: Iterable[tuple[str, datetime]], who: str) -> float:
    """About how many seconds one finding takes this person.

    `deeds` tells who settled a finding, and when, in any order. The median of the person's own times counts, else of
    everybody's, where there are enough of them; gaps in which somebody did something else are left out.
    """
    times: dict[str, list[datetime]] = {}
    for name, at in deeds:
        times.setdefault(name, []).append(at)
    gaps = {name: _gaps(sorted(made)) for name, made in times.items()}
    for known in (gaps.get(who, []), [gap for made in gaps.values() for gap in made]):
        if len(known) >= FEWEST_TIMES:
            return median(known)
    return USUAL_SECONDS


def _gaps(times: Sequence[datetime]) -> list[float]:
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(times)]
    return [gap for gap in gaps if SHORTEST_SECONDS <= gap <= LONGEST_SECONDS]
