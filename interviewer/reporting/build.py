"""One report from one state: everything computed here, so that every format tells the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from interviewer.core.errors import UsageError
from interviewer.core.events import Event, Mode, Started
from interviewer.core.hiring import CriterionResult, Doubt, Summary, Verdict, summarise
from interviewer.core.pacing import share_of, spent
from interviewer.core.state import State
from interviewer.reporting.gather import question_report
from interviewer.reporting.judgements import judging_lines
from interviewer.reporting.model import (
    CommentReport,
    CriterionReport,
    DecisionReport,
    Distance,
    DoubtReport,
    FlagReport,
    Header,
    LogReport,
    PointReport,
    QuestionReport,
    Report,
    SectionReport,
    TurnReport,
)
from interviewer.reporting.usage import model_uses, total
from interviewer.reporting.words import A_PERSON_DECIDES


def build(
    state: State, *, interview: str, length: int, head: str, sound: bool = True, events: Sequence[Event] = ()
) -> Report:
    """The report of an interview, whether or not it is over.

    `length` (rows) and `head` (hash of the last row) name the log that the state was replayed from; `sound`
    is whether its chain holds. `events` is that log itself: only it tells what models took. Raises UsageError for
    an interview that never began.
    """
    if state.started is None:
        raise UsageError(f"interview {interview!r} has not begun", "Begin it with `interviewer practice`.")
    summary = summarise(state)
    questions = tuple(question_report(state, name) for name in _asked(state))
    practice = state.mode is Mode.PRACTICE
    whole_or_screen = state.whole or not practice
    return Report(
        header=_header(state, state.started, summary, interview),
        recommendation=None if practice else summary.recommendation,
        distance=_distance(summary) if practice and state.whole else None,
        reasons=() if practice else summary.reasons,
        criteria=tuple(_criteria(summary)) if whole_or_screen else (),
        doubts=tuple(_doubt(one, questions, practice) for one in summary.doubts if not practice or _moves_level(one)),
        questions=questions,
        transcript=tuple(_transcript(state)),
        sections=tuple(_sections(state, state.started)),
        comments=tuple(CommentReport(by=c.by, at=c.at, target=c.target, text=c.text) for c in state.comments),
        decisions=tuple(
            DecisionReport(by=d.by, at=d.at, decision=d.decision, reason=d.reason) for d in state.decisions
        ),
        judging=tuple(judging_lines(state, questions, interview)),
        models=model_uses(events),
        total=total(events),
        log=LogReport(length=length, head=head, sound=sound),
        note=A_PERSON_DECIDES,
    )


def _asked(state: State) -> Iterator[str]:
    """The planned questions and their follow-ups, in order."""
    for name in state.plan:
        main = state.scenario.main_of(name)
        yield from (main.id, *(one.id for one in main.follow_ups))


def _header(state: State, started: Started, summary: Summary, interview: str) -> Header:
    return Header(
        interview=interview,
        scenario_id=started.scenario_id,
        scenario_sha256=started.scenario_sha256,
        title=state.scenario.title,
        position=state.scenario.role.position,
        company=state.scenario.role.company,
        mode=started.mode,
        judge=started.judge,
        speaker=started.speaker,
        program=started.program,
        started_at=started.at,
        ended=state.ended,
        counted_seconds=spent(state),
        planned=summary.planned,
        assessed=summary.assessed,
        whole=state.whole,
    )


def _distance(summary: Summary) -> Distance:
    judged = [one for one in summary.passing if one.verdict is not Verdict.PERSON]
    return Distance(
        shown=sum(one.verdict is Verdict.MET for one in judged),
        judged=len(judged),
        nearest=tuple(one.criterion.id for one in summary.nearest),
    )


def _criteria(summary: Summary) -> Iterator[CriterionReport]:
    yield from (_criterion(one, "pass") for one in summary.passing)
    yield from (_criterion(one, "strong_pass") for one in summary.strong)
    yield from (_criterion(one, "fail") for one in summary.failing)


def _criterion(one: CriterionResult, kind: str) -> CriterionReport:
    return CriterionReport.model_validate(
        {
            "id": one.criterion.id,
            "says": one.criterion.says,
            "kind": kind,
            "verdict": one.verdict,
            "shown": one.shown,
            "possible": one.possible,
            "needed": one.criterion.needed if one.criterion.points else 0,
            "points": one.criterion.points,
            "red_flags": one.criterion.flags,
        }
    )


def _moves_level(one: Doubt) -> bool:
    """Practice tells of levels only, so a doubt that moves nothing else is not told there."""
    return one.levels[0] != one.levels[1]


def _doubt(one: Doubt, questions: Iterable[QuestionReport], practice: bool) -> DoubtReport:
    question = next(known for known in questions if known.id == one.question)
    known_targets: tuple[PointReport | FlagReport, ...] = (*question.first.points, *question.first.red_flags)
    target = next(known for known in known_targets if known.id == one.target)
    return DoubtReport(
        target=one.target,
        says=target.says,
        question=one.question,
        title=question.title,
        is_flag=one.is_flag,
        levels=one.levels,
        recommendations=(None, None) if practice else one.recommendations,
        quotes=target.quotes,
    )


def _transcript(state: State) -> Iterator[TurnReport]:
    clocks = accumulate(turn.seconds if turn.question else 0.0 for turn in state.turns)
    for turn, clock in zip(state.turns, clocks, strict=True):
        yield TurnReport(
            number=turn.number,
            who=turn.who,
            text=turn.text,
            channel=turn.channel,
            command=turn.command,
            question=turn.question,
            attempt=turn.attempt,
            move=turn.move,
            seconds=turn.seconds,
            clock=clock,
        )


def _sections(state: State, started: Started) -> Iterator[SectionReport]:
    """The sections that planned questions belong to, with what was lent to them."""
    factor = started.time_factor
    planned = [state.scenario.main_of(name) for name in state.plan]
    for section in state.scenario.sections:
        mains = [one.id for one in planned if one.section == section.id]
        if not mains:
            continue
        allowed = sum(share_of(state.scenario, name) for name in mains) / 60
        yield SectionReport(
            id=section.id,
            title=section.title,
            seconds=sum(state.spent.get(name, 0.0) for name in mains),
            minutes=None if factor is None else allowed * factor,
        )
