"""One report in four formats: they tell the same, and nothing in them runs, links or steers a terminal."""

from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from pydantic import BaseModel
from rich.console import Console

from interviewer.core import events as ev
from interviewer.core.errors import UsageError
from interviewer.core.events import Mode
from interviewer.core.state import State
from interviewer.reporting import model
from interviewer.reporting.as_json import to_json
from interviewer.reporting.build import build
from interviewer.reporting.html import to_html
from interviewer.reporting.markdown import to_markdown
from interviewer.reporting.marking import markdown_block, markdown_line, quoted_markdown
from interviewer.reporting.model import Report, Value
from interviewer.reporting.terminal import to_terminal
from interviewer.reporting.words import A_PERSON_DECIDES, DAMAGED, clock, minutes, one_line
from tests.factories import ABSENT, COVERED, PARTIAL, Log, full_log
from tests.test_reporting_panel import plan, sample

DOCS = Path(__file__).parents[1] / "docs" / "report-json.md"
HEAD = "ab" * 32
HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(2)> \"quoted\" 'single' & </q></div> **bold** "
    "[link](javascript:alert(3)) ![i](http://example.com/i.png) http://example.com {{ 7*7 }} "
    "\x1b[31mred\x1b]0;title\x07\u202e"
)


def made(log: Log, sound: bool = True) -> Report:
    return build(log.state, interview="b7k2", length=len(log.events), head=HEAD, sound=sound)


def terminal(report: Report, width: int = 100, *, colour: bool = False, encoding: str = "utf-8") -> str:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    to_terminal(
        report, Console(file=file, width=width, force_terminal=colour, color_system="standard" if colour else None)
    )
    file.flush()
    return raw.getvalue().decode(encoding)


