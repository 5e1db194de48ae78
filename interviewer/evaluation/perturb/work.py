"""Which answers are perturbed, and how: all of them, or a seeded sample that is fair to questions and kinds."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from interviewer.core.scenario import Scenario
from interviewer.evaluation.cases import Case
from interviewer.evaluation.perturb.kinds import Donor, Expect, Material, Perturbation
from interviewer.evaluation.perturb.registry import REGISTRY
from interviewer.evaluation.second import SecondLabels

_MARK = "~"


@dataclass(frozen=True, slots=True)
class Item:
    """Two cases to judge and compare: the points in `targets` should move, if any.

    `before` is a labelled case as it is, unless two changed ones are compared; a changed case's id is
    `case~perturbation`, so that ids stay unique among all items and cases.
    """

    perturbation: str
    expects: Expect
    before: Case
    after: Case
    targets: tuple[str, ...] = ()

    @property
    def group(self) -> str:
        """The question, within its scenario: what intervals are clustered by."""
        return f"{self.after.scenario}/{self.after.question_id}"


def materials(
    cases: Sequence[Case], second: Mapping[str, SecondLabels], scenarios: Mapping[str, Scenario]
) -> list[Material]:
    """Cases with their questions, their second labels (by case id, where there are any) and the other answers."""
    donors: dict[tuple[str, str], list[Donor]] = defaultdict(list)
    for case in cases:
        if case.case_id in second:
            donors[case.scenario, case.question_id].append(Donor(case, second[case.case_id]))
    return [
        Material(
            case=case,
            question=scenarios[case.scenario].question(case.question_id),
            second=second.get(case.case_id),
            donors=tuple(one for one in donors[case.scenario, case.question_id] if one.case.case_id != case.case_id),
        )
        for case in cases
    ]


def everything(given: Sequence[Material], seed: int) -> Iterator[Item]:
    """Every perturbation of every case that it applies to, perturbation by perturbation."""
    for perturbation in REGISTRY:
        for material in given:
            item = _item(perturbation, material, seed)
            if item:
                yield item


def sample(given: Sequence[Material], seed: int, per_kind: int) -> Iterator[Item]:
    """At most `per_kind` cases for each perturbation, spread over questions first and kinds of answer second.

    A case is changed as `everything` changes it with the same seed, so that its verdicts are remembered from there.
    """
    for perturbation in REGISTRY:
        yield from _spread(perturbation, given, seed, per_kind)


def _spread(perturbation: Perturbation, given: Sequence[Material], seed: int, count: int) -> Iterator[Item]:
    shuffled = random.Random(f"{seed}/{perturbation.name}").sample(given, len(given))
    left: dict[str, list[Material]] = defaultdict(list)
    for material in shuffled:
        left[_place(material)].append(material)
    taken: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    while left and taken.total() < count:
        place = min(left, key=lambda name: taken[name])
        rest = left[place]
        material = rest.pop(min(range(len(rest)), key=lambda at: kinds[rest[at].case.kind]))
        if not rest:
            del left[place]
        item = _item(perturbation, material, seed)
        if item:
            taken[place] += 1
            kinds[material.case.kind] += 1
            yield item


def _place(material: Material) -> str:
    return f"{material.case.scenario}/{material.case.question_id}"


def _item(perturbation: Perturbation, material: Material, seed: int) -> Item | None:
    name = perturbation.name
    # A text seeds alike in every process; the same case is changed alike whatever else is measured.
    changed = perturbation.apply(material, random.Random(f"{seed}/{name}/{material.case.case_id}"))
    if changed is None:
        return None
    after = _named(changed.case, f"{material.case.case_id}{_MARK}{name}")
    before = changed.before and _named(changed.before, f"{after.case_id}{_MARK}before")
    return Item(name, perturbation.expects, before or material.case, after, changed.targets)


def _named(case: Case, name: str) -> Case:
    return case.model_copy(update={"case_id": name})
