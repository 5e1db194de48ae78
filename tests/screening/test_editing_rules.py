"""Changes to a scenario keep it whole: what is removed is removed wherever it is named, or the change is refused."""

from __future__ import annotations

import pytest

from interviewer.core.errors import NotFound
from interviewer.core.scenario import AskWhen, Question, Scenario, Section
from interviewer.screening.editing import (
    MOST_QUESTIONS,
    MOST_SECTIONS,
    CannotEdit,
    Kind,
    Placed,
    add_follow_up,
    add_question,
    drop_criterion,
    drop_question,
    put_criterion,
    put_plan,
    put_question,
)
from tests import factories as make


def without(question: Question, *points: str) -> Question:
    """A question without some points, its hints mended."""
    kept = tuple(one for one in question.points if one.id not in points)
    hints = tuple(
        one.model_copy(update={"points": left})
        for one in question.hints
        if (left := tuple(name for name in one.points if name not in points))
    )
    return question.model_copy(update={"points": kept, "hints": hints, "follow_ups": ()})


def criteria(scenario: Scenario) -> dict[str, tuple[tuple[str, ...], tuple[str, ...], int | None]]:
    held = scenario.criteria
    return {one.id: (one.points, one.flags, one.need) for one in (*held.passing, *held.strong, *held.failing)}


def test_another_version_of_a_question_stands_in_its_place_and_keeps_its_follow_ups() -> None:
    plan = make.tiny_scenario()
    new = plan.questions[0].model_copy(update={"asks": "What is HTTP?", "follow_ups": ()})
    edited = put_question(plan, new)
    assert edited.scenario.questions[0].asks == "What is HTTP?"
    assert edited.scenario.questions[0].follow_ups == plan.questions[0].follow_ups
    assert edited.scenario.questions[1] == plan.questions[1]
    assert edited.repairs == ()


def test_a_follow_up_is_changed_within_its_question() -> None:
    plan = make.tiny_scenario()
    new = plan.question("caching").model_copy(update={"title": "Caches"})
    edited = put_question(plan, new).scenario
    assert edited.question("caching").title == "Caches"
    assert edited.questions[0].points == plan.questions[0].points


def test_a_criterion_that_names_a_removed_point_goes_on_without_it() -> None:
    plan = make.tiny_scenario()
    edited = put_question(plan, without(plan.question("http"), "response"))
    assert criteria(edited.scenario)["the-cycle"] == (("http.request",), (), 1)
    (told,) = edited.repairs
    assert "Shows the-cycle" in told
    assert "http.response" in told
    assert "1 of 1" in told


def test_removing_all_that_a_criterion_rests_on_is_refused_by_its_name() -> None:
    plan = make.tiny_scenario()
    with pytest.raises(CannotEdit, match="Shows security") as caught:
        put_question(plan, without(plan.question("http"), "tls"))
    assert "to pass strongly" in caught.value.message
    assert caught.value.remedy


def test_a_fail_criterion_keeps_its_flag_when_its_points_go() -> None:
    plan = put_criterion(make.tiny_scenario(), Kind.PASSING, make.criterion("the-codes", "http.status"))
    edited = put_question(plan, without(plan.question("codes"), "not-found"))
    assert criteria(edited.scenario)["no-codes"] == ((), ("codes.all-200",), None)


def test_a_condition_that_names_a_removed_point_is_mended() -> None:
    main = make.question(
        "http",
        make.point("request"),
        make.point("method"),
        follow_ups=(
            make.follow_up("both", make.point("a"), ask_when=AskWhen(has=("request", "method"))),
            make.follow_up("one", make.point("b"), ask_when=AskWhen(lacks=("method",))),
        ),
    )
    plan = make.scenario(main)
    edited = put_question(plan, without(main, "method"))
    both, one = edited.scenario.questions[0].follow_ups
    assert both.ask_when == AskWhen(has=("request",))
    assert one.ask_when == "always"
    assert len(edited.repairs) == 2
    assert "always asked now" in edited.repairs[1]


