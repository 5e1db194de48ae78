"""The report as one HTML file: it prints well, reads without colour, runs nothing and asks nobody for anything."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from interviewer.core.findings import Status
from interviewer.core.scenario import Tier
from interviewer.core.turns import clean
from interviewer.reporting import headings, phrases, rows
from interviewer.reporting.drawing import flag_words
from interviewer.reporting.gather import seen_flags
from interviewer.reporting.marking import html_of_markdown
from interviewer.reporting.model import Report
from interviewer.reporting.usage import usage_pairs
from interviewer.reporting.words import DAMAGED, SPEAKER_WORDS, STATUS_WORDS, SYMBOLS, TIER_WORDS, clock, one_line


def to_html(report: Report, *, beside: Iterable[tuple[str, str]] = (), reading: str = "") -> str:
    """The whole report as a self-contained page; `beside` are facts from outside of it, as label and value.

    `reading` is where a finding that is to be read blind first can be read, up to its name; empty: nowhere.
    """
    return (
        _templates()
        .get_template("report.html.j2")
        .render(
            report=report,
            kind=phrases.kind(report),
            facts=(*beside, *phrases.facts(report)),
            headline=phrases.headline(report),
            for_a_person=phrases.for_a_person(report),
            usage=tuple(usage_pairs(report)),
            provenance=tuple(phrases.provenance(report)),
            reading=reading,
        )
    )


@cache
def _templates() -> Environment:
    loader = PackageLoader("interviewer.reporting")
    made = Environment(autoescape=True, loader=loader, undefined=StrictUndefined, finalize=_shown)
    style = loader.get_source(made, "report.css")[0]
    made.globals.update(_words(), style=Markup(style.strip()))
    return made


def _shown(value: Any) -> Any:
    """Every text without control characters; what is HTML already was made from such text."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _words() -> dict[str, Any]:
    return {
        "attempt_heading": headings.attempt_heading,
        "attempt_rows": rows.attempt_rows,
        "clock": clock,
        "criteria_of": phrases.criteria_of,
        "criteria_title": phrases.criteria_title,
        "criterion_words": phrases.criterion_words,
        "damaged": DAMAGED,
        "doubt_words": phrases.doubt_words,
        "flag_words": flag_words,
        "group_words": rows.group_words,
        "judged_words": headings.judged_words,
        "kinds": phrases.KINDS,
        "level_heading": headings.level_heading,
        "level_words": headings.level_words,
        "models": phrases.MODELS,
        "one_line": one_line,
        "reference": lambda text: Markup(html_of_markdown(text)),
        "section_words": phrases.section_words,
        "seen_flags": seen_flags,
        "speakers": SPEAKER_WORDS,
        "standing_note": headings.standing_note,
        "starts_group": rows.starts_group,
        "status_words": {**STATUS_WORDS, Status.UNCLEAR: "unclear"},
        "statuses": tuple(SYMBOLS),
        "symbols": SYMBOLS,
        "tier_words": TIER_WORDS,
        "tiers": tuple(Tier),
        "transcript": phrases.TRANSCRIPT,
    }
