"""The demo: what it makes, that it says so everywhere, that it makes it once, and that it is stopped without harm."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from interviewer.bootstrap import Program
from interviewer.cli.app import app as commands
from interviewer.core.events import Commented, Decided, EndReason, Event, Mode, Paused, Said
from interviewer.core.findings import Assessment, Unscored
from interviewer.core.hiring import summarise
from interviewer.core.replay import replay
from interviewer.core.scenario import Question
from interviewer.core.state import State, Turn
from interviewer.hosting import demo
from interviewer.hosting.inviting import Inviting
from interviewer.hosting.own_data import erase
from interviewer.hosting.reception import Reception
from interviewer.hosting.retention import sweep
from interviewer.hosting.simulated import REVIEWER
from interviewer.judging.scripted import ScriptedJudge
from interviewer.screening.invite import Invite, Status
from interviewer.screening.position import Position
from interviewer.screening.records import PROGRAM, Deed, Entry
from interviewer.screening.review import contested, to_review
from interviewer.screening.roles import Role
from interviewer.settings import Settings
from interviewer.web import server
from interviewer.web.config import Serving
from interviewer.web.house import House
from tests.web.conftest import CHEAP, SetClock

HEARD: dict[str, tuple[str, ...]] = {
    "dns": ("dns",),
    "request": ("req-resp",),
    "http": ("http",),
    "get": ("get",),
    "post": ("post",),
    "201": ("s201",),
    "404": ("s404",),
}
"""What the scripted judge hears in the words of the packaged answers."""


@pytest.fixture
def lines() -> list[str]:
    """What was told on the terminal."""
    return []


@pytest.fixture(autouse=True)
def judge(program: Program) -> None:
    program.__dict__["judge"] = ScriptedJudge(HEARD)


@pytest.fixture
def seeded(program: Program, lines: list[str]) -> Position:
    return demo.seed(program, lines.append)


def held(program: Program) -> dict[str, tuple[Event, ...]]:
    """The events of each candidate's interview, by the candidate's name."""
    found = program.office.invites(demo.NAME)
    return {plain(one): program.store.open(one.interview).events for one in found if one.interview}


def states(program: Program, seeded: Position) -> dict[str, State]:
    scenario = program.office.scenario(seeded.scenario_sha256)
    return {name: replay(scenario, events) for name, events in held(program).items()}


def plain(invite: Invite) -> str:
    return invite.name.removeprefix("Simulated: ")


def named(program: Program, name: str) -> Invite:
    return next(one for one in program.office.invites(demo.NAME) if plain(one) == name)


# What there is


def test_there_are_twelve_simulated_candidates(program: Program, seeded: Position, clock: SetClock) -> None:
    invites = program.office.invites(seeded.id)
    assert seeded.demo and len(invites) == 12
    assert all(one.simulated and one.name.startswith("Simulated: ") for one in invites)
    assert len({one.character for one in demo.PEOPLE}) == 12
    assert Counter(one.status(clock.now()) for one in invites) == {Status.DONE: 10, Status.STARTED: 1, Status.OPEN: 1}
    assert len(program.store.list()) == 11
    assert all(program.store.verify(one.id).ok for one in program.store.list())


def test_each_interview_is_a_whole_one(program: Program, seeded: Position) -> None:
    scenario = program.office.scenario(seeded.scenario_sha256)
    for name, state in states(program, seeded).items():
        assert state.started is not None
        assert (state.started.mode, state.whole) == (Mode.SCREEN, True)
        if name != "Eun-ji K.":
            assert state.ended is EndReason.COMPLETED
            assert all(state.attempt(one.id) for one in scenario.questions)


def test_times_are_believable(program: Program, seeded: Position, clock: SetClock) -> None:
    begun = set()
    for name, events in held(program).items():
        invite, times = named(program, name), [one.at for one in events]
        assert times == sorted(times)
        assert invite.seen_at and invite.consented_at
        assert seeded.created_at < invite.created_at < invite.seen_at < invite.consented_at < times[0]
        assert times[-1] < clock.now() < invite.expires_at
        begun.add(times[0].date())
        waited = [one.seconds for one in events if isinstance(one, Said) and one.who == "candidate"]
        assert min(waited) >= 4.0
    assert len(begun) >= 6


def test_consent_is_stored_with_its_notice(program: Program, seeded: Position) -> None:
    for name, events in held(program).items():
        invite = named(program, name)
        assert invite.notice == events[1].model_dump()["notice"]
        assert invite.notice_text.startswith(seeded.settings.title)
    waiting = named(program, "Kavya R.")
    assert (waiting.notice, waiting.seen_at, waiting.interviews) == ("", None, ())


def test_the_pages_have_something_to_show(program: Program, seeded: Position) -> None:
    found = held(program)

    def who(kind: str) -> list[str]:
        return [name for name, events in found.items() if any(one.kind == kind for one in events)]

    assert set(found) - set(who("ended")) == {"Eun-ji K."}
    assert isinstance(found["Eun-ji K."][-1], Paused)
    assert (who("resumed"), who("commented")) == (["Hinemoa T."], ["Hinemoa T."])
    assert (who("contested"), who("decided")) == (["Farid H."], ["Dmitri V."])
    by = {one.by for events in found.values() for one in events if isinstance(one, Commented | Decided)}
    assert by == {REVIEWER}
    pasted = {name for name, events in found.items() if any(isinstance(one, Said) and one.pasted for one in events)}
    assert pasted == {"Greta S."}


def test_what_is_contested_waits_for_a_person(program: Program, seeded: Position) -> None:
    events, state = held(program)["Farid H."], states(program, seeded)["Farid H."]
    (target,) = contested(events)
    assert target in [one.target for one in to_review(state, events, summarise(state), ())]


def test_the_record_tells_that_the_program_made_it(program: Program, seeded: Position) -> None:
    entries = [entry for _, entry in program.office.entries()]
    assert Counter(one.deed for one in entries) == {Deed.POSITION_MADE: 1, Deed.INVITED: 12}
    assert {one.who for one in entries} == {PROGRAM}


def test_progress_is_told_line_by_line(seeded: Position, lines: list[str]) -> None:
    steps = [one for one in lines if re.match(r"\d+ of 12: ", one)]
    assert len(steps) == 12
    assert steps[2] == "3 of 12: Simulated: Chiara D."
    assert steps[10] == "11 of 12: Simulated: Kavya R., who is only invited"


# Once, and without halves


def test_a_second_start_uses_what_is_there(program: Program, seeded: Position, lines: list[str]) -> None:
    before = (program.office.positions(), program.office.invites(demo.NAME), program.store.list())
    lines.clear()
    again = demo.seed(program, lines.append)
    assert again == seeded
    assert (program.office.positions(), program.office.invites(demo.NAME), program.store.list()) == before
    assert lines == ["The demo is there: 12 simulated candidates."]


def test_another_position_is_never_touched(
    program: Program, position: Callable[..., Position], invite: Callable[..., tuple[Invite, str]]
) -> None:
    mine, (guest, _) = position("backend"), invite("Grace Example")
    demo.seed(program, str)
    assert program.office.position("backend") == mine
    assert program.office.invites("backend") == (guest,)


class StoppedJudge(ScriptedJudge):
    """Is stopped in the middle of an interview, as by Ctrl+C."""

    left = 60

    def assess(self, question: Question, turns: Sequence[Turn]) -> Assessment | Unscored:
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt
        return super().assess(question, turns)


def told(program: Program) -> dict[str, tuple[Event, ...]]:
    return dict(sorted(held(program).items()))


def test_stopped_in_the_middle_it_leaves_no_half(program: Program, lines: list[str], home: Path) -> None:
    whole = program.judge
    program.__dict__["judge"] = StoppedJudge(HEARD)
    with pytest.raises(KeyboardInterrupt):
        demo.seed(program, lines.append)
    kept = told(program)
    assert 0 < len(kept) < 11
    assert all(isinstance(events[-1], Paused) or "ended" in [one.kind for one in events] for events in kept.values())
    assert len(program.store.list()) == len(kept)
    program.__dict__["judge"] = whole
    demo.seed(program, lines.append)
    assert len(program.store.list()) == len(told(program)) == 11
    assert {name: told(program)[name] for name in kept} == kept
    again = lines[lines.index("Stopping it (Ctrl+C) loses nothing: the next start goes on with it.", 5) :]
    assert len([one for one in again if re.match(r"\d+ of 12", one)]) == 12 - len(kept)


def test_stopped_before_an_interview_is_linked_it_is_found_again(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(program.office, "change_invite", stopped)
        demo.seed(program, str)
    (one,) = program.store.list()
    demo.seed(program, str)
    assert len(program.store.list()) == 11
    assert named(program, "Amara N.").interviews == (one.id,)
    assert named(program, "Amara N.").ended_at is not None


def test_the_same_demo_is_made_again(program: Program, seeded: Position, tmp_path: Path, clock: SetClock) -> None:
    """On another machine, at the same time, every word is the same."""
    other = Program(Settings.load().model_copy(update={"home": tmp_path / "other"}), clock=clock)
    other.__dict__.update(judge=program.judge, reader=program.reader)
    demo.seed(other, str)
    assert told(other) == told(program)
    other.store.close()


@pytest.mark.slow
def test_with_the_real_judge(home: Path, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A strong and a thin candidate, both whole, and the strong one better."""
    real = Program(Settings.load(), clock=clock)
    monkeypatch.setattr(demo, "PEOPLE", [one for one in demo.PEOPLE if one.name in ("Jamila O.", "Linh P.")])
    made = demo.seed(real, str)
    found = states(real, made)
    lows = {name: [one.low for one in summarise(state).grades] for name, state in found.items()}
    assert all(state.ended is EndReason.COMPLETED for state in found.values())
    assert sum(lows["Jamila O."]) > sum(lows["Linh P."]) + 4
    assert all(summarise(state).recommendation for state in found.values())
    real.store.close()


