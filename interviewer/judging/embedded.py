"""The embedded judge: a small encoder, the points' anchors and a calibrated head; no key, no network."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final

from interviewer.core.errors import ModelFileError
from interviewer.core.events import Who
from interviewer.core.findings import Assessment, Finding, JudgeVersion, Status, Unscored, UnscoredReason
from interviewer.core.scenario import Point, Question, RedFlag
from interviewer.core.state import Turn
from interviewer.judging import addressing
from interviewer.judging.claims import claims_of, interviewer_lines
from interviewer.judging.encoder import FOLDER, REMEDY, SHA256, Encoder
from interviewer.judging.evidence import quoted
from interviewer.judging.features import Answer, Line, Target, answer_of, line_of, target_of, with_hubs
from interviewer.judging.head import TreeHead, read_json
from interviewer.judging.language import other_language
from interviewer.judging.measure import NAMES, Measured, measure
from interviewer.judging.segments import Unit, units_of

REVISION: Final = 1
"""Counted up with every change of code that can move a verdict; part of the judge's hash."""

HEADS: Final = "heads.json"
_KEPT_QUESTIONS: Final = 64
_MARGIN: Final = NAMES.index("margin")
"""Words that show a flag are nearer to it than to any point: a flag is only ever shown by a statement of its own."""


@cache
def default_encoder() -> Encoder:
    """The process's one encoder, shared by judge and intent reader; it loads at its first use."""
    return Encoder()


@dataclass(frozen=True, slots=True)
class Rubric:
    """A question's points and flags, ready for matching."""

    points: tuple[Target, ...]
    flags: tuple[Target, ...]
    asks: Line
    heard: tuple[Line, ...]
    anchors: str


@dataclass(frozen=True, slots=True)
class _Heads:
    covered: TreeHead
    contradicted: TreeHead
    flag: TreeHead
    thresholds: dict[str, float]
    sha256: str


