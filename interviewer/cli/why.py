"""An interview told turn by turn: what was said and, on request, why the interviewer did what it did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from interviewer.core import events as ev
from interviewer.core.events import Event, Mode, Move, Who
from interviewer.core.findings import Assessment, Finding, Status, Usage
from interviewer.core.replay import apply
from interviewer.core.scenario import Scenario
from interviewer.core.state import State
from interviewer.reporting.usage import usage_words

_WHO: Final = {Who.INTERVIEWER: "Interviewer", Who.CANDIDATE: "Candidate"}


@dataclass(frozen=True, slots=True)
class Told:
    """A line: a turn with its number and speaker, or (without a number) a note on what happened between turns."""

    text: str
    number: int | None = None
    who: str = ""
    candidate: bool = False
    depth: int = 0
    """How far a note is set in: 0 for what happened, 1 for the findings behind it."""


def tell(scenario: Scenario, events: Iterable[Event], *, why: bool) -> Iterator[Told]:
    """The whole log in order; with `why`, also readings, findings and moves. Raises IllegalEvent."""
    state = State(scenario=scenario)
    parts: list[ev.Said] = []
    for event in events:
        before, state = state, apply(state, event)
        if isinstance(event, ev.Said):
            parts.append(event)
        notes = [] if isinstance(event, ev.Said) else list(_between(event, before, why=why))
        if parts and (notes or not parts[-1].more):
            yield from _said(parts, why=why)
            parts = []
        yield from notes
    if parts:
        yield from _said(parts, why=why)


def _said(parts: Sequence[ev.Said], *, why: bool) -> Iterator[Told]:
    """A line in one piece, of however many parts it is made."""
    first = parts[0]
    text = " ".join(part.text for part in parts)
    yield Told(text, first.turn, _WHO[first.who], candidate=first.who is Who.CANDIDATE)
    if why and first.channel is ev.Channel.SPOKEN:
        yield Told("spoken, and written down by a machine")
    for part in parts:
        yield from _took(part.usage, depth=0) if why else ()


def _took(usage: Usage | None, *, depth: int) -> Iterator[Told]:
    if usage:
        yield Told(f"took {usage_words(usage)}", depth=depth)


def _between(event: Event, before: State, *, why: bool) -> Iterator[Told]:
    """What happened between turns."""
    if isinstance(event, ev.Judged):
        yield from _judged(event, before) if why else ()
    elif isinstance(event, ev.Moved):
        yield from _moved(event.move, before) if why else ()
    else:
        yield from _noted(event)


def _judged(event: ev.Judged, before: State) -> Iterator[Told]:
    """What a judgement changed for the question, since the one before it."""
    again = f", try {event.attempt}" if event.attempt > 1 else ""
    head = f"judged {event.question}{again} by {event.outcome.judge.name}{_instead(event, before)}"
    if isinstance(event.outcome, Assessment):
        yield from _found(event, event.outcome, before, head)
    else:
        yield Told(f"{head}: not scored ({event.outcome.reason.value.replace('_', ' ')})")
        if event.outcome.detail:
            yield Told(event.outcome.detail, depth=1)
        if event.outcome.prompt or event.outcome.reply:
            yield Told("what it was asked and answered is kept; `interviewer interviews export` shows it", depth=1)
    yield from _took(event.outcome.usage, depth=1)


def _instead(event: ev.Judged, before: State) -> str:
    """What sets a judgement apart: that it is another judge's, or that another one was there before it."""
    attempt = before.attempt(event.question, event.attempt)
    late = attempt is not None and any(one.turn >= event.turn for one in attempt.judgements)
    words = f", late, up to turn {event.turn}" if late else ""
    own = before.started.judge.name if before.started else event.outcome.judge.name
    if event.outcome.judge.name == own:
        return words
    place = "in place" if before.mode is Mode.PRACTICE else "not counting, in place"
    return f" ({place} of {own}){words}"


