"""The practice panel, compared as whole text for a made-up interview."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from interviewer.core.events import CloseReason, Mode, MoveKind
from interviewer.core.findings import Status, UnscoredReason
from interviewer.core.scenario import MainQuestion, Scenario
from interviewer.reporting.gather import question_report
from interviewer.reporting.panel import panel, panel_text, plain
from interviewer.reporting.reference import reference
from tests.factories import (
    ABSENT,
    CONTRADICTED,
    CORE,
    COVERED,
    MINIMUM,
    PARTIAL,
    STRONG,
    UNCLEAR,
    Log,
    Mark,
    criteria,
    criterion,
    flag,
    follow_up,
    hint,
    point,
    question,
    scenario,
    span,
)

FIRST = (
    "so the app has a url and it asks dns for the ip and then it sends a http request, "
    "the server does its thing and you get json back"
)


def api_call() -> MainQuestion:
    return question(
        "api-call",
        point("dns", MINIMUM, says="DNS turns the name into an address."),
        point("tcp", CORE, says="A TCP connection is opened with a three-way handshake."),
        point("processing", CORE, says="The server receives, validates and processes the request."),
        point("request-parts", CORE, says="The request has a method, headers and a body."),
        point("closed", CORE, says="Afterwards the connection is closed.", group="end"),
        point("tls", STRONG, says="The connection is encrypted with TLS."),
        point("reuse", CORE, says="Or it is kept alive for reuse.", group="end"),
        point("cycle", MINIMUM, says="The client asks and the server answers."),
        title="What happens when you make an API call?",
        red_flags=(flag("no-server"),),
        hints=(hint("tcp"),),
        follow_ups=(follow_up("caching", point("header", MINIMUM), point("etag", CORE)),),
    )


def plan() -> Scenario:
    decides = criteria(
        passing=[criterion("the-cycle", "api-call.dns", "api-call.cycle", need=2), criterion("curiosity", person=True)],
        strong=[criterion("security", "api-call.tls")],
        failing=[criterion("nonsense", flags=("api-call.no-server",))],
    )
    return scenario(api_call(), decides=decides)


def sample(mode: Mode = Mode.PRACTICE, **marks: Mark) -> Log:
    """A finished interview of one question and its follow-up; `marks` are further marks of its last answer."""
    log = Log(plan(), mode=mode).move(MoveKind.GREET, "Hello.").ask("api-call")
    words = {
        "dns": (COVERED, [span(3, "it asks dns for the ip", FIRST)]),
        "cycle": (COVERED, [span(3, "sends a http request", FIRST), span(3, "you get json back", FIRST)]),
        "processing": (PARTIAL, [span(3, "the server does its thing", FIRST)]),
    }
    log.answer(FIRST, words).hint(0)
    log.answer("the three way handshake. syn, syn ack, ack", {"tcp": COVERED})
    log.probe("closed").answer(
        "it is closed, it can never be kept", {"closed": COVERED, "reuse": CONTRADICTED, **marks}
    )
    log.close().ask("caching").answer("some header, I think", {"header": UNCLEAR}).close()
    return log


def test_the_whole_panel_at_100_columns() -> None:
    state = sample().state
    assert panel_text(state, ["api-call", "caching"], 100) == (
        "  What happens when you make an API call?                                 level 2 of 4  acceptable\n"
        '  ✓ DNS turns the name into an address.            "it asks dns for the ip"\n'
        '  ✓ The client asks and the server answers.        "sends a http request" ... "you get json back"\n'
        '  ✓ A TCP connection is opened with a three-way    "the three way handshake. syn, syn ack, ack"\n'
        "    handshake. (with a hint)\n"
        '  ◐ The server receives, validates and processes   "the server does its thing"\n'
        "    the request. (in part)\n"
        "  · The request has a method, headers and a body.  not heard\n"
        "    either of:\n"
        '  ✓   Afterwards the connection is closed. (when   "it is closed, it can never be kept"\n'
        "      asked)\n"
        '  ✗   Or it is kept alive for reuse.               "it is closed, it can never be kept"\n'
        "      (contradicted)\n"
        "  · The connection is encrypted with TLS.          not heard\n"
        "  To reach level 3, say in full: The server receives, validates and processes the request.\n"
        "\n"
        "  Caching                                                    level 1 or 2 of 4, one point to check\n"
        "  ? States header. (not sure I heard this)\n"
        "  · States etag.                                   not heard\n"
        "  To be sure of level 2, say plainly: States header."
    )


def test_in_a_narrow_ascii_terminal_quotes_stand_below_and_marks_are_ascii() -> None:
    log = sample().review("api-call").contest("api-call.tls", [span(3, "a http request", FIRST)])
    text = panel_text(log.state, ["api-call"], 60, "ascii")
    assert '  [x] DNS turns the name into an address.\n      "it asks dns for the ip"\n' in text
    assert "  [~] The server receives, validates and processes the\n" in text
    assert "  [!]   Or it is kept alive for reuse. (contradicted)\n" in text
    assert (
        "  [ ] The connection is encrypted with TLS.\n"
        "      not heard\n"
        '        you marked: "a http request" (kept, not counted)\n'
    ) in text
    assert text.isascii()
    assert max(len(line) for line in text.splitlines()) <= 60


def test_only_what_was_contradicted_is_called_so() -> None:
    told = panel_text(sample().state, ["api-call", "caching"]).lower()
    assert told.count("contradicted") == 1
    assert "wrong" not in told
    assert "fail" not in told


def test_a_second_try_stands_beside_the_first() -> None:
    log = sample().review("api-call").retry("api-call")
    log.answer("the request has a method and headers", {"request-parts": COVERED}).close().review("api-call")
    text = panel_text(log.state, ["api-call"])
    assert "level 2 of 4  acceptable; on the second try 1\n" in text
    assert '✓ DNS turns the name into an address. (on the    "it asks dns for the ip"\n    first try)' in text
    assert "(on the second try)" in text.split("The request has")[1].split("either of")[0]
    assert "Both tries together would be level 3 of 4, good.\n" in text
    assert (
        "To reach level 4, say in full: The server receives, validates and processes the request. Also add:\n" in text
    )


def test_a_red_flag_in_doubt_is_put_kindly_and_makes_a_range() -> None:
    log = sample(**{"request-parts": COVERED, "no-server": COVERED})
    text = panel_text(log.state, ["api-call"])
    assert "level 2 or 3 of 4, one point to check" in text
    assert "it may have sounded like this: States the mistake no-server." in text
    assert "red flag" not in text.lower()


@pytest.mark.parametrize(
    ("log", "words"),
    [
        (Log(plan()).ask("api-call").skip(), "level 1 of 4  insufficient, skipped"),
        (
            Log(plan()).ask("api-call").unscored("?").close(),
            "not scored\n  Not scored: the judge could not do its work.",
        ),
        (
            Log(plan()).ask("api-call").unscored("eh bien", UnscoredReason.OTHER_LANGUAGE).close(CloseReason.TIME),
            "Not scored: the answer was not in English",
        ),
        (Log(plan()), "not asked"),
        (Log(plan()).ask("api-call").reply("dns first"), "not scored\n  Not judged yet."),
    ],
)
def test_questions_without_a_judgement_are_told_in_words(log: Log, words: str) -> None:
    assert words in panel_text(log.state, ["api-call"])


def test_a_follow_up_heard_before_it_was_asked() -> None:
    log = Log(plan()).whole("api-call", {"dns": COVERED}).heard("caching", {"header": COVERED, "etag": COVERED})
    text = panel_text(log.state, ["caching"])
    assert "level 4 of 4  strong\n  Answered before it was asked, so it was not asked.\n" in text
    assert "To reach" not in text


def test_a_follow_up_that_was_only_judged_in_advance_has_no_level() -> None:
    log = Log(plan()).whole("api-call", {"dns": COVERED}).judged(Log(plan()).marks({}, "caching"), "caching")
    assert panel_text(log.state, ["caching"]).endswith("not asked")


def test_an_alternative_is_not_needed_once_another_was_heard() -> None:
    log = sample(reuse=ABSENT)
    assert "·   Or it is kept alive for reuse.               not needed" in panel_text(log.state, ["api-call"])


def test_escape_sequences_and_markup_never_reach_the_terminal() -> None:
    nasty = "[red]dns[/red] \x1b[31mresolves\x1b]0;owned\x07 \u202etxt\u0007 the name"
    log = Log(plan()).ask("api-call").answer(nasty, {"dns": COVERED})
    out = io.StringIO()
    Console(file=out, force_terminal=True, color_system="standard", width=200).print(
        panel(log.state, ["api-call"], 200)
    )
    shown = out.getvalue()
    assert "[red]dns[/red] resolves txt the name" in shown
    for hidden in ("\x1b]", "\x07", "\u202e", "\x1b[31mres"):
        assert hidden not in shown


def test_long_quotes_are_cut_in_the_middle() -> None:
    log = Log(plan()).ask("api-call").answer("dns " * 2000, {"dns": COVERED})
    text = panel_text(log.state, ["api-call"])
    assert len(text) < 2000
    assert "dns ... dns" in text


def test_what_an_encoding_lacks_is_replaced() -> None:
    log = Log(plan()).ask("api-call").answer("the name → “address” 名", {"dns": COVERED})
    assert '"the name -> "address" ?"' in panel_text(log.state, ["api-call"], 100, "latin-1")


def test_the_reference_answer_shows_code_and_hides_nothing() -> None:
    asked = api_call().model_copy(
        update={"reference": "Say **this**:\n\n```\nGET /x?[a]=1\n```\n\n<b>not bold</b> [y](http://example.com)"}
    )
    text = plain(reference(asked), 60)
    assert "Say this:" in text
    assert "GET /x?[a]=1" in text
    assert "\x1b" not in text
    assert "**this**" in plain(reference(asked), 60, "ascii")


def test_points_come_by_tier_with_alternatives_side_by_side() -> None:
    points = question_report(sample().state, "api-call").first.points
    names = [one.id.removeprefix("api-call.") for one in points]
    assert names == ["dns", "cycle", "tcp", "processing", "request-parts", "closed", "reuse", "tls"]
    assert [one.status for one in points][5:7] == [Status.COVERED, Status.CONTRADICTED]
