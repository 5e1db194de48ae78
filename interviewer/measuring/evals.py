"""What the `eval` commands do, put together: which cases, which judge, where results are kept, and the gate."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from interviewer.bootstrap import Program
from interviewer.core.errors import CaseFileError, InterviewerError, NotFound, UsageError
from interviewer.evaluation.cases import Case, digest
from interviewer.evaluation.gate import Held, against_bars, dropped, missed, unmeasured
from interviewer.evaluation.outcomes import Row, Verdict, rows_of
from interviewer.evaluation.paired import Comparison, compare
from interviewer.evaluation.public import PublicSet, fold, measure_public
from interviewer.evaluation.record import Baseline, Run, cases_digest, rubric_sources, verdicts_of
from interviewer.evaluation.report.material import CONSTRUCTED, Material
from interviewer.library import content
from interviewer.library.casefiles import read_attacks, read_manners, read_references
from interviewer.measuring import benches, chats, golden, measure, pool
from interviewer.measuring.golden import LabelledSet
from interviewer.measuring.memory import FileMemory

FOLDER: Final = "evaluations"
PROMPTED: Final = ("llm",)
"""Judges whose prompt must have been measured, whichever judge passes the gate."""
CHOSEN: Final = ("judge ", "facts ")
"""Sources that hang on the model, or on the reader of intent: nothing is told of them without measuring."""
UNMEASURED: Final = "Not measured: "
MANNERS: Final = "candidates/lines.yaml"
ATTACKS: Final = "injection"
GIVEN: Final = "The cases are those that were given to the command."
REHEARSED: Final = "junior-backend"
"""The scenario whose rehearsals are part of the gate; `--all` rehearses every one that is packaged."""


class Progress(Protocol):
    """Where progress is told."""

    def say(self, line: str) -> None:
        """Tell something once."""

    def step(self, task: str, done: int, total: int) -> None:
        """So many of a task's steps are done."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a user asked to be measured."""

    judge: str
    sample: int | None = None
    max_cost: float | None = None
    everything: bool = False
    full: bool = False
    """With perturbations and rehearsals, as the gate needs them."""


def given(ours: Program, cases: Sequence[Path], asked: Asked) -> LabelledSet:
    """The cases to measure on: somebody's own, else the project's; raises CaseFileError before anything is judged."""
    found = golden.labelled(cases, ours.library) if cases else golden.golden()
    return measure.sampled(found, asked.sample) if asked.sample else found


def measured(ours: Program, found: LabelledSet, asked: Asked, progress: Progress) -> Run:
    """Measure; verdicts that were reached before with everything the same are remembered."""
    benches.check_name(asked.judge)
    chat = asked.judge in chats.KINDS
    tools = _chat_tools(ours, found, asked.judge) if chat else _tools(ours, found, asked.judge)
    rehearse: tuple[str, ...] = ()
    if asked.full and not chat:
        names = {case.scenario for case in found.cases}
        rehearse = tuple(sorted(names)) if asked.everything else (REHEARSED,)
    # A model costs money: beside the cases it is tried with changed ones only where that is asked for.
    sampled = asked.full and not chat
    plan = measure.Plan("all" if asked.everything else "sample" if sampled else "", rehearse, asked.max_cost)
    folder = content("evals")
    stuff = measure.Stuff(read_manners(folder / MANNERS), read_attacks(folder / ATTACKS))
    told = measure.Told(progress.say, progress.step)
    return measure.measure(found, plan, tools, stuff, ours.clock.now(), told)


def _tools(ours: Program, found: LabelledSet, judge: str) -> measure.Tools:
    ours.settings.prepare_home()
    facts = ours.library.facts()
    bench = benches.bench_of(judge, found.scenarios, facts)
    # Here rather than in the processes that judge: what keeps them from it is told as it is.
    bench.judge.check()
    bench.reader.check()
    sources = benches.sources_of(bench.judge)
    memory = FileMemory(ours.settings.home / FOLDER / "verdicts", digest(sources))
    return measure.Tools(judge, bench, sources, facts, memory)


