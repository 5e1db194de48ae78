"""A position's own scenario is changed version by version; the check looks at what changed, beside the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from threading import Event

import pytest

from interviewer.core.errors import ModelFileError, NotFound, UsageError
from interviewer.core.findings import Assessment, JudgeVersion, Unscored
from interviewer.core.fingerprint import scenario_sha256
from interviewer.core.scenario import Question, Scenario
from interviewer.core.state import Turn
from interviewer.evaluation.scenario_check import check, check_plan, check_question
from interviewer.hosting.checking import Checks
from interviewer.hosting.editing import ChangedMeanwhile, Editing, new_id, stamp, text_stamp, version_of
from interviewer.hosting.positions import Positions
from interviewer.judging.scripted import ScriptedJudge
from interviewer.screening.editing import CannotEdit, Kind
from interviewer.screening.position import Position
from interviewer.screening.records import Deed
from interviewer.speaking.leaks import finder
from interviewer.web.house import House
from tests import factories as make

Ours = Callable[..., Position]


@pytest.fixture
def ours(house: House, position: Callable[..., Position]) -> Ours:
    """A position with its own copy of a scenario."""

    def made(scenario: Scenario | None = None) -> Position:
        return Editing(house.program).make_ours(position(scenario=scenario).id, "ada")

    return made


def scenario_of(house: House, name: str = "backend") -> Scenario:
    return house.office.scenario(house.office.position(name).scenario_sha256)


def test_a_saved_question_is_a_new_version_and_a_begun_interview_keeps_the_old_one(house: House, ours: Ours) -> None:
    held = ours()
    begun = house.program.store.begin(make.tiny_scenario(), make.started(make.tiny_scenario()))
    old = scenario_of(house)
    new = old.questions[0].model_copy(update={"asks": "What is HTTP, in your words?"})
    saved = Editing(house.program).put_question(held.id, new, stamp(old.questions[0]), "ada")
    assert saved.position.scenario_sha256 != held.scenario_sha256
    assert saved.position.scenario_sha256 == scenario_sha256(saved.scenario)
    assert scenario_of(house) == saved.scenario
    assert version_of(saved.scenario) != version_of(old)
    assert house.program.store.open(begun.interview).scenario == old
    assert [(one.deed, one.target) for _, one in reversed(house.office.entries())] == [
        (Deed.SCENARIO_CHANGED, "made ours"),
        (Deed.SCENARIO_CHANGED, "http"),
    ]


def test_a_version_that_nobody_needs_any_more_is_gone(house: House, ours: Ours) -> None:
    held = ours()
    old = scenario_of(house)
    new = old.questions[0].model_copy(update={"asks": "Another question?"})
    Editing(house.program).put_question(held.id, new, stamp(old.questions[0]), "ada")
    with pytest.raises(NotFound):
        house.office.scenario(held.scenario_sha256)


def test_what_somebody_else_saved_meanwhile_is_not_overwritten_unseen(house: House, ours: Ours) -> None:
    held, desk = ours(), Editing(house.program)
    opened = scenario_of(house).questions[0]
    theirs = opened.model_copy(update={"asks": "Their question?"})
    mine = opened.model_copy(update={"asks": "My question?"})
    desk.put_question(held.id, theirs, stamp(opened), "bob")
    with pytest.raises(ChangedMeanwhile):
        desk.put_question(held.id, mine, stamp(opened), "ada")
    assert scenario_of(house).questions[0].asks == "Their question?"
    desk.put_question(held.id, mine, stamp(scenario_of(house).questions[0]), "ada")
    assert scenario_of(house).questions[0].asks == "My question?"


def test_two_people_may_change_different_questions(house: House, ours: Ours) -> None:
    held, desk = ours(), Editing(house.program)
    first, second = scenario_of(house).questions
    desk.put_question(held.id, first.model_copy(update={"asks": "One?"}), stamp(first), "ada")
    desk.put_question(held.id, second.model_copy(update={"asks": "Two?"}), stamp(second), "bob")
    assert [one.asks for one in scenario_of(house).questions] == ["One?", "Two?"]


def test_a_write_in_between_is_noticed_and_tried_again(
    house: House, ours: Ours, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, desk = ours(), Editing(house.program)
    first, second = scenario_of(house).questions
    whole = house.office.change_position
    others = [first.model_copy(update={"asks": "Theirs?"})]

    def late(name: str, change: Callable[[Position], Position], scenario: Scenario | None = None) -> Position:
        if others:
            other = others.pop()
            Editing(house.program).put_question(name, other, stamp(first), "bob")
        return whole(name, change, scenario)

    monkeypatch.setattr(house.office, "change_position", late)
    desk.put_question(held.id, second.model_copy(update={"asks": "Mine?"}), stamp(second), "ada")
    assert [one.asks for one in scenario_of(house).questions] == ["Theirs?", "Mine?"]


def test_new_questions_are_asked_and_removed_ones_are_not(house: House, ours: Ours) -> None:
    held, desk = ours(), Editing(house.program)
    desk.add_question(held.id, make.question("new", make.point("a")), "ada")
    assert house.office.position(held.id).settings.questions == ("http", "codes", "new")
    desk.add_follow_up(held.id, "new", make.follow_up("more", make.point("b")), "ada")
    assert [one.id for one in scenario_of(house).question("new").follow_ups] == ["more"]  # type: ignore[attr-defined]
    desk.drop_question(held.id, "new", "ada")
    assert house.office.position(held.id).settings.questions == ("http", "codes")


def test_the_only_question_that_is_asked_cannot_go(house: House, position: Callable[..., Position]) -> None:
    held = position(questions=("http",))
    desk = Editing(house.program)
    desk.make_ours(held.id, "ada")
    for kind, name in ((Kind.STRONG, "security"), (Kind.STRONG, "depth"), (Kind.PASSING, "the-cycle")):
        desk.drop_criterion(held.id, kind, name, "ada")
    with pytest.raises(CannotEdit, match="only question that is asked"):
        desk.drop_question(held.id, "http", "ada")


def test_criteria_and_texts_change_too(house: House, ours: Ours) -> None:
    held, desk = ours(), Editing(house.program)
    desk.put_criterion(held.id, Kind.PASSING, make.criterion("new", "http.method"), "", "ada")
    assert scenario_of(house).criteria.passing[-1].id == "new"
    was = text_stamp(scenario_of(house))
    desk.put_texts(held.id, lambda one: one.model_copy(update={"welcome": "Welcome."}), was, "ada")
    assert scenario_of(house).welcome == "Welcome."
    with pytest.raises(ChangedMeanwhile):
        desk.put_texts(held.id, lambda one: one, was, "ada")


def test_a_shared_scenario_and_a_closed_position_stay_as_they_are(
    house: House, position: Callable[..., Position]
) -> None:
    held, desk = position(), Editing(house.program)
    question = make.tiny_scenario().questions[0]
    with pytest.raises(UsageError, match="shared"):
        desk.put_question(held.id, question, stamp(question), "ada")
    desk.make_ours(held.id, "ada")
    Positions(house.program).close(held.id, "ada")
    with pytest.raises(UsageError, match="closed"):
        desk.put_question(held.id, question, stamp(question), "ada")


def test_an_id_comes_from_the_first_words_and_is_taken_once() -> None:
    assert new_id("The client sends a request to the server", (), "point") == "the-client-sends-a"
    assert new_id("The client sends a lot", {"the-client-sends-a"}, "point") == "the-client-sends-a-2"
    assert new_id("\u4e16\u754c", {"point", "point-2"}, "point") == "point-3"


# The check


@pytest.fixture
def checks(house: House) -> Iterator[Checks]:
    yield house.desk.checks
    house.desk.close()


def test_the_parts_of_a_check_find_what_the_whole_one_finds() -> None:
    plan = make.tiny_scenario().model_copy(update={"welcome": "A request has a method. What is your religion?"})
    judge = ScriptedJudge({"has a method": ("method",), "all of it": ("not-found",), "tell me about": ("tls",)})
    whole = {(one.place, one.message) for one in check(plan, judge, finder(judge))}
    parts = {(one.place, one.message) for one in check_plan(plan)}
    for main in plan.questions:
        parts |= {(one.place, one.message) for one in check_question(plan, main.id, judge, finder(judge))}
    assert parts == whole
    assert any("http.method" in message for _, message in whole)


def test_a_check_knows_at_once_what_needs_no_judge_and_the_rest_when_it_is_done(checks: Checks) -> None:
    plan = make.tiny_scenario().model_copy(update={"welcome": "What is your religion?"})
    before = checks.looked(plan)
    assert [one.place for one in before.problems if one.place == "welcome"] == ["welcome"]
    assert before.unknown == ("http", "codes")
    checks.start("backend", plan, ["http", "codes"])
    checks.wait()
    after = checks.looked(plan)
    assert (after.running, after.unknown, after.known) == ((), (), ("http", "codes"))
    assert "http.calibration.strong" in {one.place for one in after.problems}
    assert after.failed == ""


def test_only_what_changed_is_looked_at_again(checks: Checks) -> None:
    plan = make.tiny_scenario()
    checks.start("backend", plan, ["http", "codes"])
    checks.wait()
    changed = plan.model_copy(
        update={"questions": (plan.questions[0], plan.questions[1].model_copy(update={"asks": "Codes?"}))}
    )
    assert checks.looked(changed).known == ("http",)
    assert checks.looked(changed).unknown == ("codes",)
    assert checks.looked(plan.model_copy(update={"welcome": "Good day."})).known == ()


class Slow:
    """A judge that waits until it is let go on, and counts."""

    def __init__(self, inner: ScriptedJudge) -> None:
        self._inner = inner
        self.asked, self.begun, self.go_on = 0, Event(), Event()

    @property
    def version(self) -> JudgeVersion:
        return self._inner.version

    def check(self) -> None:
        self._inner.check()

    def assess(self, question: Question, turns: Sequence[Turn]) -> Assessment | Unscored:
        self.asked += 1
        self.begun.set()
        assert self.go_on.wait(10)
        return self._inner.assess(question, turns)


def test_a_check_that_nobody_wants_any_more_is_given_up(house: House, checks: Checks) -> None:
    slow = Slow(ScriptedJudge({}))
    house.program.__dict__["judge"] = slow
    plan = make.tiny_scenario()
    other = plan.model_copy(update={"welcome": "Good day."})
    checks.start("backend", plan, ["http", "codes"])
    assert slow.begun.wait(10)
    assert checks.looked(plan).running == ("http", "codes")
    checks.start("backend", other, ["codes"])
    assert checks.looked(plan).running == ()
    slow.go_on.set()
    checks.wait()
    assert checks.looked(plan).known == ()
    assert checks.looked(other).known == ("codes",)


def test_a_check_that_is_wanted_twice_runs_once(house: House, checks: Checks) -> None:
    slow = Slow(ScriptedJudge({}))
    slow.go_on.set()
    house.program.__dict__["judge"] = slow
    plan = make.tiny_scenario()
    checks.start("backend", plan, ["codes"])
    checks.wait()
    asked = slow.asked
    checks.start("backend", plan, ["codes"])
    checks.wait()
    assert slow.asked == asked > 0


class Broken(Slow):
    """A judge that cannot judge."""

    error: Exception = ModelFileError("The judge's files are damaged.", "Install the program again.")

    def assess(self, question: Question, turns: Sequence[Turn]) -> Assessment | Unscored:
        raise self.error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Broken.error, "The judge's files are damaged. Install the program again."),
        (ZeroDivisionError("secret words"), "The check broke off (ZeroDivisionError)."),
    ],
)
def test_a_check_that_breaks_says_so_and_can_be_tried_again(
    house: House, checks: Checks, error: Exception, words: str
) -> None:
    broken = Broken(ScriptedJudge({}))
    broken.error = error
    sound, house.program.__dict__["judge"] = house.program.judge, broken
    plan = make.tiny_scenario()
    checks.start("backend", plan, ["codes"])
    checks.wait()
    looked = checks.looked(plan)
    assert looked.failed == words
    assert "codes" in looked.unknown
    house.program.__dict__["judge"] = sound
    checks.start("backend", plan, ["codes"])
    checks.wait()
    assert checks.looked(plan).known == ("codes",)
