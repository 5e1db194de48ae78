"""The form of a question: points, red flags, hints and facts as rows, to and from what a scenario holds.

It works without JavaScript: rows are added, moved and removed by buttons that send the whole form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from interviewer.core.scenario import FollowUp, MainQuestion, Question, Severity, Tier
from interviewer.hosting.editing import new_id
from interviewer.screening.faults import faults
from interviewer.web import when_form
from interviewer.web.fields import Draft, Fields

TEXTS: Final = ("title", "asks", "again", "reference")
ANSWERS: Final = ("calibration.strong", "calibration.acceptable", "calibration.weak")
ROWS: Final[Mapping[str, tuple[str, ...]]] = {
    "points": ("id", "tier", "says", "heard", "why", "probe", "sounds_like", "not_this", "group"),
    "red_flags": ("id", "severity", "says", "sounds_like", "not_this", "shown"),
    "hints": ("says",),
    "clarifications": ("asked", "reply"),
}
"""The kinds of rows, and the fields of each."""
MOST: Final = 30
"""Rows of a kind to which the form adds."""
_LISTS: Final = frozenset({"sounds_like", "not_this", "asked"})
_PLACE: Final = re.compile(r"(add)\.(\w+)|(remove|up)\.(\w+)\.(\d{1,3})")

Q = TypeVar("Q", bound=Question)


def blank(section: str = "", parent: MainQuestion | None = None) -> Draft:
    """The form of a new question, with one empty point; `parent` is the question that it follows up."""
    values = {"section": section, "points.0.tier": Tier.MINIMUM.value}
    return _with_choices(Draft(values, rows={**dict.fromkeys(ROWS, 0), "points": 1}), parent, None)


def _with_choices(draft: Draft, parent: MainQuestion | None, held: Question | None) -> Draft:
    """The form of a follow-up with the choices of when it is asked."""
    if parent is None:
        return draft
    values = when_form.values_of(parent, held if isinstance(held, FollowUp) else None)
    rows = {**draft.rows, when_form.ROWS: len(parent.points)}
    return replace(draft, values={**draft.values, **values}, rows=rows)


def draft_of(question: Question, parent: MainQuestion | None = None) -> Draft:
    """The form of a question that there is; `parent` is the question that it follows up."""
    values = {name: getattr(question, name) for name in TEXTS}
    picked: dict[str, tuple[str, ...]] = {}
    answers: Mapping[str, str] = {}
    if isinstance(question, MainQuestion):
        given = question.calibration
        values |= dict(zip(ANSWERS, (given.strong, given.acceptable, given.weak), strict=True))
        values["section"], answers = question.section, given.flags
    for kind, rows in (
        ("points", question.points),
        ("red_flags", question.red_flags),
        ("hints", question.hints),
        ("clarifications", question.clarifications),
    ):
        for index, row in enumerate(rows):
            values |= {f"{kind}.{index}.{name}": _text(row, name, answers) for name in ROWS[kind]}
    for index, hint in enumerate(question.hints):
        picked[f"hints.{index}.points"] = hint.points
    counted = {kind: len(getattr(question, kind)) for kind in ROWS}
    return _with_choices(Draft(values, picked, counted), parent, question)


def _text(row: Any, name: str, answers: Mapping[str, str]) -> str:
    if name == "shown":
        return answers.get(row.id, "")
    value = getattr(row, name)
    return "\n".join(value) if name in _LISTS else str(value or "")


def read(given: Fields) -> Draft:
    """The form as it was sent."""
    values = {name: given.one(name) for name in (*TEXTS, *ANSWERS, "section")}
    picked, counted = {}, {}
    for kind, names in ROWS.items():
        # A row was there where its last field was sent; rows stand one after another.
        last = names[-1]
        counted[kind] = next(number for number in count() if f"{kind}.{number}.{last}" not in given)
        for index in range(counted[kind]):
            values |= {f"{kind}.{index}.{name}": given.one(f"{kind}.{index}.{name}") for name in names}
    for index in range(counted["hints"]):
        picked[f"hints.{index}.points"] = given.many(f"hints.{index}.points")
    choices, counted[when_form.ROWS] = when_form.read(given)
    return Draft({**values, **choices}, picked, counted)


def arranged(draft: Draft, wish: str) -> Draft | None:
    """The form after a button of a row: `add.points`, `remove.points.3`, `up.points.3`; None where it was none."""
    match = _PLACE.fullmatch(wish)
    if not match:
        return None
    deed, kind, index = match[1] or match[3], match[2] or match[4], int(match[5] or 0)
    if kind not in ROWS:
        return None
    order: list[int | None] = list(range(draft.rows[kind]))
    if deed == "add":
        order += [None] if len(order) < MOST else []
    elif index < len(order):
        row = order.pop(index)
        if deed == "up":
            order.insert(max(0, index - 1), row)
    return _ordered(draft, kind, order)


def _ordered(draft: Draft, kind: str, order: list[int | None]) -> Draft:
    """The form with the rows of a kind in another order; None stands for a new one."""
    values = {name: value for name, value in draft.values.items() if not name.startswith(f"{kind}.")}
    picked = {name: value for name, value in draft.picked.items() if not name.startswith(f"{kind}.")}
    for new, old in enumerate(order):
        for name in ROWS[kind]:
            values[f"{kind}.{new}.{name}"] = "" if old is None else draft.value(f"{kind}.{old}.{name}")
        if kind == "hints" and old is not None:
            picked[f"hints.{new}.points"] = draft.picked.get(f"hints.{old}.points", ())
    return replace(draft, values=values, picked=picked, rows={**draft.rows, kind: len(order)}, errors={})


def question_of(
    draft: Draft, kind: type[Q], held: Q | None, taken: Iterable[str], parent: MainQuestion | None = None
) -> Q | dict[str, str]:
    """The question that the form says, or what is wrong, by field.

    `held` is the one that is edited (None: a new one); `taken` are ids of questions, for a new one's id; `parent` is
    the question that it follows up.
    """
    plain = _plain(draft, kind is MainQuestion)
    plain["id"] = held.id if held else new_id(draft.value("title"), taken, "question")
    wrong = dict(when_form.faults(draft, parent)) if parent else {}
    if issubclass(kind, FollowUp):
        plain["ask_when"] = when_form.condition_of(draft, held if isinstance(held, FollowUp) else None)
    try:
        made = kind.model_validate(plain)
    except ValidationError as error:
        ids = [one["id"] for one in plain["red_flags"]]
        return {_at(name, ids): words for name, words in faults(error).items()} | wrong
    return wrong or made


def _plain(draft: Draft, main: bool) -> dict[str, Any]:
    points = _named(list(_rows(draft, "points")), "point")
    flags = _named(list(_rows(draft, "red_flags")), "flag", {one["id"] for one in points})
    known = {one["id"] for one in points}
    plain: dict[str, Any] = {name: draft.value(name) for name in TEXTS}
    plain["points"] = [{**one, "probe": one["probe"] or None, "group": one["group"] or None} for one in points]
    plain["red_flags"] = [{name: value for name, value in one.items() if name != "shown"} for one in flags]
    plain["hints"] = [
        {**one, "points": [name for name in draft.picked.get(f"hints.{index}.points", ()) if name in known]}
        for index, one in enumerate(_rows(draft, "hints"))
    ]
    plain["clarifications"] = list(_rows(draft, "clarifications"))
    if main:
        plain["section"] = draft.value("section")
        plain["calibration"] = {name.removeprefix("calibration."): draft.value(name) for name in ANSWERS}
        plain["calibration"]["flags"] = {one["id"]: one["shown"] for one in flags if one["shown"].strip()}
    return plain


def _rows(draft: Draft, kind: str) -> Iterator[dict[str, Any]]:
    for index in range(draft.rows[kind]):
        yield {name: _value(name, draft.value(f"{kind}.{index}.{name}")) for name in ROWS[kind]}


def _value(name: str, text: str) -> Any:
    if name in _LISTS:
        return [line.strip() for line in text.split("\n") if line.strip()]
    return text.strip()


def _named(rows: list[dict[str, Any]], otherwise: str, more: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Rows in which new ones have got an id, from their first words."""
    taken = {one["id"] for one in rows if one["id"]} | set(more)
    for one in rows:
        if not one["id"]:
            one["id"] = new_id(one["says"], taken, otherwise)
            taken.add(one["id"])
    return rows


