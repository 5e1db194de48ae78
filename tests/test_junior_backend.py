"""What holds of the first scenario alone: the texts that its questions need, and the words that its help avoids."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from interviewer.library import Library

SCENARIO = Library(home=Path("/nonexistent")).get("junior-backend")

GIVEAWAYS = {
    "api-call": r"dns|\bip\b|http|tcp|handshake|syn|tls|header|\bbody\b|method|status|keep-alive|encrypt|valid",
    "user-tasks-endpoint": r"\bget\b|post|plural|noun|/users|/tasks|path|query|parameter|authori[sz]|filter|paginat",
    "pagination": r"query|parameter|\bpage\b|limit|offset|cursor|default|total|count|metadata|\blinks?\b",
    "status-codes": r"\d{3}|unauthori[sz]ed|forbidden|not found|\bok\b|permission",
    "create-task": r"post|/tasks|json|title|payload|\d{3}|location|header|\bid\b|timestamp",
    "task-validation": r"required|title|integer|exist|\blow\b|medium|\bhigh\b|past|\d{3}|json|sanitiz|inject|permi",
    "stats-500": r"\blogs?\b|trace|pattern|reproduc|local|null|none|missing|divi|zero|average|slow|time|third|test",
    "stats-type-error": r"divi|none|null|average|\bmean\b|zero|\b0\b|task_count|\bchecks?\b",
}
"""Words that belong to the answers: a line said before the answer that uses one hands it over."""


@pytest.mark.parametrize("name", GIVEAWAYS)
def test_no_help_and_no_reply_uses_the_words_of_the_answer(name: str) -> None:
    question = SCENARIO.question(name)
    said = [point.probe for point in question.points if point.probe]
    said += [hint.says for hint in question.hints] + [one.reply for one in question.clarifications]
    assert [line for line in said if re.search(GIVEAWAYS[name], line, re.IGNORECASE)] == []


def test_the_words_of_every_question_are_listed() -> None:
    assert set(GIVEAWAYS) == {question.id for question in SCENARIO.all_questions()}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("stats-500", "GET /api/users/{userId}/stats"),
        ("stats-type-error", "TypeError: unsupported operand type(s) for /: 'int' and 'NoneType'"),
    ],
)
def test_the_needed_texts_are_in_what_is_asked(name: str, text: str) -> None:
    assert text in SCENARIO.question(name).asks
    assert text in SCENARIO.question(name).again
