"""What a change moved: each finding before and after, counted by perturbation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from interviewer.core.findings import Status
from interviewer.evaluation.figures import Better, Figure
from interviewer.evaluation.outcomes import Row, Verdict, rows_of
from interviewer.evaluation.perturb.kinds import Expect
from interviewer.evaluation.perturb.work import Item
from interviewer.evaluation.resample import share

PREFIX: Final = "perturbations"


@dataclass(frozen=True, slots=True)
class Shift:
    """One finding before and after a change; `after` is None where the changed answer was left unscored."""

    item: Item
    before: Row
    after: Row | None

    @property
    def aimed(self) -> bool:
        """Whether this point should move."""
        return not self.before.is_flag and self.before.target in self.item.targets

    @property
    def said(self) -> tuple[bool, bool]:
        """Whether it is called covered (or shown), before and after."""
        return self.before.said, self.after is not None and self.after.said

    @property
    def flipped(self) -> bool:
        """Whether the two-way finding changed; to be left unscored is a change of everything."""
        return self.after is None or self.before.said is not self.after.said

    @property
    def lost(self) -> bool:
        """Whether the change was to the candidate's loss: a point gone, a flag shown, or the answer left unscored."""
        was, now = self.said
        return self.after is None or (now and not was if self.before.is_flag else was and not now)

    @property
    def gained(self) -> bool:
        """Whether the change was to the candidate's gain: a point more, or a flag gone."""
        return self.flipped and not self.lost

    @property
    def moved(self) -> bool:
        """Whether status or probability changed at all."""
        if self.after is None:
            return True
        return (self.before.status, self.before.probability) != (self.after.status, self.after.probability)

    @property
    def credited_after(self) -> bool:
        """Whether anything of the point is credited after the change, a part included."""
        return self.after is not None and (self.after.said or self.after.status is Status.PARTIAL)

    @property
    def tells(self) -> bool:
        """Whether a target can still go the right way: up only from below the bar, down only from above."""
        return self.aimed and self.before.said is (self.item.expects is Expect.DOWN)

    @property
    def right(self) -> bool:
        """Whether a target went the right way: up to covered, or down to no credit at all.

        An answer that is left unscored went neither way.
        """
        if self.after is None:
            return False
        return self.after.said if self.item.expects is Expect.UP else not self.credited_after


def shifts(items: Iterable[Item], verdicts: Mapping[str, Verdict]) -> Iterator[Shift]:
    """The findings of all items before and after, from the verdicts by case id.

    What was unscored before the change is left out, and so is what nobody labelled.
    """
    for item in items:
        before = rows_of([(item.before, verdicts[item.before.case_id])])
        rows = rows_of([(item.after, verdicts[item.after.case_id])])
        after = {(row.target, row.is_flag): row for row in rows}
        for row in before:
            yield Shift(item, row, after.get((row.target, row.is_flag)))


def figures(found: Iterable[Shift]) -> tuple[Figure, ...]:
    """Figures by perturbation, then by what is expected of it, each with its interval.

    `perturbations.NAME` is the share of findings that flipped (still, fixed), or the share of targets that went the
    right way (up, down). Beside it stand `.lost` (still, up: the share of findings that the candidate lost), `.gained`
    (fixed: the share gained) and `.moved` (fixed: the share whose status or probability changed at all).
    """
    groups: dict[tuple[Expect, str], list[Shift]] = defaultdict(list)
    pooled: dict[tuple[Expect, str], list[Shift]] = defaultdict(list)
    for one in found:
        expects = one.item.expects
        groups[expects, one.item.perturbation].append(one)
        pooled[expects, f"all_{expects}"].append(one)
    made = (_figures(expects, name, group) for (expects, name), group in (groups | pooled).items())
    return tuple(figure for several in made for figure in several)


def _figures(expect: Expect, name: str, group: Sequence[Shift]) -> Iterator[Figure]:
    whole = f"{PREFIX}.{name}"
    if expect in (Expect.UP, Expect.DOWN):
        yield from _share(whole, [one for one in group if one.tells], lambda one: one.right, Better.HIGHER)
    else:
        yield from _share(whole, group, lambda one: one.flipped)
    if expect in (Expect.STILL, Expect.UP):
        yield from _share(f"{whole}.lost", group, lambda one: one.lost)
    if expect is Expect.FIXED:
        yield from _share(f"{whole}.gained", group, lambda one: one.gained)
        yield from _share(f"{whole}.moved", group, lambda one: one.moved)


def _share(
    name: str, group: Sequence[Shift], hit: Callable[[Shift], bool], better: Better = Better.LOWER
) -> Iterator[Figure]:
    figure = share([one.item.group for one in group], [hit(one) for one in group]).figure(name, better)
    if figure:
        yield figure
