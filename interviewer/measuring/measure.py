"""One measurement of a judge from beginning to end: cases, perturbations, composed and rehearsed interviews."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any, Final

from interviewer import __version__
from interviewer.core.errors import UsageError
from interviewer.core.scenario import Clarification
from interviewer.evaluation import injection
from interviewer.evaluation.cases import Case
from interviewer.evaluation.composed import measure_composed
from interviewer.evaluation.figures import Figure
from interviewer.evaluation.headline import against_second, headline
from interviewer.evaluation.injection import Attack, Attacked
from interviewer.evaluation.metrics import measure as measure_points
from interviewer.evaluation.outcomes import Verdict
from interviewer.evaluation.perturb import moved
from interviewer.evaluation.perturb.work import Item, everything, materials, sample
from interviewer.evaluation.record import Run, cases_digest, fact_sources, rubric_sources
from interviewer.evaluation.rehearsal.candidates import EVERYBODY
from interviewer.evaluation.rehearsal.material import Manners
from interviewer.evaluation.rehearsal.results import Rehearsed
from interviewer.evaluation.runner import Bench, Memory, Spread, run, to_judge
from interviewer.measuring import benches, pool
from interviewer.measuring.golden import LabelledSet

SEED: Final = 20_261_122
SAMPLED: Final = 24
"""Cases for each perturbation in a sample."""
SCHEMA: Final = "interviewer.eval/1"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured beside the cases themselves."""

    perturb: str = ""
    """Nothing, `sample` or `all`."""
    rehearse: tuple[str, ...] = ()
    """The scenarios of rehearsed interviews."""
    most_cost: float | None = None
    """In US dollars: what would cost more is not begun."""


