"""Whole conversations as they stand on the screen, and the rows that they leave.

`tests/transcripts/NAME.in` is what the candidate types. After a change that is meant to alter
what people read, run `python -m tests.test_transcripts`, and read the difference aloud.
"""

from __future__ import annotations

import io
import sqlite3
import tempfile
from pathlib import Path

import pytest

from interviewer.cli.pipe import PipeCandidate
from interviewer.core.events import Event, Mode, Moved, MoveKind
from interviewer.core.findings import Intent, Reading, Status
from interviewer.core.pacing import TYPED_FACTOR
from interviewer.core.scenario import Scenario
from interviewer.judging.scripted import ScriptedIntentReader, ScriptedJudge
from interviewer.library import Library
from interviewer.session import Result, Session, Team
from interviewer.speaking.authored import AuthoredSpeaker
from interviewer.store import Store
from tests.factories import started
from tests.stage import LINES, StillClock

FOLDER = Path(__file__).parent / "transcripts"
PARTIAL = Status.PARTIAL
JUDGE = ScriptedJudge(
    {
        "DNS turns": ["dns"],
        "sends an HTTP request": ["req-resp", "http"],
        "handshake": ["tcp"],
        "TLS": ["tls"],
        "a method, headers and a body": ["request-parts"],
        "validates it": ["processing"],
        "a status code, headers and a body": ["response-parts"],
        "kept alive": ["conn-reuse"],
        "GET /api/users/{userId}/tasks": ["endpoint", "get"],
        "only read": ["get"],
        "Plural nouns": ["plural"],
        "the id is in the path": ["path-param"],
        "another user's tasks": ["authz"],
        "query parameters": ["query-params"],
        "?page=1&limit=20": ["page-limit"],
        "default limit of 20": ["defaults"],
        "the total count": ["total"],
        "200 when": ["s200"],
        "404 if": ["s404"],
        "401 when": ["s401"],
        "403 for": ["s403"],
        "POST /api/tasks": ["post", "endpoint"],
        "JSON body": ["body"],
        "201 Created": ["s201"],
        "Location header": ["location"],
        "the created task": ["return-task"],
        "its new id": ["generated"],
        "must be there": ["required"],
        "must be a date": ["formats"],
        "has to exist": ["user-exists"],
        "only low": ["priority-enum"],
        "nothing in the past": ["due-not-past"],
        "422 if not": ["s422"],
        "400 for broken": ["s400"],
        "the logs": ["logs"],
        "a pattern": ["patterns"],
        "reproduce it": ["reproduce"],
        "null values": ["null-data"],
        "division by zero": ["div-zero"],
        "slow query": ["timeout"],
        "null check": ["fix"],
        "tests for it": ["tests"],
        "divides by None": ["div-none"],
        "an average": ["average"],
        "zero tasks": ["zero-tasks"],
        "Check for None": ["check"],
        "else return 0": ["fallback"],
        "many ways": [("req-resp", PARTIAL)],
    }
)
READER = ScriptedIntentReader(
    {
        "hm, I don't know": Intent.STUCK,
        "I really don't know": Intent.STUCK,
        "what do you mean exactly?": Intent.CLARIFY,
        "can you repeat the question?": Intent.REPEAT,
        "nice weather today, isn't it": Intent.OFF_TOPIC,
        "skip": Intent.SKIP,
        "yes": Intent.SKIP,
        "How big is the team?": Reading(intent=Intent.CLARIFY, fact=1),
        "no, that's all": Intent.ANSWER,
    }
)
PLANS: dict[str, tuple[tuple[str, ...], Mode]] = {
    "strong": (("api-call", "user-tasks-endpoint", "create-task", "stats-500"), Mode.SCREEN),
    "stuck": (("api-call",), Mode.PRACTICE),
    "evasive": (("api-call",), Mode.PRACTICE),
    "early": (("user-tasks-endpoint",), Mode.PRACTICE),
}


def junior() -> Scenario:
    return Library(home=Path("/nonexistent")).get("junior-backend")


