"""A model's reply, and the findings that are left of it when every quote has been checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from interviewer.core.findings import Finding, Span, Status
from interviewer.core.scenario import Point, Question
from interviewer.core.state import Turn
from interviewer.judging.proof import Proof
from interviewer.judging.quotes import MOST_SPANS, places

PROBABILITIES: Final[Mapping[Status, float]] = {
    Status.COVERED: 0.95,
    Status.PARTIAL: 0.5,
    Status.UNCLEAR: 0.45,
    Status.CONTRADICTED: 0.02,
    Status.ABSENT: 0.05,
}
"""The probability of each status: ours, because a model's own numbers mean nothing.

Unclear is a claim that its quote did not prove: where one must decide, it does not count."""

MOST_POINTS: Final = 3
"""Of one sentence, beside words to the judge."""
_CREDITED: Final = (Status.COVERED, Status.PARTIAL)

MOST_QUOTES: Final = 5
"""More quotes for one finding are not looked at."""

_MOST_FAULTS: Final = 5


class Found(BaseModel):
    """A point that is not absent."""

    model_config = ConfigDict(extra="ignore")

    id: str
    quotes: list[str]
    status: Literal["covered", "partial", "contradicted"]


class Shown(BaseModel):
    """A red flag that was shown."""

    model_config = ConfigDict(extra="ignore")

    id: str
    quotes: list[str]
    status: Literal["shown"]


class Reply(BaseModel):
    """Points that are not absent, and red flags that were shown."""

    model_config = ConfigDict(extra="ignore")

    points: list[Found]
    flags: list[Shown]


class Malformed(ValueError):
    """A reply that is not of the agreed shape; says what is wrong without repeating any of it."""


def read(data: Mapping[str, Any] | None) -> Reply:
    """The reply in an answer's object; raises Malformed."""
    if data is None:
        raise Malformed("there was no JSON object in it")
    try:
        return Reply.model_validate(data)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)[:_MOST_FAULTS]
        told = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults]
        raise Malformed("; ".join(told)) from None


_Claim = TypeVar("_Claim", Found, Shown)


def findings(
    reply: Reply, question: Question, turns: Sequence[Turn], proof: Proof
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """The findings for all points and all flags; unknown ids are dropped, and of duplicates the first counts."""
    found, shown = _first_by_id(reply.points), _first_by_id(reply.flags)
    points = [
        _finding(point.id, Status(found[point.id].status), found[point.id].quotes, turns, proof, point)
        if point.id in found
        else absent(point.id)
        for point in question.points
    ]
    flags = [
        _finding(flag.id, Status.COVERED, shown[flag.id].quotes, turns, proof) if flag.id in shown else absent(flag.id)
        for flag in question.red_flags
    ]
    return tuple(_uncrowded(points, proof) if proof.addressed else points), tuple(flags)


def _uncrowded(points: Sequence[Finding], proof: Proof) -> Iterator[Finding]:
    """The findings, those unclear that rest on a sentence given for more points than one sentence can state.

    Only where somebody has spoken to the judge: a model that was talked round quotes whatever was there for everything.
    """
    given = Counter(place for one in points if one.status in _CREDITED for place in proof.sentences(one.evidence))
    for one in points:
        crowded = any(given[place] > MOST_POINTS for place in proof.sentences(one.evidence))
        yield unclear(one.target, one.evidence) if one.status in _CREDITED and crowded else one


def absent(target: str) -> Finding:
    """The finding for what was not said."""
    return Finding(target=target, status=Status.ABSENT, probability=PROBABILITIES[Status.ABSENT])


def unclear(target: str, evidence: Sequence[Span] = ()) -> Finding:
    """The finding for what cannot be told."""
    probability = PROBABILITIES[Status.UNCLEAR]
    return Finding(target=target, status=Status.UNCLEAR, probability=probability, evidence=tuple(evidence))


def _first_by_id(claims: Iterable[_Claim]) -> dict[str, _Claim]:
    first: dict[str, _Claim] = {}
    for claim in claims:
        first.setdefault(claim.id, claim)
    return first


def _finding(
    target: str, status: Status, quotes: Sequence[str], turns: Sequence[Turn], proof: Proof, point: Point | None = None
) -> Finding:
    """A claim as far as its quotes carry it.

    Quotes that are there and prove nothing make it absent; without one that is there, with words that have nothing
    to do with the point, or where each quote leaves out that it was denied, nobody can tell.
    """
    good: list[Sequence[Span]] = []
    hollow = missing = False
    for quote in quotes[:MOST_QUOTES]:
        place, there = _place(quote, turns, proof)
        good += [place] if place else []
        hollow |= there and not place
        missing |= not there
    if not good:
        return absent(target) if hollow and not missing else unclear(target)
    whole = [place for place in good if status is Status.CONTRADICTED or not proof.leaves_denial_out(place)]
    spans = list(dict.fromkeys(span for place in whole or good for span in place))
    evidence = sorted(spans[:MOST_SPANS], key=lambda span: (span.turn, span.start))
    if not whole or (point is not None and not proof.concerns(evidence, point)):
        return unclear(target, evidence)
    return Finding(target=target, status=status, probability=PROBABILITIES[status], evidence=tuple(evidence))


def _place(quote: str, turns: Sequence[Turn], proof: Proof) -> tuple[Sequence[Span], bool]:
    """The first place of a quote where it proves something, and whether it is anywhere at all."""
    there = False
    for place in places(quote, turns):
        if proof.patches(place):
            continue
        if proof.holds(place):
            return place, True
        there = True
    return (), there
