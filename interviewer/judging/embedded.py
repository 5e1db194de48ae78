"""The embedded judge: a small encoder, the points' anchors and a calibrated head; no key, no network."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from threading import Lock
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
from interviewer.judging.joint import SHA256 as JOINT_SHA256
from interviewer.judging.joint import JointReader
from interviewer.judging.language import other_language
from interviewer.judging.measure import NAMES, Measured, measure
from interviewer.judging.segments import Unit, units_of

REVISION: Final = 5
"""Counted up with every change of code that can move a verdict; part of the judge's hash."""

HEADS: Final = "heads.json"
_KEPT_QUESTIONS: Final = 64
_SURE: Final = 0.85
"""From this probability on, words of an answer to another question count (see `_either`).

With questions left out, answers to quite other questions reach it for under 1 % of points, and the usual bar for 5 %.
"""
_AT: Final = {name: place for place, name in enumerate(NAMES)}
_AS_WRITTEN: Final = 0.9
"""Probability of a point whose own anchor was said, as good as word for word; see `_as_written`."""


@cache
def default_encoder() -> Encoder:
    """The process's one encoder, shared by judge and intent reader; it loads at its first use."""
    return Encoder()


@cache
def default_reader() -> JointReader:
    """The process's one joint reader; it loads at its first use."""
    return JointReader()


@dataclass(frozen=True, slots=True)
class Rubric:
    """A question's points and flags, ready for matching."""

    points: tuple[Target, ...]
    flags: tuple[Target, ...]
    asks: Line
    heard: tuple[Line, ...]
    asking: tuple[Line, ...]
    anchors: str


@dataclass(frozen=True, slots=True)
class _Heads:
    covered: TreeHead
    contradicted: TreeHead
    flag: TreeHead
    thresholds: dict[str, float]
    sha256: str


