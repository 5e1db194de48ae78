"""The report's sentences on the interview as a whole, the same in every format."""

from __future__ import annotations

from collections.abc import Iterator

from interviewer.core.events import Mode
from interviewer.core.hiring import Verdict
from interviewer.reporting.model import CriterionReport, DoubtReport, Report, SectionReport
from interviewer.reporting.who import judge_words, speaker_words
from interviewer.reporting.words import (
    END_WORDS,
    MODE_WORDS,
    RECOMMENDATION_WORDS,
    TO_READ_BLIND,
    counted,
    joined,
    minutes,
    number,
    without_stop,
)

KINDS = ("pass", "strong_pass", "fail")
SCREEN_TITLES = {"pass": "Needed to pass", "strong_pass": "For a strong pass", "fail": "Against"}
PRACTICE_TITLES = {"pass": "What a good interview shows", "strong_pass": "What a strong one adds", "fail": "To avoid"}
GAIN_WORDS = {Verdict.MET: "shown", Verdict.OPEN: "open", Verdict.UNMET: "not shown"}
LOSS_WORDS = {Verdict.MET: "holds", Verdict.OPEN: "open", Verdict.UNMET: "does not hold"}


TRANSCRIPT = "Transcript, with the time that counted"
MODELS = "What the models took"


def kind(report: Report) -> str:
    """What the report is, for its first line."""
    words = "Practice report" if report.header.mode is Mode.PRACTICE else "Interview report"
    return words if report.header.ended else f"{words}, so far"


def facts(report: Report) -> Iterator[tuple[str, str]]:
    """The header as pairs of label and value."""
    head = report.header
    yield "Interview", head.interview
    yield "Role", f"{head.position}, {head.company}"
    yield "Mode", MODE_WORDS[head.mode]
    yield "Begun", f"{head.started_at:%Y-%m-%d %H:%M} UTC"
    yield "State", END_WORDS[head.ended] if head.ended else "not over"
    yield "Time answering", minutes(head.counted_seconds)
    yield "Questions", f"{head.assessed} of {head.planned} main questions assessed"
    yield "Judged by", f"{judge_words(head.judge.name)} ({head.judge.hash[:12]})"
    yield "Spoken by", speaker_words(head.speaker)


def provenance(report: Report) -> Iterator[tuple[str, str]]:
    """What the report rests on, as pairs of label and value."""
    yield "Log", f"{report.log.length} rows, head {report.log.head}"
    yield "Scenario", f"{report.header.scenario_id}, SHA-256 {report.header.scenario_sha256}"
    yield "Judge", f"{report.header.judge.name}, {report.header.judge.hash}"
    yield "Program", f"interviewer {report.header.program}"


def headline(report: Report) -> str:
    """The one sentence that matters most: the recommendation, or in practice the distance."""
    if report.header.mode is Mode.SCREEN:
        words = RECOMMENDATION_WORDS[report.recommendation] if report.recommendation else "none"
        return f"Recommendation: {words.lower()}"
    if report.distance is None:
        return f"Practice of {counted(report.header.planned, 'question')}"
    shown = f"{report.distance.shown} of {report.distance.judged} pass criteria shown"
    says = {one.id: one.says for one in report.criteria}
    near = [f'"{without_stop(says[name])}"' for name in report.distance.nearest[:2]]
    return f"{shown}; nearest to gain: {joined(near)}" if near else shown


def criteria_title(report: Report, kind: str) -> str:
    """The heading over the criteria of a kind; practice speaks of what is good."""
    return (SCREEN_TITLES if report.header.mode is Mode.SCREEN else PRACTICE_TITLES)[kind]


def criterion_words(one: CriterionReport) -> str:
    """A criterion's verdict: "shown (three points, two needed)"."""
    if one.verdict is Verdict.PERSON:
        return "only a person can tell"
    if one.blind:
        return f"rests on what is {TO_READ_BLIND}"
    if one.kind == "fail":
        return LOSS_WORDS[one.verdict]
    if not one.needed:
        return GAIN_WORDS[one.verdict]
    could = f", {number(one.possible)} possible" if one.verdict is Verdict.OPEN else ""
    return f"{GAIN_WORDS[one.verdict]} ({counted(one.shown, 'point')}{could}, {number(one.needed)} needed)"


def criteria_of(report: Report, kind: str) -> tuple[CriterionReport, ...]:
    """The criteria of a kind that a program can judge."""
    return tuple(one for one in report.criteria if one.kind == kind and one.verdict is not Verdict.PERSON)


def for_a_person(report: Report) -> tuple[CriterionReport, ...]:
    """The criteria that only a person can judge."""
    return tuple(one for one in report.criteria if one.verdict is Verdict.PERSON)


def doubt_words(doubt: DoubtReport) -> str:
    """What hangs on a doubt: "decides between level 2 and 3"."""
    low, high = doubt.levels
    parts = [f"level {low} and {high}"] if low != high else []
    against, in_favour = doubt.recommendations
    if against is not in_favour:
        words = [RECOMMENDATION_WORDS[one].lower() if one else "no recommendation" for one in (against, in_favour)]
        parts.append(joined(words))
    return f"decides between {', and between '.join(parts)}"


def section_words(section: SectionReport) -> str:
    """The time that a section took: "12 min of 30 min"."""
    limit = "no limit" if section.minutes is None else f"of {minutes(section.minutes * 60)}"
    return f"{minutes(section.seconds)}, {limit}" if section.minutes is None else f"{minutes(section.seconds)} {limit}"
