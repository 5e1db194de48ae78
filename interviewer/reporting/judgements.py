"""Which turns of a question were judged by what: the judgements of a try, and the sentences that tell them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from shlex import quote
from typing import Final

from interviewer.core.events import Mode
from interviewer.core.findings import JudgeVersion, Unscored, UnscoredReason
from interviewer.core.state import Attempt, Judgement, State
from interviewer.reporting.model import AttemptReport, JudgementReport, QuestionReport, Role
from interviewer.reporting.who import is_model, model_words
from interviewer.reporting.words import counted, joined, one_line

MAX_DETAIL: Final = 200
"""A longer account of a failure is cut in the middle, but not in the JSON (characters)."""


def judgements(state: State, attempt: Attempt) -> tuple[JudgementReport, ...]:
    """All judgements of a try in the order in which they were made, and last the one that a person adopted."""
    made = (*attempt.judgements, *((attempt.rejudged,) if attempt.rejudged else ()))
    # By identity, because two judgements of a turn may well be equal, and only one of them counts.
    counting = {id(one) for one in attempt.scored}
    return tuple(_report(state, one, counts=id(one) in counting, adopted=one is attempt.rejudged) for one in made)


def _report(state: State, one: Judgement, *, counts: bool, adopted: bool) -> JudgementReport:
    outcome = one.outcome
    unscored = outcome if isinstance(outcome, Unscored) else None
    role = Role.ADOPTED if adopted else Role.OWN if one.own else Role.STAND_IN if one.scores else Role.STEERING
    return JudgementReport(
        turn=one.turn,
        judge=outcome.judge,
        role=role,
        instead_of="" if one.own or state.started is None else state.started.judge.name,
        counts=counts,
        unscored=unscored.reason if unscored else None,
        detail=unscored.detail if unscored else "",
        usage=outcome.usage,
    )


def is_mixed(attempt: AttemptReport) -> bool:
    """Whether it takes more than one judge's name, or version, to say who judged a try, or a model failed to."""
    if any(one.role is Role.ADOPTED for one in attempt.judgements):
        return False
    versions = {one.judge for one in attempt.judgements if one.unscored is None}
    return len(versions) > 1 or any(one.role is not Role.OWN or _failed(one) for one in attempt.judgements)


def _failed(one: JudgementReport) -> bool:
    """Whether a model could not judge; that an answer is in another language is no failure."""
    return one.role is Role.OWN and one.unscored is UnscoredReason.JUDGE_FAILED and is_model(one.judge.name)


def mixed_words(attempt: AttemptReport) -> Iterator[str]:
    """Sentences that say of each turn of a try who judged it, and why its own judge did not."""
    yield from _by_judge(attempt, Role.OWN, "judged by {}.")
    yield from _by_judge(attempt, Role.STAND_IN, "judged by {}, which stood in for {}.")
    yield from _by_judge(attempt, Role.STEERING, "judged by {} to keep the conversation going, which does not count.")
    settled = {one.turn for one in attempt.judgements if one.role is Role.OWN and one.unscored is None}
    failed = {one.turn: one for one in attempt.judgements if _failed(one) and one.turn not in settled}
    for turn, one in failed.items():
        detail = one_line(one.detail, MAX_DETAIL).rstrip(".") or "it could not do its work"
        yield f"Turn {turn}: not judged by {one.judge.name}: {detail}."
    missing = _missing(attempt)
    if missing:
        yield f"{_turns(missing)}: no verdict of {_expected(attempt)} has come."


def _by_judge(attempt: AttemptReport, role: Role, words: str) -> Iterator[str]:
    """One sentence for each judge of a role, with the turns that it found something out about."""
    turns: dict[JudgeVersion, list[int]] = {}
    for one in attempt.judgements:
        if one.role is role and one.unscored is None and (one.counts or role is Role.STEERING):
            turns.setdefault(one.judge, []).append(one.turn)
    for judge, numbers in turns.items():
        yield f"{_turns(numbers)}: " + words.format(f"{judge.name} ({judge.hash[:12]})", _expected(attempt))


def _turns(numbers: Iterable[int]) -> str:
    told = [str(one) for one in sorted(set(numbers))]
    return f"Turn{'s' if len(told) > 1 else ''} {joined(told)}"


def _expected(attempt: AttemptReport) -> str:
    return next((one.instead_of for one in attempt.judgements if one.instead_of), "the interview's own judge")


def _missing(attempt: AttemptReport) -> list[int]:
    """Turns on which the interview's own judge has said nothing at all, though another has."""
    told = {one.turn for one in attempt.judgements if one.role is not Role.STAND_IN and one.role is not Role.STEERING}
    return [one.turn for one in attempt.judgements if one.turn not in told]


def verdict_came(attempt: AttemptReport) -> bool:
    """Whether the interview's own judge has said anything, be it that it could not judge."""
    return any(one.role in (Role.OWN, Role.ADOPTED) for one in attempt.judgements)


def stand_in_words(attempt: AttemptReport) -> str:
    """In practice, for the candidate: that a verdict is not that of the interview's own judge; empty where it is."""
    last = [one for one in attempt.judgements if one.counts][-1:]
    if not last or last[0].role is not Role.STAND_IN:
        return ""
    name = last[0].judge.name
    judge = "the embedded judge" if name == "embedded" else name
    return f"Judged by {judge} alone: {model_words(last[0].instead_of)} did not judge it."


def judging_lines(state: State, questions: Sequence[QuestionReport], interview: str) -> Iterator[str]:
    """Lines for the top of a report: where another judge stood in, and what still waits for the interview's own."""
    if state.started is None:
        return
    judge = state.started.judge.name
    stood_in = _titles(one for one in questions if _stood_in(one.first))
    if stood_in and state.mode is Mode.PRACTICE:
        yield f"Another judge stood in where {model_words(judge)} did not judge an answer: {stood_in}."
    waiting = _titles(one for one in questions if _waits(one.first))
    if waiting and state.mode is Mode.SCREEN:
        kind, _, model = judge.partition(":")
        command = f"interviewer interviews rejudge {interview} --judge {kind} --model {quote(model)} --adopt"
        then = f"`{command}`" if state.ended else f"once the interview is over, `{command}`"
        yield f"Not yet judged to the end by {model_words(judge)}: {waiting}. The same judge can still do it: {then}."


def _titles(questions: Iterable[QuestionReport]) -> str:
    titles = [f'"{one.title}"' for one in questions]
    return f"{counted(len(titles), 'question')} ({joined(titles)})" if titles else ""


def _stood_in(attempt: AttemptReport) -> bool:
    return any(one.role is Role.STAND_IN and one.counts for one in attempt.judgements)


def _waits(attempt: AttemptReport) -> bool:
    """Whether the last turn that anybody judged has no verdict of the interview's own judge, which is a model."""
    if not is_mixed(attempt) or (not attempt.asked and attempt.closed is None):
        return False
    last = max(one.turn for one in attempt.judgements)
    own = [one for one in attempt.judgements if one.turn == last and one.role is Role.OWN]
    return all(_failed(one) for one in own)
