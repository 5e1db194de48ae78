"""The sample interview of the docs: held by the real program with the embedded judge, kept as its log.

Held once (`scripts/docs --record`) and kept in docs/sample-interview.json; pictures and reports are drawn from the
log, so that drawing them needs no judge and gives the same on every machine.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from interviewer.bootstrap import Program
from interviewer.core.events import EVENT, Event, Mode, Said
from interviewer.core.ports import GoOn, Leaving, Utterance
from interviewer.core.scenario import Scenario
from interviewer.core.state import State
from interviewer.session import Result
from interviewer.settings import Settings

KEPT: Final = Path(__file__).resolve().parents[1] / "docs" / "sample-interview.json"
SCENARIO: Final = "junior-backend"
SECONDS_BEFORE: Final = 6
SECONDS_A_WORD: Final = 1.2
DEFAULT: Final = "I don't know that one, sorry."
ANSWERS: Final[Mapping[str, str]] = {
    "ask api-call": (
        "so the app has a url and it asks dns for the ip and then it sends a http request, the server does its thing "
        "and you get json back"
    ),
    "probe api-call.dns": "it looks the name up with dns and that gives it the ip address",
    "probe api-call.req-resp": "the client sends a request to the server and the server sends a response back",
    "probe api-call.http": "http is the protocol, it says how the request and the response have to be written",
    "probe api-call.tcp": "I don't remember the details, can I get a hint",
    "hint api-call.tcp": "oh, the three way handshake. syn, syn ack, ack",
    "probe api-call.request-parts": "a method like GET or POST, and headers, and a json body if you send something",
    "probe api-call.processing": "it checks the input, runs my function and queries the database",
    "probe api-call.response-parts": "a status code like 200, some headers and the json",
    "ask user-tasks-endpoint": (
        "GET /api/users/{userId}/tasks. it's a GET because we only read, and the id is in the path so you see whose "
        "tasks they are. I'd check that you can't read somebody else's tasks"
    ),
    "probe user-tasks-endpoint.endpoint": "the url would be /api/users/42/tasks",
    "probe user-tasks-endpoint.get": "GET, because it only reads and changes nothing",
    "probe user-tasks-endpoint.plural": "they're plural nouns, users and tasks, so the next one would be projects",
    "probe user-tasks-endpoint.path-param": "the user id is a part of the path",
    "ask pagination": "query parameters, like ?page=2&limit=20, and if you send nothing the limit is 20",
    "probe pagination.query-params": "with query parameters in the url, page and limit",
    "probe pagination.page-limit": "which page you want and how many items there are on a page",
    "probe pagination.total": "ah, the response should have the total number of tasks in it",
    "ask status-codes": "200 when it works, 404 when there's no such user",
    "probe status-codes.s200": "200 OK",
    "probe status-codes.s404": "404, not found",
    "probe status-codes.s401": "401, they have to log in first",
    "probe status-codes.s403": "no idea, also 401?",
    "ask create-task": (
        "POST /api/tasks with a json body, so title, description, due date. if it worked you get 201 and the new task "
        "with its id back"
    ),
    "probe create-task.post": "POST, because it creates something new",
    "probe create-task.endpoint": "to /api/tasks",
    "probe create-task.body": "a json body with the title, the description and the due date",
    "probe create-task.s201": "201 created",
    "probe create-task.return-task": "the task that was created, with its new id",
    "ask task-validation": "the title has to be there, and the due date has to be a real date",
    "probe task-validation.required": "without a title I would refuse it, and the user id has to be there",
    "probe task-validation.user-exists": "I'd look up whether that user exists",
    "probe task-validation.priority-enum": "it has to be low, medium or high, so no",
    "probe task-validation.s422": "you get a 422 with a message what's wrong",
    "ask stats-500": (
        "first I'd look into the logs for the stack trace. then see if it's always the same users, and try it locally "
        "with the id of one of them"
    ),
    "probe stats-500.logs": "in the logs, there should be an error and a stack trace",
    "probe stats-500.patterns": "I'd look for a pattern, is it always the same users or the same time of day",
    "probe stats-500.null-data": "maybe the data, some users could have null values in the database",
    "probe stats-500.fix": "catch the error so the others still get their numbers",
    "ask stats-type-error": "something is divided by None, so the count is missing. probably a user with no tasks",
    "probe stats-type-error.div-none": "it divides a number by None",
    "probe stats-type-error.average": "an average, I guess, points per task",
    "probe stats-type-error.check": "an if before it, when the count is none or zero we don't divide",
    "invite_questions": "how big is the team?",
    "reply": "no, that's all. thanks!",
}
"""What the sample candidate says after each move: a junior who knows a good part of it."""


class SampleClock:
    """Begins at a fixed moment and moves as the candidate types."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        """A winter morning, and what has gone by since."""
        return datetime(2026, 1, 14, 9, 30, tzinfo=UTC) + timedelta(seconds=round(self.seconds))

    def monotonic(self) -> float:
        """Seconds since the beginning."""
        return self.seconds


@dataclass
class SampleCandidate:
    """Answers each move as ANSWERS says, once; what it has no answer to, it doesn't know."""

    clock: SampleClock
    left: dict[str, str] = field(default_factory=lambda: dict(ANSWERS))

    def hear(self, line: Said, state: State) -> None:
        """Listening takes time too."""
        self.clock.seconds += 1

    def answer(self, state: State) -> Utterance | Leaving:
        """The words for the interviewer's last move."""
        assert state.move is not None
        about = ".".join(filter(None, (state.move.question, state.move.point)))
        text = self.left.pop(f"{state.move.kind.value} {about}".strip(), DEFAULT)
        self.clock.seconds += SECONDS_BEFORE + SECONDS_A_WORD * len(text.split())
        return Utterance(text)

    def review(self, state: State) -> GoOn:
        """On to the next."""
        self.clock.seconds += 30
        return GoOn()

    def thinking(self) -> AbstractContextManager[object]:
        """Nobody watches."""
        return nullcontext()


@dataclass(frozen=True)
class Sample:
    """A finished interview as it was stored."""

    interview: str
    head: str
    scenario: Scenario
    events: tuple[Event, ...]


def hold() -> dict[str, Any]:
    """Hold the interview with the real program in a folder of its own; what is kept of it, as plain data."""
    with tempfile.TemporaryDirectory() as folder:
        clock = SampleClock()
        program = Program(Settings(home=Path(folder), sources={}), clock=clock)
        begun = program.begin(program.library.get(SCENARIO), Mode.PRACTICE)
        result = begun.session.run(SampleCandidate(clock))
        assert result is Result.ENDED, f"the sample interview was left: {result}"
        kept = program.store.export(begun.log.interview)
        program.store.close()
    return {
        "interview": kept["interview"],
        "head": kept["head"],
        "scenario": kept["scenario"],
        "events": [row["event"] for row in kept["events"]],
    }


def read(path: Path) -> Sample:
    """The interview that is kept in a file."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Sample(
        kept["interview"],
        kept["head"],
        Scenario.model_validate(kept["scenario"]),
        tuple(EVENT.validate_python(one) for one in kept["events"]),
    )


def unused(sample: Sample) -> list[str]:
    """Questions that ANSWERS knows and that were never asked: the script and the scenario have parted."""
    moves = [one.move for one in sample.events if one.kind == "moved"]
    made = {f"{one.kind.value} {'.'.join(filter(None, (one.question, one.point)))}".strip() for one in moves}
    return [name for name in ANSWERS if name.startswith("ask ") and name not in made]
