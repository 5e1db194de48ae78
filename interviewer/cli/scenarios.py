"""`interviewer scenario`: which scenarios there are, what is in them, and whether they are sound."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interviewer.bootstrap import Program, program
from interviewer.cli.practice import ScenariosOption
from interviewer.cli.showing import page, show_rows, write
from interviewer.core.errors import CheckFailed, NotFound, ScenarioError
from interviewer.core.scenario import Question, Scenario, Tier
from interviewer.core.turns import clean
from interviewer.evaluation.scenario_check import check as find_problems
from interviewer.library import load_file, schema_text

if TYPE_CHECKING:
    from rich.console import Console

app = typer.Typer(help="List, show and check scenarios.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def list_(scenarios: ScenariosOption = None) -> None:
    """List all scenarios, with the file in force for each."""
    listed = program(scenarios).library.list()
    if not listed:
        typer.echo("There are no scenarios. Install the program again, or name a file with --scenarios.")
        return
    show_rows(("Scenario", "Title", "From"), [(one.id, one.title or "(broken)", one.origin) for one in listed])
    typer.echo("")
    for one in listed:
        typer.echo(f"{clean(one.id)}: {one.path}")
        for path in one.overrides:
            typer.echo(f"  overrides {path}")
        if one.broken:
            typer.echo("  is broken, and cannot be used:")
            for line in clean(one.problem).splitlines():
                typer.echo(f"  {line}")


@app.command()
def show(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="Id of a scenario.")],
    reference: Annotated[
        bool, typer.Option("--reference", help="Also show questions, points, red flags and reference answers.")
    ] = False,
    scenarios: ScenariosOption = None,
) -> None:
    """Show a scenario as a candidate may see it; the answers only on request."""
    library = program(scenarios).library
    found = library.get(scenario)
    with page() as out:
        _candidates_view(out, found)
        if reference:
            for question in found.all_questions():
                _with_answers(out, question)
            _criteria(out, found)


def _candidates_view(out: Console, scenario: Scenario) -> None:
    role = scenario.role
    write(out, scenario.title, style="bold")
    write(out, scenario.summary)
    for label, text in (
        ("Position", role.position),
        ("Company", role.company),
        ("Team", role.team),
        ("Stack", role.stack),
        ("Experience", role.experience),
    ):
        write(out, f"{label}: {text}", 2)
    out.print()
    write(out, f"{scenario.total_minutes():g} minutes, spoken; typed answers get twice the time.")
    for section in scenario.sections:
        write(out, f"{section.title}, {section.minutes:g} minutes", 2)
        for question in scenario.questions:
            if question.section == section.id:
                write(out, f"{question.title} ({question.id})", 4)
    if scenario.briefing:
        out.print()
        write(out, "Before you begin", style="bold")
        for line in scenario.briefing:
            write(out, f"- {line}", 2)


def _with_answers(out: Console, question: Question) -> None:
    from rich.padding import Padding

    from interviewer.reporting.reference import Reference

    out.print()
    write(out, f"{question.title} ({question.id})", style="bold")
    write(out, question.asks, 2)
    for tier in Tier:
        for point in question.points:
            if point.tier is tier:
                either = f", one of the alternatives {point.group}" if point.group else ""
                write(out, f"{tier.value}: {point.says} ({point.id}{either})", 2)
    for flag in question.red_flags:
        write(out, f"red flag, {flag.severity.value}: {flag.says} ({flag.id})", 2)
    write(out, "Reference answer", 2, "dim")
    out.print(Padding(Reference(question.reference), (0, 0, 0, 2)))


def _criteria(out: Console, scenario: Scenario) -> None:
    criteria = scenario.criteria
    for title, listed in (
        ("To pass", criteria.passing),
        ("To pass strongly", criteria.strong),
        ("To fail", criteria.failing),
    ):
        if listed:
            out.print()
            write(out, title, style="bold")
        for one in listed:
            basis = ", ".join((*one.points, *one.flags)) or "a person tells"
            need = f"{one.needed} of " if len(one.points) > 1 and one not in criteria.failing else ""
            write(out, f"- {one.says} ({need}{basis})", 2)


@app.command()
def check(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[SCENARIO|FILE]...", help="Ids or files; all scenarios by default.")
    ] = None,
    scenarios: ScenariosOption = None,
) -> None:
    """Check scenarios: schema, minutes, criteria, protected topics, lines that leak, points that overlap, answers."""
    ours = program(scenarios)
    paths = [_path(ours, name) for name in names or [one.id for one in ours.library.list()]]
    bad = 0
    total = 0
    for path in paths:
        found = 0
        for problem in _problems(ours, path):
            typer.echo(clean(problem))
            found += 1
        bad += bool(found)
        total += found
        typer.echo(f"{path}: {_count(found, 'problem') if found else 'sound'}")
    if bad:
        raise CheckFailed(
            f"{_count(total, 'problem')} in {bad} of {_count(len(paths), 'scenario')}.",
            "Correct the files, then run the check again.",
        )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _path(ours: Program, name: str) -> Path:
    """The file that a name means: the one in force for an id, else a file's own path."""
    path = Path(name)
    if path.suffix not in (".yaml", ".yml") and len(path.parts) == 1:
        return ours.library.path(name)
    if not path.is_file():
        raise NotFound(f"There is no scenario file {name!r}.", "Name a file, or an id of `interviewer scenario list`.")
    return path


def _problems(ours: Program, path: Path) -> Iterator[str]:
    """Each problem of a file in two lines; what the schema refuses is not looked into further."""
    # The judge loads its model at its first use, and only this command needs the finder of leaks.
    from interviewer.speaking.leaks import finder

    try:
        scenario = load_file(path)
    except ScenarioError as error:
        yield from error.message.splitlines()
        return
    if sys.stderr and sys.stderr.isatty():
        typer.echo(f"checking {path} ...", err=True)
    for problem in find_problems(scenario, ours.judge, finder(ours.judge)):
        yield f"{path}: {problem.place}: {problem.message}\n  {problem.remedy}"


@app.command()
def schema() -> None:
    """Print the JSON schema of scenario files, for editors."""
    typer.echo(schema_text(), nl=False)
