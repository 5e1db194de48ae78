"""The menu that `interviewer` alone shows: one question, a whole interview, resume, reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from interviewer.bootstrap import Program, program
from interviewer.cli import modelling, report
from interviewer.cli.practice import ask, choose_scenario, interactive, play, resume
from interviewer.core.errors import NotFound, SettingsError
from interviewer.core.events import Mode
from interviewer.core.scenario import Scenario
from interviewer.core.turns import clean
from interviewer.reporting.words import joined

if TYPE_CHECKING:
    from interviewer.casting import Offer


def menu(context: typer.Context) -> None:
    """Show what can be done and do one thing; without a terminal, show the help instead."""
    if not interactive():
        typer.echo(context.get_help())
        return
    ours = program()
    unfinished = ours.store.latest_unfinished()
    choices = {"1": "Practise one question (about five minutes)", "2": "A whole interview"}
    if unfinished:
        choices["3"] = f"Go on with the interview you left ({unfinished})"
    if ours.store.list():
        choices["4"] = "Reports"
    offer = _model(ours)
    agreed = offer is not None and modelling.standing_cast(ours).uses_model
    if offer:
        what = "Do without" if agreed else "Use"
        choices["m"] = clean(f"{what} {joined(offer.cast.models)} at {offer.place}")
    choices["q"] = "Quit"
    where = f"What you say also goes to {offer.place}." if offer and agreed else "Everything stays on this machine."
    typer.echo(clean(f"Interviewer: practise a technical interview. {where}\n"))
    for key, words in choices.items():
        typer.echo(f"  {key}  {words}")
    match ask("\nYour choice", choices, "1"):
        case "1":
            _one_question(ours)
        case "2":
            _hold(ours, choose_scenario(ours))
        case "3":
            resume(unfinished)
        case "4":
            _reports(ours)
        case "m" if offer:
            _change(ours, offer, agreed=agreed)


def _model(ours: Program) -> Offer | None:
    """The models that are set, offered once where nobody was asked about them; None where there is none to use."""
    if not ours.settings.models.configured:
        return None
    try:
        offer = modelling.configured_offer(ours)
    except SettingsError as error:
        typer.echo(clean(f"No model takes part: {error.message} {error.remedy}\n"))
        return None
    if not ours.consent.standing(offer.place, offer.cast.judge_model, offer.cast.speaker_model):
        modelling.ask(ours, offer, _any_scenario(ours))
        typer.echo("")
    return offer


def _any_scenario(ours: Program) -> Scenario:
    """One to tell costs by, before an interview is chosen."""
    for one in ours.library.list():
        if one.scenario is not None:
            return one.scenario
    raise NotFound("There is no scenario that can be used.", "`interviewer scenario check` says what is wrong.")


def _change(ours: Program, offer: Offer, *, agreed: bool) -> None:
    """Take back what was agreed to, or ask again."""
    if not agreed:
        modelling.ask(ours, offer, _any_scenario(ours))
        return
    modelling.remember(ours, offer, agreed=False)
    typer.echo("From now on nothing is sent anywhere; interviews that go on do without the model, too.")


def _hold(ours: Program, scenario: Scenario, question: str | None = None) -> None:
    offer = modelling.agreed_offer(ours, scenario, at_terminal=True)
    begun = ours.begin(scenario, Mode.PRACTICE, questions=[question] if question else (), offer=offer)
    play(begun.session, begun.log.interview)


def _one_question(ours: Program) -> None:
    """Offer the main questions, the first not yet practised as the default."""
    scenario = choose_scenario(ours)
    done = {name for summary in ours.store.list() if summary.scenario_id == scenario.id for name in summary.questions}
    choices = {str(number): question.id for number, question in enumerate(scenario.questions, 1)}
    typer.echo("")
    for number, question in enumerate(scenario.questions, 1):
        typer.echo(f"  {number}  {clean(question.title)}{'  (practised)' if question.id in done else ''}")
    fresh = next((number for number, name in choices.items() if name not in done), "1")
    _hold(ours, scenario, choices[ask("\nWhich question", choices, fresh)])


def _reports(ours: Program) -> None:
    stored = ours.store.list()
    choices = {str(number): summary.id for number, summary in enumerate(stored, 1)}
    typer.echo("")
    for number, summary in enumerate(stored, 1):
        typer.echo(f"  {number}  {summary.started_at:%Y-%m-%d %H:%M}  {clean(summary.title)}  {summary.id}")
    report.report(choices[ask("\nWhich report", choices, "1")])
