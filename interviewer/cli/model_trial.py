"""`interviewer doctor --measure`: the chat model on labelled answers, beside the embedded judge."""

from __future__ import annotations

import sys
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

import typer

from interviewer.bootstrap import Program
from interviewer.cast import Cast, JudgeKind
from interviewer.cli.modelling import INTERRUPTED
from interviewer.cli.progress import Progress
from interviewer.cli.showing import show_rows
from interviewer.core.errors import InterviewerError, UsageError
from interviewer.core.turns import clean
from interviewer.reporting.usage import money

if TYPE_CHECKING:
    from interviewer.evaluation.resample import Estimate
    from interviewer.measuring.trial import Trial

MOST_REASONS: Final = 3
"""So many reasons why answers were not judged are told."""
HEADS: Final = ("Judge", "Accuracy", "90 % interval", "Kappa", "90 % interval")


def measure_model(ours: Program, *, yes: bool) -> None:
    """Measure the judge model that is set, and say what it is good for. Raises UsageError and SettingsError."""
    missing = [name for name in ("sklearn", "scipy") if find_spec(name) is None]
    if missing:
        raise InterviewerError(
            f"Measuring needs {' and '.join(missing)}.", "Install the extra: pip install 'quoted-interviewer[evals]'"
        )
    from interviewer.evaluation.runner import Bench, run
    from interviewer.measuring import chats, golden, trial

    offer = ours.offer(Cast(JudgeKind.LLM))
    model = offer.cast.judge_model
    found = golden.golden()
    cases = trial.picked(found, trial.CASES)
    bench = chats.bench_of(ours, JudgeKind.LLM, found)
    typer.echo(clean(f"{len(cases)} labelled answers to {model} at {offer.place}; no candidate's words."))
    _agree(bench.estimate(cases), known=offer.prices[model] is not None, yes=yes)
    with Progress() as progress:
        spread = partial(chats.spread, bench, ours.settings.models.concurrency)
        theirs = run(cases, bench, "", spread=spread, step=lambda done: progress.step("Model", done, len(cases)))
        judged = [case for case, one in zip(cases, theirs, strict=True) if trial.is_judged(one)]
        beside = run(
            judged,
            Bench(ours.judge, ours.reader, found.scenarios),
            "",
            step=lambda done: progress.step("Embedded judge", done, len(judged)),
        )
    spent = sum(one.cost for one in theirs) if offer.prices[model] else None
    _tell(trial.tried(cases, beside, theirs), model, spent)


def _agree(most: float, *, known: bool, yes: bool) -> None:
    """Tell what it costs and, where it costs anything, go on only if somebody agrees. Raises UsageError."""
    if known and not most:
        typer.echo("It costs nothing here.")
        return
    typer.echo(f"It costs at most {money(most)}, as a rule far less." if known else "What it costs is not known.")
    if yes:
        return
    if not (sys.stdin and sys.stdin.isatty()):
        raise UsageError("Nothing was sent: nobody can be asked here.", "Add --yes to go on.")
    try:
        agreed = typer.confirm("Go on?")
    except typer.Abort:
        raise typer.Exit(INTERRUPTED) from None
    if not agreed:
        typer.echo("Nothing was sent.")
        raise typer.Exit


def _tell(found: Trial, model: str, spent: float | None) -> None:
    typer.echo("")
    if found.figures:
        rows = [
            (one.judge, _value(one.accuracy), _interval(one.accuracy), _value(one.kappa), _interval(one.kappa))
            for one in found.figures
        ]
        show_rows(HEADS, rows)
    if found.comparison:
        one = found.comparison.difference
        typer.echo(
            f"\nThe model less the embedded judge: {_signed(one.value)} ({_signed(one.low)} to {_signed(one.high)})"
            f" of {one.n} points; {found.comparison.better_points} judged better,"
            f" {found.comparison.worse_points} worse."
        )
    cost = "what it cost is not known" if spent is None else f"it cost {money(spent)}"
    typer.echo(f"{found.unscored} of {found.cases} answers could not be judged; {cost}.")
    for reason in found.reasons[:MOST_REASONS]:
        typer.echo(clean(f"  - {reason}"))
    typer.echo(clean(f"\n{_advice(found, model)}"))


def _advice(found: Trial, model: str) -> str:
    from interviewer.measuring.trial import Advice

    return {
        Advice.JUDGE: f"Use {model} as judge: it is not significantly worse than the embedded judge, and rarely fails."
        " `interviewer practice --judge panel` uses both.",
        Advice.SPEAKER: f"Use {model} only as speaker (`--speaker llm`): its replies come, but it judges worse than the"
        " embedded judge, or too often not at all.",
        Advice.NOTHING: f"Do not use {model}: too many replies did not come.",
    }[found.advice]


def _value(one: Estimate) -> str:
    return "-" if one.value is None else f"{one.value:.3f}"


def _interval(one: Estimate) -> str:
    return "-" if one.low is None or one.high is None else f"{one.low:.3f} to {one.high:.3f}"


def _signed(value: float | None) -> str:
    return "-" if value is None else f"{value:+.3f}"
