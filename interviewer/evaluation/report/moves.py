"""Perturbed answers whose findings went the wrong way: examples to read, by perturbation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from interviewer.evaluation.perturb.kinds import Expect
from interviewer.evaluation.perturb.moved import Shift
from interviewer.evaluation.perturb.work import Item

MOST_EXAMPLES: Final = 6
"""How many changed answers are shown for each perturbation."""
EXPECT_WORDS: Final = {
    Expect.STILL: "no finding may change",
    Expect.FIXED: "no status or probability may change",
    Expect.UP: "the added point must be covered, and nothing lost",
    Expect.DOWN: "the point taken back must earn nothing",
}


@dataclass(frozen=True, slots=True)
class Example:
    """A changed answer with the findings that went the wrong way."""

    item: Item
    shifts: tuple[Shift, ...]


@dataclass(frozen=True, slots=True)
class Moves:
    """The examples of one perturbation; `left_out` is how many more there are."""

    name: str
    expects: Expect
    examples: tuple[Example, ...]
    left_out: int


def went_wrong(shift: Shift) -> bool:
    """Whether a finding did what the perturbation does not allow."""
    expects = shift.item.expects
    if expects is Expect.STILL:
        return shift.flipped
    if expects is Expect.FIXED:
        return shift.moved
    return (shift.tells and not shift.right) or (expects is Expect.UP and shift.lost)


def moves(shifts: Iterable[Shift]) -> tuple[Moves, ...]:
    """The perturbations with findings that went wrong, in their order; flips come before mere moves."""
    found: dict[str, dict[str, list[Shift]]] = {}
    for shift in shifts:
        if went_wrong(shift):
            found.setdefault(shift.item.perturbation, {}).setdefault(shift.item.after.case_id, []).append(shift)
    return tuple(_moves(name, list(items.values())) for name, items in found.items())


def _moves(name: str, items: list[list[Shift]]) -> Moves:
    ordered = sorted(items, key=lambda several: -sum(one.flipped for one in several))
    examples = tuple(Example(several[0].item, tuple(several)) for several in ordered[:MOST_EXAMPLES])
    return Moves(name, items[0][0].item.expects, examples, len(items) - len(examples))
