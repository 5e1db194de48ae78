"""The report's wording: the same facts and phrases in every format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from interviewer.core.findings import Assessment, Status, Unscored
from interviewer.evaluation.figures import Figure
from interviewer.evaluation.gate import Standing as BarStanding
from interviewer.evaluation.outcomes import rows_of
from interviewer.evaluation.paired import Change, Comparison
from interviewer.evaluation.perturb.moved import Shift
from interviewer.evaluation.rehearsal.results import Interview, Tally
from interviewer.evaluation.report.material import Material
from interviewer.evaluation.report.reading import CaseRead, PointRead, QuestionRead, Standing
from interviewer.evaluation.report.tables import SCOPES, interval, shown, value
from interviewer.reporting.words import UNSCORED_WORDS

TITLE: Final = "How far the judge can be relied on"
ACCURACY, MAJORITY = "points.accuracy", "points.majority"
PEOPLE, SECOND = "labellings.points.accuracy", "judge_and_second.points.accuracy"
HASH_CHARS: Final = 16
STATUS_WORDS: Final = {
    Status.COVERED: "covered",
    Status.PARTIAL: "partial",
    Status.CONTRADICTED: "contradicted",
    Status.ABSENT: "absent",
    Status.UNCLEAR: "unclear",
}
STANDING_WORDS: Final = {
    Standing.AGREES: "agrees",
    Standing.NEAR: "near",
    Standing.MISSED: "differs: missed",
    Standing.CREDITED: "differs: credited",
}
STANDING_MARKS: Final = {Standing.AGREES: "=", Standing.NEAR: "≈", Standing.MISSED: "≠", Standing.CREDITED: "≠"}
LEGEND: Final = (
    "agrees: label and finding are the same. near: they differ, but not where covered is set against the rest (an "
    "unclear point counts as covered from a probability of 0.5). differs: missed, a point that is labelled covered was "
    "not found; credited, one that is not was found. Numbers after marked words are those of the points they earn."
)
INTERVALS: Final = (
    "Intervals cover 90 % and come from drawing whole questions again (within one question, cases; for interviews, "
    "interviews). A bar is missed when the whole interval lies on its wrong side; a goal is met when the value itself "
    "reaches it."
)
NO_QUOTE: Final = "no words quoted"
TALLY_WORDS: Final = {
    "interviews": "interviews",
    "lines": "lines said",
    "leaks": "leaks",
    "loops": "loops",
    "repeats": "repeats",
    "probes": "probes",
    "probes_for_said": "probes for what was said",
    "unasked": "main questions unasked",
    "limits_passed": "limits passed",
    "crashes": "crashes",
    "unfinished": "unfinished",
    "turns_to_good": "turns to level 3",
}
"""The columns of the rehearsals' table, by the name of the count."""


def facts(material: Material) -> Iterator[tuple[str, str]]:
    """What was measured, when, and on what."""
    run = material.run
    yield "Judge", f"{run.judge.name} (version {run.judge.hash[:HASH_CHARS]})"
    yield "Measured", f"{run.at:%Y-%m-%d %H:%M} UTC, program {run.program}"
    questions = {(case.scenario, case.question_id) for case in run.labelled}
    yield "Cases", f"{counted(len(run.labelled), 'answer')} to {counted(len(questions), 'question')}"
    yield "Scenarios", ", ".join(dict.fromkeys(case.scenario for case in run.labelled)) or "none"
    points = Counter(row.is_flag for row in rows_of(run.pairs()))
    yield "Judged", f"{counted(points[False], 'point')} and {counted(points[True], 'red flag')}"
    yield "Splits", _splits(material)
    unscored = sum(not isinstance(verdict.outcome, Assessment) for verdict in run.verdicts)
    yield "Unscored", counted(unscored, "case")
    yield "Second labelling", counted(len(material.second), "case") if material.second else "none"
    if run.cost:
        yield "Cost", f"US$ {run.cost:.2f}"
    yield "Fingerprint", f"{run.fingerprint[:HASH_CHARS]} (all that can move a verdict)"
    yield "Hash of the cases", run.cases[:HASH_CHARS]


