"""Which scenarios there are, which file of each is in force, and the lines that the interviewer speaks."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from interviewer.core.errors import NotFound, ScenarioError
from interviewer.core.ports import Prompt
from interviewer.core.scenario import Clarification, Scenario
from interviewer.library.plain import Unreadable, parse, read_text
from interviewer.library.problems import MAX_PROBLEMS, problems_of
from interviewer.library.prompts import parse_prompt

SCHEMA_FILE: Final = "scenario.schema.json"

_ID: Final = re.compile(r"""^id:[ \t]*["']?([a-z0-9-]{1,40})["']?[ \t]*(?:#.*)?\r?$""", re.MULTILINE)


class Origin(StrEnum):
    """Where a scenario file comes from; a later one overrides an earlier one of the same id."""

    PACKAGED = "packaged"
    HOME = "home"
    EXTRA = "--scenarios"


@dataclass(frozen=True, slots=True)
class Listed:
    """A scenario in the list: the file in force, and those that it overrides."""

    id: str
    title: str
    summary: str
    path: Path
    origin: Origin
    overrides: tuple[Path, ...] = ()
    problem: str = ""
    scenario: Scenario | None = None

    @property
    def broken(self) -> bool:
        """Whether the file in force cannot be used."""
        return bool(self.problem)


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    origin: Origin
    id: str


_Shelf = dict[str, list[_File]]
"""The files of each id, the one in force last."""


def content(name: str) -> Path:
    """A folder of the package's own content: the checkout's, where it stands beside the package, else the wheel's."""
    package = Path(__file__).resolve().parent.parent
    if (package.parent / "pyproject.toml").is_file() and (package.parent / name).is_dir():
        return package.parent / name
    return package / "_content" / name


class Library:
    """The scenarios of the package, of the home folder, and of `--scenarios`; read when they are asked for."""

    def __init__(self, home: Path | None = None, extra: Path | None = None, *, packaged: Path | None = None) -> None:
        """`home` is the home folder; `extra`, a scenario file or a folder of them, must exist.

        `packaged` holds `scenarios/` and `prompts/` in place of the package's own.
        """
        self._home = home / "scenarios" if home else None
        self._extra = extra
        self._packaged = packaged

    def list(self) -> tuple[Listed, ...]:
        """Every scenario by id, read whole; a broken one says what is wrong and hides no other."""
        return tuple(_listed(found) for _, found in sorted(self._shelf().items()))

    def get(self, name: str) -> Scenario:
        """The scenario with this id; raises NotFound, or ScenarioError when its file cannot be used."""
        return load_file(self._in_force(name).path)

    def path(self, name: str) -> Path:
        """The file that is in force for this id; raises NotFound."""
        return self._in_force(name).path

    def lines(self) -> Mapping[str, Any]:
        """The interviewer's lines, as `prompts/lines.yaml` has them; raises ScenarioError that names file and line."""
        data, path = self._prompt("lines.yaml")
        if not isinstance(data, dict):
            raise ScenarioError(f"{path} must be a mapping of keys and values.", "Install the program again.")
        return data

    def facts(self) -> tuple[Clarification, ...]:
        """What is true of every interview, as `prompts/facts.yaml` has it; raises ScenarioError that names the file."""
        data, path = self._prompt("facts.yaml")
        try:
            return TypeAdapter(tuple[Clarification, ...]).validate_python(data)
        except ValidationError:
            raise ScenarioError(f"{path} must be a list of facts.", "Install the program again.") from None

    def prompt(self, name: str, fields: Collection[str] | None = None) -> Prompt:
        """The prompt in `prompts/NAME.md`; raises ScenarioError that names file and line.

        `fields` are those that the program fills: an unknown or missing one is an error.
        """
        path = self._content("prompts") / f"{name}.md"
        try:
            return parse_prompt(read_text(path), fields)
        except Unreadable as error:
            raise ScenarioError(_where(path, error), "Correct the file, or install the program again.") from None

    def _prompt(self, name: str) -> tuple[Any, Path]:
        path = self._content("prompts") / name
        try:
            return parse(read_text(path)).data, path
        except Unreadable as error:
            raise ScenarioError(_where(path, error), "Correct the file, or install the program again.") from None

    def _content(self, name: str) -> Path:
        return self._packaged / name if self._packaged else content(name)

    def _in_force(self, name: str) -> _File:
        shelf = self._shelf()
        if name in shelf:
            return shelf[name][-1]
        near = get_close_matches(name, shelf, n=1, cutoff=0.4)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        raise NotFound(
            f"There is no scenario {name[:40]!r}.", f"{hint}`interviewer scenario list` shows {len(shelf)} of them."
        )

    def _shelf(self) -> _Shelf:
        shelf: _Shelf = {}
        for file in self._files():
            shelf.setdefault(file.id, []).append(file)
        return shelf

    def _files(self) -> Iterator[_File]:
        for path in _yaml_files(self._content("scenarios")):
            yield _File(path, Origin.PACKAGED, _id_of(path))
        for path in _yaml_files(self._home) if self._home else ():
            yield _File(path, Origin.HOME, _id_of(path))
        for path in _extra_files(self._extra) if self._extra else ():
            yield _File(path, Origin.EXTRA, _id_of(path))


def _yaml_files(folder: Path) -> list[Path]:
    try:
        return sorted(one for one in folder.iterdir() if one.suffix in (".yaml", ".yml") and one.name[0] != ".")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ScenarioError(
            f"The folder {folder} cannot be read: {error.strerror or error}.", "Make it a folder that you may read."
        ) from error


def _extra_files(path: Path) -> list[Path]:
    if not path.is_dir():
        if path.exists():
            return [path]
        raise ScenarioError(f"{path} does not exist.", "Give --scenarios a scenario file, or a folder of them.")
    found = _yaml_files(path)
    if not found:
        raise ScenarioError(f"The folder {path} holds no .yaml file.", "Give --scenarios a file, or a folder of them.")
    return found


def _id_of(path: Path) -> str:
    """The id that a file gives itself, without reading it whole; of a file that cannot tell, its name."""
    try:
        text = read_text(path)
        found = _ID.search(text)
        if found:
            return found[1]
        data = parse(text).data
    except Unreadable:
        return path.stem
    name = data.get("id") if isinstance(data, dict) else None
    return name if isinstance(name, str) and name else path.stem


def _listed(found: list[_File]) -> Listed:
    file, overrides = found[-1], tuple(one.path for one in reversed(found[:-1]))
    try:
        scenario = load_file(file.path)
    except ScenarioError as error:
        return Listed(file.id, "", "", file.path, file.origin, overrides, error.message)
    return Listed(file.id, scenario.title, scenario.summary, file.path, file.origin, overrides, scenario=scenario)


def load_file(path: Path) -> Scenario:
    """The scenario in a file; raises ScenarioError that names up to ten problems by line, place and remedy."""
    try:
        document = parse(read_text(path))
    except Unreadable as error:
        raise ScenarioError(_where(path, error), "Correct the file and try again.") from None
    try:
        return Scenario.model_validate(document.data, by_alias=True, by_name=False)
    except ValidationError as error:
        problems = problems_of(error, document)
    more = [f"{path}: and {len(problems) - MAX_PROBLEMS} more problems"] if len(problems) > MAX_PROBLEMS else []
    shown = [f"{path}:{problem}" for problem in problems[:MAX_PROBLEMS]]
    raise ScenarioError("\n".join([*shown, *more]), f"Correct it, then run `interviewer scenario check {path}`.")


def _where(path: Path, error: Unreadable) -> str:
    return f"{path}:{error.line}: {error.problem}" if error.line else f"{path} {error.problem}"


def schema_text() -> str:
    """The JSON schema of scenario files, as it is checked in for editors."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Scenario.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
