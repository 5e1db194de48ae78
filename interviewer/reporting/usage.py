"""What models took in an interview: tokens and money, by model and by what they did, and in all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import fsum
from typing import Final

from interviewer.core import events as ev
from interviewer.core.events import Event
from interviewer.core.findings import Usage
from interviewer.reporting.model import ModelUse, Report, Tally, Task

TASK_WORDS: Final = {
    Task.JUDGING: "judging",
    Task.SPEAKING: "speaking",
    Task.JUDGING_AGAIN: "judging again",
}
SMALLEST: Final = 0.0001
"""Less money than this is not told exactly (US dollars)."""


def model_uses(events: Iterable[Event]) -> tuple[ModelUse, ...]:
    """What each model took for each task, in the order in which they first did something."""
    taken: dict[tuple[str, Task], list[Usage]] = {}
    for task, usage in _usages(events):
        taken.setdefault((usage.model, task), []).append(usage)
    return tuple(
        ModelUse(model=model, task=task, **tally(usages).model_dump()) for (model, task), usages in taken.items()
    )


def total(events: Iterable[Event]) -> Tally:
    """What all models took together."""
    return tally([usage for _, usage in _usages(events)])


def tally(usages: Sequence[Usage]) -> Tally:
    """The sum; its cost is of those uses whose price is known, and unknown where there are none."""
    costs = [one.cost for one in usages if one.cost is not None]
    return Tally(
        uses=len(usages),
        input_tokens=sum(one.input_tokens for one in usages),
        output_tokens=sum(one.output_tokens for one in usages),
        cost=round(fsum(costs), 9) if costs else None,
        unpriced=len(usages) - len(costs),
        estimated=sum(one.estimated for one in usages),
    )


def _usages(events: Iterable[Event]) -> Iterator[tuple[Task, Usage]]:
    for event in events:
        if isinstance(event, ev.Said) and event.usage:
            yield Task.SPEAKING, event.usage
        elif isinstance(event, ev.Judged) and event.outcome.usage:
            yield Task.JUDGING, event.outcome.usage
        elif isinstance(event, ev.Rejudged) and event.outcome.usage:
            yield Task.JUDGING_AGAIN, event.outcome.usage


def usage_pairs(report: Report) -> Iterator[tuple[str, str]]:
    """What models took, as pairs of label and value; nothing where none took anything."""
    for one in report.models:
        yield f"{one.model}, {TASK_WORDS[one.task]}", tally_words(one)
    if len(report.models) > 1:
        yield "In all", tally_words(report.total)


def tally_words(one: Tally) -> str:
    """ "used 12 times: 34,567 tokens in, 890 out (estimated); US$ 0.0123"."""
    times = "once" if one.uses == 1 else f"{one.uses:,} times"
    guessed = _share(one.estimated, one.uses, "estimated")
    return f"used {times}: {one.input_tokens:,} tokens in, {one.output_tokens:,} out{guessed}; {_cost_words(one)}"


def usage_words(usage: Usage) -> str:
    """One use of a model: "some-model: 1,234 tokens in, 56 out; US$ 0.0012"."""
    guessed = " (estimated)" if usage.estimated else ""
    return f"{usage.model}: {usage.input_tokens:,} tokens in, {usage.output_tokens:,} out{guessed}; " + _cost_words(
        tally([usage])
    )


def _share(part: int, whole: int, word: str) -> str:
    if not part:
        return ""
    return f" ({word})" if part == whole else f" ({word} for {part:,} of {whole:,} uses)"


def _cost_words(one: Tally) -> str:
    if one.cost is None:
        return "cost not known"
    if one.unpriced:
        return f"at least {money(one.cost)}, with no price known for {one.unpriced:,} of {one.uses:,} uses"
    return money(one.cost)


def money(dollars: float) -> str:
    """US dollars: "US$ 1.25", "US$ 0.0123"; what is less than can be shown is never shown as nothing."""
    if 0 < dollars < SMALLEST:
        return f"under US$ {SMALLEST}"
    return f"US$ {dollars:.2f}" if dollars >= 1 or dollars == 0 else f"US$ {dollars:.4f}"
