"""The report of a measurement: every figure and every case as given, and nobody's words are more than words."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from markdown_it import MarkdownIt

from interviewer.core.events import EndReason, Mode, Who
from interviewer.core.findings import Finding, Intent, Outcome, Span, Status, Unscored, UnscoredReason
from interviewer.evaluation.cases import Case, CaseTurn
from interviewer.evaluation.figures import Better, Figure
from interviewer.evaluation.gate import Bar, against_bars
from interviewer.evaluation.metrics import measure
from interviewer.evaluation.outcomes import Row, Verdict, rows_of
from interviewer.evaluation.perturb.kinds import Expect
from interviewer.evaluation.perturb.moved import Shift
from interviewer.evaluation.perturb.work import Item
from interviewer.evaluation.record import Baseline, Run
from interviewer.evaluation.rehearsal.counting import Counts, Leak
from interviewer.evaluation.rehearsal.results import Interview, Rehearsed
from interviewer.evaluation.report import moves, reading, tables, words
from interviewer.evaluation.report.evidence import marked, said_html
from interviewer.evaluation.report.html import to_html
from interviewer.evaluation.report.markdown import to_markdown
from interviewer.evaluation.report.material import CONSTRUCTED, Material
from interviewer.evaluation.report.matrix import matrices
from interviewer.evaluation.report.reading import Standing
from interviewer.evaluation.second import SecondLabels
from interviewer.reporting.words import one_line
from tests.factories import ABSENT, COVERED, EMBEDDED, PARTIAL, UNCLEAR, assessment, tiny_scenario

AT = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
SCENARIO = tiny_scenario()
HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(2)> </details></div></mark> \"quoted\" 'single' & **bold** "
    "[link](javascript:alert(3)) ![i](http://example.com/i.png) https://example.com | cell {{ 7*7 }} $x^2$ "
    "\x1b[31mred\x1b]0;title\x07 back\u202ewards\n# A heading\n- a list\n1. another\n~~~\ncode\n===\n"
)


def case(name: str, answer: str, covered: tuple[str, ...] = (), **more: Any) -> Case:
    fields: dict[str, Any] = {
        "scenario": "tiny",
        "question_id": "codes",
        "intent": Intent.ANSWER,
        "partial": (),
        "red_flags": (),
        "kind": "strong",
        "split": "test",
        **more,
    }
    return Case(case_id=name, answer=answer, covered=covered, **fields)


def found(target: str, status: Status, probability: float, quote: str = "", within: str = "") -> Finding:
    start = within.index(quote)
    spans = (Span(turn=2, start=start, end=start + len(quote), text=quote),) if quote else ()
    return Finding(target=target, status=status, probability=probability, evidence=spans)


def verdict(name: str, *findings: Finding, outcome: Outcome | None = None, intent: Intent = Intent.ANSWER) -> Verdict:
    marks = {one.target: one for one in findings}
    judged = assessment(SCENARIO.question("codes"), marks, {"all-200": marks["all-200"]} if "all-200" in marks else {})
    return Verdict(case_id=name, outcome=outcome or judged, intent=intent)


HINT = "Could I have a hint?"
RIGHT = "404 says it is not there & 201 says it was made"
WRONG = "a 200 for everything"
CASES = (
    case("right", RIGHT, ("not-found", "created")),
    case("missed", "the thing is not there", ("not-found",), partial=("created",), kind="paraphrase"),
    case("credited", WRONG, kind="wrong", red_flags=("all-200",)),
    case("unscored", "ich weiß es nicht", kind="garble"),
    case("asked", "what do you mean?", kind="clarify", intent=Intent.CLARIFY),
)
VERDICTS = (
    verdict(
        "right",
        found("not-found", COVERED, 0.97, "404 says it is not there", RIGHT),
        found("created", COVERED, 0.93, "there & 201 says it was made", RIGHT),
    ),
    verdict("missed", found("not-found", UNCLEAR, 0.41), found("created", ABSENT, 0.22)),
    verdict(
        "credited",
        found("created", COVERED, 0.88, "200", WRONG),
        found("all-200", COVERED, 0.91, "200 for everything", WRONG),
    ),
    verdict("unscored", outcome=Unscored(judge=EMBEDDED, reason=UnscoredReason.OTHER_LANGUAGE)),
    verdict("asked", intent=Intent.STUCK),
)
FIGURES = (
    Figure(name="points.accuracy", value=0.8333, low=0.7111, high=0.9222, n=12),
    Figure(name="points.majority", value=0.7501, low=0.6001, high=0.8001, n=12),
    Figure(name="labellings.points.accuracy", value=0.9444, low=0.9, high=0.97, n=12),
    Figure(name="kinds.strong", value=0.9123, low=0.8, high=1.0, n=3),
    Figure(name="kinds.strong.kappa", value=0.6543, n=3),
    Figure(name="kinds.wrong", value=0.6789, low=0.5, high=0.8, n=3),
    Figure(name="questions.tiny.codes", value=0.8331, n=12),
    Figure(name="perturbations.fillers", value=0.0321, low=0.01, high=0.05, n=60, better=Better.LOWER),
    Figure(name="perturbations.retracted", value=0.7654, low=0.7, high=0.8, n=60),
    Figure(name="interviewer.leaks", value=1, n=40, better=Better.LOWER),
)
BARS = {
    "points.accuracy": Bar(bar=0.95, goal=0.8),
    "kinds.strong": Bar(bar=0.85, goal=0.98),
    "interviewer.leaks": Bar(bar=0, goal=0),
    "levels.kappa": Bar(bar=0.7, goal=0.75),
}


def run(cases: tuple[Case, ...] = CASES, verdicts: tuple[Verdict, ...] = VERDICTS, **more: Any) -> Run:
    fields: dict[str, Any] = {
        "judge": EMBEDDED,
        "sources": {"weights": "0"},
        "cases": "c" * 64,
        "at": AT,
        "program": "0.1.0",
        "figures": FIGURES,
        "result": {},
        **more,
    }
    return Run(schema="interviewer.eval-run/1", labelled=cases, verdicts=verdicts, **fields)


def material(measured: Run | None = None, **more: Any) -> Material:
    return Material(run=measured or run(), scenarios={"tiny": SCENARIO}, origin=CONSTRUCTED, **more)


def shift(before: Case, after: str, expects: Expect = Expect.STILL, now: Status | None = ABSENT) -> Shift:
    was = next(row for row in rows_of([(before, VERDICTS[0])]) if row.target == "not-found")
    changed = before.with_answer(after).model_copy(update={"case_id": f"{before.case_id}~fillers"})
    row = None if now is None else dataclasses.replace(was, status=now, probability=0.12 if now is ABSENT else 0.97)
    return Shift(Item("fillers", expects, before, changed, ("not-found",)), was, row)


def rehearsed(text: str = "Hello there.") -> Rehearsed:
    counts = Counts(lines=4, checked=3, leaks=(Leak(turn=3, question="codes", points=("not-found",)),), repeats=(3, 5))
    lines = [{"turn": 1, "who": Who.INTERVIEWER, "text": "Tell me."}, {"turn": 2, "who": Who.CANDIDATE, "text": text}]
    fields = {"candidate": "hint_seeker", "scenario": "tiny", "mode": Mode.PRACTICE, "ended": EndReason.COMPLETED}
    one = Interview.model_validate({**fields, "counts": counts, "transcript": lines})
    return Rehearsed(interviews=(one,))


def full(text: str = "so um") -> Material:
    """Everything that a report can hold, with `text` wherever a person's words stand."""
    cases = (*CASES[:3], case("unscored", text, kind="garble"), CASES[4])
    second = SecondLabels(
        case_id="right", intent=Intent.ANSWER, covered={"created": "201"}, partial={"not-found": "404"}
    )
    better = (VERDICTS[0], VERDICTS[1], verdict("credited"), *VERDICTS[3:])
    before = Baseline.of(run(verdicts=better, figures=FIGURES[1:2]), "measure it")
    tables_of = {
        "levels": {"confusion": {"1": {"1": 31, "1 or 2": 7}, "2": {"2": 23}}},
        "intents": {"stuck": {"skip": 41}},
    }
    item, talk = shift(CASES[0], text).item, rehearsed(text)
    return material(
        run(cases=cases, result=tables_of, items=(item,), changed=(verdict(item.after.case_id),), rehearsed=talk),
        held=against_bars(FIGURES, BARS),
        second=(second,),
        before=before,
    )