def _splits(material: Material) -> str:
    splits = Counter(case.split or "none" for case in material.run.labelled)
    return ", ".join(f"{name} {count:,}" for name, count in sorted(splits.items())) or "none"


def counted(count: int, noun: str) -> str:
    """A count in figures with its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def headline(material: Material) -> str:
    """The whole in one line: how the bars stand, or how many figures there are where there is no bar."""
    if not material.held:
        return f"{counted(len(material.run.figures), 'figure')}, no bars"
    standings = Counter(held.standing for held in material.held)
    parts = [f"{standings[BarStanding.HELD]} of {counted(len(material.held), 'bar')} held"]
    parts += [f"{standings[one]} {one.value}" for one in list(BarStanding)[1:] if standings[one]]
    return ", ".join(parts)


def summary(material: Material) -> Iterator[str]:
    """The most important figures as sentences; those that were not measured are said to be missing."""
    figure = material.run.figure
    places = [(prefix, where) for prefix, where in _scopes() if figure(prefix + ACCURACY)]
    for prefix, where in places:
        baseline = figure(prefix + MAJORITY)
        beside = f" Saying the commoner label every time would agree on {value(baseline)}." if baseline else ""
        yield _agreement(figure(prefix + ACCURACY), f"{where}judge and labels agree") + beside
    if not places:
        yield "How far judge and labels agree was not measured."
    yield _agreement(figure(PEOPLE), "two labellings, made apart, agree")
    yield _agreement(figure(SECOND), "judge and second labelling agree")
    goals = [held.reaches_goal for held in material.held if held.bar.goal is not None]
    if goals:
        yield f"{goals.count(True)} of {counted(len(goals), 'goal')} met."


def _scopes() -> Iterator[tuple[str, str]]:
    for name, where in SCOPES.items():
        yield (f"{name}." if name else ""), (f"{where}: " if name else "")


def _agreement(figure: Figure | None, words: str) -> str:
    words = words[0].upper() + words[1:]
    if figure is None:
        return f"{words}: not measured."
    around = "" if figure.low is None else f" (90 % interval {interval(figure)})"
    return f"{words} on {value(figure)} of the {figure.n:,} points{around}."


def case_state(case: CaseRead) -> str:
    """How a case came out, in a few words."""
    parts = []
    outcome = case.verdict.outcome
    if isinstance(outcome, Unscored):
        parts.append("unscored")
    if case.errors:
        parts.append(f"{case.errors} of {len(case.points)} differ")
    if case.misread:
        parts.append("intent misread")
    return ", ".join(parts) or "agrees"


def case_notes(case: CaseRead) -> Iterator[str]:
    """What else is to be known of a case: how its intent was read, why it is unscored, and what the judge noted."""
    labelled, seen = case.case.intent.value, case.verdict.intent.value
    yield f"Intent: {labelled}" if labelled == seen else f"Intent: labelled {labelled}, read as {seen}"
    outcome = case.verdict.outcome
    if isinstance(outcome, Unscored):
        yield f"Unscored: {UNSCORED_WORDS[outcome.reason]}{f' ({outcome.detail})' if outcome.detail else ''}"
    elif outcome.notes:
        yield f"Noted by the judge: {', '.join(outcome.notes)}"
    if case.case.unlabelled:
        yield f"Labelled by nobody: {', '.join(case.case.unlabelled)}"


def silent(case: CaseRead) -> str:
    """The points that are absent by every label and by the judge, in one line."""
    named = (f"{point.row.target} {point.row.probability:.2f}" for point in case.points if point.silent)
    return ", ".join(named)


def read_points(case: CaseRead) -> tuple[PointRead, ...]:
    """The points that there is something to read about, those that differ first."""
    loud = [point for point in case.points if not point.silent]
    return tuple(sorted(loud, key=lambda point: not point.differs))


def question_state(question: QuestionRead) -> str:
    """How many of a question's cases have errors."""
    wrong = sum(bool(case.errors) for case in question.cases)
    split = f", split {question.split}" if question.split else ""
    return f"{counted(len(question.cases), 'case')}, {wrong or 'none'} with points that differ{split}"


