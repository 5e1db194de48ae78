"""The form of a position's settings: to and from what is stored."""

from __future__ import annotations

from typing import Any, Final

from pydantic import ValidationError

from interviewer.cast import JudgeKind
from interviewer.core.scenario import Scenario
from interviewer.screening.faults import faults
from interviewer.screening.position import Place, Settings, Sharing, Timing
from interviewer.web.fields import Draft, Fields

HELP: Final = (
    "Your own notes, and the documentation of languages and tools. No help from another person, and none from an AI."
)
RETENTION: Final = 180
_TEXTS: Final = ("title", "company", "contact", "help_allowed", "retention_days", "timing", "judge", "sharing")


def first(scenario: Scenario, latest: Settings | None) -> Draft:
    """The form of a new position: what was set for the latest one is likely to be right again."""
    values = {
        "title": scenario.role.position,
        "company": latest.company if latest else "",
        "contact": latest.contact if latest else "",
        "help_allowed": latest.help_allowed if latest else HELP,
        "retention_days": str(latest.retention_days if latest else RETENTION),
        "timing": Timing.USUAL.value,
        "judge": JudgeKind.EMBEDDED.value,
        "sharing": (latest.sharing if latest else Sharing.EVIDENCE).value,
    }
    places = [one.value for one in latest.places] if latest else []
    return Draft(values, {"questions": [one.id for one in scenario.questions], "places": places})


def draft_of(settings: Settings) -> Draft:
    """The form with what is set."""
    plain = settings.model_dump(mode="json")
    return Draft(
        {name: str(plain[name]) for name in _TEXTS}, {"questions": plain["questions"], "places": plain["places"]}
    )


def read(given: Fields) -> Draft:
    """The form as it was sent."""
    return Draft(
        {name: given.one(name) for name in _TEXTS}, {name: given.many(name) for name in ("questions", "places")}
    )


def settings_of(draft: Draft, scenario: Scenario) -> Settings | dict[str, str]:
    """What the form sets, questions in the scenario's order and places in ours; or what is wrong, by field."""
    plain: dict[str, Any] = dict(draft.values)
    plain["questions"] = tuple(one.id for one in scenario.questions if draft.has("questions", one.id))
    plain["places"] = tuple(one.value for one in Place if draft.has("places", one.value))
    try:
        return Settings.model_validate(plain)
    except ValidationError as error:
        return faults(error)