def _at(name: str, flags: list[str]) -> str:
    """The field in the form of a place in the question: some are shown elsewhere."""
    parts = name.split(".")
    if parts[:2] == ["calibration", "flags"] and parts[-1] in flags:
        return f"red_flags.{flags.index(parts[-1])}.shown"
    if parts[0] in ROWS and parts[-1] == "id":
        return ".".join((*parts[:-1], "says"))
    return name


def field_of(question: Question, place: str) -> str:
    """The field at which a problem of a check is mended; empty where it is none of the question's own fields.

    `place` is one as `interviewer scenario check` tells it: `http.tls.sounds_like[2]`, `http.calibration.strong`.
    """
    owner, _, rest = place.partition(".")
    if owner != question.id:
        return ""
    rest = re.sub(r"\[(\d+)\]", r".\1", rest)
    first, _, more = rest.partition(".")
    names = {"points": [one.id for one in question.points], "red_flags": [one.id for one in question.red_flags]}
    for kind, held in names.items():
        if first in held:
            return f"{kind}.{held.index(first)}.{more.split('.')[0] or 'says'}"
    if first in ("hints", "clarifications"):
        number = more.split(".")[0]
        return f"{first}.{number}.{'says' if first == 'hints' else 'reply'}"
    if rest.startswith("calibration.flags."):
        flags, name = names["red_flags"], rest.split(".")[2]
        return f"red_flags.{flags.index(name)}.shown" if name in flags else ""
    if rest == "ask_when":
        return when_form.ROWS
    return rest if rest in (*TEXTS, *ANSWERS, "section") else ""


TIERS: Final = (
    (Tier.MINIMUM, "minimum: without it, insufficient"),
    (Tier.CORE, "core: half of these make it good"),
    (Tier.STRONG, "strong: beyond what is expected"),
)
SEVERITIES: Final = (
    (Severity.SERIOUS, "serious: acceptable at most"),
    (Severity.DISQUALIFYING, "disqualifying: insufficient"),
)
