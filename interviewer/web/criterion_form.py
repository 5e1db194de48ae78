"""The form of a criterion: what it says, and the points and flags that it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from interviewer.core.scenario import Criterion
from interviewer.hosting.editing import new_id
from interviewer.screening.faults import faults
from interviewer.web.fields import Draft, Fields


def draft_of(criterion: Criterion | None) -> Draft:
    """The form of a criterion, or of a new one."""
    if criterion is None:
        return Draft({"basis": "points"})
    values = {
        "says": criterion.says,
        "need": str(criterion.need or ""),
        "basis": "person" if criterion.person else "points",
    }
    return Draft(values, {"points": criterion.points, "flags": criterion.flags})


def read(given: Fields) -> Draft:
    """The form as it was sent."""
    values = {name: given.one(name) for name in ("says", "need", "basis")}
    return Draft(values, {name: given.many(name) for name in ("points", "flags")})


def criterion_of(draft: Draft, held: Criterion | None, taken: Iterable[str]) -> Criterion | dict[str, str]:
    """The criterion that the form says, or what is wrong, by field; `taken` are ids, for a new one's."""
    by_person = draft.value("basis") == "person"
    plain: dict[str, Any] = {
        "id": held.id if held else new_id(draft.value("says"), taken, "criterion"),
        "says": draft.value("says"),
        "person": by_person,
    }
    if not by_person:
        plain |= {name: tuple(draft.picked.get(name, ())) for name in ("points", "flags")}
        plain["need"] = draft.value("need").strip() or None
        if not plain["points"] and not plain["flags"]:
            return {"basis": "Tick at least one point or flag, or leave it to a person."}
    try:
        return Criterion.model_validate(plain)
    except ValidationError as error:
        return {_at(name): words for name, words in faults(error).items()}


def _at(name: str) -> str:
    """The field in the form: what concerns the whole is how many points it needs, the rest is checked before."""
    return "basis" if name.split(".")[0] in ("points", "flags") else name or "need"