# What people do with it


def test_whoever_was_deleted_stays_deleted(program: Program, seeded: Position, house: House) -> None:
    one = named(program, "Iker Z.")
    erase(program, house.hall, one, Entry(at=program.clock.now(), who="ada", deed=Deed.DELETED))
    demo.seed(program, str)
    assert len(program.office.invites(demo.NAME)) == 11
    assert len(program.store.list()) == 10


def test_all_of_it_can_be_deleted(program: Program, seeded: Position, house: House, clock: SetClock) -> None:
    clock.go_on(days=800)
    swept = sweep(program, house.hall, house.results)
    assert (len(swept.invites), len(swept.interviews), swept.problem) == (12, 11, "")
    assert (program.office.invites(demo.NAME), program.store.list()) == ((), ())
    demo.seed(program, str)
    assert (program.office.invites(demo.NAME), program.store.list()) == ((), ())


def test_a_fresh_attempt_is_the_persons_own(program: Program, seeded: Position, house: House) -> None:
    one = named(program, "Jamila O.")
    Reception(program, house.hall).fresh_attempt(one.id, by="ada")
    demo.seed(program, str)
    assert program.office.invite(one.id).interview is None
    assert len(program.store.list()) == 11


def test_the_unfinished_interview_can_be_gone_on_with(program: Program, seeded: Position, house: House) -> None:
    one = named(program, "Eun-ji K.")
    visit = house.hall.come_back(one.interview or "")
    assert visit.came_back
    assert not visit.kept.over


