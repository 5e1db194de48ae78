"""What a judge says of an answer, and what it rests on."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from interviewer.core.values import Strict


class Status(StrEnum):
    """What was found for a point (or, for a red flag: covered means that it was shown)."""

    COVERED = "covered"
    PARTIAL = "partial"
    CONTRADICTED = "contradicted"
    ABSENT = "absent"
    UNCLEAR = "unclear"


class Span(Strict):
    """Verbatim words of the candidate: `text == turn.text[start:end]`, checked by code."""

    turn: Annotated[int, Field(ge=1)]
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=1)]
    text: str


class Finding(Strict):
    """What a judge says of one point or red flag of a question."""

    target: str = Field(description="The id of the point or flag, within its question.")
    status: Status
    probability: Annotated[float, Field(ge=0, le=1)] = Field(description="That it is covered (or shown).")
    evidence: tuple[Span, ...] = Field((), max_length=3)


class JudgeVersion(Strict):
    """Who judged: a name, and a hash of all that can move its verdict (weights, thresholds, anchors)."""

    name: str
    hash: str


class Usage(Strict):
    """What a model took for one call, or for the calls of one turn."""

    model: str
    input_tokens: Annotated[int, Field(ge=0)]
    output_tokens: Annotated[int, Field(ge=0)]
    cost: Annotated[float, Field(ge=0)] | None = Field(None, description="US dollars; none where no price is known.")
    estimated: bool = Field(False, description="Whether the tokens were counted here, because the endpoint did not.")


class Assessment(Strict):
    """The findings for all points and flags of a question, over all its turns so far."""

    kind: Literal["assessment"] = "assessment"
    judge: JudgeVersion
    points: tuple[Finding, ...]
    flags: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = Field((), description="Facts for a person, such as `addresses the judge`.")
    usage: Usage | None = None

    def finding(self, target: str) -> Finding:
        """The finding for a point or flag; KeyError if there is none."""
        for finding in (*self.points, *self.flags):
            if finding.target == target:
                return finding
        raise KeyError(target)


class UnscoredReason(StrEnum):
    """Why a judge could not judge."""

    OTHER_LANGUAGE = "other_language"
    JUDGE_FAILED = "judge_failed"


class Unscored(Strict):
    """The judge could not do it; never a low mark."""

    kind: Literal["unscored"] = "unscored"
    judge: JudgeVersion
    reason: UnscoredReason
    detail: str = ""
    prompt: str = Field("", description="What a model was asked; kept, because nothing came of it.")
    reply: str = Field("", description="What it answered, cut where it was too long.")
    usage: Usage | None = None


Outcome = Annotated[Assessment | Unscored, Field(discriminator="kind")]


class Aid(StrEnum):
    """The strongest help that named a point before the turn that holds its evidence."""

    UNPROMPTED = "unprompted"
    PROMPTED = "prompted"
    HINTED = "hinted"


class Intent(StrEnum):
    """What a candidate's turn wants of the conversation; it chooses the next move and nothing else."""

    ANSWER = "answer"
    STUCK = "stuck"
    HINT_REQUEST = "hint_request"
    CLARIFY = "clarify"
    REPEAT = "repeat"
    SKIP = "skip"
    END = "end"
    OFF_TOPIC = "off_topic"


class Reading(Strict):
    """How a candidate's turn was read: its intent and, for a clarifying question, which fact answers it."""

    intent: Intent
    fact: int | None = Field(None, description="Index among the clarifications (or facts) that were on offer.")
