"""What is wrong with a scenario file, told to its author: line, place, fault and remedy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from interviewer.core.scenario import Scenario
from interviewer.library.plain import Document, Place

MAX_PROBLEMS: Final = 10
"""More are counted, not listed."""

_TEXTS: Final[Mapping[str, str]] = {
    "missing": "is missing",
    "string_type": "must be text; put it in quotes",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "dict_type": "must be a mapping of keys and values",
    "model_type": "must be a mapping of keys and values",
    "model_attributes_type": "must be a mapping of keys and values",
    "string_too_short": "must not be empty",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
}


def problems_of(error: ValidationError, document: Document) -> tuple[str, ...]:
    """One line for each problem: the line in the file, the place, what is wrong; in file order."""
    details = error.errors(include_url=False)
    mistyped = _mistyped(details, document)
    found: set[tuple[int, str]] = set()
    for detail in details:
        place = _existing(detail["loc"], document.data)
        if detail["type"] == "missing":
            place = (*place, str(detail["loc"][-1]))
        if place not in mistyped and not _beside_the_point(detail, document.data):
            line = document.line(place)
            found.add((line, f"{line}: {place_text(place)}: {_fault(detail, place)}"))
    return tuple(text for _, text in sorted(found))


def _mistyped(details: list[ErrorDetails], document: Document) -> set[Place]:
    """The places of keys that are missing only because they are there in another spelling."""
    unknown = [_existing(one["loc"], document.data) for one in details if one["type"] == "extra_forbidden"]
    return {(*place[:-1], *_near(str(place[-1]), _keys_at(place[:-1]))) for place in unknown}


def place_text(place: Place) -> str:
    """A place as authors read it: `questions[1].points[0].tier`, indexes counted from 0."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part[:40]}"
    return text.removeprefix(".") or "the file"


def _nearest(word: str, known: set[str]) -> str:
    """The end of a message about an unknown word: the one that was probably meant, or those that there are."""
    near = _near(word, known)
    return f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(sorted(known))}"


def _near(word: str, known: Iterable[str]) -> list[str]:
    return get_close_matches(word, sorted(known), n=1, cutoff=0.6)


def _existing(location: tuple[int | str, ...], data: Any) -> Place:
    """The part of a location that is in the file: a union's branch is in the location, and not in the file."""
    place: list[str | int] = []
    for part in location:
        in_list = isinstance(data, list) and isinstance(part, int) and part < len(data)
        if in_list or (isinstance(data, dict) and part in data):
            data = data[part]
            place.append(part)
    return tuple(place)


def _beside_the_point(detail: ErrorDetails, data: Any) -> bool:
    """Whether this only follows from another fault, or from taking a word for a mapping (or back) in `ask_when`."""
    if detail["type"] == "too_short" and detail["input"]:
        # The list has items, and each of them has its own line in this report.
        return True
    branches = {"AskWhen": dict, "literal['always']": str}
    for index, part in enumerate(detail["loc"]):
        if part in branches:
            value = _at(data, _existing(detail["loc"][:index], data))
            return isinstance(value, dict) != (branches[str(part)] is dict)
    return False


def _at(data: Any, place: Place) -> Any:
    for part in place:
        data = data[part]
    return data


def _fault(detail: ErrorDetails, place: Place) -> str:
    kind, given, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return f"unknown key {str(place[-1])[:40]!r}; {_nearest(str(place[-1]), _keys_at(place[:-1]))}"
    if kind in ("enum", "literal_error"):
        return f"must be {context['expected']}, not {_short(given)}"
    if kind == "string_pattern_mismatch":
        dot = " with one dot between (`question.point`)" if r"\." in context["pattern"] else ""
        return f"must be lower-case letters, digits and single hyphens{dot}, not {_short(given)}"
    if kind == "string_too_long":
        return f"must be at most {context['max_length']} characters; it has {len(str(given))}"
    if kind == "too_short":
        return "must have at least one item"
    if kind == "value_error":
        return str(context["error"])
    text = _TEXTS.get(kind)
    return text or detail["msg"][0].lower() + detail["msg"][1:] + f"; it is {_short(given)}"


def _short(value: object) -> str:
    text = ascii(value) if not isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _keys_at(place: Place) -> set[str]:
    """The keys that a scenario has at a place."""
    types: list[Any] = [Scenario]
    for part in place:
        if isinstance(part, str):
            types = [field for model in types for field in _models(_fields(model).get(part))]
    return {key for model in types for key in _fields(model)}


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The models within an annotation: in a list, an alternative, or alone."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if get_origin(annotation) in (tuple, Union, UnionType, Annotated):
        return [model for one in get_args(annotation) for model in _models(one)]
    return []
