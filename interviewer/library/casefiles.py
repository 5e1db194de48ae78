"""Reads what the judge is measured with: labelled cases, second labels and public sets; errors name file and line."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from interviewer.core.errors import CaseFileError
from interviewer.core.scenario import Scenario
from interviewer.evaluation.cases import Case, Reference
from interviewer.evaluation.injection import Attack, AttackFile
from interviewer.evaluation.rehearsal.material import Manners
from interviewer.evaluation.second import SecondLabels, Settled
from interviewer.library.plain import Unreadable, parse, read_text
from interviewer.library.problems import MAX_PROBLEMS

MAX_BYTES: Final = 50_000_000
"""A larger case file is refused (bytes)."""

Item = TypeVar("Item", bound=BaseModel)
_Numbered = tuple[int, Item]


class _Twice(ValueError):
    """A key that an object gives twice: the second would silently take the place of the first."""


def read_cases(
    paths: Sequence[Path], scenarios: Mapping[str, Scenario], broken: Collection[str] = ()
) -> tuple[Case, ...]:
    """The cases of all files, in order, each of which fits its scenario and has an id of its own.

    `broken` are the ids of scenarios whose files cannot be used. Raises CaseFileError that names up to ten problems
    by file and line, before anything is judged.
    """
    problems: list[str] = []
    first: dict[str, str] = {}
    found: list[Case] = []
    for path in paths:
        for number, case in _read(path, Case, problems):
            place = f"{path}:{number}"
            if case.case_id in first:
                problems.append(f"{place}: the case_id {case.case_id!r} was given before, at {first[case.case_id]}")
            first.setdefault(case.case_id, place)
            problems += [f"{place}: {problem}" for problem in _unfitting(case, scenarios, broken)]
            found.append(case)
    problems += _split_problems(found)
    _refuse(problems)
    return tuple(found)


def read_references(path: Path, check: Callable[[Reference], object] = lambda _: None) -> tuple[Reference, ...]:
    """The items of a single-reference set; raises CaseFileError that names file and line.

    `check` raises CaseFileError for an item that cannot be measured.
    """
    problems: list[str] = []
    found: list[Reference] = []
    for number, item in _read(path, Reference, problems):
        try:
            check(item)
        except CaseFileError as error:
            problems.append(f"{path}:{number}: {error.message}. {error.remedy}")
        found.append(item)
    _refuse(problems)
    return tuple(found)


def read_second(paths: Sequence[Path], cases: Sequence[Case]) -> tuple[SecondLabels, ...]:
    """A second labelling; raises CaseFileError for one of a case that is not there, or with words nobody said."""
    problems: list[str] = []
    known = {case.case_id: case for case in cases}
    first: dict[str, str] = {}
    found: list[SecondLabels] = []
    for path in paths:
        for number, labels in _read(path, SecondLabels, problems):
            case = known.get(labels.case_id)
            if case is None:
                problems.append(f"{path}:{number}: there is no case {labels.case_id!r}")
                continue
            place = f"{path}:{number}"
            if labels.case_id in first:
                problems.append(f"{place}: the case {labels.case_id!r} was labelled before, at {first[labels.case_id]}")
            first.setdefault(labels.case_id, place)
            problems += [f"{path}:{number}: {problem}" for problem in labels.problems(case)]
            found.append(labels)
    _refuse(problems)
    return tuple(found)


def read_settled(path: Path) -> tuple[Settled, ...]:
    """The disagreements of the two labellings, with how each was settled; raises CaseFileError."""
    problems: list[str] = []
    found = tuple(one for _, one in _read(path, Settled, problems))
    _refuse(problems)
    return found


def read_attacks(folder: Path) -> tuple[Attack, ...]:
    """All attacks of a folder, file by file; raises CaseFileError that names the file, or two with one id."""
    found: dict[str, Attack] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            attacks = AttackFile.model_validate(parse(read_text(path)).data).attacks
        except (Unreadable, ValidationError) as error:
            raise CaseFileError(f"{path} cannot be used: {str(error).splitlines()[0]}.", "Correct the file.") from None
        for one in attacks:
            if one.id in found:
                raise CaseFileError(f"{path}: the attack {one.id!r} was given before.", "Give it an id of its own.")
            found[one.id] = one
    return tuple(found.values())


def read_manners(path: Path) -> Manners:
    """How simulated candidates behave; raises CaseFileError that names the file."""
    try:
        return Manners.model_validate(parse(read_text(path)).data)
    except (Unreadable, ValidationError) as error:
        raise CaseFileError(f"{path} cannot be used: {str(error).splitlines()[0]}.", "Correct the file.") from None


def _unfitting(case: Case, scenarios: Mapping[str, Scenario], broken: Collection[str]) -> Iterator[str]:
    if case.scenario in broken:
        yield f"the file of scenario {case.scenario!r} cannot be used; `interviewer scenario list` says why"
        return
    yield from case.problems(scenarios.get(case.scenario))


def _split_problems(cases: Sequence[Case]) -> Iterator[str]:
    """Questions whose cases are split: then what was tuned on one half would be tested on the other."""
    splits: dict[tuple[str, str], set[str]] = {}
    for case in cases:
        splits.setdefault((case.scenario, case.question_id), set()).add(case.split)
    for (scenario, question), found in splits.items():
        if {"tune", "test"} <= found:
            named = ", ".join(repr(one) for one in sorted(found))
            yield f"the cases of question {scenario}/{question} are of more than one split ({named})"


def _refuse(problems: Sequence[str]) -> None:
    if problems:
        more = [f"and {len(problems) - MAX_PROBLEMS} more problems"] if len(problems) > MAX_PROBLEMS else []
        raise CaseFileError(
            "\n".join([*problems[:MAX_PROBLEMS], *more]), "Nothing was judged. Correct the lines and run it again."
        )


def _read(path: Path, model: type[Item], problems: list[str]) -> Iterator[_Numbered[Item]]:
    """Each line's item with its line number; what is wrong is added to `problems`."""
    try:
        text = read_text(path, MAX_BYTES)
    except Unreadable as error:
        where = f"{path}:{error.line}:" if error.line else f"{path}"
        raise CaseFileError(
            f"{where} {error.problem}", "Nothing was judged. Give a JSON Lines file in UTF-8."
        ) from None
    empty = True
    # Not splitlines: it would also split at characters that candidates may use within an answer.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        empty = False
        try:
            data = json.loads(line, object_pairs_hook=_object)
        except (ValueError, RecursionError) as error:
            problems.append(f"{path}:{number}: is not JSON: {_reason(error)}")
            continue
        if not isinstance(data, dict):
            problems.append(f"{path}:{number}: must be an object with keys and values")
            continue
        misspelt = list(_misspelt(data, model))
        problems += [f"{path}:{number}: {one}" for one in misspelt]
        try:
            yield number, model.model_validate(data)
        except ValidationError as error:
            problems += [f"{path}:{number}: {one}" for one in _faults(error, skip=bool(misspelt))]
    if empty:
        problems.append(f"{path}: holds no line")


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Twice(f"the key {next(name for name in names if names.count(name) > 1)[:40]!r} is given twice")
    return made


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return error.msg
    if isinstance(error, _Twice):
        return str(error)
    return "nested too deeply" if isinstance(error, RecursionError) else "it holds too long a number"


def _misspelt(data: Mapping[str, Any], model: type[BaseModel]) -> Iterator[str]:
    """Other keys are the author's own notes, but one that is nearly ours would silently change what is measured."""
    for key in data:
        near = get_close_matches(key, model.model_fields, n=1, cutoff=0.8)
        if key not in model.model_fields and near:
            yield f"unknown key {key[:40]!r}; did you mean {near[0]!r}?"


def _faults(error: ValidationError, *, skip: bool) -> Iterator[str]:
    """What is wrong with a line, by key; a missing key is not told where a misspelt one explains it."""
    for detail in error.errors(include_url=False):
        place = ".".join(str(part) for part in detail["loc"])
        if detail["type"] == "missing":
            if not skip:
                yield f"the key {place!r} is missing"
        elif detail["type"] == "value_error":
            yield str(detail["ctx"]["error"])
        else:
            message = detail["msg"][0].lower() + detail["msg"][1:]
            yield f"{place}: {message}"
