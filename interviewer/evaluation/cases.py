"""Labelled answers that a judge is measured on: cases, and single-reference items of public sets."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from interviewer.core.events import MAX_TURN_CHARS, MoveKind, Who
from interviewer.core.findings import Intent, Status
from interviewer.core.scenario import Point, Question, Scenario, Tier
from interviewer.core.state import Turn
from interviewer.core.values import Strict

SPLITS: Final = ("tune", "test")
"""A question belongs to one of them with all its cases; nothing is ever tuned on `test`."""

Words = Annotated[str, Field(min_length=1, max_length=MAX_TURN_CHARS)]
Names = tuple[Annotated[str, Field(max_length=81)], ...]


class _Labelled(Strict):
    """Keys that are not ours are notes of the file's author, and ignored; see `library.casefiles` for misspelt ones."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class CaseTurn(Strict):
    """One utterance of a labelled conversation."""

    who: Who
    text: Words


class Case(_Labelled):
    """One labelled answer to a question of a scenario; points that no list names are absent from it."""

    case_id: Annotated[str, Field(min_length=1, max_length=120)]
    scenario: Annotated[str, Field(min_length=1, max_length=40)]
    question_id: Annotated[str, Field(min_length=1, max_length=40)]
    answer: Words | None = Field(None, description="What the candidate says; or `turns`, for a conversation.")
    turns: tuple[CaseTurn, ...] = ()
    intent: Intent
    covered: Names
    partial: Names
    contradicted: Names = Field((), description="Points that are denied, or of which the opposite is said.")
    red_flags: Names
    unlabelled: Names = Field((), description="Points and flags that nobody labelled: left out of every figure.")
    kind: Annotated[str, Field(max_length=40)] = ""
    split: Literal["", "tune", "test"] = ""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.answer is None) == (not self.turns):
            raise ValueError("give either `answer` or `turns`")
        if self.turns and all(turn.who is not Who.CANDIDATE for turn in self.turns):
            raise ValueError("no turn is the candidate's")
        named = [*self.covered, *self.partial, *self.contradicted, *self.unlabelled]
        for name in named:
            if named.count(name) > 1:
                raise ValueError(f"the point {name!r} is labelled twice")
        return self

    def label(self, target: str) -> Status:
        """The label of a point, or of a red flag (covered: shown)."""
        if target in self.covered or target in self.red_flags:
            return Status.COVERED
        if target in self.partial:
            return Status.PARTIAL
        return Status.CONTRADICTED if target in self.contradicted else Status.ABSENT

    def said(self) -> tuple[CaseTurn, ...]:
        """The conversation after the question was asked."""
        return self.turns or (CaseTurn(who=Who.CANDIDATE, text=self.answer or ""),)

    def turns_of(self, question: Question) -> tuple[Turn, ...]:
        """The conversation as a judge gets it: the question as it is asked, then what was said."""
        asked = Turn(number=1, who=Who.INTERVIEWER, text=question.asks, question=question.id, move=MoveKind.ASK)
        said = (
            Turn(number=number, who=turn.who, text=turn.text, question=question.id)
            for number, turn in enumerate(self.said(), 2)
        )
        return (asked, *said)

    def with_answer(self, answer: str) -> Case:
        """The same case, said otherwise, as one answer."""
        return self.model_copy(update={"answer": answer, "turns": ()})

    def problems(self, scenario: Scenario | None) -> Iterator[str]:
        """What does not fit the scenario it names: an unknown question, point or flag."""
        if scenario is None:
            yield f"there is no scenario {self.scenario!r}"
            return
        try:
            question = scenario.question(self.question_id)
        except KeyError:
            yield f"scenario {self.scenario!r} has no question {self.question_id!r}"
            return
        points = {point.id for point in question.points}
        flags = {flag.id for flag in question.red_flags}
        for name in (*self.covered, *self.partial, *self.contradicted):
            if name not in points:
                yield f"question {self.question_id!r} has no point {name!r}"
        for name in self.red_flags:
            if name not in flags:
                yield f"question {self.question_id!r} has no red flag {name!r}"
        for name in self.unlabelled:
            if name not in points | flags:
                yield f"question {self.question_id!r} has neither a point nor a red flag {name!r}"


class Reference(_Labelled):
    """An item of a public set: a question with one reference answer, and a labelled answer of somebody's."""

    id: Annotated[str, Field(min_length=1, max_length=120)]
    question: Words
    reference: Words
    answer: Words
    label: Annotated[str, Field(max_length=60)]
    score: float | None = None
    question_id: str = ""
    split: str = ""

    @property
    def group(self) -> str:
        """What is drawn as a whole when intervals are computed: the question."""
        return self.question_id or digest(self.question)


REFERENCE_POINT: Final = "reference"


def reference_question(item: Reference) -> Question:
    """A question whose one point is the item's reference answer, without anchors."""
    whole = " ".join(item.reference.split())[:600]
    point = Point.model_construct(
        id=REFERENCE_POINT,
        tier=Tier.STRONG,
        says=whole,
        heard=whole,
        why=whole,
        probe=None,
        sounds_like=(),
        not_this=(),
        group=None,
    )
    asks = " ".join(item.question.split())[:6000]
    return Question(id="item", title="item", asks=asks, again=asks[:600], points=(point,), reference=asks)


def digest(value: Any) -> str:
    """SHA-256, in hex, of a value's JSON with sorted keys."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def rubric_digest(question: Question) -> str:
    """SHA-256 of all of a question that can move a verdict: its wording, points, flags and their anchors."""
    fields = {"id", "tier", "says", "sounds_like", "not_this", "severity"}
    return digest(
        [
            question.asks,
            [point.model_dump(mode="json", include=fields) for point in question.points],
            [flag.model_dump(mode="json", include=fields) for flag in question.red_flags],
        ]
    )