def test_a_main_question_goes_with_its_follow_ups_and_out_of_the_criteria() -> None:
    plan = make.tiny_scenario()
    plan = drop_criterion(drop_criterion(plan, Kind.STRONG, "security"), Kind.STRONG, "depth")
    with pytest.raises(CannotEdit, match="the-cycle"):
        drop_question(plan, "http")
    plan = drop_criterion(plan, Kind.PASSING, "the-cycle")
    edited = drop_question(plan, "http")
    assert [one.id for one in edited.scenario.all_questions()] == ["codes"]


def test_a_section_that_loses_its_last_question_goes_with_it_and_its_lender_too() -> None:
    sections = (
        Section(id="main", title="Main part", minutes=15),
        Section(id="second", title="Second part", minutes=5),
        Section(id="before", title="Before it", minutes=2, lends_to="second"),
    )
    decides = make.criteria([make.criterion("it", "one.a")])
    plan = make.scenario(
        make.question("one", make.point("a")),
        make.question("two", make.point("b"), section="second"),
        sections=sections,
        decides=decides,
    )
    edited = drop_question(plan, "two")
    assert [one.id for one in edited.scenario.sections] == ["main"]
    assert len(edited.repairs) == 2
    assert "Second part" in edited.repairs[0]


def test_a_section_keeps_its_minutes_once_it_has_a_question() -> None:
    sections = (
        Section(id="main", title="Main part", minutes=15),
        Section(id="idle", title="Idle part", minutes=5, lends_to="main"),
    )
    plan = make.scenario(make.question("one", make.point("a")), sections=sections)
    edited = add_question(plan, make.question("two", make.point("b"), section="idle"))
    assert edited.scenario.sections[1].lends_to is None
    assert "Idle part" in edited.repairs[0]


def test_a_new_question_stands_last_in_its_section() -> None:
    sections = (Section(id="main", title="Main", minutes=15), Section(id="late", title="Late", minutes=5))
    plan = make.scenario(
        make.question("one", make.point("a")),
        make.question("two", make.point("b"), section="late"),
        sections=sections,
    )
    edited = add_question(plan, make.question("new", make.point("c")))
    assert [one.id for one in edited.scenario.questions] == ["one", "new", "two"]


def in_two_sections() -> Scenario:
    follow_ups = (make.follow_up("deep", make.point("d")), make.follow_up("deeper", make.point("e")))
    return make.scenario(
        make.question("one", make.point("a"), follow_ups=follow_ups),
        make.question("two", make.point("b"), section="late"),
        make.question("three", make.point("c"), section="late"),
        sections=(
            Section(id="main", title="Main", minutes=15),
            Section(id="idle", title="Idle", minutes=5, lends_to="late"),
            Section(id="late", title="Late", minutes=5),
        ),
    )


def test_a_question_in_another_section_is_asked_where_that_section_is() -> None:
    plan = in_two_sections()
    moved = plan.questions[0].model_copy(update={"section": "late"})
    edited = put_question(plan, moved)
    assert [one.id for one in edited.scenario.questions] == ["two", "three", "one"]
    assert [one.id for one in edited.scenario.questions[2].follow_ups] == ["deep", "deeper"]
    assert "Main" in edited.repairs[0]
    first = add_question(plan, make.question("new", make.point("x"), section="idle"))
    assert [one.id for one in first.scenario.questions] == ["one", "new", "two", "three"]
    same = put_question(plan, plan.questions[1].model_copy(update={"asks": "Other words?"}))
    assert [one.id for one in same.scenario.questions] == ["one", "two", "three"]