def _found(event: ev.Judged, outcome: Assessment, before: State, head: str) -> Iterator[Told]:
    attempt = before.attempt(event.question, event.attempt)
    earlier = attempt.heard if attempt else None
    old = {one.target: one.status for one in (*earlier.points, *earlier.flags)} if earlier else {}
    found = (*outcome.points, *outcome.flags)
    changed = [one for one in found if one.status is not old.get(one.target, Status.ABSENT)]
    yield Told(f"{head}: {'new findings' if changed else 'nothing new'}")
    flags = {one.target for one in outcome.flags}
    for one in changed:
        yield Told(_finding(event.question, one, is_flag=one.target in flags), depth=1)
    for note in outcome.notes:
        yield Told(f"note: {note}", depth=1)


def _moved(move: Move, before: State) -> Iterator[Told]:
    if move.intent is not None:
        yield Told(f"read as: {move.intent.value.replace('_', ' ')}")
    yield Told(f"move: {_act(move)}; reason: {move.reason}")
    for name in move.because:
        yield Told(_behind(name, before), depth=1)


def _act(move: Move) -> str:
    """A move and what it is about: "probe api-call.tcp"."""
    words = move.kind.value.replace("_", " ")
    if move.question:
        words += f" {move.question}" + (f".{move.point}" if move.point else "")
    details = [
        "only in doubt, so it is no help" if move.in_doubt else "",
        f"hint {move.hint + 1}" if move.hint is not None else "",
        f"fact {move.fact + 1}" if move.fact is not None else "",
        move.close.value if move.close else "",
        move.end.value.replace("_", " ") if move.end else "",
    ]
    given = ", ".join(one for one in details if one)
    return f"{words} ({given})" if given else words


def _behind(name: str, state: State) -> str:
    """A finding as the move saw it."""
    question, target = name.split(".")
    number = state.open[1] if state.open and state.open[0] == question else 1
    attempt = state.attempt(question, number)
    assessment = attempt.heard if attempt else None
    return _finding(question, assessment.finding(target)) if assessment else f"{name}  not judged yet"


def _finding(question: str, one: Finding, *, is_flag: bool = False) -> str:
    words = f"{question}.{one.target}  {'red flag ' if is_flag else ''}{one.status.value} {one.probability:.2f}"
    quote = " ... ".join(" ".join(span.text.split()) for span in one.evidence)
    turns = ", ".join(dict.fromkeys(str(span.turn) for span in one.evidence))
    return f'{words}  "{quote}" (turn {turns})' if quote else words


def _noted(event: Event) -> Iterator[Told]:
    """What happened apart from the conversation's turns and the machine's work on them."""
    match event:
        case ev.Started():
            yield Told(f"{event.mode.value} of {event.scenario_id}, started {_when(event)}")
        case ev.Consented():
            yield Told(f"the candidate agreed to notice {event.notice}")
        case ev.Paused() | ev.Resumed():
            yield Told(f"{event.kind} {_when(event)}")
        case ev.Retried():
            yield Told(f"the candidate tries {event.question} again")
        case ev.Ended():
            yield Told(f"ended {_when(event)} ({event.reason.value.replace('_', ' ')})")
        case ev.Contested():
            words = " ... ".join(span.text for span in event.evidence)
            yield Told(f'the candidate marked "{words}" for {event.target}: kept, no credit')
        case ev.Confirmed():
            yield Told(f"{event.by} confirmed {event.target}")
        case ev.Overridden():
            yield Told(f"{event.by} set {event.target} to {event.status.value}: {event.reason}")
        case ev.Commented():
            yield Told(f"{event.by} on {event.target or 'the interview'}: {event.text}")
        case ev.Decided():
            yield Told(f"{event.by} decided {event.decision}: {event.reason}")
        case ev.Rejudged():
            yield Told(f"{event.by} adopted the findings of {event.outcome.judge.name} for {event.question}")


def _when(event: Event) -> str:
    return f"{event.at:%Y-%m-%d %H:%M} UTC"
