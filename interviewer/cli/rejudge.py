"""`interviewer interviews rejudge`: what another judge would change about interviews that are over, and adopting it."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from interviewer.bootstrap import Program, program
from interviewer.cast import Cast, JudgeKind
from interviewer.cli.modelling import ModelOption
from interviewer.cli.opening import check_all, each
from interviewer.cli.practice import INTERRUPTED
from interviewer.cli.showing import deliver, json_text
from interviewer.core.errors import UsageError
from interviewer.core.findings import Finding, JudgeVersion
from interviewer.core.machine import Phase
from interviewer.core.scoring import QuestionGrade, Standing
from interviewer.core.state import State
from interviewer.core.turns import clean
from interviewer.evaluation.rejudge import FindingChange, QuestionChange, Rejudgement, rejudge
from interviewer.reporting.words import counted, level_range, one_line

if TYPE_CHECKING:
    from interviewer.store.records import StoredInterview

SCHEMA: Final = "interviewer.rejudge/1"
MAX_NAME: Final = 80
"""A longer name of a person is cut (characters)."""


class RejudgeFormat(StrEnum):
    """How the changes are told."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Again:
    """An interview that was judged again."""

    stored: StoredInterview
    state: State
    found: Rejudgement


@dataclass(slots=True)
class Tally:
    """What came of all interviews: judged again, still running, and the problems of those that cannot be read."""

    judge: JudgeVersion
    again: list[Again] = field(default_factory=list)
    running: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def changed(self) -> list[Again]:
        """The interviews of which the judge would change something."""
        return [one for one in self.again if one.found.changed]


def rejudge_command(
    interviews: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[INTERVIEW]...", help="Ids, beginnings of ids, or `last`; all interviews where none is named."
        ),
    ] = None,
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Put the new verdicts in force; the old ones stay in the log.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before adopting.")] = False,
    judge: Annotated[
        JudgeKind, typer.Option("--judge", help="Who judges again; a chat model is the one that is set.")
    ] = (JudgeKind.EMBEDDED),
    model: ModelOption = None,
    output_format: Annotated[RejudgeFormat, typer.Option("--format", help="Text, or JSON for programs.")] = (
        RejudgeFormat.TEXT
    ),
) -> None:
    """List what another judge would change about interviews that are over."""
    if adopt and not yes and not (sys.stdin and sys.stdin.isatty()):
        raise UsageError("Nothing was adopted: nobody can be asked here.", "Add --yes to adopt what changes.")
    told = output_format is RejudgeFormat.TEXT
    ours = program()
    if judge is not JudgeKind.EMBEDDED:
        _agree_to_model(ours, judge, model or "", ask=not yes)
    elif model is not None:
        raise UsageError(f"--model {model[:MAX_NAME]} is for nobody: no model judges.", "Add --judge panel, or llm.")
    ours.judge.check()
    tally = _judge_all(ours, judge, model or "", interviews or (), told=told)
    adopting = adopt and _agreed(tally, ask=not yes, aside=not told)
    if adopting:
        for one in tally.changed:
            for event in one.found.adoptable:
                one.stored.log.append(event)
    if told:
        _tell_end(tally, adopted=adopting, wanted=adopt)
    else:
        deliver(json_text(_plain(tally, adopted=adopting)), None, "the changes")
    check_all(tally.problems, "The others were judged again.")


def _agree_to_model(ours: Program, judge: JudgeKind, model: str, *, ask: bool) -> None:
    """Say what is sent where before it is, and send nothing unless somebody agrees. Raises UsageError."""
    offer = ours.offer(Cast(judge, judge_model=model))
    sent = f"What was said in these interviews goes to {offer.cast.judge_model} at {offer.place}, with the questions."
    typer.echo(clean(sent), err=True)
    if not ask:
        return
    if not (sys.stdin and sys.stdin.isatty()):
        raise UsageError("Nothing was sent: nobody can be asked here.", "Add --yes to go on.")
    if not typer.confirm("Go on?", err=True):
        raise typer.Exit


def _judge_all(ours: Program, kind: JudgeKind, model: str, names: Sequence[str], *, told: bool) -> Tally:
    """Judge interview after interview, and tell each one's changes as soon as they are known."""
    tally = Tally(ours.patient_judge(kind, "", model).version)
    by = _me()
    for stored, state in each(ours.store, names, tally.problems):
        if state.phase is not Phase.ENDED:
            tally.running.append(stored.id)
            continue
        judge = ours.patient_judge(kind, state.started.salt if state.started else "", model)
        one = Again(stored, state, rejudge(state, judge, ours.clock.now(), by))
        tally.again.append(one)
        if told:
            for line in _block(one):
                typer.echo(line)
    return tally


def _me() -> str:
    """The name under which the person at the keyboard is known to this machine."""
    try:
        name = clean(getpass.getuser())[:MAX_NAME]
    except (OSError, KeyError, ImportError):
        name = ""
    return name or "somebody at the command line"