@dataclass(frozen=True, slots=True)
class Stuff:
    """What is not an answer, and that judge and interviewer are tried with."""

    manners: Manners
    attacks: tuple[Attack, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """Where progress goes."""

    say: Callable[[str], None]
    step: Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Tools:
    """A judge on a bench, how its work is spread, and what is remembered."""

    judge: str
    bench: Bench
    sources: Mapping[str, str]
    facts: tuple[Clarification, ...]
    memory: Memory | None = None
    spread: Spread | None = None
    """How work is spread, where not over processes that each make themselves the judge of this name."""

    def verdicts(self, cases: Sequence[Case], step: Callable[[int], None]) -> list[Verdict]:
        """Verdicts of all cases, from memory or from the machine's cores."""
        make = benches.maker(self.judge, self.bench.scenarios, self.facts)
        spread = self.spread or partial(pool.spread, make, benches.work)
        return run(cases, self.bench, self._version, spread=spread, memory=self.memory, step=step)

    def estimate(self, cases: Sequence[Case]) -> float:
        """What judging the cases costs at most, in US dollars; those that are remembered cost nothing."""
        return self.bench.estimate(to_judge(cases, self.bench, self._version, self.memory))

    @property
    def _version(self) -> str:
        return "".join(sorted(self.sources.values()))


def measure(given: LabelledSet, plan: Plan, tools: Tools, stuff: Stuff | None, now: datetime, told: Told) -> Run:
    """Measure a judge on labelled cases; raises UsageError where it would cost more than the plan allows."""
    items = _items(given, plan)
    attacked = _attacked(given, plan, stuff.attacks) if stuff else []
    altered = list(_changed(items))
    cases = [*given.cases, *altered, *(one.after for one in attacked)]
    _afford(tools.estimate(cases), plan.most_cost, told)
    found = tools.verdicts(cases, lambda done: told.step("Judging", done, len(cases)))
    rehearsed = _rehearsed(given, plan, tools, stuff.manners, told) if plan.rehearse and stuff else None
    verdicts, changed = found[: len(given.cases)], found[len(given.cases) : len(given.cases) + len(altered)]
    by_id = {one.case_id: one for one in found}
    further = [
        *moved.figures(moved.shifts(items, by_id)),
        *injection.figures(attacked, by_id),
        *(rehearsed.figures() if rehearsed else ()),
    ]
    return _run(given, verdicts, tools, now, further).model_copy(
        update={"items": tuple(items), "changed": tuple(changed), "rehearsed": rehearsed}
    )


def _items(given: LabelledSet, plan: Plan) -> list[Item]:
    if not plan.perturb:
        return []
    second = {one.case_id: one for one in given.second}
    stuff = materials(given.cases, second, given.scenarios)
    return list(everything(stuff, SEED) if plan.perturb == "all" else sample(stuff, SEED, SAMPLED))


def _attacked(given: LabelledSet, plan: Plan, attacks: Sequence[Attack]) -> list[Attacked]:
    """Attacks alone and beside answers: a few of each that nothing was tuned on, or everything with all of them."""
    if plan.perturb == "all":
        return list(injection.everything(attacks, given.cases, given.scenarios, SEED))
    kept = [one for one in attacks if one.split == "test"] if plan.perturb else []
    return list(injection.sample(kept, given.cases, given.scenarios, SEED))


def _changed(items: Sequence[Item]) -> Iterator[Case]:
    """The cases that only perturbations need, each once."""
    for item in items:
        yield item.after
        if "~" in item.before.case_id:
            yield item.before


def _afford(estimate: float, most: float | None, told: Told) -> None:
    if estimate:
        told.say(f"This costs at most about {estimate:.2f} US dollars.")
    if most is not None and estimate > most:
        raise UsageError(
            f"Judging these cases may cost {estimate:.2f} US dollars, more than --max-cost {most:g}.",
            "Nothing was judged. Measure fewer with --sample, or allow more.",
        )


def _rehearsed(given: LabelledSet, plan: Plan, tools: Tools, manners: Manners, told: Told) -> Rehearsed:
    tasks = [
        (given.scenarios[name], [case for case in given.cases if case.scenario == name], manners, character)
        for name in plan.rehearse
        for character in EVERYBODY
    ]
    make = partial(benches.crew_of, tools.judge)
    held = []
    for interview in pool.spread(make, benches.hold, tasks, chunk=1, least=2):
        held.append(interview)
        told.step("Rehearsing interviews", len(held), len(tasks))
    return Rehearsed(interviews=tuple(held))


def _run(
    given: LabelledSet, verdicts: Sequence[Verdict], tools: Tools, now: datetime, further: Sequence[Figure]
) -> Run:
    pairs = list(zip(given.cases, verdicts, strict=True))
    composed = measure_composed(pairs, given.scenarios)
    cost = sum(one.cost for one in verdicts)
    judge = tools.bench.judge.version
    result: dict[str, Any] = {
        "schema": SCHEMA,
        "judge": judge.model_dump(mode="json"),
        **measure_points(pairs).model_dump(mode="json"),
        "by_split": {
            split: measure_points(list(part)).points.model_dump(mode="json")
            for split, part in groupby(sorted(pairs, key=lambda pair: pair[0].split), key=lambda pair: pair[0].split)
            if split
        },
        "levels": composed.as_json() if composed else None,
        "seconds": round(sum(one.seconds for one in verdicts), 3),
        "cost": cost,
    }
    figures = [
        *headline(pairs, given.scenarios),
        *against_second(pairs, given.second, given.settled, given.scenarios),
        *(composed.figures() if composed else ()),
        *further,
    ]
    return Run(
        schema="interviewer.eval-run/1",
        judge=judge,
        sources={
            **tools.sources,
            **rubric_sources(given.questions()),
            **fact_sources({case.scenario: given.scenarios[case.scenario] for case in given.cases}, tools.facts),
        },
        cases=cases_digest(given.cases),
        at=now,
        program=__version__,
        cost=cost,
        figures=tuple(figures),
        labelled=given.cases,
        verdicts=tuple(verdicts),
        result=result,
    )


def sampled(given: LabelledSet, count: int) -> LabelledSet:
    """At most `count` cases, spread over questions and kinds, always the same ones."""
    if count >= len(given.cases):
        return given
    order = _by_turns(given.cases)[:count]
    kept = {case.case_id for case in order}
    return replace(
        given,
        cases=tuple(case for case in given.cases if case.case_id in kept),
        second=tuple(one for one in given.second if one.case_id in kept),
        settled=tuple(one for one in given.settled if one.case_id in kept),
    )


def _by_turns(cases: Sequence[Case]) -> list[Case]:
    """One case of each question in turn, of another kind each time round."""
    queues: dict[str, list[Case]] = {}
    for case in cases:
        queues.setdefault(f"{case.scenario}/{case.question_id}", []).append(case)
    rounds = max(map(len, queues.values()))
    turned = [queue[place:] + queue[:place] for place, queue in enumerate(queues.values())]
    return [queue[turn] for turn in range(rounds) for queue in turned if turn < len(queue)]