@cache
def page_of(text: str = "so um") -> str:
    """The page of everything; drawing its plots takes a second."""
    return to_html(full(text))


class Page(HTMLParser):
    """Collects a page's tags, attributes, cells and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.rows: list[list[str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag not in ("mark", "sup", "q", "code", "span"):
            self.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            return
        self.words.append(data)
        if self.open and {"td", "th"} & set(self.open[-4:]):
            self.rows[-1][-1] += data

    @property
    def text(self) -> str:
        return one_line("".join(self.words))


def test_each_finding_is_told_by_how_it_stands_to_its_label() -> None:
    (question,) = reading.read(material(second=full().second))
    standings = {one.case.case_id: {p.row.target: p.standing for p in one.points} for one in question.cases}
    assert standings["right"] == {
        "not-found": Standing.AGREES,
        "created": Standing.AGREES,
        "teapot": Standing.AGREES,
        "all-200": Standing.AGREES,
    }
    assert standings["missed"]["not-found"] is Standing.MISSED
    assert standings["missed"]["created"] is Standing.NEAR, "partial and absent are on the same side"
    assert standings["credited"]["created"] is Standing.CREDITED
    assert standings["credited"]["all-200"] is Standing.AGREES
    right = next(one for one in question.cases if one.case.case_id == "right")
    assert [point.second for point in right.points] == [PARTIAL, None, None, None], "only where it says otherwise"
    assert words.silent(right) == "teapot 0.05, all-200 0.05"


def test_cases_with_errors_come_first_and_the_surest_error_is_the_worst() -> None:
    questions = reading.read(material())
    (question,) = questions
    # Both have one error: credited is off by 0.88, missed by 1 - 0.41.
    assert [one.case.case_id for one in question.cases] == ["credited", "missed", "unscored", "asked", "right"]
    assert [one.case.case_id for one in reading.worst(questions)] == ["credited", "missed"]
    assert [words.case_state(one) for one in question.cases] == [
        "1 of 4 differ",
        "1 of 4 differ",
        "unscored",
        "intent misread",
        "agrees",
    ]
    assert {kind: len(several) for kind, several in reading.by_kind(questions).items()} == {"paraphrase": 1, "wrong": 1}


def test_evidence_is_marked_with_the_numbers_of_its_points_also_where_spans_overlap() -> None:
    (question,) = reading.read(material())
    right = next(one for one in question.cases if one.case.case_id == "right")
    assert said_html(right) == [
        (
            "candidate",
            "<mark>404 says it is not </mark><mark>there</mark><sup>1</sup><mark> &amp; 201 says it was made</mark>"
            "<sup>2</sup>",
        )
    ]


def test_evidence_is_found_again_where_control_characters_were_taken_out() -> None:
    text = "  \x1b[31mfirst <b> then\u202e last "
    span = Span(turn=2, start=text.index("<b>"), end=text.index(" last"), text=text[text.index("<b>") : -6])
    assert marked(text, [(span, 3)]) == "first <mark>&lt;b&gt; then</mark><sup>3</sup> last"


def test_evidence_stands_in_its_own_turn_of_a_conversation() -> None:
    talk = (CaseTurn(who=Who.CANDIDATE, text="404"), CaseTurn(who=Who.INTERVIEWER, text="404?"))
    one = case("talk", "x").model_copy(
        update={"answer": None, "turns": (*talk, CaseTurn(who=Who.CANDIDATE, text="404"))}
    )
    span = Span(turn=4, start=0, end=3, text="404")
    judged = verdict("talk", Finding(target="not-found", status=COVERED, probability=0.9, evidence=(span,)))
    (question,) = reading.read(material(run((one,), (judged,))))
    assert [str(html) for _, html in said_html(question.cases[0])] == ["404", "404?", "<mark>404</mark><sup>1</sup>"]


def test_every_figure_stands_in_both_reports_with_the_numbers_given() -> None:
    whole = full()
    rows = [[one_line(cell) for cell in row] for row in Page(page_of()).rows]
    assert ["points.accuracy", "0.833", "0.711 to 0.922", "12", "≥ 0.95", "missed", "≥ 0.8, met"] in rows
    assert ["kinds.strong", "0.912", "0.800 to 1.000", "3", "≥ 0.85", "held", "≥ 0.98, missed"] in rows
    assert ["interviewer.leaks", "1", "-", "40", "≤ 0", "missed", "≤ 0, missed"] in rows
    assert ["levels.kappa", "-", "-", "-", "0.7", "not measured", "0.75, not measured"] in rows
    assert ["strong", "0.912", "0.800 to 1.000", "3", "0.654"] in rows
    assert ["tiny.codes", "0.833", "-", "12"] in rows
    assert ["fillers", "0.032", "0.010 to 0.050", "60"] in rows
    assert ["points.majority", "0.750", "0.600 to 0.800", "12"] in rows
    assert ["labellings.points.accuracy", "0.944", "0.900 to 0.970", "12"] in rows
    told = to_markdown(whole)
    assert "| points.accuracy | 0.833 | 0.711 to 0.922 | 12 | ≥ 0.95 | missed | ≥ 0.8, met |" in told
    assert "| strong | 0.912 | 0.800 to 1.000 | 3 | 0.654 |" in told
    assert "| interviewer.leaks | 1 | - | 40 |" in told


def test_the_whole_is_told_first() -> None:
    whole = full()
    for told in (Page(page_of()).text, to_markdown(whole)):
        assert "1 of 4 bars held, 2 missed, 1 not measured" in told
        assert "Judge and labels agree on 0.833 of the 12 points (90 % interval 0.711 to 0.922)." in told
        assert "Two labellings, made apart, agree on 0.944 of the 12 points" in told
        assert "1 of 4 goals met." in told
        assert CONSTRUCTED in told
        assert EMBEDDED.name in told and EMBEDDED.hash in told and "2026-11-22 20:00 UTC" in told
    bare = material(run(figures=()))
    assert "How far judge and labels agree was not measured." in to_markdown(bare)
    assert words.headline(bare) == "0 figures, no bars"


def test_parts_of_the_cases_are_told_apart() -> None:
    named = [Figure(name=f"{place}.points.accuracy", value=0.5, n=2) for place in ("anchors", "tune")]
    named += [Figure(name=f"{place}.kinds.wrong", value=0.25, n=2) for place in ("anchors", "tune")]
    bare = material(run(figures=tuple(named)))
    for told in (Page(to_html(bare)).text, to_markdown(bare)):
        assert "Scenarios with anchors: judge and labels agree on 0.500 of the 2 points." in told
        assert "Questions that were tuned on: judge and labels agree on 0.500 of the 2 points." in told
    assert "### Questions that were tuned on\n\n| kinds |" in to_markdown(bare)


def test_figures_are_split_into_breakdowns_and_the_whole_and_none_is_lost() -> None:
    names = ("points.kappa", "other.kinds.wrong", "other.kinds.wrong.recall", "kinds.wrong", "levels.single.mae")
    figures = [Figure(name=name, value=0.5, n=1) for name in names]
    parts = tables.breakdowns(figures)
    assert [(part.title, [entry.name for entry in part.entries]) for part in parts] == [
        ("By kind of answer: other", ["wrong"]),
        ("By kind of answer", ["wrong"]),
    ]
    assert parts[0].details == ("recall",)
    assert [one.name for one in tables.whole(figures)] == ["points.kappa", "levels.single.mae"]
    told = sum(len(entry.details) + bool(entry.main) for part in parts for entry in part.entries)
    assert told + len(tables.whole(figures)) == len(figures)


@pytest.mark.parametrize(
    ("number", "told"),
    [(None, "-"), (0.0, "0.000"), (1.0, "1.000"), (3.0, "3"), (2.5, "2.500"), (1234, "1,234"), (1, "1")],
)
def test_numbers_are_told_alike_everywhere(number: float | None, told: str) -> None:
    assert tables.shown(number) == told


def test_every_case_appears_once() -> None:
    page = to_html(material())
    told = to_markdown(material())
    for one in CASES:
        assert page.count(f"<summary><code>{one.case_id}</code>") == 1
        heading = len(re.findall(rf"^#### {one.case_id}(?:,|:)", told, re.MULTILINE))
        quiet = len(re.findall(rf"^Nothing differs in: .*\b{one.case_id}\b", told, re.MULTILINE))
        assert heading + quiet == 1, one.case_id


def test_every_reference_within_the_page_leads_somewhere() -> None:
    page = Page(page_of())
    places = [value for name, value in page.attributes if name == "id"]
    assert len(places) == len(set(places))
    used = {value for name, value in page.attributes if name in ("href", "xlink:href") and value}
    assert {value.removeprefix("#") for value in used} <= set(places)
    assert all(value.startswith("#") for value in used)
    labelled = " ".join(value or "" for name, value in page.attributes if name == "aria-labelledby").split()
    assert labelled and set(labelled) <= set(places)


def test_the_page_runs_nothing_and_asks_nobody() -> None:
    page = page_of()
    tags = set(Page(page).tags)
    assert not tags & {"script", "img", "iframe", "object", "embed", "form", "input", "link", "base", "foreignobject"}
    assert not re.search(r"https?:", page)
    assert "@import" not in page and not re.search(r"url\((?!#)", page)
    assert "default-src 'none'" in page


def test_hostile_words_are_only_words_in_the_page() -> None:
    tame, wild = Page(page_of()), Page(page_of(HOSTILE))
    assert sorted(tame.tags) == sorted(wild.tags)
    assert not any(name.startswith("on") for name, _ in wild.attributes)
    assert "<script>alert(1)</script>" in wild.text and "{{ 7*7 }}" in wild.text
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202e]", page_of(HOSTILE))


def test_hostile_words_are_only_words_in_markdown() -> None:
    def shape(source: str) -> list[str]:
        kept = []
        for token in MarkdownIt("commonmark").enable("table").parse(source):
            kept += [] if token.type in ("inline", "text") else [token.type]
            kept += [one.type for one in token.children or () if one.type not in ("text", "softbreak", "hardbreak")]
        return kept

    wild = to_markdown(full(HOSTILE))
    assert shape(to_markdown(full("so um"))) == shape(wild)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202e]", wild)
    rendered = MarkdownIt("commonmark").enable("table").render(wild)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in rendered


def test_ids_kinds_and_notes_of_the_file_are_words_too() -> None:
    named = case(f"<b>|{'x' * 20}</b>", "x", kind="<i>|`kind`")
    measured = run((named,), (verdict(named.case_id, found("created", COVERED, 0.9)),), judge=EMBEDDED)
    page, told = to_html(material(measured)), to_markdown(material(measured))
    assert not {"b", "i"} & set(Page(page).tags)
    assert "<b>" not in told and "<i>" not in told


def test_the_same_material_makes_the_same_bytes() -> None:
    assert to_html(full()) == page_of()
    assert to_markdown(full()) == to_markdown(full())


def test_a_comparison_names_the_cases_that_changed() -> None:
    for told in (Page(page_of()).text, to_markdown(full())):
        became_wrong = told[told.index("Became wrong") : told.index("Became right")]
        assert "credited" in became_wrong
        assert "created: absent 0.05 became covered 0.88, labelled absent" in became_wrong
        became_right = told[told.index("Became right") :]
        assert "red flag all-200: absent 0.05 became covered 0.91, labelled covered" in one_line(became_right)
        assert "0 points became right, 1 wrong" in told


def test_a_comparison_over_other_cases_says_so() -> None:
    earlier = Baseline.of(run(cases=CASES[:2], verdicts=VERDICTS[:2]).model_copy(update={"cases": "d" * 64}), "x")
    told = to_markdown(material(before=earlier))
    assert "The labelled cases have changed since" in told
    assert "0 points became right, 0 wrong" in told


@pytest.mark.parametrize(
    ("expects", "now", "wrong"),
    [
        (Expect.STILL, ABSENT, True),
        (Expect.STILL, COVERED, False),
        (Expect.STILL, None, True),
        (Expect.FIXED, PARTIAL, True),
        (Expect.FIXED, COVERED, False),
        (Expect.DOWN, COVERED, True),
        (Expect.DOWN, ABSENT, False),
        (Expect.UP, ABSENT, True),
    ],
)
def test_a_perturbation_is_an_example_when_it_went_wrong(expects: Expect, now: Status | None, wrong: bool) -> None:
    assert bool(moves.moves([shift(CASES[0], "um", expects, now)])) is wrong


def test_of_many_examples_the_first_are_shown_and_the_rest_counted() -> None:
    several = [shift(case(f"c{n}", RIGHT, ("not-found",)), f"um {n}") for n in range(moves.MOST_EXAMPLES + 3)]
    (one,) = moves.moves(several)
    assert (len(one.examples), one.left_out) == (moves.MOST_EXAMPLES, 3)
    items = tuple(one.item for one in several)
    verdicts = tuple(verdict(one.before.case_id, found("not-found", COVERED, 0.97)) for one in items)
    changed = tuple(verdict(one.after.case_id, found("not-found", ABSENT, 0.12)) for one in items)
    page = Page(to_html(material(run(tuple(one.before for one in items), verdicts, items=items, changed=changed))))
    assert "3 more answers not shown." in page.text
    assert page.text.count("not-found: covered 0.97 became absent 0.12") == moves.MOST_EXAMPLES


def test_rehearsals_are_told_with_their_faults() -> None:
    page = Page(page_of(HINT))
    row = next(row for row in page.rows if row and row[0] == "hint seeker" and len(row) > 5)
    assert row == ["hint seeker", "1", "4", "1", "0", "2", "0", "0", "0", "0", "0", "0", "-"]
    for told in (page.text, to_markdown(full(HINT))):
        assert "Leak in turn 3: codes, not-found" in told
        assert "Heard before: turns 3, 5" in told
    assert HINT in page.text


def test_tables_of_counts_come_from_the_result_in_a_sensible_order() -> None:
    one, other = matrices(full().run)
    assert (one.down, one.across, one.counts) == (("1", "2"), ("1", "1 or 2", "2"), ((31, 7, 0), (0, 0, 23)))
    assert (other.down, other.across, other.counts) == (("stuck",), ("stuck", "skip"), ((0, 41),))
    page = page_of()
    assert "labelled 1: 31 1, 7 1 or 2; labelled 2: 23 2" in page
    assert list(matrices(run(result={"levels": None}))) == []


def test_it_works_without_anything_that_may_be_missing() -> None:
    empty = Material(run=run((), (), figures=()), scenarios={}, origin=CONSTRUCTED)
    for told in (to_html(empty), to_markdown(empty)):
        assert "No bars were given." in told
        assert "Compared with" not in told and "rehearsed" not in told
    gone = Material(run=run(), scenarios={}, origin=CONSTRUCTED)
    page = Page(to_html(gone))
    assert "codes" in page.text and "404 says it is not there & 201 says it was made" in page.text
    assert "not-found" in to_markdown(gone)


def test_the_plots_tell_what_they_show_and_take_the_colours_of_the_page() -> None:
    page = page_of()
    drawn = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    # By kind, by question, perturbations (two ways), reliability, coverage, levels, intents.
    assert len(drawn) == 8
    for one in drawn:
        assert re.search(r"<title[^>]*>[^<]+</title><desc[^>]*>[^<]+</desc>", one)
        assert not re.search(r"#[0-9a-f]{6}\b", re.sub(r"(url\(|href=\")#\w+", "", one)), (
            "a colour that knows no dark page"
        )
    kinds = drawn[0]
    assert "strong 0.912 (0.800 to 1.000); wrong 0.679 (0.500 to 0.800)" in kinds
    assert "over all: 0.833" in kinds and ">bar<" in kinds and ">goal<" in kinds


def test_a_large_report_stays_small_enough_to_open() -> None:
    answer = "So a 404 tells the client that there is nothing there, and a 201 that something was made. " * 8
    cases = tuple(case(f"case-{n}", answer, ("not-found", "created"), kind=f"kind{n % 20}") for n in range(900))
    judged = tuple(
        verdict(one.case_id, found("not-found", COVERED, 0.9, answer[5:40], answer), found("created", UNCLEAR, 0.45))
        for one in cases
    )
    measured = run(cases, judged)
    page = to_html(material(run(cases, judged, figures=measure(measured.pairs()).figures())))
    assert len(page.encode()) < 6_000_000
    assert page.count('class="open at"') == 900
    assert isinstance(next(rows_of(measured.pairs())), Row)