def perform(name: str, words: str, place: Path) -> tuple[str, str]:
    """What the terminal shows, and the rows in the database: number, kind, and what a move or an outcome was."""
    scenario = junior()
    questions, mode = PLANS[name]
    clock = StillClock()
    first = started(
        scenario, judge=JUDGE.version, questions=questions, mode=mode, time_factor=TYPED_FACTOR, salt="transcripts"
    )
    store = Store(place / "interviews.db")
    log = store.begin(scenario, first)
    team = Team(JUDGE, READER, AuthoredSpeaker(LINES), clock)
    sink = io.StringIO()
    session = Session(scenario, log, [first], team)
    result = session.run(PipeCandidate(io.StringIO(words), sink))
    assert result is (Result.PAUSED if name == "stuck" and not session.state.ended else Result.ENDED)
    stored = store.open(log.interview)
    assert store.verify(log.interview, stored.head).ok
    store.close()
    with sqlite3.connect(place / "interviews.db") as connection:
        kinds = [row[0] for row in connection.execute("SELECT kind FROM event ORDER BY seq")]
    connection.close()
    rows = [
        f"{number:>3} {kind:<8} {told(event)}".rstrip()
        for number, (kind, event) in enumerate(zip(kinds, stored.events, strict=True), 1)
    ]
    return sink.getvalue(), "\n".join(rows) + "\n"


def told(event: Event) -> str:
    """The part of an event that a reader of the rows wants to see."""
    if isinstance(event, Moved):
        target = event.move.point or event.move.close or ""
        return " ".join(str(one) for one in (event.move.kind, event.move.question or "", target) if one)
    data = event.model_dump(mode="json")
    if event.kind == "judged":
        points = data["outcome"]["points"]
        found = [f"{one['target']}={one['status']}" for one in points if one["status"] != "absent"]
        return f"{data['question']}: {', '.join(found) or 'nothing'}"
    return f"{data['who']} {data['command'] or ''}".strip() if event.kind == "said" else ""


@pytest.mark.parametrize("name", PLANS)
def test_the_conversation_and_its_rows(name: str, tmp_path: Path) -> None:
    words = (FOLDER / f"{name}.in").read_text(encoding="utf-8")
    shown, rows = perform(name, words, tmp_path)
    assert shown == (FOLDER / f"{name}.out").read_text(encoding="utf-8")
    assert rows == (FOLDER / f"{name}.rows").read_text(encoding="utf-8")


def next_move(words: str, place: Path) -> Moved:
    scenario = junior()
    first = started(scenario, judge=JUDGE.version, questions=("api-call",))
    store = Store(place / "interviews.db")
    log = store.begin(scenario, first)
    team = Team(JUDGE, READER, AuthoredSpeaker(LINES), StillClock())
    Session(scenario, log, [first], team).run(PipeCandidate(io.StringIO(words), io.StringIO()))
    events = [event for event in store.open(log.interview).events if isinstance(event, Moved)]
    store.close()
    return next(event for event in events if event.move.kind is MoveKind.PROBE)


def test_two_candidates_who_differ_in_one_point_get_different_moves_that_name_it(tmp_path: Path) -> None:
    both = "DNS turns the name into an IP address and the app sends an HTTP request.\n"
    one = "There is an address and the app sends an HTTP request.\n"
    knows = next_move(both, tmp_path / "a").move
    does_not = next_move(one, tmp_path / "b").move
    assert (knows.point, does_not.point) == ("tcp", "dns")
    assert does_not.because == ("api-call.dns",)
    assert "api-call.dns" in does_not.reason and "minimum" in does_not.reason


def rewrite() -> None:
    for name in PLANS:
        with tempfile.TemporaryDirectory() as place:
            shown, rows = perform(name, (FOLDER / f"{name}.in").read_text(encoding="utf-8"), Path(place))
        (FOLDER / f"{name}.out").write_text(shown, encoding="utf-8")
        (FOLDER / f"{name}.rows").write_text(rows, encoding="utf-8")


if __name__ == "__main__":
    rewrite()