def _chat_tools(ours: Program, found: LabelledSet, judge: str) -> measure.Tools:
    ours.settings.prepare_home()
    bench = chats.bench_of(ours, judge, found)
    bench.judge.check()
    bench.reader.check()
    sources = chats.sources_of(bench.judge.version)
    memory = FileMemory(ours.settings.home / FOLDER / "verdicts", digest(sources))
    at_once = ours.settings.models.concurrency
    spread = partial(chats.spread, bench, at_once)
    return measure.Tools(judge, bench, sources, bench.facts, memory, spread)


def keep(ours: Program, made: Run, asked: Asked, output: Path | None) -> Path | None:
    """Keep a run for `compare` and `report`: in the file that was named, and as its judge's newest unless a sample.

    Only the owner may read it: it holds what candidates said. Returns the file that was named, else the newest.
    """
    newest = None if asked.sample else latest_path(ours, asked.judge)
    text = made.model_dump_json(by_alias=True)
    for place in filter(None, (newest, output)):
        try:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(place, "w", encoding="utf-8", opener=_for_the_owner) as file:
                file.write(text)
        except OSError as error:
            remedy = "Name another file." if place == output else "Make room for it, or remove what is in its place."
            raise InterviewerError(f"{place} cannot be written: {error.strerror}.", remedy) from error
    return output or newest


def _for_the_owner(path: str, flags: int) -> int:
    descriptor = os.open(path, flags, 0o600)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.chmod(path, 0o600)
    return descriptor


def compared(ours: Program, before: Path | None, after: Path | None, judge: str) -> Comparison:
    """Two measurements set against each other; the committed baseline and the newest run where none is named.

    Raises UsageError where not one case is in both.
    """
    earlier = golden.read_measured(before) if before else _baseline(judge)
    later = run_named(ours, after, judge)
    if earlier.marks().keys().isdisjoint(later.marks()):
        named = f"the newest run ({latest_path(ours, judge)})" if after is None else f"{after}"
        raise UsageError(
            f"Nothing can be compared: no case of {named} is in {before or 'the committed baseline'}.",
            "Name two runs of the same cases, or measure the project's own with `interviewer eval run`.",
        )
    return compare(_rows(earlier, later.labelled), _rows(later, later.labelled))


def _baseline(judge: str) -> Baseline:
    benches.check_name(judge)
    found = golden.baselines()
    if judge not in found:
        raise NotFound(f"There is no baseline of {judge}.", "Name a kept run, or save one with --save-baseline.")
    return found[judge]


def run_named(ours: Program, path: Path | None, judge: str) -> Run:
    """A kept run from its file, or the newest one; raises NotFound or CaseFileError."""
    place = path or _latest(ours, judge)
    found = golden.read_measured(place)
    if not isinstance(found, Run):
        raise CaseFileError(f"{place} is a baseline, which has no cases.", "Name the file of a kept run.")
    return found


def material(ours: Program, path: Path | None, before: Path | None, judge: str) -> Material:
    """What a report of a run is made from."""
    made = run_named(ours, path, judge)
    own = golden.golden()
    ours_by_id = {case.case_id: case for case in own.cases}
    # A sample of the project's own cases is its own too.
    is_own = all(ours_by_id.get(case.case_id) == case for case in made.labelled)
    judged = {case.case_id for case in made.labelled}
    known = own if is_own else LabelledSet(made.labelled, {**own.scenarios, **golden.every_scenario(ours.library)})
    return Material(
        run=made,
        scenarios=known.scenarios,
        origin=CONSTRUCTED if is_own else GIVEN,
        held=bars_held(made) if is_own else (),
        second=tuple(one for one in known.second if one.case_id in judged),
        before=golden.read_measured(before) if before else None,
    )


def latest_path(ours: Program, judge: str) -> Path:
    """Where the newest run of a judge is kept."""
    return ours.settings.home / FOLDER / f"{judge}.json"


def _latest(ours: Program, judge: str) -> Path:
    benches.check_name(judge)
    path = latest_path(ours, judge)
    if not path.is_file():
        raise NotFound(f"No measurement of {judge} is kept.", f"Run `interviewer eval run --judge {judge}` first.")
    return path


def bars_held(made: Run) -> tuple[Held, ...]:
    """Every bar of the project beside what was measured."""
    return against_bars(made.figures, golden.read_bars())


