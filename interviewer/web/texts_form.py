"""The form of what stands around the questions: title, role, welcome, advice and facts."""

from __future__ import annotations

import re
from itertools import count
from typing import Any, Final

from pydantic import ValidationError

from interviewer.core.scenario import Scenario
from interviewer.screening.faults import faults
from interviewer.web.fields import Draft, Fields

TEXTS: Final = ("title", "summary", "welcome")
ROLE: Final = ("position", "company", "team", "stack", "experience")
ADVICE: Final = ("briefing", "closing_advice")
NEW_FACTS: Final = 2
"""Empty rows for facts at the end of the form."""


def draft_of(scenario: Scenario) -> Draft:
    """The form with what there is, and room for more facts."""
    values = {name: getattr(scenario, name) for name in TEXTS}
    values |= {f"role.{name}": getattr(scenario.role, name) for name in ROLE}
    values |= {name: "\n".join(getattr(scenario, name)) for name in ADVICE}
    for index, fact in enumerate(scenario.facts):
        values[f"facts.{index}.asked"] = "\n".join(fact.asked)
        values[f"facts.{index}.reply"] = fact.reply
    return Draft(values, rows={"facts": len(scenario.facts) + NEW_FACTS})


def read(given: Fields) -> Draft:
    """The form as it was sent."""
    facts = next(number for number in count() if f"facts.{number}.reply" not in given)
    names = [*TEXTS, *(f"role.{name}" for name in ROLE), *ADVICE]
    names += [f"facts.{index}.{name}" for index in range(facts) for name in ("asked", "reply")]
    return Draft({name: given.one(name) for name in names}, rows={"facts": facts})


def scenario_of(draft: Draft, scenario: Scenario) -> Scenario | dict[str, str]:
    """The scenario with the form's words, or what is wrong, by field. A fact whose boxes are both empty is left out."""
    plain = scenario.model_dump(by_alias=True)
    plain |= {name: draft.value(name) for name in TEXTS}
    plain["role"] = {name: draft.value(f"role.{name}") for name in ROLE}
    plain |= {name: _lines(draft.value(name)) for name in ADVICE}
    rows = [index for index in range(draft.rows["facts"]) if _filled(draft, index)]
    plain["facts"] = [_fact(draft, index) for index in rows]
    try:
        return Scenario.model_validate(plain)
    except ValidationError as error:
        return {_at(name, rows): words for name, words in faults(error).items()}


def _filled(draft: Draft, index: int) -> bool:
    return bool(draft.value(f"facts.{index}.asked").strip() or draft.value(f"facts.{index}.reply").strip())


def _fact(draft: Draft, index: int) -> dict[str, Any]:
    return {"asked": _lines(draft.value(f"facts.{index}.asked")), "reply": draft.value(f"facts.{index}.reply")}


def _at(name: str, rows: list[int]) -> str:
    """The field in the form, where facts that are left out still have their row."""
    parts = name.split(".")
    if parts[0] == "facts" and len(parts) > 1:
        parts[1] = str(rows[int(parts[1])])
    return ".".join(parts)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def field_of(place: str) -> str:
    """The field at which a problem of a check is mended: `facts[1].reply`, `briefing[0]`, `welcome`."""
    name = re.sub(r"\[(\d+)\]", r".\1", place)
    first = name.split(".")[0]
    return name if first == "facts" else first
