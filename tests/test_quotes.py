"""A model's quote is found in the candidate's words verbatim, or with typography folded, and nothing fuzzier."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.core.events import Command, Who
from interviewer.core.state import Turn
from interviewer.judging.quotes import MAX_QUOTE, find, folded, places

SAID = (
    "First it asks DNS for the   IP, then — “as usual” — TCP connects… and\nthe client doesn't wait. It asks DNS again."
)


def turns(*texts: str) -> list[Turn]:
    asked = Turn(number=1, who=Who.INTERVIEWER, text="What about the name servers?")
    said = [Turn(number=number, who=Who.CANDIDATE, text=text) for number, text in enumerate(texts, 2)]
    return [asked, *said]


def texts(quote: str, *said: str) -> list[str] | None:
    found = find(quote, turns(*(said or (SAID,))))
    return None if found is None else [span.text for span in found]


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("it asks DNS for the   IP", ["it asks DNS for the   IP"]),
        ("it asks DNS for the IP", ["it asks DNS for the   IP"]),
        ("IT ASKS dns\nfor the ip", ["it asks DNS for the   IP"]),
        ('then - "as usual" - TCP connects', ["then — “as usual” — TCP connects"]),
        ("TCP connects... and the client", ["TCP connects… and\nthe client"]),
        ("the client doesn’t wait", ["the client doesn't wait"]),
        ("  asks DNS again  ", ["asks DNS again"]),
        ("asks DNS for ... TCP connects", ["asks DNS for", "TCP connects"]),
        ("asks DNS […] TCP … client doesn't wait", ["asks DNS", "TCP", "client doesn't wait"]),
        ("...asks DNS again...", ["asks DNS again"]),
    ],
)
def test_a_quote_is_found_and_cut_from_the_original(quote: str, expected: list[str]) -> None:
    assert texts(quote) == expected


@pytest.mark.parametrize(
    "quote",
    [
        "it asks the DNS for the IP",
        "asks DNS for IP",
        "TCP connects ... asks DNS for",
        "First ... asks DNS ... TCP ... client",
        "then ... the ... and",
        "the",
        "and the",
        "…",
        "",
        "   ",
        "IP" * MAX_QUOTE,
        "What about the name servers?",
        "onnects… and",
        "asks DNS for the   I",
    ],
)
def test_anything_fuzzier_or_emptier_is_not_there(quote: str) -> None:
    assert texts(quote) is None


def test_a_quote_does_not_begin_or_end_within_a_word() -> None:
    assert texts("secure", "it is insecure") is None
    assert texts("cover", "the covers") is None
    assert texts("secure", "it is insecure, or secure") == ["secure"]
    assert texts("cafe", "the cafe\u0301 nearby") is None
    assert texts("404", "a 4040 and a 404") == ["404"]


def test_spans_joined_by_an_ellipsis_are_of_one_turn() -> None:
    assert texts("names are resolved ... a connection is made", "names are resolved", "a connection is made") is None


def test_only_the_candidates_own_words_are_searched() -> None:
    command = Turn(number=3, who=Who.CANDIDATE, text="/skip it all", command=Command.SKIP)
    assert find("name servers", [*turns("no idea"), command]) is None
    assert find("skip it all", [*turns("no idea"), command]) is None


def test_every_place_is_told_the_exact_ones_first() -> None:
    found = list(places("asks DNS", turns("It ASKS dns. It asks DNS.", "who asks DNS")))
    assert [(span.turn, span.text) for (span,) in found][:3] == [(2, "asks DNS"), (3, "asks DNS"), (2, "ASKS dns")]


@pytest.mark.parametrize(
    ("said", "quote", "expected"),
    [
        ("the ﬁle system ﬂushes", "file system", "ﬁle system"),
        ("Straße TCP handshake", "strasse tcp", "Straße TCP"),
        ("İstanbul runs DNS", "i̇stanbul runs", "İstanbul runs"),
        ("zero\u200bwidth tcp \u00ad port", "zerowidth tcp port", "zero\u200bwidth tcp \u00ad port"),
        ("a \ud800 tcp port", "TCP port", "tcp port"),
    ],
)
def test_folding_that_changes_a_length_shifts_no_offset(said: str, quote: str, expected: str) -> None:
    found = find(quote, turns(said))
    assert found is not None
    assert found[0].text == expected == said[found[0].start : found[0].end]


def test_half_of_a_folded_character_is_no_place() -> None:
    assert find("le system", turns("ﬁle system")) is None
    assert find("inode", turns("ﬁnode")) is None


WORDS = st.text(
    st.sampled_from("abcß ﬁİi\u0307\u0301e\u0301éÅ…–—“”’' \n\t\u00a0\u200b\u00adDNSTcp.4\ud800\U0001f600"), max_size=40
)


@given(WORDS, st.text("abcßﬁİ…. '’\n\u0301DNSTcp4", max_size=12))
def test_whatever_is_found_is_verbatim(said: str, quote: str) -> None:
    for place in places(quote, turns(said)):
        assert 1 <= len(place) <= 3
        assert [span.start for span in place] == sorted(span.start for span in place)
        assert all(one.end <= two.start for one, two in pairwise(place))
        for span in place:
            assert span.text == said[span.start : span.end]
            assert span.text.strip()


SAID_WORDS = st.lists(
    st.sampled_from(["DNS", "tcp", "server’s", "“port”", "–", "ﬁle", "Straße", "it", "404", "cafe\u0301"]), min_size=1
)


@given(SAID_WORDS, st.sampled_from([" ", "\n", " \t ", "\u00a0"]), st.integers(0, 9), st.integers(1, 5))
def test_a_stretch_of_whole_words_is_found_however_its_typography_is_changed(
    words: list[str], space: str, first: int, count: int
) -> None:
    wanted = words[first % len(words) :][:count]
    quote = " ".join(wanted).replace("’", "'").replace("“", '"').replace("”", '"').replace("–", "-").swapcase()
    found = find(quote, turns(space.join(words)))
    if all(word in ("–", "it") for word in wanted):
        assert found is None
    else:
        assert found is not None
        assert folded(found[0].text).text == folded(quote).text


@given(WORDS)
def test_folding_keeps_the_place_of_every_character(said: str) -> None:
    made = folded(said)
    assert len(made.text) == len(made.origins)
    assert list(made.origins) == sorted(made.origins)
    for index, origin in enumerate(made.origins):
        char = said[origin]
        assert made.text[index] == " " if char.isspace() else unicodedata.category(char) not in ("Cc", "Cf")
