"""A position: a scenario with the settings under which candidates are screened for it."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Final

from pydantic import AwareDatetime, Field

from interviewer.cast import JudgeKind
from interviewer.core.pacing import TYPED_FACTOR, share_of
from interviewer.core.scenario import Scenario
from interviewer.core.values import Id, Line, Strict, Text

MAX_RETENTION: Final = 1826
"""Days; five years: longer than any duty to keep records that we know of."""


class Sharing(StrEnum):
    """What candidates see when their interview is over, beside the receipt."""

    NOTHING = "nothing"
    EVIDENCE = "evidence"
    """Each point with the candidate's own words; a finding can be contested."""


class Place(StrEnum):
    """Where candidates are, as far as rules on hiring with software differ."""

    NEW_YORK_CITY = "new_york_city"
    ILLINOIS = "illinois"
    COLORADO = "colorado"
    CALIFORNIA = "california"
    EUROPEAN_UNION = "european_union"
    UNITED_KINGDOM = "united_kingdom"
    ELSEWHERE = "elsewhere"


class Timing(StrEnum):
    """How much time there is, of the scenario's own."""

    USUAL = "usual"
    MORE = "more"
    """Half as much again."""
    UNTIMED = "untimed"


TIME_FACTORS: Final = {Timing.USUAL: TYPED_FACTOR, Timing.MORE: 1.5 * TYPED_FACTOR, Timing.UNTIMED: None}
"""What the scenario's minutes are multiplied by (answers are typed); None: no limits."""


class Settings(Strict):
    """What a recruiter sets for a position."""

    title: Line
    company: Line
    contact: Line = Field(description="Whom candidates ask: a person with a mail address.")
    questions: tuple[Id, ...] = Field(min_length=1, description="The main questions that are asked, in order.")
    timing: Timing = Timing.USUAL
    judge: JudgeKind = JudgeKind.EMBEDDED
    help_allowed: Text = Field(
        description="Which help is allowed (notes, a search engine, ...); candidates confirm it."
    )
    retention_days: Annotated[int, Field(ge=1, le=MAX_RETENTION)] = 180
    sharing: Sharing = Sharing.EVIDENCE
    places: tuple[Place, ...] = Field(min_length=1)


class Position(Strict):
    """A position as it stands; its scenario is stored once, under its hash."""

    id: Id
    settings: Settings
    scenario_id: Id
    scenario_sha256: str
    ours: bool = Field(False, description="Whether its questions were edited, so that they are not public.")
    demo: bool = Field(False, description="Whether its candidates are simulated.")
    created_at: AwareDatetime
    created_by: str
    closed_at: AwareDatetime | None = None

    @property
    def retention(self) -> timedelta:
        """How long an interview is kept after its end."""
        return timedelta(days=self.settings.retention_days)


def minutes(scenario: Scenario, settings: Settings, factor: float | None) -> float | None:
    """Minutes that the position's questions may take at most with this time factor; None: no limit."""
    if factor is None:
        return None
    return sum(share_of(scenario, name) for name in settings.questions) / 60 * factor
