"""Small scenarios and logs for tests: every state is made by replaying real events.

`Log` writes the events of one interview and keeps turn numbers and evidence right:

    log = Log(tiny_scenario())
    log.ask("http").answer("the client sends a request", {"request": COVERED})
    log.probe("response").answer("json comes back?", {"response": PARTIAL}).close()
    state = log.end().state
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

from interviewer.core import events as ev
from interviewer.core.events import Channel, CloseReason, Command, Event, Mode, Move, MoveKind, Who
from interviewer.core.findings import Assessment, Finding, JudgeVersion, Outcome, Span, Status, Unscored, UnscoredReason
from interviewer.core.fingerprint import scenario_sha256
from interviewer.core.replay import replay
from interviewer.core.scenario import (
    Calibration,
    Clarification,
    Criteria,
    Criterion,
    FollowUp,
    Hint,
    MainQuestion,
    Point,
    Question,
    RedFlag,
    Role,
    Scenario,
    Section,
    Severity,
    Tier,
)
from interviewer.core.state import State

BEGIN: Final = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
EMBEDDED: Final = JudgeVersion(name="embedded-1", hash="e" * 16)
PANEL: Final = JudgeVersion(name="panel: embedded-1 + some-model", hash="p" * 16)
COVERED, PARTIAL, CONTRADICTED = Status.COVERED, Status.PARTIAL, Status.CONTRADICTED
ABSENT, UNCLEAR = Status.ABSENT, Status.UNCLEAR
MINIMUM, CORE, STRONG = Tier.MINIMUM, Tier.CORE, Tier.STRONG
PROBABILITY: Final = {COVERED: 0.95, PARTIAL: 0.6, CONTRADICTED: 0.03, ABSENT: 0.05, UNCLEAR: 0.5}

Mark = Status | tuple[Status, Sequence[Span]]
"""A status (its evidence is then the whole turn, where it needs any), or a status with its evidence."""


def point(name: str, tier: Tier = CORE, *, says: str = "", group: str | None = None) -> Point:
    """A point whose texts all name it."""
    return Point(
        id=name,
        tier=tier,
        says=says or f"States {name}.",
        heard=f"you said {name}",
        why=f"{name} matters.",
        probe=None if tier is STRONG else f"What about the part next to {name}?",
        group=group,
    )


def flag(name: str, severity: Severity = Severity.SERIOUS) -> RedFlag:
    """A red flag whose statement names it."""
    return RedFlag(id=name, says=f"States the mistake {name}.", severity=severity)


def hint(*points: str) -> Hint:
    """A hint that concerns these points."""
    return Hint(says=f"Think of what belongs to {' and '.join(points)}.", points=points)


def _texts(name: str) -> dict[str, str]:
    return {
        "title": name.capitalize(),
        "asks": f"Tell me about {name}.",
        "again": f"In short: what is {name}?",
        "reference": f"All about **{name}**.",
    }


def question(name: str, *points: Point, **more: Any) -> MainQuestion:
    """A main question in the section `main`; `more` are further fields of MainQuestion."""
    fields: dict[str, Any] = {
        "section": "main",
        "calibration": Calibration(strong="all of it", acceptable="some of it", weak="no idea"),
        **_texts(name),
        **more,
    }
    return MainQuestion(id=name, points=points, **fields)


def follow_up(name: str, *points: Point, **more: Any) -> FollowUp:
    """A follow-up question; `more` are further fields of FollowUp."""
    fields: dict[str, Any] = {**_texts(name), **more}
    return FollowUp(id=name, points=points, **fields)


def criterion(name: str, *points: str, **more: Any) -> Criterion:
    """A criterion over `question.point` names; `more` are `need`, `flags` or `person`."""
    return Criterion(id=name, says=f"Shows {name}", points=points, **more)


def criteria(
    passing: Sequence[Criterion], strong: Sequence[Criterion] = (), failing: Sequence[Criterion] = ()
) -> Criteria:
    """What decides."""
    return Criteria(passing=tuple(passing), strong=tuple(strong), failing=tuple(failing))


def scenario(*questions: MainQuestion, decides: Criteria | None = None, **more: Any) -> Scenario:
    """A scenario with these questions in one section; one pass criterion over their first points by default."""
    first = [f"{one.id}.{one.points[0].id}" for one in questions]
    fields: dict[str, Any] = {
        "title": "Tester",
        "summary": "A small interview for tests.",
        "role": Role(position="Tester", company="A company", team="two people", stack="Python", experience="none"),
        "welcome": "Hello. We have a few questions for you.",
        "facts": (Clarification(asked=("How big is the team?",), reply="Two people."),),
        "sections": (Section(id="main", title="Main part", minutes=15),),
        "criteria": decides or criteria([criterion("basics", *first)]),
        **more,
    }
    return Scenario(schema=1, id="tiny", questions=questions, **fields)


def http_question() -> MainQuestion:
    """A question with every kind of thing in it: tiers, a group, flags, hints, a clarification, a follow-up."""
    return question(
        "http",
        point("request", MINIMUM, says="The client sends a request to the server."),
        point("response", MINIMUM, says="The server sends back a response."),
        point("method", CORE, says="A request has a method, such as GET or POST."),
        point("status", CORE, says="A response has a status code."),
        point("headers", CORE, says="Both sides send headers.", group="parts"),
        point("body", CORE, says="Both sides may send a body.", group="parts"),
        point("tls", STRONG, says="The connection is encrypted with TLS."),
        red_flags=(flag("no-server"), flag("makes-it-up", Severity.DISQUALIFYING)),
        hints=(hint("request", "response"), hint("method")),
        clarifications=(Clarification(asked=("Do you mean HTTP?",), reply="Yes, over HTTP."),),
        follow_ups=(
            follow_up(
                "caching",
                point("cache-header", MINIMUM, says="A header says how long a response may be kept."),
                point("etag", CORE, says="An ETag tells whether the copy is still good."),
            ),
        ),
    )


def tiny_scenario() -> Scenario:
    """Two main questions and one follow-up, with criteria of every kind."""
    codes = question(
        "codes",
        point("not-found", MINIMUM, says="404 means that the resource does not exist."),
        point("created", CORE, says="201 means that a resource was created."),
        point("teapot", STRONG, says="418 is a joke."),
        red_flags=(flag("all-200"),),
        hints=(hint("not-found"),),
    )
    decides = criteria(
        passing=[
            criterion("the-cycle", "http.request", "http.response", need=2),
            criterion("the-codes", "codes.not-found", "codes.created"),
            criterion("curiosity", person=True),
        ],
        strong=[
            criterion("security", "http.tls"),
            criterion("depth", "caching.etag"),
            criterion("clarity", person=True),
        ],
        failing=[criterion("no-codes", "codes.not-found", flags=("codes.all-200",))],
    )
    return scenario(http_question(), codes, decides=decides)


def started(plan: Scenario, **more: Any) -> ev.Started:
    """The first event; `more` are further fields of Started."""
    fields: dict[str, Any] = {
        "at": BEGIN,
        "scenario_id": plan.id,
        "scenario_sha256": scenario_sha256(plan),
        "mode": Mode.PRACTICE,
        "questions": tuple(one.id for one in plan.questions),
        "time_factor": 2.0,
        "judge": EMBEDDED,
        "speaker": "authored",
        "salt": "00ff00ff",
        "program": "0.1.0",
        **more,
    }
    return ev.Started(**fields)


def span(turn: int, text: str, within: str | None = None) -> Span:
    """Evidence: `text` as it stands in the words `within` (which are `text` itself by default) of a turn."""
    start = (within if within is not None else text).index(text)
    return Span(turn=turn, start=start, end=start + len(text), text=text)


def finding(target: str, status: Status, evidence: Sequence[Span] = ()) -> Finding:
    """A finding with a probability that suits its status."""
    return Finding(target=target, status=status, probability=PROBABILITY[status], evidence=tuple(evidence))


def assessment(
    asked: Question,
    marks: Mapping[str, Finding],
    flags: Mapping[str, Finding] | None = None,
    judge: JudgeVersion = EMBEDDED,
) -> Assessment:
    """An assessment with a finding for each point and flag: absent where none is given."""
    return Assessment(
        judge=judge,
        points=tuple(marks.get(one.id) or finding(one.id, ABSENT) for one in asked.points),
        flags=tuple((flags or {}).get(one.id) or finding(one.id, ABSENT) for one in asked.red_flags),
    )


class Log:
    """Writes the events of one interview; each method adds to the log and returns it."""

    def __init__(self, plan: Scenario | None = None, **more: Any) -> None:
        self.scenario = plan or tiny_scenario()
        self.events: list[Event] = [started(self.scenario, **more)]
        self.judge: JudgeVersion = self.events[0].judge  # type: ignore[union-attr]
        self._open: tuple[str, int] | None = None
        self._marks: dict[tuple[str, int], dict[str, Finding]] = {}
        self._turns = 0

    @property
    def state(self) -> State:
        """The state that the log tells."""
        return replay(self.scenario, self.events)

    @property
    def now(self) -> datetime:
        """When the next event happens: ten seconds after the last."""
        return BEGIN + timedelta(seconds=10 * len(self.events))

    def add(self, *events: Event) -> Self:
        """Append events as they are."""
        self.events += events
        return self

    def move(self, kind: MoveKind, line: str, **more: Any) -> Self:
        """The interviewer decides and says a line."""
        self.add(ev.Moved(at=self.now, move=Move(kind=kind, reason="the test says so", **more)))
        return self.said(line)

    def said(self, line: str) -> Self:
        """The interviewer says a line."""
        self._turns += 1
        return self.add(ev.Said(at=self.now, turn=self._turns, who=Who.INTERVIEWER, text=line))

    def reply(self, text: str, *, seconds: float = 30.0, **more: Any) -> Self:
        """The candidate says something that is not judged yet; `more` are further fields of Said."""
        self._turns += 1
        return self.add(ev.Said(at=self.now, turn=self._turns, who=Who.CANDIDATE, text=text, seconds=seconds, **more))

    def ask(self, name: str, number: int = 1) -> Self:
        """Ask a main or follow-up question."""
        self._open = (name, number)
        return self.move(MoveKind.ASK, self.scenario.question(name).asks, question=name)

    def judged(self, outcome: Outcome, name: str = "", number: int = 1) -> Self:
        """A judge's outcome for a question (the open one by default) after the last turn."""
        name, number = (name, number) if name or self._open is None else self._open
        return self.add(ev.Judged(at=self.now, question=name, attempt=number, turn=self._turns, outcome=outcome))

    def marks(self, marks: Mapping[str, Mark], name: str = "", number: int = 1) -> Assessment:
        """The cumulative assessment in which these marks of points and flags replace earlier ones."""
        key = (name, number) if name or self._open is None else self._open
        kept = self._marks.setdefault(key, {})
        for target, mark in marks.items():
            kept[target] = self._finding(target, mark)
        return assessment(self.scenario.question(key[0]), kept, kept, self.judge)

    def _finding(self, target: str, mark: Mark) -> Finding:
        if isinstance(mark, tuple):
            return finding(target, mark[0], mark[1])
        last = [one for one in self.events if isinstance(one, ev.Said) and one.who is Who.CANDIDATE and not one.command]
        bare = mark in (ABSENT, UNCLEAR) or not last
        return finding(target, mark, () if bare else (span(last[-1].turn, last[-1].text),))

    def answer(self, text: str, marks: Mapping[str, Mark] | None = None, **more: Any) -> Self:
        """The candidate answers the open question, and it is judged: earlier marks stay unless replaced."""
        self.reply(text, **more)
        return self.judged(self.marks(marks or {}))

    def unscored(self, text: str, reason: UnscoredReason = UnscoredReason.JUDGE_FAILED) -> Self:
        """The candidate answers, and the judge cannot judge it."""
        self.reply(text)
        return self.judged(Unscored(judge=self.judge, reason=reason))

    def probe(self, name: str, *, in_doubt: bool = False) -> Self:
        """Probe a point of the open question."""
        asked = self._current()
        line = asked.point(name).probe or ""
        return self.move(MoveKind.PROBE, line, question=asked.id, point=name, in_doubt=in_doubt)

    def hint(self, index: int) -> Self:
        """Give a hint of the open question, which the candidate asks for where it is their turn."""
        asked = self._current()
        if isinstance(self.events[-1], ev.Said):
            self.reply(Command.HINT.value, command=Command.HINT, seconds=2.0)
        rung = asked.hints[index]
        return self.move(MoveKind.HINT, rung.says, question=asked.id, point=rung.points[0], hint=index)

    def close(self, reason: CloseReason = CloseReason.PROBED) -> Self:
        """Close the open question."""
        asked = self._current()
        self._open = None
        return self.move(MoveKind.CLOSE, "Thank you. Let's leave it here.", question=asked.id, close=reason)

    def skip(self) -> Self:
        """The candidate skips the open question with a command."""
        return self.reply(Command.SKIP.value, command=Command.SKIP, seconds=5.0).close(CloseReason.SKIPPED)

    def heard(self, name: str, marks: Mapping[str, Mark]) -> Self:
        """A follow-up that was answered before it was asked."""
        self.judged(self.marks(marks, name, 1), name)
        return self.move(MoveKind.HEARD_ALREADY, "You have told me about that already.", question=name)

    def review(self, name: str) -> Self:
        """Practice: show how a main question went."""
        return self.add(ev.Moved(at=self.now, move=Move(kind=MoveKind.REVIEW, reason="it ended", question=name)))

    def retry(self, name: str, number: int = 2) -> Self:
        """Practice: after its review, ask a question once more."""
        return self.add(ev.Retried(at=self.now, question=name)).ask(name, number)

    def whole(self, name: str, marks: Mapping[str, Mark] | None = None, text: str = "") -> Self:
        """Ask a question, answer it once with these marks, and close it."""
        return self.ask(name).answer(text or f"what I know about {name}", marks).close()

    def end(self, reason: ev.EndReason = ev.EndReason.COMPLETED) -> Self:
        """Say goodbye and end."""
        self._open = None
        return self.move(MoveKind.FAREWELL, "Thank you for your time.").add(ev.Ended(at=self.now, reason=reason))

    def override(self, target: str, status: Status, by: str = "Ada") -> Self:
        """A person's word, after the end."""
        return self.add(ev.Overridden(at=self.now, target=target, by=by, status=status, reason="I read it"))

    def confirm(self, target: str, by: str = "Ada") -> Self:
        """A person confirms, after the end."""
        return self.add(ev.Confirmed(at=self.now, target=target, by=by))

    def contest(self, target: str, evidence: Sequence[Span] = (), attempt: int = 1) -> Self:
        """The candidate says that a point was made."""
        return self.add(ev.Contested(at=self.now, target=target, attempt=attempt, evidence=tuple(evidence)))

    def rejudge(self, name: str, outcome: Outcome, number: int = 1, by: str = "Ada") -> Self:
        """A person adopts another judge's outcome, after the end."""
        return self.add(ev.Rejudged(at=self.now, question=name, attempt=number, outcome=outcome, by=by))

    def _current(self) -> Question:
        assert self._open is not None, "no question is open"
        return self.scenario.question(self._open[0])


def full_log(**more: Any) -> Log:
    """A finished practice interview over `tiny_scenario`, with a probe, a hint and a doubt."""
    log = Log(tiny_scenario(), **more)
    log.move(MoveKind.GREET, log.scenario.welcome)
    log.ask("http").answer("the client sends a GET request", {"request": COVERED, "method": COVERED})
    log.probe("response").answer("oh and json comes back", {"response": COVERED}, channel=Channel.TYPED).close()
    log.ask("caching").answer("there is a header for how long to keep it", {"cache-header": UNCLEAR}).close()
    log.ask("codes").hint(0).answer("404 is for things that are not there", {"not-found": COVERED}).close()
    return log.end()
