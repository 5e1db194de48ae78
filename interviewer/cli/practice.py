"""`interviewer practice` and `interviewer resume`: hold an interview at a terminal or through a pipe."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Protocol

import typer

from interviewer.bootstrap import Program, program
from interviewer.cli.modelling import JudgeOption, ModelOption, SpeakerOption, agreed_offer, tell_missing
from interviewer.cli.words import unreviewed
from interviewer.core.errors import NotFound, StoreError, UsageError
from interviewer.core.events import Mode
from interviewer.core.pacing import TYPED_FACTOR
from interviewer.core.ports import Candidate
from interviewer.core.scenario import Scenario
from interviewer.core.state import State
from interviewer.core.turns import clean
from interviewer.session import Result, Session

UNFINISHED = 3
INTERRUPTED = 130

ScenariosOption = Annotated[
    Path | None,
    typer.Option("--scenarios", help="A scenario file, or a folder of them, that adds to or overrides the others."),
]


def practice(
    scenario: Annotated[str | None, typer.Argument(help="Id of a scenario; see `interviewer scenario list`.")] = None,
    question: Annotated[str | None, typer.Option("--question", help="Practise only this main question.")] = None,
    screen: Annotated[
        bool, typer.Option("--screen", help="Rehearse the neutral mode: no feedback, no scores.")
    ] = False,
    untimed: Annotated[bool, typer.Option("--untimed", help="No time limits.")] = False,
    judge: JudgeOption = None,
    speaker: SpeakerOption = None,
    model: ModelOption = None,
    scenarios: ScenariosOption = None,
) -> None:
    """Practise an interview now: at a terminal, or one turn a line on standard input."""
    ours = program(scenarios)
    chosen = ours.library.get(scenario) if scenario else choose_scenario(ours)
    mode = Mode.SCREEN if screen else Mode.PRACTICE
    offer = agreed_offer(ours, chosen, judge, speaker, model, at_terminal=interactive())
    factor = None if untimed else TYPED_FACTOR
    begun = ours.begin(chosen, mode, questions=[question] if question else (), time_factor=factor, offer=offer)
    play(begun.session, begun.log.interview)


def resume(
    interview: Annotated[str | None, typer.Argument(help="Id of an interview; the latest unfinished one.")] = None,
) -> None:
    """Go on with an interview that was left."""
    ours = program()
    name = interview or ours.store.latest_unfinished()
    if name is None:
        raise NotFound("There is no unfinished interview.", "Begin one with `interviewer practice`.")
    stored = ours.store.open(name)
    taken = ours.take_up(stored.scenario, stored.log, stored.events)
    if taken.session.state.ended is not None:
        raise UsageError(f"Interview {stored.id} is over.", f"See it with `interviewer report {stored.id}`.")
    tell_missing(taken)
    play(taken.session, stored.id, missing=bool(taken.missing))


def choose_scenario(ours: Program) -> Scenario:
    """The scenario to practise when none is named: the only one there is, else the one that a person picks."""
    usable = [entry for entry in ours.library.list() if not entry.problem]
    if len(usable) > 1 and not interactive():
        raise UsageError("Which scenario? There are several.", f"Name one: {', '.join(one.id for one in usable)}.")
    if not usable:
        raise NotFound("There is no scenario that can be used.", "`interviewer scenario check` says what is wrong.")
    if len(usable) == 1:
        return ours.library.get(usable[0].id)
    choices = {str(number): entry.id for number, entry in enumerate(usable, 1)}
    typer.echo("")
    for number, entry in enumerate(usable, 1):
        typer.echo(f"  {number}  {clean(entry.title)}")
    return ours.library.get(choices[ask("\nWhich interview", choices, "1")])


def ask(question: str, choices: Mapping[str, str], default: str) -> str:
    """One of the keys of `choices`, asked for until it is given."""
    while True:
        try:
            given: str = typer.prompt(question, default=default).strip().lower()
        except typer.Abort:
            raise typer.Exit(INTERRUPTED) from None
        if given in choices:
            return given
        typer.echo(f"Please type one of: {', '.join(choices)}.")


def interactive() -> bool:
    """Whether a person sits at both ends."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def play(session: Session, interview: str, *, missing: bool = False) -> None:
    """Hold the interview; leaves with exit status 0 when it is over, 3 or 130 when it was left.

    `missing`: the model that it began with does not take part now.
    """
    candidate = _candidate(missing=missing)
    try:
        result = session.run(candidate)
    except KeyboardInterrupt:
        session.interrupt()
        result = Result.INTERRUPTED
    except StoreError as error:
        if session.unstored:
            lost = f"This answer could not be stored; copy it if you want to keep it:\n{session.unstored}"
            error.remedy = f"{error.remedy}\n{lost}"
        raise
    if result is Result.ENDED:
        if unreviewed(session.state):
            candidate.show_panel(session.state)
        _finish(session, interview)
        return
    typer.echo(f"\nPaused. Go on with: interviewer resume {interview}")
    raise typer.Exit(INTERRUPTED if result is Result.INTERRUPTED else UNFINISHED)


class Screen(Candidate, Protocol):
    """A candidate who reads what the program shows."""

    def show_panel(self, state: State) -> None:
        """Show how the question at hand went."""


def _candidate(*, missing: bool) -> Screen:
    if sys.stdin is None or sys.stdout is None:
        raise UsageError("Standard input or output is closed.", "Give turns on standard input, one a line.")
    if interactive():
        from interviewer.cli.terminal import TerminalCandidate

        return TerminalCandidate(missing=missing)
    from interviewer.cli.pipe import PipeCandidate

    return PipeCandidate(missing=missing)


def _finish(session: Session, interview: str) -> None:
    state = session.state
    typer.echo("")
    if state.whole and state.mode is Mode.PRACTICE:
        for line in state.scenario.closing_advice:
            typer.echo(f"  - {line}")
        typer.echo("")
    typer.echo(f"Your report: interviewer report {interview}")
