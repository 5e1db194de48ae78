"""Cells that a spreadsheet must not calculate."""

from __future__ import annotations

import csv
import io

import pytest

from interviewer.screening.csv_cells import csv_text, neutral


@pytest.mark.parametrize(
    "text",
    ['=HYPERLINK("http://x")', "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\uff1d1", " \t@x"],
)
def test_what_a_spreadsheet_would_calculate_gets_an_apostrophe(text: str) -> None:
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Grace Hopper", "a=b", "1+1", "", "x - y", "grace@example.org"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert neutral(text) == text


def test_a_file_has_a_mark_for_utf_8_quotes_texts_and_leaves_numbers() -> None:
    made = csv_text([("name", "score"), ('=1+1, "x"', 2.5), ("Zoë", -3), ("", None)])
    assert made.startswith("\ufeff")
    assert made.splitlines()[1] == '"\'=1+1, ""x""",2.5'
    rows = list(csv.reader(io.StringIO(made.removeprefix("\ufeff"))))
    assert rows == [["name", "score"], ['\'=1+1, "x"', "2.5"], ["Zoë", "-3"], ["", ""]]
    assert made.endswith("\r\n")