def test_questions_stand_in_the_order_of_their_sections() -> None:
    plan = in_two_sections()
    late, main = plan.sections[2], plan.sections[0].model_copy(update={"title": "Other"})
    placed = (Placed("three", "late"), Placed("one", "main", ("deeper", "deep")), Placed("two", "late"))
    edited = put_plan(plan, (late, main), placed).scenario
    assert [one.id for one in edited.questions] == ["three", "two", "one"]
    assert [one.id for one in edited.questions[2].follow_ups] == ["deeper", "deep"]
    assert [one.title for one in edited.sections] == ["Late", "Other"]
    assert edited.criteria == plan.criteria


@pytest.mark.parametrize(
    "placed",
    [
        (Placed("one", "main", ("deep", "deeper")), Placed("two", "late")),
        (Placed("one", "main", ("deep",)), Placed("two", "late"), Placed("three", "late")),
        (Placed("one", "main", ("deep", "deep")), Placed("two", "late"), Placed("three", "late")),
        (Placed("one", "main", ("deep", "deeper")), Placed("two", "late"), Placed("two", "late")),
        (Placed("one", "none", ("deep", "deeper")), Placed("two", "late"), Placed("three", "late")),
    ],
)
def test_a_plan_names_every_question_once(placed: tuple[Placed, ...]) -> None:
    plan = in_two_sections()
    with pytest.raises(CannotEdit, match="not all questions"):
        put_plan(plan, plan.sections, placed)


def test_a_plan_holds_together_and_is_bounded() -> None:
    plan = in_two_sections()
    whole = (Placed("one", "main", ("deep", "deeper")), Placed("two", "late"), Placed("three", "late"))
    alone = plan.sections[1].model_copy(update={"lends_to": None})
    with pytest.raises(CannotEdit, match="hold together"):
        put_plan(plan, (plan.sections[0], alone, plan.sections[2]), whole)
    more = [Section(id=f"s{n}", title="More", minutes=1, lends_to="main") for n in range(MOST_SECTIONS)]
    with pytest.raises(CannotEdit, match=str(MOST_SECTIONS)):
        put_plan(plan, (*plan.sections, *more), whole)


def test_what_cannot_be_is_refused() -> None:
    plan = make.scenario(make.question("one", make.point("a")))
    with pytest.raises(CannotEdit, match="only question"):
        drop_question(plan, "one")
    with pytest.raises(CannotEdit, match="already"):
        add_question(plan, make.question("one", make.point("b")))
    with pytest.raises(CannotEdit, match="already"):
        add_follow_up(plan, "one", make.follow_up("one", make.point("b")))
    with pytest.raises(CannotEdit, match="only criterion"):
        drop_criterion(plan, Kind.PASSING, "basics")
    with pytest.raises(CannotEdit, match="hold together"):
        put_criterion(plan, Kind.PASSING, make.criterion("new", "one.unknown"))
    for unknown in (lambda: drop_question(plan, "none"), lambda: drop_criterion(plan, Kind.STRONG, "none")):
        with pytest.raises(NotFound):
            unknown()


def test_questions_are_bounded() -> None:
    many = [make.question(f"q{number}", make.point("a")) for number in range(MOST_QUESTIONS)]
    with pytest.raises(CannotEdit, match=str(MOST_QUESTIONS)):
        add_question(make.scenario(*many), make.question("more", make.point("a")))


def test_a_criterion_is_replaced_or_added() -> None:
    plan = make.tiny_scenario()
    edited = put_criterion(plan, Kind.PASSING, make.criterion("the-cycle", "http.method"))
    assert criteria(edited)["the-cycle"] == (("http.method",), (), None)
    assert [one.id for one in edited.criteria.passing] == [one.id for one in plan.criteria.passing]
    more = put_criterion(plan, Kind.FAILING, make.criterion("new", flags=("http.no-server",)))
    assert [one.id for one in more.criteria.failing] == ["no-codes", "new"]
    assert [one.id for one in drop_criterion(more, Kind.FAILING, "no-codes").criteria.failing] == ["new"]