# The pages


NOBODY = re.compile(r"/positions/demo/(settings|scenario|preview)\b")
"""Pages on which no candidate is listed or shown."""


def pages(client: TestClient, start: str) -> Iterator[tuple[str, str]]:
    """Every page of the demo that is linked from one, with its text; those aside on which nobody is shown."""
    due, seen = [start], {start}
    while due:
        path = due.pop()
        shown = client.get(path)
        if shown.status_code != 200 or not shown.headers["content-type"].startswith("text/html"):
            continue
        yield path, re.sub(r"<[^>]*>", " ", shown.text)
        for link in re.findall(r'href="(/(?:positions/demo|invites/|interviews/)[^"#?]*)"', shown.text):
            if link not in seen and not NOBODY.match(link):
                seen.add(link)
                due.append(link)


def test_every_page_says_that_they_are_simulated(
    seeded: Position, program: Program, signed_in: Callable[..., TestClient]
) -> None:
    shown = dict(pages(signed_in(Role.ADMIN), "/positions"))
    invites = program.office.invites(demo.NAME)
    single = {f"/invites/{one.id}" for one in invites} | {
        f"/interviews/{one.interview}" for one in invites if one.interview
    }
    lists = {"/positions/demo/invites", "/positions/demo/results"}
    assert {"/positions", "/positions/demo", "/positions/demo/queue", *lists, *single} <= set(shown)
    assert [path for path, text in shown.items() if "simulated" not in text] == []
    # Beside what the head of the position says, each candidate is marked.
    assert [path for path in single if shown[path].count("simulated") < 2] == []
    assert [path for path in lists if shown[path].count("simulated") < 1 + 12] == []


