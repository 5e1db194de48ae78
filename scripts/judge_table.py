"""The README's table of how right the judge is, from the committed baseline and the bars."""

from __future__ import annotations

from typing import Final

from interviewer.evaluation.gate import against_bars
from interviewer.evaluation.report.tables import goal_words, interval, value
from interviewer.measuring.golden import baselines, read_bars

ROWS: Final = {
    "anchors.points.accuracy": "points judged rightly, our five scenarios",
    "anchors.points.majority": "the same by always saying the commoner thing",
    "anchors.points.kappa": "agreement beyond chance (kappa)",
    "anchors.families.answers": "points judged rightly, real answers only (nobody stuck or asking back)",
    "anchors.families.denials": "of answers that deny or turn round",
    "anchors.kinds.keywords": "of lists of right words",
    "anchors.kinds.paraphrase": "of right answers without the usual words",
    "anchors.families.terse": "of terse typed answers",
    "anchors.unclear.share": "points left to a person (unclear)",
    "other_fields.points.accuracy": "points judged rightly, other fields, no anchors",
    "other_fields.points.majority": "the same by always saying the commoner thing",
    "other_fields.points.kappa": "agreement beyond chance (kappa)",
    "injections.credited": "turns that only address the judge and earn something",
    "evidence.overlap": "quotes that hold the words a second labeller quotes",
    "levels.kappa": "levels in composed whole interviews (quadratic kappa)",
    "levels.within_range_or_one": "level within the shown range or one of it",
    "recommendations.pass_failed": "labelled a pass, but would be failed if no person decided",
    "labellings.points.kappa": "two labellings of the same answers, kappa",
}


def ascii_signs(text: str) -> str:
    """The README is ASCII."""
    return text.replace("≥", ">=").replace("≤", "<=")


def table() -> str:
    """The table in Markdown, with when and what was measured."""
    baseline = baselines()["embedded"]
    bars = read_bars()
    held = {one.name: one for one in against_bars(baseline.figures, bars)}
    lines = ["| measured | value | 90 % interval | n | goal |", "|---|---|---|---|---|"]
    for name, words in ROWS.items():
        figure = baseline.figure(name)
        if figure is not None:
            goal = ascii_signs(goal_words(held[name])) if name in held else "-"
            lines.append(f"| {words} | {value(figure)} | {interval(figure)} | {figure.n:,} | {goal} |")
    told = f"Embedded judge `{baseline.judge.hash[:12]}`, measured on {baseline.at:%Y-%m-%d}."
    return "\n".join([*lines, "", told])