def comparison(compared: Comparison, material: Material) -> Iterator[str]:
    """What changed against another measurement, in sentences."""
    before = material.before
    if before is None:
        return
    yield (
        f"Before: {before.judge.name} (version {before.judge.hash[:HASH_CHARS]}), measured "
        f"{before.at:%Y-%m-%d %H:%M} UTC, program {before.program}."
    )
    if before.cases != material.run.cases:
        yield "The labelled cases have changed since; only cases that both measurements have are compared."
    difference = compared.difference
    around = "" if difference.low is None else f" (90 % interval {difference.low:+.3f} to {difference.high:+.3f})"
    if difference.value is not None:
        yield (
            f"Accuracy went from {shown(compared.before)} to {shown(compared.after)}: "
            f"{difference.value:+.3f}{around}. {counted(compared.better_points, 'point')} became right, "
            f"{compared.worse_points:,} wrong (McNemar, two-sided p = {compared.p:.2g})."
        )
    if compared.noticeable is not None:
        least = shown(compared.noticeable)
        yield f"The smallest drop that these cases would have noticed four times in five is {least}."
    drops = ["over all points"] if compared.dropped_overall else []
    drops += [f"in question {name}" for name in compared.dropped_questions]
    yield f"A significant drop {', '.join(drops)}." if drops else "No significant drop."
    if compared.left_out:
        yield f"{counted(compared.left_out, 'finding')} of only one of the two measurements are left out."


def changed(change: Change) -> str:
    """One point that changed."""
    flag = "red flag " if change.is_flag else ""
    return (
        f"{flag}{change.target}: {finding(change.before, change.before_probability)} became "
        f"{finding(change.after, change.after_probability)}, labelled {STATUS_WORDS[change.label]}"
    )


def shifted(shift: Shift) -> str:
    """One finding before and after a perturbation."""
    was, now = shift.before, shift.after
    flag = "red flag " if was.is_flag else ""
    after = "unscored" if now is None else finding(now.status, now.probability)
    return f"{flag}{was.target}: {finding(was.status, was.probability)} became {after}"


def finding(status: Status, probability: float) -> str:
    """A status with its probability."""
    return f"{STATUS_WORDS[status]} {probability:.2f}"


def tally_cells(tally: Tally) -> list[str]:
    """The counts of one candidate, in the order of TALLY_WORDS."""
    return [shown(getattr(tally, name)) for name in TALLY_WORDS]


def faults(interview: Interview) -> Iterator[str]:
    """What went wrong in one rehearsed interview, with its turns."""
    counts = interview.counts
    yield from (f"Leak in turn {one.turn}: {one.question}, {', '.join(one.points)}" for one in counts.leaks)
    yield from (f"Loop at turn {one.turn}: {one.why}" for one in counts.loops)
    if counts.repeats:
        yield f"Heard before: {_turns(counts.repeats)}"
    yield from (
        f"Probe for what was said in turn {one.turn}: {one.question}, {one.point}" for one in counts.probes_for_said
    )
    yield from (f"Main question never asked: {name}" for name in counts.unasked)
    yield from (f"Limit passed: {name}" for name in counts.limits_passed)
    if interview.crash:
        yield f"Broken off: {interview.crash}"


def _turns(turns: Sequence[int]) -> str:
    return f"{'turn' if len(turns) == 1 else 'turns'} {', '.join(map(str, turns))}"


def ending(interview: Interview) -> str:
    """How a rehearsed interview ended."""
    return f"ended: {interview.ended.value}" if interview.ended else "unfinished"