def save_baseline(made: Run, name: str) -> Path:
    """Write the baseline that is to be committed; only a checkout has a place for it."""
    folder = content("evals") / "baselines"
    if "_content" in folder.parts:
        raise UsageError("A baseline is committed beside the code that it measured.", "Run it in a checkout.")
    path = folder / f"{name}.json"
    sample = f" --sample {len(made.labelled)}" if name in chats.KINDS else ""
    baseline = Baseline.of(made, f"interviewer eval run --judge {name}{sample} --save-baseline")
    try:
        path.write_text(baseline.model_dump_json(by_alias=True, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise InterviewerError(
            f"{path} cannot be written: {error.strerror}.", "Make it a file that you may write to."
        ) from error
    return path


def failures(made: Run, found: LabelledSet, name: str) -> list[str]:
    """Why the gate does not hold; empty when it does."""
    # A model is tried with the cases alone (see `measured`), and held to the bars for those.
    held = [one for one in bars_held(made) if one.figure is not None or name not in chats.KINDS]
    baselines = golden.baselines()
    others = {kind: baselines.get(kind) for kind in {*PROMPTED, *baselines} - {name} if kind in chats.KINDS}
    prompted = [line for kind in sorted(others) for line in _prompt_unmeasured(kind, others[kind], found)]
    if name not in baselines:
        return [*missed(held), f"{UNMEASURED}evals/baselines/{name}.json does not exist.", *prompted]
    baseline = baselines[name]
    told = [f"{UNMEASURED}{line}" for line in unmeasured(made.sources, made.cases, baseline)]
    drops = dropped(compare(_rows(baseline, found.cases), _rows(made, found.cases)))
    return [*missed(held), *drops, *told, *prompted]


def _prompt_unmeasured(kind: str, baseline: Baseline | None, found: LabelledSet) -> list[str]:
    """What can be told without any model of a judge that has one: whether prompt, code and rubrics were measured."""
    if baseline is None:
        command = f"interviewer eval run --judge {kind} --sample 40 --save-baseline"
        return [f"{UNMEASURED}prompts/{chats.PROMPT}. `{command}` measures it; it first says what your model costs."]
    cases = tuple(case for case in found.cases if case.case_id in baseline.short)
    rubrics = rubric_sources(replace(found, cases=cases).questions())
    fixed = {name: value for name, value in baseline.sources.items() if name.startswith(CHOSEN)}
    now = {**chats.code_sources(kind), **rubrics, **fixed}
    cost = f"about {baseline.cost:.2f} US dollars" if baseline.cost else "it cost nothing when it was last measured"
    return [
        f"{UNMEASURED}{line} `{baseline.command}` measures it ({cost})."
        for line in unmeasured(now, cases_digest(cases), baseline)
    ]


def remedy(failed: Sequence[str], name: str, made: Run) -> str:
    """What to do about a gate that does not hold."""
    if not any(line.startswith(UNMEASURED) for line in failed):
        return "`interviewer eval compare` names the cases that changed."
    cost = f"about {made.cost:.2f} US dollars" if made.cost else "a few minutes, free"
    command = f"interviewer eval run --judge {name} --save-baseline"
    return f"If the change is meant, run `{command}` ({cost}), look at the figures, and commit the baseline."


def _rows(measured: Run | Baseline, cases: Sequence[Case]) -> list[Row]:
    verdicts = {one.case_id: one for one in verdicts_of(measured.marks(), cases, measured.judge)}
    return list(rows_of([(case, verdicts[case.case_id]) for case in cases if case.case_id in verdicts]))


def measured_reference(ours: Program, path: Path, asked: Asked, progress: Progress) -> PublicSet:
    """A judge on a single-reference set; raises CaseFileError that names file and line."""
    items = read_references(path, fold)
    if asked.sample:
        items = items[:: max(1, len(items) // asked.sample)][: asked.sample]
    verdicts: list[Verdict] = []
    for verdict in pool.spread(partial(benches.judge_named, asked.judge), benches.work_reference, items):
        verdicts.append(verdict)
        progress.step("Judging", len(verdicts), len(items))
    return measure_public(path.stem, list(zip(items, verdicts, strict=True)))
