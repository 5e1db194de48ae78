"""The menu that `interviewer` alone shows: one question, a whole interview, resume, reports."""

from __future__ import annotations

import typer

from interviewer.bootstrap import Program, program
from interviewer.cli import report
from interviewer.cli.practice import ask, choose_scenario, interactive, play, resume
from interviewer.core.events import Mode
from interviewer.core.turns import clean


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
    choices["q"] = "Quit"
    typer.echo("Interviewer: practise a technical interview. Everything stays on this machine.\n")
    for key, words in choices.items():
        typer.echo(f"  {key}  {words}")
    match ask("\nYour choice", choices, "1"):
        case "1":
            _one_question(ours)
        case "2":
            begun = ours.begin(choose_scenario(ours), Mode.PRACTICE)
            play(begun.session, begun.log.interview)
        case "3":
            resume(unfinished)
        case "4":
            _reports(ours)


def _one_question(ours: Program) -> None:
    """Offer the main questions, the first not yet practised as the default."""
    scenario = choose_scenario(ours)
    done = {name for summary in ours.store.list() if summary.scenario_id == scenario.id for name in summary.questions}
    choices = {str(number): question.id for number, question in enumerate(scenario.questions, 1)}
    typer.echo("")
    for number, question in enumerate(scenario.questions, 1):
        typer.echo(f"  {number}  {clean(question.title)}{'  (practised)' if question.id in done else ''}")
    fresh = next((number for number, name in choices.items() if name not in done), "1")
    begun = ours.begin(scenario, Mode.PRACTICE, question=choices[ask("\nWhich question", choices, fresh)])
    play(begun.session, begun.log.interview)


def _reports(ours: Program) -> None:
    stored = ours.store.list()
    choices = {str(number): summary.id for number, summary in enumerate(stored, 1)}
    typer.echo("")
    for number, summary in enumerate(stored, 1):
        typer.echo(f"  {number}  {summary.started_at:%Y-%m-%d %H:%M}  {clean(summary.title)}  {summary.id}")
    report.report(choices[ask("\nWhich report", choices, "1")])