def _agreed(tally: Tally, *, ask: bool, aside: bool) -> bool:
    """Whether there is something to adopt, and the person wants it; `aside` keeps the question out of the output."""
    if not tally.changed:
        return False
    if not ask:
        return True
    try:
        return typer.confirm(f"Adopt the new verdicts on {_amount(tally)}? The old ones stay in the log.", err=aside)
    except typer.Abort:
        raise typer.Exit(INTERRUPTED) from None


def _amount(tally: Tally) -> str:
    questions = sum(len(one.found.adoptable) for one in tally.changed)
    return f"{counted(questions, 'question')} of {counted(len(tally.changed), 'interview')}"


def _judge_name(judge: JudgeVersion) -> str:
    return f"{judge.name} ({judge.hash[:12]})"


def _block(one: Again) -> Iterator[str]:
    """What would change in one interview, and which of its questions could not be judged again."""
    found = one.found
    rows = [row for change in found.questions for row in _rows(change)]
    if found.before is not found.after:
        rows.append(("recommendation", f"{found.before} -> {found.after}"))
    elif found.changed and not rows:
        rows.append(("findings", "the same"))
    rows += [(name, "could not be judged again; its verdict stays") for name in found.failed]
    if not rows:
        return
    started = one.state.started
    yield f"{one.stored.id}  {one.stored.scenario.id}, {one.state.mode}" + (
        f", started {started.at:%Y-%m-%d %H:%M} UTC" if started else ""
    )
    width = max(len(left) for left, _ in rows)
    yield from (f"  {left.ljust(width)}  {clean(right)}" for left, right in rows)
    yield ""


def _rows(change: QuestionChange) -> Iterator[tuple[str, str]]:
    for one in change.findings:
        word = f"; {one_line(one.word.by, MAX_NAME)}'s word stands: {one.word.status}" if one.word else ""
        yield f"{'red flag ' if one.is_flag else ''}{one.target}", f"{_change(one)}{word}"
    if change.regraded:
        before, after = _level(change.before), _level(change.after)
        yield change.question, f"{before} -> {after}"


def _change(one: FindingChange) -> str:
    """ "covered -> absent (0.91 -> 0.30)"."""
    sides = (one.before, one.after)
    words = " -> ".join(side.status if side else "not judged" for side in sides)
    return f"{words} ({' -> '.join(f'{side.probability:.2f}' if side else 'none' for side in sides)})"


def _level(graded: QuestionGrade) -> str:
    if graded.standing is Standing.SCORED:
        return f"level {level_range(graded.low, graded.high)}"
    return "not asked" if graded.standing is Standing.UNASKED else "not scored"


def _tell_end(tally: Tally, *, adopted: bool, wanted: bool) -> None:
    for name in tally.running:
        typer.echo(f"{name}: not over yet, so it was skipped.")
    judge = _judge_name(tally.judge)
    count, changed = len(tally.again), len(tally.changed)
    if not count:
        typer.echo("There is no interview to judge again.")
    elif not changed:
        typer.echo(f"Judged again by {judge}: {counted(count, 'interview')}; nothing would change.")
    else:
        typer.echo(
            f"Judged again by {judge}: {counted(count, 'interview')}; {changed} would change, {count - changed} not."
        )
    if adopted:
        typer.echo(f"Adopted: the new verdicts on {_amount(tally)}. The old ones stay in the log.")
    elif wanted:
        typer.echo("Nothing was adopted.")


def _plain(tally: Tally, *, adopted: bool) -> dict[str, Any]:
    """The changes as `--format json` has them; interviews of which nothing would change are only counted."""
    return {
        "schema": SCHEMA,
        "judge": tally.judge.model_dump(mode="json"),
        "judged": len(tally.again),
        "unchanged": len(tally.again) - len(tally.changed),
        "adopted": adopted,
        "interviews": [_plain_interview(one) for one in tally.again if one.found.changed or one.found.failed],
        "running": tally.running,
        "problems": [clean(one) for one in tally.problems],
    }


def _plain_interview(one: Again) -> dict[str, Any]:
    found = one.found
    return {
        "id": one.stored.id,
        "scenario": one.stored.scenario.id,
        "mode": one.state.mode,
        "changed": found.changed,
        "recommendation": {"before": found.before, "after": found.after},
        "questions": [_plain_question(change) for change in found.questions],
        "adoptable": [event.question for event in found.adoptable],
        "not_judged": list(found.failed),
    }


def _plain_question(change: QuestionChange) -> dict[str, Any]:
    return {
        "question": change.question,
        "level": {"before": _plain_level(change.before), "after": _plain_level(change.after)},
        "findings": [_plain_finding(one) for one in change.findings],
    }


def _plain_level(graded: QuestionGrade) -> list[int] | None:
    """Lowest and highest level; none where there is no level."""
    return [graded.low, graded.high] if graded.standing is Standing.SCORED else None


def _plain_finding(one: FindingChange) -> dict[str, Any]:
    return {
        "target": one.target,
        "red_flag": one.is_flag,
        "before": _plain_side(one.before),
        "after": _plain_side(one.after),
        "word": {"by": one.word.by, "status": one.word.status} if one.word else None,
    }


def _plain_side(finding: Finding | None) -> dict[str, Any] | None:
    return {"status": finding.status, "probability": finding.probability} if finding else None
