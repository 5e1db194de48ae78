"""The project's own labelled cases, where the checkout or the wheel keeps them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from interviewer.core.errors import CaseFileError
from interviewer.core.scenario import Question, Scenario
from interviewer.evaluation.cases import Case
from interviewer.evaluation.gate import Bar
from interviewer.evaluation.record import Baseline, Run
from interviewer.evaluation.second import SecondLabels, Settled
from interviewer.library import Library, content
from interviewer.library.casefiles import read_cases, read_second, read_settled

BARS: Final = "bars.toml"
DISAGREEMENTS: Final = "disagreements.jsonl"


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Cases, the scenarios that they name, and a second labelling where there is one."""

    cases: tuple[Case, ...]
    scenarios: Mapping[str, Scenario]
    second: tuple[SecondLabels, ...] = ()
    settled: tuple[Settled, ...] = ()

    def questions(self) -> dict[str, Question]:
        """The questions that have cases, by `scenario/question`."""
        names = sorted({(case.scenario, case.question_id) for case in self.cases})
        return {f"{scenario}/{name}": self.scenarios[scenario].question(name) for scenario, name in names}


def golden(folder: Path | None = None) -> LabelledSet:
    """The golden cases with the packaged scenarios and those beside the cases; never a user's own scenarios."""
    place = folder or content("evals") / "golden"
    scenarios = every_scenario(Library(extra=place / "scenarios"))
    cases = read_cases(sorted(one for one in place.glob("*.jsonl") if one.name != DISAGREEMENTS), scenarios)
    second = read_second(sorted((place / "second").glob("*.jsonl")), cases)
    disagreements = place / DISAGREEMENTS
    return LabelledSet(cases, scenarios, second, read_settled(disagreements) if disagreements.is_file() else ())


def labelled(paths: Sequence[Path], library: Library) -> LabelledSet:
    """Anybody's labelled cases, with the scenarios that a library has; raises CaseFileError."""
    scenarios = every_scenario(library)
    broken = [one.id for one in library.list() if one.broken]
    return LabelledSet(read_cases(paths, scenarios, broken), scenarios)


def every_scenario(library: Library) -> dict[str, Scenario]:
    """All scenarios of a library that can be used, by id."""
    return {one.id: one.scenario for one in library.list() if one.scenario is not None}


def read_bars(path: Path | None = None) -> dict[str, Bar]:
    """The bars by the figure that they hold for; raises CaseFileError that names the file."""
    place = path or content("evals") / BARS
    try:
        return TypeAdapter(dict[str, Bar]).validate_python(tomllib.loads(place.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise CaseFileError(f"{place} cannot be used: {_first_line(error)}.", "Correct the file.") from error


def baselines(folder: Path | None = None) -> dict[str, Baseline]:
    """Every committed baseline by the name of its file; raises CaseFileError that names the file."""
    place = folder or content("evals") / "baselines"
    return {path.stem: read_baseline(path) for path in sorted(place.glob("*.json"))}


def read_baseline(path: Path) -> Baseline:
    """A baseline from its file; raises CaseFileError."""
    try:
        return Baseline.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise CaseFileError(
            f"{path} is no baseline: {_first_line(error)}.", "Measure it again with `interviewer eval run`."
        ) from error


def read_measured(path: Path) -> Run | Baseline:
    """A run or a baseline from its file; raises CaseFileError."""
    try:
        return TypeAdapter(Run | Baseline).validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise CaseFileError(
            f"{path} is neither a run nor a baseline: {_first_line(error)}.",
            "Give a file that `interviewer eval run` has written.",
        ) from error


def _first_line(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return str(error).splitlines()[0]
