"""The log of an interview: frozen events, in the order in which they happened."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AwareDatetime,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    TypeAdapter,
    model_serializer,
)

from interviewer.core.findings import Intent, JudgeVersion, Outcome, Span, Status, Usage
from interviewer.core.values import Id, Ref, Strict

MAX_TURN_CHARS: Final = 20_000
"""A longer turn is refused before it becomes one (characters)."""


class Who(StrEnum):
    """Who said a line."""

    INTERVIEWER = "interviewer"
    CANDIDATE = "candidate"


class Channel(StrEnum):
    """How a turn reached us; typed answers get twice the minutes."""

    TYPED = "typed"
    SPOKEN = "spoken"


class Command(StrEnum):
    """What a candidate can ask for with a slash; such a turn is an act and not an answer."""

    HINT = "/hint"
    REPEAT = "/repeat"
    SKIP = "/skip"
    END = "/end"


class Mode(StrEnum):
    """Practice teaches; screen is neutral and reveals neither points nor scores."""

    PRACTICE = "practice"
    SCREEN = "screen"


class MoveKind(StrEnum):
    """What the interviewer does next."""

    GREET = "greet"
    ASK = "ask"
    PROBE = "probe"
    HINT = "hint"
    NO_HINT = "no_hint"
    CLARIFY = "clarify"
    REPEAT = "repeat"
    WAIT = "wait"
    ENCOURAGE = "encourage"
    REDIRECT = "redirect"
    ENGLISH_PLEASE = "english_please"
    CONFIRM_SKIP = "confirm_skip"
    CONFIRM_END = "confirm_end"
    CARRY_ON = "carry_on"
    CLOSE = "close"
    HEARD_ALREADY = "heard_already"
    REVIEW = "review"
    INVITE_QUESTIONS = "invite_questions"
    REPLY = "reply"
    FAREWELL = "farewell"


class CloseReason(StrEnum):
    """Why a question was closed."""

    SATISFIED = "satisfied"
    PROBED = "probed"
    SKIPPED = "skipped"
    STUCK = "stuck"
    LIMIT = "limit"
    TIME = "time"
    ENDED = "ended"


class EndReason(StrEnum):
    """Why an interview ended."""

    COMPLETED = "completed"
    CANDIDATE = "candidate"
    TIME = "time"
    INPUT_ENDED = "input_ended"


class Move(Strict):
    """The interviewer's next act, with its reason: policy chooses it, a speaker only words it."""

    kind: MoveKind
    reason: str = Field(description="One line for `interviews show --why`.")
    question: Id | None = None
    point: Id | None = Field(None, description="The point that a probe leads to, or that a hint is for.")
    in_doubt: bool = Field(False, description="A probe sent only because the judge was in doubt: no aid.")
    hint: int | None = Field(None, description="Index of the hint given.")
    fact: int | None = Field(None, description="Index of the clarification or fact given; None: nothing is known.")
    close: CloseReason | None = None
    end: EndReason | None = Field(None, description="Why the interview ends, with a farewell.")
    because: tuple[str, ...] = Field((), description="The findings behind it, as question.point.")
    intent: Intent | None = Field(None, description="How the candidate's turn was read, where it answers one.")


class Stamped(Strict):
    """Every event says when it happened (aware, UTC)."""

    at: AwareDatetime


class Started(Stamped):
    """An interview began; nothing that can move a score may change after this."""

    kind: Literal["started"] = "started"
    scenario_id: Id
    scenario_sha256: str
    mode: Mode
    questions: tuple[Id, ...] = Field(min_length=1, description="The main questions that will be asked, in order.")
    time_factor: float | None = Field(description="Minutes are multiplied by this; None: no limits.")
    judge: JudgeVersion
    speaker: str
    salt: str = Field(description="Random; seeds the choice of phrases.")
    program: str = Field(description="Version of the program.")