class Page(HTMLParser):
    """Collects a page's tags, attributes and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag not in ("strong", "em", "q", "span", "a", "code"):
            self.words.append(" ")
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return one_line("".join(self.words))


def markdown_text(source: str) -> str:
    """What a reader of the Markdown sees."""
    return Page(MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(source)).text


def hostile(mode: Mode = Mode.PRACTICE) -> Log:
    return Log(plan(), mode=mode).ask("api-call").answer(HOSTILE, {"dns": COVERED, "no-server": COVERED}).close().end()


@pytest.mark.parametrize("mode", list(Mode))
def test_all_formats_agree_on_levels_quotes_and_reasons(mode: Mode) -> None:
    log = sample(mode).end().override("api-call.tls", PARTIAL)
    report = made(log)
    data = to_json(report)
    told = [
        one_line(terminal(report, 110)),
        markdown_text(to_markdown(report)),
        Page(to_html(report)).text,
    ]
    assert [q["first"]["level"]["low"] for q in data["questions"]] == [2, 1]
    assert [q["first"]["level"]["high"] for q in data["questions"]] == [2, 2]
    for text in told:
        assert "level 2 of 4, acceptable" in text
        assert "level 1 or 2 of 4, one point to check" in text
        assert A_PERSON_DECIDES in text
        assert HEAD in text
        for reason in report.reasons:
            assert reason in text
    quotes = [span["text"] for q in data["questions"] for p in q["first"]["points"] for span in p["quotes"]]
    assert len(quotes) == 7
    for quote in quotes:
        assert quote in told[1]
        assert quote in told[2]
        assert all(word in told[0] for word in quote.split())


def test_the_report_tells_each_point() -> None:
    log = full_log(mode=Mode.SCREEN).override("http.tls", PARTIAL).confirm("http.status")
    data = to_json(made(log))
    http, caching, codes = data["questions"]
    by_id = {one["id"]: one for one in http["first"]["points"]}
    assert by_id["http.request"]["quotes"][0]["text"] == "the client sends a GET request"
    assert by_id["http.request"]["quotes"][0]["turn"] == 3
    assert (by_id["http.response"]["status"], by_id["http.response"]["aid"]) == ("covered", "prompted")
    assert by_id["http.response"]["credit_low"] == 0.75
    assert (by_id["http.tls"]["judged_by"], by_id["http.tls"]["reason"]) == ("Ada", "I read it")
    assert caching["parent"] == "http"
    assert (by_id["http.status"]["judged_by"], by_id["http.status"]["by_person"]) == ("Ada", True)
    assert codes["first"]["points"][0]["aid"] == "hinted"
    assert data["header"]["counted_seconds"] == 122.0
    assert data["sections"] == [{"id": "main", "title": "Main part", "seconds": 122.0, "minutes": 30.0}]
    assert data["transcript"][2] | {"text": ""} == {
        "number": 3,
        "who": "candidate",
        "text": "",
        "channel": "typed",
        "command": None,
        "question": "http",
        "attempt": 1,
        "move": None,
        "seconds": 30.0,
        "clock": 30.0,
    }
    assert data["log"] == {"length": len(log.events), "head": HEAD, "sound": True}
    assert data["schema"] == "interviewer.report/1"
    assert json.loads(json.dumps(data)) == data


def test_red_flags_wait_for_a_person() -> None:
    words = {
        "to be checked by a person:": hostile(Mode.SCREEN),
        "confirmed by Ada:": hostile(Mode.SCREEN).confirm("api-call.no-server"),
        "dismissed by Ada:": hostile(Mode.SCREEN).override("api-call.no-server", ABSENT),
    }
    for told, log in words.items():
        report = made(log)
        for text in (one_line(terminal(report)), to_markdown(report), Page(to_html(report)).text):
            assert f"Red flag (serious), {told} States the mistake no-server" in text


def test_practice_tells_the_distance_and_never_says_fail() -> None:
    report = made(full_log())
    assert report.recommendation is None
    for text in (terminal(report), to_markdown(report), Page(to_html(report)).text):
        assert re.search(r"[12] of 2 pass criteria shown", text)
        assert not re.search(r"\bfail", text, re.IGNORECASE)
        assert "recommendation" not in text.lower()


def test_one_question_of_practice_has_no_criteria() -> None:
    report = made(Log(questions=("codes",)).whole("codes").end())
    assert (report.distance, report.criteria) == (None, ())
    assert "Practice of one question" in terminal(report)


def test_an_unfinished_interview_is_reported_so_far() -> None:
    report = made(Log(mode=Mode.SCREEN).whole("http"))
    assert "Interview report, so far" in terminal(report)
    assert report.recommendation == "not enough evidence"


def test_an_interview_that_never_began_is_refused() -> None:
    with pytest.raises(UsageError, match="has not begun"):
        build(State(scenario=plan()), interview="b7k2", length=0, head="")


def test_a_damaged_log_is_said_first_in_every_format() -> None:
    report = made(full_log(), sound=False)
    for text in (terminal(report), to_markdown(report), Page(to_html(report)).text):
        assert one_line(text).index(DAMAGED) < one_line(text).index("b7k2")
    assert to_json(report)["log"]["sound"] is False


def test_unscored_and_second_tries_are_told_in_every_format() -> None:
    log = Log().ask("http").unscored("hm").close().whole("caching").review("http").retry("http")
    log.answer("a request goes out and a response comes back", {"request": COVERED, "response": COVERED}).close().end()
    report = made(log)
    for text in (terminal(report), to_markdown(report), Page(to_html(report)).text):
        assert "not scored; on the second try 2" in text
        assert "Second try: level 2 of 4, acceptable" in text
        assert "the judge could not do its work" in text
        assert "not asked" in text


def test_remarks_decisions_and_notes_are_told() -> None:
    log = full_log(mode=Mode.SCREEN)
    log.add(ev.Commented(at=log.now, by="Ada", text="Calm & clear <b>", target="http.tls"))
    log.add(ev.Decided(at=log.now, by="Bo", decision="advance", reason="solid basics"))
    report = made(log)
    for text in (terminal(report), markdown_text(to_markdown(report)), Page(to_html(report)).text):
        assert "Calm & clear <b>" in text
        assert "advance: solid basics" in text


def test_html_runs_nothing_and_asks_nobody() -> None:
    html = to_html(made(hostile()))
    page = Page(html)
    assert not page.tags & {"script", "img", "iframe", "object", "embed", "link", "form", "svg", "base"}
    assert not [name for name, _ in page.attributes if name.startswith("on") or name in ("src", "srcset", "style")]
    assert {value for name, value in page.attributes if name == "href" if not (value or "").startswith("#")} == set()
    assert "url(" not in html
    assert "@import" not in html
    assert "default-src 'none'" in html
    shown = HOSTILE.split("\x1b")[0].strip()
    assert one_line(shown) in page.text


def test_reference_answers_cannot_smuggle_html_links_or_images() -> None:
    bad = "<script>x</script>\n\n![i](http://example.com/i.png) [a](javascript:x) <http://example.com>\n\n`code`"
    scenario = plan()
    main = scenario.questions[0].model_copy(update={"reference": bad})
    log = Log(scenario.model_copy(update={"questions": (main,)})).whole("api-call").end()
    page = Page(to_html(made(log)))
    assert not page.tags & {"script", "img"}
    assert [v for n, v in page.attributes if n == "href" and not str(v).startswith("#")] == []
    assert "code" in page.tags
    markdown = Page(MarkdownIt("commonmark").render(to_markdown(made(log))))
    assert not markdown.tags & {"script", "img", "a"}


def test_markdown_shows_hostile_words_as_they_are() -> None:
    source = to_markdown(made(hostile()))
    page = Page(MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(source))
    assert not page.tags & {"script", "img", "a", "b"}
    assert "**bold** [link](javascript:alert(3))" in page.text
    assert "\x1b" not in source


@pytest.mark.parametrize(
    "text",
    [
        "# no heading\n- no list\n1. no number\n2) none\n+ none\n> no quote\n=== none\n--- none\n~~~ none\n```\nx\n```",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "a_b_c *d* `e` <f> &amp; \\g $h$ ~~i~~ !\\[j]",
        "    indented\n\ttabbed",
        "[ref]: http://example.com\n[ref]",
        "www.example.com and https://example.com",
    ],
)
def test_escaped_markdown_reads_as_the_text(text: str) -> None:
    reader = MarkdownIt("gfm-like", {"linkify": False, "html": True})
    for source in (markdown_block(text), f"- {markdown_line(text)}"):
        page = Page(reader.render(source))
        assert page.tags <= {"blockquote", "p", "br", "ul", "li"}
        assert one_line(page.text) == one_line(text)


def test_quoted_markdown_keeps_structure_and_disarms_the_rest() -> None:
    assert quoted_markdown("# Title\n\n- `code`") == "> # Title\n>\n> - `code`"
    assert quoted_markdown("a ```` fence <b>x</b>") == "> `````\n> a ```` fence <b>x</b>\n> `````"


def test_the_terminal_gets_no_escape_sequences_of_the_candidates() -> None:
    plain = terminal(made(hostile()))
    assert "\x1b" not in plain
    coloured = terminal(made(hostile()), colour=True)
    assert set(re.findall(r"\x1b(.)", coloured)) == {"["}
    assert not re.search(r"\x1b\[[0-9;]*[^0-9;m]", coloured)
    for text in (plain, coloured):
        assert "\u202e" not in text
        assert "\x07" not in text
        assert "{{ 7*7 }}" in text


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_lines_fit_the_terminal(width: int) -> None:
    assert max(len(line.rstrip()) for line in terminal(made(full_log()), width).splitlines()) <= width


def test_a_terminal_without_unicode_gets_ascii() -> None:
    text = terminal(made(hostile()), encoding="ascii")
    assert "[x]" in text
    assert text.isascii()


def test_nothing_is_told_by_colour_alone() -> None:
    coloured = re.sub(r"\x1b\[[0-9;]*m", "", terminal(made(full_log()), colour=True))
    assert coloured == terminal(made(full_log()))


def test_every_field_is_documented() -> None:
    text = DOCS.read_text()
    models = [
        one for one in vars(model).values() if isinstance(one, type) and issubclass(one, Value) and one is not Value
    ]
    assert len(models) > 15
    missing = {f"{one.__name__}.{name}" for one in models for name in _fields(one) if f"`{name}`" not in text}
    assert missing == set()


def _fields(one: type[BaseModel]) -> dict[str, Any]:
    """The fields that are in the JSON."""
    return {name: field for name, field in one.model_fields.items() if not field.exclude}


@pytest.mark.parametrize(
    ("seconds", "long", "short"), [(0, "0 s", "00:00"), (59.6, "1 min", "00:59"), (750, "12 min 30 s", "12:30")]
)
def test_durations(seconds: float, long: str, short: str) -> None:
    assert (minutes(seconds), clock(seconds)) == (long, short)
