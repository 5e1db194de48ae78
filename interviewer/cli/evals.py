"""`interviewer eval`: how right the judge is, whether it got worse, and a report that a person can read."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interviewer.bootstrap import program
from interviewer.cli.progress import Progress
from interviewer.cli.reviews import export_reviews
from interviewer.cli.showing import deliver, json_text, show_rows
from interviewer.core.errors import CheckFailed, InterviewerError, UsageError
from interviewer.core.turns import clean

if TYPE_CHECKING:
    from interviewer.evaluation.gate import Held
    from interviewer.evaluation.public import PublicSet
    from interviewer.evaluation.record import Run

app = typer.Typer(
    help="Measure the judge: accuracy with intervals, a gate, a report.", no_args_is_help=True, rich_markup_mode=None
)
app.command("export-reviews")(export_reviews)


class RunFormat(StrEnum):
    """How a measurement is told."""

    TEXT = "text"
    JSON = "json"


@app.command()
def run(
    judge: Annotated[str, typer.Option("--judge", help="The judge to measure.")] = "embedded",
    cases: Annotated[
        list[Path] | None, typer.Option("--cases", help="Labelled cases (JSON Lines) instead of the project's own.")
    ] = None,
    scenarios: Annotated[
        Path | None, typer.Option("--scenarios", help="A scenario file, or a folder, that --cases name.")
    ] = None,
    reference: Annotated[
        Path | None, typer.Option("--reference", help="A single-reference set (JSON Lines) instead of cases.")
    ] = None,
    sample: Annotated[int | None, typer.Option("--sample", min=1, help="Judge only so many cases.")] = None,
    max_cost: Annotated[
        float | None, typer.Option("--max-cost", min=0, help="Judge nothing if it may cost more US dollars than this.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also every perturbation, and rehearsals of every scenario (many minutes).")
    ] = False,
    gate: Annotated[
        bool, typer.Option("--gate", help="Fail (exit status 4) unless the bars hold and nothing got worse.")
    ] = False,
    save_baseline: Annotated[
        bool, typer.Option("--save-baseline", help="Keep the result in evals/baselines, to be committed.")
    ] = False,
    output_format: Annotated[RunFormat, typer.Option("--format", help="Text, or JSON for programs.")] = RunFormat.TEXT,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Keep the whole run in this file, for compare and report.")
    ] = None,
) -> None:
    """Measure a judge on labelled cases."""
    _needs_extra()
    # A model costs money, so that its baseline may be of a sample.
    _only_golden(cases or reference or (sample and judge == "embedded"), gate=gate, save_baseline=save_baseline)
    from interviewer.measuring import evals

    if reference and (cases or scenarios or output or everything):
        raise UsageError("--reference stands alone.", "Leave out --cases, --scenarios, --output and --all.")
    _fits(output, cases, scenarios, both=gate and save_baseline)
    ours = program(scenarios)
    asked = evals.Asked(judge, sample, max_cost, everything, full=gate or save_baseline or everything)
    with Progress() as progress:
        if reference:
            public = evals.measured_reference(ours, reference, asked, progress)
            _tell_public(public, output_format)
            return
        given = evals.given(ours, cases or [], asked)
        made = evals.measured(ours, given, asked, progress)
    held = evals.bars_held(made) if not cases else ()
    if output_format is RunFormat.JSON:
        deliver(json_text(made.result), None, "the result")
    else:
        _tell(made, held)
    # After the figures, which are worth knowing even where nothing can be kept.
    kept = evals.keep(ours, made, asked, output)
    if kept and output_format is RunFormat.TEXT:
        typer.echo(f"\nKept in {clean(str(kept))}; `interviewer eval report` writes it up, case by case.")
    if save_baseline:
        typer.echo(f"Baseline: {evals.save_baseline(made, judge)}", err=output_format is RunFormat.JSON)
    if gate:
        failed = evals.failures(made, given, judge)
        _gate(failed, evals.remedy(failed, judge, made), output_format)


@app.command()
def compare(
    before: Annotated[
        Path | None, typer.Argument(metavar="[BEFORE]", help="A kept run or a baseline; the committed baseline.")
    ] = None,
    after: Annotated[Path | None, typer.Argument(metavar="[AFTER]", help="A kept run; the newest one.")] = None,
    judge: Annotated[str, typer.Option("--judge", help="Whose baseline and newest run.")] = "embedded",
) -> None:
    """Tell what changed between two measurements, and name every case that got better or worse."""
    _needs_extra()
    from interviewer.evaluation import summary
    from interviewer.measuring import evals

    for line in summary.comparison(evals.compared(program(), before, after, judge)):
        typer.echo(clean(line))


@app.command()
def report(
    run_file: Annotated[
        Path | None, typer.Argument(metavar="[RUN]", help="A kept run; the newest one by default.")
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FOLDER", help="Where report.md and report.html go.")
    ] = Path(),
    before: Annotated[
        Path | None, typer.Option("--before", help="A kept run or a baseline to compare with, case by case.")
    ] = None,
    judge: Annotated[str, typer.Option("--judge", help="Whose newest run.")] = "embedded",
) -> None:
    """Write a measurement up as Markdown, and as one HTML file with plots and every case to read."""
    _needs_extra()
    from interviewer.evaluation.report.html import to_html
    from interviewer.evaluation.report.markdown import to_markdown
    from interviewer.measuring import evals

    material = evals.material(program(), run_file, before, judge)
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InterviewerError(f"{output} cannot be made a folder: {error.strerror}.", "Name another.") from error
    deliver(to_markdown(material), output / "report.md", "the report")
    deliver(to_html(material), output / "report.html", "the report with plots and cases")


def _needs_extra() -> None:
    """Measuring needs libraries that interviewing does not; raises InterviewerError where they are not installed."""
    missing = [name for name in ("sklearn", "scipy", "matplotlib") if find_spec(name) is None]
    if missing:
        raise InterviewerError(
            f"Measuring needs {', '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not installed.",
            "Install the extra: pip install 'quoted-interviewer[evals]'",
        )


def _fits(output: Path | None, cases: list[Path] | None, scenarios: Path | None, *, both: bool) -> None:
    """Raise UsageError for options that cannot be meant together; `both`: gate and baseline in one run."""
    if output and str(output) == "-":
        raise UsageError("A whole run goes to a file.", "Name one; --format json writes the result to standard output.")
    if both:
        raise UsageError("A run cannot be held to the baseline that it makes.", "Give --gate or --save-baseline.")
    if scenarios and not cases:
        raise UsageError("--scenarios is for the cases that --cases gives.", "Give --cases too, or leave it out.")


def _only_golden(own: object, *, gate: bool, save_baseline: bool) -> None:
    if own and (gate or save_baseline):
        raise UsageError(
            "The gate and the baseline are about all of the project's own cases.",
            "Leave out --cases, --reference and --sample.",
        )


def _gate(failures: Sequence[str], remedy: str, output_format: RunFormat) -> None:
    aside = output_format is RunFormat.JSON
    if not failures:
        typer.echo("\nThe gate holds.", err=aside)
        return
    typer.echo("\nThe gate does not hold:", err=aside)
    for line in failures:
        typer.echo(f"  - {line}", err=aside)
    raise CheckFailed(
        f"{len(failures)} reason{'' if len(failures) == 1 else 's'} why this judge should not be shipped.",
        f"Each is listed above. {remedy}",
    )


def _tell(made: Run, held: Sequence[Held]) -> None:
    from interviewer.evaluation import summary

    for line in summary.opening(made):
        typer.echo(line)
    typer.echo("")
    show_rows(summary.HEADS, summary.rows(made, held))
    typer.echo("")
    for line in summary.closing(made):
        typer.echo(line)


def _tell_public(found: PublicSet, output_format: RunFormat) -> None:
    from interviewer.evaluation import summary

    if output_format is RunFormat.JSON:
        deliver(
            json_text({"schema": "interviewer.eval-reference/1", **found.model_dump(mode="json")}), None, "the result"
        )
        return
    show_rows(summary.HEADS[:4], summary.public_rows(found))