class Consented(Stamped):
    """The candidate agreed to a notice."""

    kind: Literal["consented"] = "consented"
    notice: str = Field(description="Version of the notice.")


class Said(Stamped):
    """One turn; the candidate's words are stored before anything judges them."""

    kind: Literal["said"] = "said"
    turn: Annotated[int, Field(ge=1)]
    who: Who
    text: str
    channel: Channel = Channel.TYPED
    command: Command | None = None
    seconds: Annotated[float, Field(ge=0)] = Field(0.0, description="From the line shown to the answer stored.")
    more: bool = Field(False, description="The interviewer has not finished: more of the same turn follows.")
    usage: Usage | None = Field(None, description="What a model took to say it.")
    word_confidences: tuple[float, ...] | None = None
    pasted: Annotated[int, Field(ge=0)] | None = Field(
        None, description="Characters of it that were pasted, where the page could tell: a fact for a person."
    )

    @model_serializer(mode="wrap")
    def _without_nothing(self, plain: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """A row of a line of which nothing is known to be pasted is the one that it always was."""
        row: dict[str, Any] = plain(self)
        if row.get("pasted") is None:
            row.pop("pasted", None)
        return row


class Judged(Stamped):
    """What a judge said of a question after a turn."""

    kind: Literal["judged"] = "judged"
    question: Id
    attempt: Annotated[int, Field(ge=1)]
    turn: Annotated[int, Field(ge=1)] = Field(description="The last candidate's turn that was judged.")
    outcome: Outcome


class Moved(Stamped):
    """What the interviewer decided to do."""

    kind: Literal["moved"] = "moved"
    move: Move


class Paused(Stamped):
    """The interview was left."""

    kind: Literal["paused"] = "paused"


class Resumed(Stamped):
    """The interview was taken up again."""

    kind: Literal["resumed"] = "resumed"


class Retried(Stamped):
    """The candidate tries a question again; the first level stays."""

    kind: Literal["retried"] = "retried"
    question: Id


class Ended(Stamped):
    """The conversation is over."""

    kind: Literal["ended"] = "ended"
    reason: EndReason


class Contested(Stamped):
    """The candidate says that a point was made: kept as self-reported, never credit."""

    kind: Literal["contested"] = "contested"
    target: Ref
    attempt: Annotated[int, Field(ge=1)] = 1
    reason: str = ""
    evidence: tuple[Span, ...] = Field((), max_length=3)


class Confirmed(Stamped):
    """A person confirmed the finding in force."""

    kind: Literal["confirmed"] = "confirmed"
    target: Ref
    by: str


class Overridden(Stamped):
    """A person's word replaces the finding in force."""

    kind: Literal["overridden"] = "overridden"
    target: Ref
    by: str
    status: Status
    reason: str = Field(min_length=1)


class Commented(Stamped):
    """A person's remark."""

    kind: Literal["commented"] = "commented"
    by: str
    text: str = Field(min_length=1)
    target: Ref | None = None


class Decided(Stamped):
    """A person's decision on the candidate."""

    kind: Literal["decided"] = "decided"
    by: str
    decision: Literal["advance", "reject", "hold"]
    reason: str = Field(min_length=1)


class Rejudged(Stamped):
    """Another judge's findings for a question, adopted by a person; the old ones stay in the log."""

    kind: Literal["rejudged"] = "rejudged"
    question: Id
    attempt: Annotated[int, Field(ge=1)]
    outcome: Outcome
    by: str


Event = Annotated[
    Started
    | Consented
    | Said
    | Judged
    | Moved
    | Paused
    | Resumed
    | Retried
    | Ended
    | Contested
    | Confirmed
    | Overridden
    | Commented
    | Decided
    | Rejudged,
    Field(discriminator="kind"),
]

EVENT: Final[TypeAdapter[Event]] = TypeAdapter(Event, config=ConfigDict(defer_build=True))
"""Reads an event from plain data, whichever kind it is."""