class EmbeddedJudge:
    """Judges points and flags on the CPU; deterministic. Raises ModelFileError when its files cannot be used."""

    def __init__(self, encoder: Encoder | None = None, *, folder: Path = FOLDER) -> None:
        self._encoder = encoder or default_encoder()
        self._folder = folder
        self._rubrics: OrderedDict[str, Rubric] = OrderedDict()

    @cached_property
    def _heads(self) -> _Heads:
        data, raw = read_json(self._folder, HEADS)
        covered, contradicted, flag = (TreeHead.of(data[name]) for name in ("covered", "contradicted", "flag"))
        if any(head.names != NAMES for head in (covered, contradicted, flag)):
            raise ModelFileError(f"The embedded judge's file {HEADS} in {self._folder} reads other features.", REMEDY)
        return _Heads(covered, contradicted, flag, data["thresholds"], hashlib.sha256(raw).hexdigest())

    @cached_property
    def version(self) -> JudgeVersion:
        """Name and hash of weights, tokenizer, heads, thresholds and code revision."""
        parts = [REVISION, sorted(SHA256.items()), self._heads.sha256, NAMES]
        return JudgeVersion(name="embedded", hash=hashlib.sha256(json.dumps(parts).encode()).hexdigest())

    def assess(self, question: Question, turns: Sequence[Turn]) -> Assessment | Unscored:
        """Findings for all points and flags over the candidate's turns so far."""
        rubric = self.rubric(question)
        version = self._version_with(rubric)
        claims, spoken, addressed = self._claims(rubric, turns)
        if other_language(spoken):
            return Unscored(
                judge=version,
                reason=UnscoredReason.OTHER_LANGUAGE,
                detail="the answer is not in English",
            )
        notes = (addressing.NOTE,) if addressed else ()
        if not claims:
            nothing = [_absent(target.id) for target in (*rubric.points, *rubric.flags)]
            points, flags = nothing[: len(rubric.points)], nothing[len(rubric.points) :]
            return Assessment(judge=version, points=tuple(points), flags=tuple(flags), notes=notes)
        answer = answer_of(self._encoder, claims)
        texts = {turn.number: turn.text for turn in turns}
        measured = _measured(answer, rubric)
        points = [
            self._point(target, one, answer, texts)
            for target, one in zip(rubric.points, measured[: len(rubric.points)], strict=True)
        ]
        flags = [
            self._flag(target, one, answer, texts)
            for target, one in zip(rubric.flags, measured[len(rubric.points) :], strict=True)
        ]
        return Assessment(judge=version, points=tuple(points), flags=tuple(flags), notes=notes)

    def _version_with(self, rubric: Rubric) -> JudgeVersion:
        whole = hashlib.sha256(f"{self.version.hash} {rubric.anchors}".encode()).hexdigest()
        return JudgeVersion(name=self.version.name, hash=whole)

    def measured(self, question: Question, turns: Sequence[Turn]) -> dict[str, list[float]]:
        """The features of every point and flag, for training; empty where nothing was claimed."""
        rubric = self.rubric(question)
        claims, _, _ = self._claims(rubric, turns)
        if not claims:
            return {}
        found = _measured(answer_of(self._encoder, claims), rubric)
        targets = (*rubric.points, *rubric.flags)
        return {target.id: one.features.tolist() for target, one in zip(targets, found, strict=True)}

    def _claims(self, rubric: Rubric, turns: Sequence[Turn]) -> tuple[list[Unit], list[Unit], bool]:
        """What the candidate claims, all that the candidate said, and whether any of it addresses the judge."""
        heard = list(rubric.heard)
        claims: list[Unit] = []
        spoken: list[Unit] = []
        addressed = False
        for turn in turns:
            if turn.who is Who.INTERVIEWER:
                heard += interviewer_lines(self._encoder, [turn.text])
            elif turn.is_answer:
                kept, speaks = claims_of(self._encoder, turn.text, turn.number, heard)
                claims += kept
                spoken += units_of(turn.text, turn.number)
                addressed |= speaks
        return claims, spoken, addressed

    def _point(self, target: Target, measured: Measured, answer: Answer, texts: dict[int, str]) -> Finding:
        heads, bars = self._heads, self._heads.thresholds
        row = measured.features.tolist()
        probability = round(heads.covered.probability(row), 2)
        if probability >= bars["unclear_from"]:
            status = Status.COVERED if probability >= bars["covered_from"] else Status.UNCLEAR
            evidence = quoted(answer, measured.support, texts)
            return Finding(target=target.id, status=status, probability=probability, evidence=evidence)
        if heads.contradicted.probability(row) >= bars["contradicted_from"]:
            against = measured.against if target.unlikes else measured.support
            evidence = quoted(answer, against, texts, most=1)
            return Finding(target=target.id, status=Status.CONTRADICTED, probability=probability, evidence=evidence)
        return Finding(target=target.id, status=Status.ABSENT, probability=probability)

    def _flag(self, target: Target, measured: Measured, answer: Answer, texts: dict[int, str]) -> Finding:
        bars = self._heads.thresholds
        probability = round(self._heads.flag.probability(measured.features.tolist()), 2)
        if probability < bars["flag_from"] or measured.features[_MARGIN] <= 0:
            return Finding(target=target.id, status=Status.ABSENT, probability=probability)
        evidence = quoted(answer, measured.support, texts, most=1)
        return Finding(target=target.id, status=Status.COVERED, probability=probability, evidence=evidence)

    def rubric(self, question: Question) -> Rubric:
        """The question made ready, from memory where it was judged before."""
        rules = json.dumps(
            [
                question.asks,
                [(p.id, p.says, p.sounds_like, p.not_this) for p in question.points],
                [(f.id, f.says, f.sounds_like, f.not_this) for f in question.red_flags],
            ]
        )
        key = hashlib.sha256(rules.encode()).hexdigest()
        found = self._rubrics.get(key)
        if found is None:
            found = self._rubrics[key] = self._prepared(question, key)
            if len(self._rubrics) > _KEPT_QUESTIONS:
                self._rubrics.popitem(last=False)
        return found

    def _prepared(self, question: Question, anchors: str) -> Rubric:
        named: list[Point | RedFlag] = [*question.points, *question.red_flags]
        targets = with_hubs(
            [target_of(self._encoder, one.id, one.says, one.sounds_like, one.not_this) for one in named]
        )
        return Rubric(
            points=targets[: len(question.points)],
            flags=targets[len(question.points) :],
            asks=line_of(self._encoder, question.asks),
            heard=tuple(interviewer_lines(self._encoder, [question.asks])),
            anchors=anchors,
        )


def _measured(answer: Answer, rubric: Rubric) -> list[Measured]:
    """Points compete with points alone; a flag, which often speaks of the same thing, competes with all points."""
    points = measure(answer, rubric.points, rubric.asks)
    if not rubric.flags:
        return points
    everything = measure(answer, (*rubric.points, *rubric.flags), rubric.asks)
    return [*points, *everything[len(points) :]]


def _absent(target: str) -> Finding:
    return Finding(target=target, status=Status.ABSENT, probability=0.0)
