"""What a report holds: plain frozen values, the same for every format; the JSON is these fields, `blind` aside."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from interviewer.core.events import Channel, CloseReason, EndReason, Mode, MoveKind, Who
from interviewer.core.findings import Aid, JudgeVersion, Span, Status, UnscoredReason, Usage
from interviewer.core.hiring import Recommendation, Verdict
from interviewer.core.scenario import Severity, Tier
from interviewer.core.scoring import Standing

SCHEMA = "interviewer.report/1"


class Value(BaseModel):
    """A frozen value; one that is `blind` is to be read blind first, and tells nothing of the verdict."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Level(Value):
    """A level, 1 to 4; `low` and `high` differ where there is doubt, and `checks` findings could settle it."""

    low: int
    high: int
    checks: int = 0


class SelfReport(Value):
    """Words that the candidate marked as making a point; kept, never credit."""

    reason: str
    quotes: tuple[Span, ...]


class PointReport(Value):
    """One point of a question, with what was found."""

    id: str
    says: str
    why: str
    tier: Tier
    group: str | None
    status: Status
    aid: Aid
    credit_low: float
    credit_high: float
    probability: float | None
    quotes: tuple[Span, ...]
    judged_by: str
    by_person: bool
    reason: str
    to_check: bool
    not_needed: bool
    self_reported: tuple[SelfReport, ...]
    blind: bool = Field(False, exclude=True)


class FlagState(StrEnum):
    """What is known of a red flag."""

    NOT_SEEN = "not_seen"
    TO_CHECK = "to_check"
    SHOWN = "shown"
    DISMISSED = "dismissed"


class FlagReport(Value):
    """One red flag of a question; what a machine saw waits for a person."""

    id: str
    says: str
    severity: Severity
    state: FlagState
    quotes: tuple[Span, ...]
    decided_by: str
    reason: str
    blind: bool = Field(False, exclude=True)


class Role(StrEnum):
    """In what place a judgement was made: another judge's counts in practice, and in a screen it only steers."""

    OWN = "own"
    STAND_IN = "stand_in"
    STEERING = "steering"
    ADOPTED = "adopted"


class JudgementReport(Value):
    """One judgement after a turn; `instead_of` names the interview's judge where another one made it."""

    turn: int
    judge: JudgeVersion
    role: Role
    instead_of: str
    counts: bool
    unscored: UnscoredReason | None
    detail: str
    usage: Usage | None


class AttemptReport(Value):
    """One try at a question."""

    number: int
    standing: Standing
    asked: bool
    closed: CloseReason | None
    unscored: UnscoredReason | None
    level: Level | None
    points: tuple[PointReport, ...]
    red_flags: tuple[FlagReport, ...]
    judge: JudgeVersion | None
    notes: tuple[str, ...]
    judgements: tuple[JudgementReport, ...] = ()


class QuestionReport(Value):
    """A main or follow-up question: the first try counts, later tries stand beside it.

    `together` is what all tries would make with each point's best credit (None without a later one);
    `next_step` says, in practice, what would reach the level after that.
    """

    id: str
    title: str
    parent: str | None
    section: str
    asks: str
    first: AttemptReport
    later: tuple[AttemptReport, ...]
    together: Level | None
    next_step: str
    reference: str

    @property
    def attempts(self) -> tuple[AttemptReport, ...]:
        """All tries, in order."""
        return (self.first, *self.later)


class CriterionReport(Value):
    """One reason to pass, to pass strongly or to fail, with its verdict."""

    id: str
    says: str
    kind: Literal["pass", "strong_pass", "fail"]
    verdict: Verdict
    shown: int
    possible: int
    needed: int
    points: tuple[str, ...]
    red_flags: tuple[str, ...]
    blind: bool = Field(False, exclude=True)


class DoubtReport(Value):
    """A doubt whose answer would change a level or the recommendation."""

    target: str
    says: str
    question: str
    title: str
    is_flag: bool
    levels: tuple[int, int]
    recommendations: tuple[Recommendation | None, Recommendation | None]
    quotes: tuple[Span, ...]


class TurnReport(Value):
    """One utterance; `clock` is the counted time when it had been said, in seconds."""

    number: int
    who: Who
    text: str
    channel: Channel
    command: str | None
    question: str | None
    attempt: int
    move: MoveKind | None
    seconds: float
    clock: float


class SectionReport(Value):
    """A timed part: seconds that counted, and minutes that it had (None: untimed)."""

    id: str
    title: str
    seconds: float
    minutes: float | None


class CommentReport(Value):
    """A person's remark, on a point or on the whole."""

    by: str
    at: AwareDatetime
    target: str | None
    text: str


class DecisionReport(Value):
    """A person's decision."""

    by: str
    at: AwareDatetime
    decision: str
    reason: str


class Distance(Value):
    """Practice's summary: how many pass criteria were shown, and what is nearest to gain."""

    shown: int
    judged: int
    nearest: tuple[str, ...]


class Header(Value):
    """What the interview was."""

    interview: str
    scenario_id: str
    scenario_sha256: str
    title: str
    position: str
    company: str
    mode: Mode
    judge: JudgeVersion
    speaker: str
    program: str
    started_at: AwareDatetime
    ended: EndReason | None
    counted_seconds: float
    planned: int
    assessed: int
    whole: bool


class Tally(Value):
    """What models took; `cost` (US dollars) is of the uses whose price is known, and None where none is."""

    uses: int
    input_tokens: int
    output_tokens: int
    cost: float | None
    unpriced: int
    estimated: int


class Task(StrEnum):
    """What a model did."""

    JUDGING = "judging"
    SPEAKING = "speaking"
    JUDGING_AGAIN = "judging_again"


class ModelUse(Tally):
    """What one model took for one task."""

    model: str
    task: Task


class LogReport(Value):
    """The log that all of this was computed from: its length in rows and the hash of its last row."""

    length: int
    head: str
    sound: bool


class Report(Value):
    """Everything that a report tells."""

    header: Header
    recommendation: Recommendation | None
    distance: Distance | None
    reasons: tuple[str, ...]
    criteria: tuple[CriterionReport, ...]
    doubts: tuple[DoubtReport, ...]
    questions: tuple[QuestionReport, ...]
    transcript: tuple[TurnReport, ...]
    sections: tuple[SectionReport, ...]
    comments: tuple[CommentReport, ...]
    decisions: tuple[DecisionReport, ...]
    log: LogReport
    note: str
    judging: tuple[str, ...] = ()
    models: tuple[ModelUse, ...] = ()
    total: Tally = Tally(uses=0, input_tokens=0, output_tokens=0, cost=None, unpriced=0, estimated=0)
    """Nothing of these three, nor of `judgements`, is written where no chat model took part."""