def test_so_do_candidates_side_by_side(
    seeded: Position, program: Program, signed_in: Callable[..., TestClient]
) -> None:
    two = [named(program, one).interview for one in ("Jamila O.", "Linh P.")]
    text = signed_in(Role.VIEWER).get("/positions/demo/compare", params={"interview": two}).text
    assert text.count(">simulated<") == 2


def test_so_does_the_candidates_own_page(seeded: Position, program: Program, client: TestClient) -> None:
    fresh = Inviting(program).renew(named(program, "Kavya R.").id, "ada")
    assert "Simulated." in client.get(f"/i/{fresh.token}").text


def test_so_do_the_exports(seeded: Position, signed_in: Callable[..., TestClient]) -> None:
    found = signed_in(Role.REVIEWER).get("/positions/demo/export.json").json()["candidates"]
    assert [one["simulated"] for one in found] == [True] * 12


# The account


def test_an_account_to_look_around_with(program: Program, lines: list[str], house: House) -> None:
    demo.account(program, CHEAP, lines.append, local=True)
    made = program.office.account("demo")
    assert made is not None and made.role is Role.REVIEWER
    (password,) = [found.group(1) for line in lines if (found := re.search(r"the password (\S+) ", line))]
    assert len(password) == 16 and CHEAP.fits(made.password, password)
    assert password not in made.password
    entries = [(entry.who, entry.deed, entry.target) for _, entry in program.office.entries()]
    assert entries == [(PROGRAM, Deed.ACCOUNT_ADDED, "demo")]


def test_its_password_is_told_once(program: Program, lines: list[str]) -> None:
    demo.account(program, CHEAP, str, local=True)
    made = program.office.account("demo")
    demo.account(program, CHEAP, lines.append, local=True)
    assert program.office.account("demo") == made
    assert lines == ["Sign in as demo; `interviewer user password demo` sets another password."]


@pytest.mark.parametrize(
    ("host", "url", "made"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000", True),
        ("::1", "http://localhost:8000", True),
        ("127.0.0.1", "https://interviews.example.org", False),
        ("0.0.0.0", "https://interviews.example.org", False),
        ("0.0.0.0", "http://localhost:8000", False),
    ],
)
def test_serve_makes_it_where_nobody_else_comes(
    monkeypatch: pytest.MonkeyPatch, home: Path, host: str, url: str, made: bool
) -> None:
    def serve(ours: Program, _host: str, _port: int, ready: Callable[..., None], prepare: Callable[..., None]) -> None:
        prepare(Serving(url, ("x" * 32,)))
        ready(Serving(url, ("x" * 32,)))
        assert bool(ours.office.accounts()) == made

    monkeypatch.setattr(server, "serve", serve)
    monkeypatch.setattr(demo, "seed", lambda _program, tell: tell("The demo is made."))
    result = CliRunner().invoke(commands, ["serve", "--demo", "--host", host])
    assert result.exit_code == 0, result.output
    assert "The demo is made." in result.output
    assert ("Sign in as demo" in result.output) == made
    assert "interviewer user add NAME --role admin" in result.output


def test_without_the_option_there_is_no_demo(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    def serve(ours: Program, _host: str, _port: int, _ready: Callable[..., None], prepare: Callable[..., None]) -> None:
        prepare(Serving("http://127.0.0.1:8000", ("x" * 32,)))
        assert (ours.office.positions(), ours.office.accounts()) == ((), ())

    monkeypatch.setattr(server, "serve", serve)
    assert CliRunner().invoke(commands, ["serve"]).exit_code == 0


def test_where_others_can_reach_the_pages_there_is_none(program: Program, lines: list[str]) -> None:
    demo.account(program, CHEAP, lines.append, local=False)
    assert program.office.accounts() == ()
    assert lines == ["There is no account for the demo, because other machines can reach these pages."]
