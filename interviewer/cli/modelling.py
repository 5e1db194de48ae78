"""Whether a chat model takes part in an interview: the options, what was agreed to, and asking where nothing was."""

from __future__ import annotations

import shutil
import textwrap
from typing import TYPE_CHECKING, Annotated, Final

import typer

from interviewer.bootstrap import PACKAGED, Program, TakenUp
from interviewer.cast import Cast, JudgeKind, SpeakerKind
from interviewer.consent import notice
from interviewer.core.errors import SettingsError, UsageError
from interviewer.core.events import Mode
from interviewer.core.scenario import Scenario
from interviewer.core.turns import clean

if TYPE_CHECKING:
    from interviewer.casting import Offer

INTERRUPTED: Final = 130
NARROWEST: Final = 40
"""Columns to which lines are folded at the least."""

JudgeOption = Annotated[
    JudgeKind | None,
    typer.Option("--judge", help="Who judges: the embedded judge, a chat model, or both; else as agreed."),
]
SpeakerOption = Annotated[
    SpeakerKind | None, typer.Option("--speaker", help="Who speaks: the author, or a chat model too; else as agreed.")
]
ModelOption = Annotated[
    str | None, typer.Option("--model", metavar="NAME", help="The chat model, in place of the one that is set.")
]


def agreed_offer(
    ours: Program,
    scenario: Scenario,
    judge: JudgeKind | None = None,
    speaker: SpeakerKind | None = None,
    model: str | None = None,
    *,
    at_terminal: bool,
) -> Offer | None:
    """The models that take part, agreed to; None where none does. Raises UsageError and SettingsError.

    What no option says is as it was agreed to before. Without a terminal, an option is the agreement.
    """
    options = [one for one in (judge, speaker, model) if one is not None]
    standing = standing_cast(ours)
    cast = Cast(judge or standing.judge, speaker or standing.speaker, model or "", model or "")
    if not cast.uses_model:
        if model is not None:
            raise UsageError(
                f"--model {model[:80]} is for nobody: no model judges or speaks.",
                "Add --judge panel (or llm), --speaker llm, or both.",
            )
        return None
    offer = ours.offer(cast)
    answer = ours.consent.latest(offer.place, offer.cast)
    if answer and answer.agreed:
        return offer
    if at_terminal:
        return offer if ask(ours, offer, scenario) else None
    if not options:
        return None
    for line in _notice(ours, offer, scenario):
        typer.echo(line, err=True)
    return offer


def standing_cast(ours: Program) -> Cast:
    """Who takes part when no option is given: what was agreed to for the models that are set, else no model."""
    # A model by import path is code of somebody's: it is not even loaded where nobody has agreed to anything.
    if not ours.settings.models.configured or not ours.consent.path.exists():
        return PACKAGED
    try:
        offer = configured_offer(ours)
    except SettingsError as error:
        typer.echo(f"No model takes part: {clean(error.message)}", err=True)
        return PACKAGED
    answer = ours.consent.standing(offer.place, offer.cast.judge_model, offer.cast.speaker_model)
    return answer.cast if answer and answer.agreed else PACKAGED


def configured_offer(ours: Program) -> Offer:
    """All that the models which are set can do: judge in a panel, and speak. Raises SettingsError."""
    models = ours.settings.models
    judge = JudgeKind.PANEL if models.judge or models.path else JudgeKind.EMBEDDED
    speaker = SpeakerKind.LLM if models.speaker or models.path else SpeakerKind.AUTHORED
    return ours.offer(Cast(judge, speaker))


def ask(ours: Program, offer: Offer, scenario: Scenario) -> bool:
    """Show the notice, ask at the terminal whether the models may take part, and remember the answer."""
    typer.echo("")
    width = max(shutil.get_terminal_size().columns, NARROWEST)
    for line in _notice(ours, offer, scenario):
        typer.echo(textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False))
    try:
        agreed = typer.confirm("\nUse it?", default=False)
    except typer.Abort:
        raise typer.Exit(INTERRUPTED) from None
    remember(ours, offer, agreed=agreed)
    if not agreed:
        typer.echo("Nothing is sent anywhere.")
    return agreed


def remember(ours: Program, offer: Offer, *, agreed: bool) -> None:
    """Keep an answer in the home folder."""
    ours.settings.prepare_agreements()
    ours.consent.remember(offer.place, offer.cast, agreed=agreed, at=ours.clock.now())


def _notice(ours: Program, offer: Offer, scenario: Scenario) -> list[str]:
    cost = offer.cost_words(scenario, ours.prompts)
    return [clean(line) for line in notice(offer.place, offer.cast, cost, local=offer.local) if line]


def tell_missing(taken: TakenUp) -> None:
    """Say once that a model does not take part any more in an interview that goes on."""
    if not taken.missing:
        return
    typer.echo(f"{clean(', '.join(taken.cast.models))} does not take part now: {clean(taken.missing)}")
    if taken.cast.judges_by_model and taken.session.state.mode is Mode.SCREEN:
        typer.echo(
            "The embedded judge keeps the conversation going, and what it finds does not count: questions that the"
            " model has not judged stay unscored."
        )
    elif taken.cast.judges_by_model:
        typer.echo("The embedded judge stands in for it.")
    if taken.cast.speaks_by_model:
        typer.echo("The lines are the author's.")
    typer.echo("")