class EmbeddedJudge:
    """Judges points and flags on the CPU; deterministic; threads may share it.

    Raises ModelFileError when its files cannot be used.
    """

    def __init__(
        self, encoder: Encoder | None = None, reader: JointReader | None = None, *, folder: Path = FOLDER
    ) -> None:
        self._encoder = encoder or default_encoder()
        self._reader = reader or default_reader()
        self._folder = folder
        self._rubrics: OrderedDict[str, Rubric] = OrderedDict()
        self._preparing = Lock()

    @cached_property
    def _heads(self) -> _Heads:
        data, raw = read_json(self._folder, HEADS)
        try:
            covered, contradicted, flag = (TreeHead.of(data[name]) for name in ("covered", "contradicted", "flag"))
        except (KeyError, TypeError, ValueError) as error:
            raise ModelFileError(f"The embedded judge's file {HEADS} in {self._folder} is no head.", REMEDY) from error
        if any(head.names != NAMES for head in (covered, contradicted, flag)):
            raise ModelFileError(f"The embedded judge's file {HEADS} in {self._folder} reads other features.", REMEDY)
        return _Heads(covered, contradicted, flag, data["thresholds"], hashlib.sha256(raw).hexdigest())

    @cached_property
    def version(self) -> JudgeVersion:
        """Name and hash of weights, tokenizer, heads, thresholds and code revision."""
        told = hashlib.sha256(read_json(self._folder, addressing.HEAD)[1]).hexdigest()
        parts = [REVISION, sorted((SHA256 | JOINT_SHA256).items()), self._heads.sha256, told, NAMES]
        return JudgeVersion(name="embedded", hash=hashlib.sha256(json.dumps(parts).encode()).hexdigest())

    def check(self) -> None:
        """Make sure that every file can be used before anybody answers; raises ModelFileError."""
        self._encoder.check()
        self._reader.check()
        _ = self.version

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
        texts = {turn.number: turn.text for turn in turns}
        before = {turn.number for turn in turns if turn.question not in (None, question.id)}
        own = self._findings(rubric, [unit for unit in claims if unit.turn not in before], texts)
        earlier = self._findings(rubric, [unit for unit in claims if unit.turn in before], texts)
        found = [_either(mine, other) for mine, other in zip(own, earlier, strict=True)]
        points, flags = found[: len(rubric.points)], found[len(rubric.points) :]
        notes = (addressing.NOTE,) if addressed else ()
        return Assessment(judge=version, points=tuple(points), flags=tuple(flags), notes=notes)

    def _findings(self, rubric: Rubric, claims: Sequence[Unit], texts: Mapping[int, str]) -> list[Finding]:
        """The findings for points, then flags, that these claims alone make."""
        if not claims:
            return [_absent(target.id) for target in (*rubric.points, *rubric.flags)]
        answer = answer_of(self._encoder, claims)
        measured = self._measured(answer, rubric)
        points = zip(rubric.points, measured[: len(rubric.points)], strict=True)
        flags = zip(rubric.flags, measured[len(rubric.points) :], strict=True)
        return [
            *(self._point(target, one, answer, texts) for target, one in points),
            *(self._flag(target, one, answer, texts) for target, one in flags),
        ]

    def _measured(self, answer: Answer, rubric: Rubric) -> list[Measured]:
        """Points compete with points alone; a flag, which often speaks of the same thing, competes with all points."""
        everything = (*rubric.points, *rubric.flags)
        read, count = self._reader.read(answer, everything), len(rubric.points)
        points = measure(answer, rubric.points, rubric.asks, read[:count])
        if not rubric.flags:
            return points
        return [*points, *measure(answer, everything, rubric.asks, read)[count:]]

    def _version_with(self, rubric: Rubric) -> JudgeVersion:
        whole = hashlib.sha256(f"{self.version.hash} {rubric.anchors}".encode()).hexdigest()
        return JudgeVersion(name=self.version.name, hash=whole)

    def measured(self, question: Question, turns: Sequence[Turn]) -> dict[str, list[float]]:
        """The features of every point and flag, for training; empty where nothing was claimed."""
        rubric = self.rubric(question)
        claims, _, _ = self._claims(rubric, turns)
        if not claims:
            return {}
        found = self._measured(answer_of(self._encoder, claims), rubric)
        targets = (*rubric.points, *rubric.flags)
        return {target.id: one.features.tolist() for target, one in zip(targets, found, strict=True)}

    def claims(self, question: Question, turns: Sequence[Turn]) -> list[Unit]:
        """What the candidate claims, for training."""
        return self._claims(self.rubric(question), turns)[0]

    def _claims(self, rubric: Rubric, turns: Sequence[Turn]) -> tuple[list[Unit], list[Unit], bool]:
        """What the candidate claims, all that the candidate said, and whether any of it addresses the judge."""
        heard = list(rubric.heard)
        ids = [target.id for target in (*rubric.points, *rubric.flags)]
        claims: list[Unit] = []
        spoken: list[Unit] = []
        addressed = False
        for turn in turns:
            if turn.who is Who.INTERVIEWER:
                heard += interviewer_lines(self._encoder, [turn.text])
            elif turn.is_answer:
                said = units_of(turn.text, turn.number)
                spoken += said
                if other_language(said):
                    continue
                kept, speaks = claims_of(self._encoder, turn.text, turn.number, heard, ids, rubric.asking)
                claims += kept
                addressed |= speaks
        return claims, spoken, addressed

    def _point(self, target: Target, measured: Measured, answer: Answer, texts: Mapping[int, str]) -> Finding:
        heads, bars = self._heads, self._heads.thresholds
        row = measured.features.tolist()
        probability = round(heads.covered.probability(row), 2)
        if _as_written(row):
            probability = max(probability, _AS_WRITTEN)
        if probability >= bars["unclear_from"]:
            status = Status.COVERED if probability >= bars["covered_from"] else Status.UNCLEAR
            evidence = quoted(answer, measured.support, texts)
            return Finding(target=target.id, status=status, probability=probability, evidence=evidence)
        if heads.contradicted.probability(row) >= bars["contradicted_from"]:
            against = measured.against if target.unlikes else measured.support
            evidence = quoted(answer, against, texts, most=1)
            return Finding(target=target.id, status=Status.CONTRADICTED, probability=probability, evidence=evidence)
        return Finding(target=target.id, status=Status.ABSENT, probability=probability)

    def _flag(self, target: Target, measured: Measured, answer: Answer, texts: Mapping[int, str]) -> Finding:
        bars = self._heads.thresholds
        probability = round(self._heads.flag.probability(measured.features.tolist()), 2)
        if probability < bars["flag_from"] or measured.features[_AT["margin"]] <= 0:
            return Finding(target=target.id, status=Status.ABSENT, probability=probability)
        # Words that show a flag are nearer to it than to any point: only a statement of its own ever shows one.
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
        with self._preparing:
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
            asking=tuple(
                line_of(self._encoder, anchor)
                for one in question.points
                for anchor in one.sounds_like
                if any(unit.asks for unit in units_of(anchor, 0))
            ),
            anchors=anchors,
        )


def _either(own: Finding, earlier: Finding) -> Finding:
    """What was said to the question itself, unless that holds nothing and an earlier answer surely does.

    An answer to another question is mostly about other things, so that only what is sure counts of it.
    """
    sure = earlier.status is Status.COVERED and earlier.probability >= _SURE
    return earlier if sure and own.status in (Status.ABSENT, Status.UNCLEAR) else own


def _as_written(row: Sequence[float]) -> bool:
    """Whether an anchor of the point was said, as a whole or word for word, and neither denied nor near a near miss.

    Other points may claim the same words: "POST /api/tasks" is a method and an address. In training each of the 139
    points that the first rule finds was covered, and each of the 87 that the second finds.
    """
    if row[_AT["denies_mismatch"]]:
        return False
    whole = row[_AT["pos"]] >= 0.8 and row[_AT["contrast_best"]] > 0.15
    by_word = row[_AT["soft"]] >= 0.88 and row[_AT["pos"]] >= 0.65 and row[_AT["contrast"]] >= 0.2
    return whole or by_word


def _absent(target: str) -> Finding:
    return Finding(target=target, status=Status.ABSENT, probability=0.0)
