"""Criteria, recommendation and decisive doubts, over states that were replayed from real events."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interviewer.core.events import Mode
from interviewer.core.findings import JudgeVersion, Status
from interviewer.core.hiring import CriterionResult, Doubt, Recommendation, Summary, Verdict, summarise
from interviewer.core.scenario import Criteria, Criterion, Scenario, Severity
from tests.factories import (
    ABSENT,
    COVERED,
    EMBEDDED,
    MINIMUM,
    PANEL,
    PARTIAL,
    STRONG,
    UNCLEAR,
    Log,
    Mark,
    assessment,
    criteria,
    criterion,
    finding,
    flag,
    follow_up,
    point,
    question,
    scenario,
    span,
    tiny_scenario,
)

PASS, FAIL = Recommendation.PASS, Recommendation.FAIL
STRONG_PASS, NOT_ENOUGH = Recommendation.STRONG_PASS, Recommendation.NOT_ENOUGH
MET, OPEN, UNMET, PERSON = Verdict.MET, Verdict.OPEN, Verdict.UNMET, Verdict.PERSON


def plan(decides: Criteria, mains: int = 1) -> Scenario:
    """Main questions q1, q2, ... with the points a, b, c, the strong point s, and two flags each."""
    made = [
        question(
            f"q{number}",
            *(point(name) for name in "abc"),
            point("s", STRONG),
            red_flags=(flag("red"), flag("grave", Severity.DISQUALIFYING)),
        )
        for number in range(1, mains + 1)
    ]
    return scenario(*made, decides=decides)


def told(decides: Criteria, *marks: dict[str, Mark] | None, mains: int = 0, mode: Mode = Mode.PRACTICE) -> Log:
    """A finished interview: one answer with these marks a question, or a skip for None."""
    log = Log(plan(decides, mains or len(marks)), mode=mode)
    for number, one in enumerate(marks, start=1):
        if one is None:
            log.ask(f"q{number}").skip()
        else:
            log.whole(f"q{number}", one)
    return log.end()


ANY = criteria([criterion("any", "q1.a", need=1)])
OK: dict[str, Mark] = {"a": COVERED}


def only(one: Criterion) -> Criteria:
    return criteria([one])


def first(summary: Summary) -> CriterionResult:
    return summary.passing[0]


@pytest.mark.parametrize(
    ("marks", "verdict", "shown", "possible"),
    [
        ({"a": COVERED, "b": COVERED}, MET, 2, 2),
        ({"a": COVERED, "b": PARTIAL}, MET, 2, 2),
        ({"a": COVERED, "b": COVERED, "c": UNCLEAR}, MET, 2, 3),
        ({"a": COVERED, "b": UNCLEAR}, OPEN, 1, 2),
        ({"a": UNCLEAR, "b": UNCLEAR, "c": UNCLEAR}, OPEN, 0, 3),
        ({"a": COVERED}, UNMET, 1, 1),
        ({"a": UNCLEAR}, UNMET, 0, 1),
        ({}, UNMET, 0, 0),
    ],
)
def test_a_pass_criterion_needs_its_points_for_certain(
    marks: dict[str, Mark], verdict: Verdict, shown: int, possible: int
) -> None:
    found = first(summarise(told(only(criterion("two", "q1.a", "q1.b", "q1.c")), marks).state))
    assert (found.verdict, found.shown, found.possible) == (verdict, shown, possible)


@pytest.mark.parametrize(("points", "needed"), [("a", 1), ("ab", 1), ("abc", 2), ("abcs", 2)])
def test_half_of_the_points_rounded_up_are_needed_by_default(points: str, needed: int) -> None:
    asked = only(criterion("half", *(f"q1.{name}" for name in points)))
    enough: dict[str, Mark] = dict.fromkeys(points[:needed], COVERED)
    fewer: dict[str, Mark] = dict.fromkeys(points[: needed - 1], COVERED)
    assert first(summarise(told(asked, enough).state)).verdict is MET
    assert first(summarise(told(asked, fewer).state)).verdict is UNMET


def test_need_replaces_the_default() -> None:
    marks: dict[str, Mark] = {"a": COVERED, "b": COVERED}
    for need, verdict in ((1, MET), (2, MET), (3, UNMET)):
        asked = only(criterion("some", "q1.a", "q1.b", "q1.c", need=need))
        assert first(summarise(told(asked, marks).state)).verdict is verdict


def test_unasked_and_unscored_points_are_open() -> None:
    asked = only(criterion("later", "q2.a"))
    unasked = summarise(told(asked, OK, mains=2).state)
    assert (first(unasked).verdict, first(unasked).shown, first(unasked).possible) == (OPEN, 0, 1)
    unscored = summarise(Log(plan(asked, 2)).whole("q1", OK).ask("q2").unscored("hm").close().end().state)
    assert (first(unscored).verdict, unscored.assessed) == (OPEN, 1)
    skipped = summarise(told(asked, OK, None).state)
    assert (first(skipped).verdict, skipped.assessed) == (UNMET, 2)


def test_a_person_criterion_is_listed_and_left_out() -> None:
    asked = criteria(
        [criterion("any", "q1.a"), criterion("kind", person=True)], failing=[criterion("bad", person=True)]
    )
    summary = summarise(told(asked, OK).state)
    assert [one.verdict for one in (*summary.passing, *summary.failing)] == [MET, PERSON, PERSON]
    assert summary.recommendation is PASS


@pytest.mark.parametrize(
    ("mark", "confirmed", "verdict"), [(ABSENT, False, MET), (COVERED, False, OPEN), (COVERED, True, UNMET)]
)
def test_a_flag_of_a_pass_criterion_speaks_against_it(mark: Status, confirmed: bool, verdict: Verdict) -> None:
    log = told(only(criterion("clean", "q1.a", flags=("q1.red",))), {"a": COVERED, "red": mark})
    if confirmed:
        log.confirm("q1.red")
    assert first(summarise(log.state)).verdict is verdict


@pytest.mark.parametrize(
    ("marks", "verdict"),
    [
        ({}, MET),
        ({"a": UNCLEAR}, OPEN),
        ({"a": UNCLEAR, "b": COVERED}, UNMET),
        ({"a": PARTIAL}, UNMET),
        ({"a": COVERED, "red": COVERED}, OPEN),
        ({"a": COVERED, "red": UNCLEAR}, OPEN),
    ],
)
def test_a_fail_criterion_holds_when_all_its_points_were_assessed_without_credit(
    marks: dict[str, Mark], verdict: Verdict
) -> None:
    decides = criteria([criterion("kind", person=True)], failing=[criterion("f", "q1.a", "q1.b", flags=("q1.red",))])
    summary = summarise(told(decides, marks).state)
    assert summary.failing[0].verdict is verdict
    assert (summary.recommendation is FAIL) == (verdict is MET)


def test_a_fail_criterion_waits_for_points_that_were_not_asked() -> None:
    decides = criteria([criterion("any", "q1.a")], failing=[criterion("f", "q1.b", "q2.a")])
    assert summarise(told(decides, OK, mains=2).state).failing[0].verdict is OPEN
    assert summarise(told(decides, OK, None).state).failing[0].verdict is MET


def test_a_flag_makes_a_fail_criterion_hold_only_once_a_person_confirmed_it() -> None:
    decides = criteria([criterion("any", "q1.a")], failing=[criterion("f", flags=("q1.red",))])
    log = told(decides, {"a": COVERED, "red": COVERED})
    assert summarise(log.state).recommendation is PASS
    assert summarise(log.confirm("q1.red").state).recommendation is FAIL
    assert "q1.red" in summarise(log.state).reasons[0]


def test_a_flag_of_a_question_that_was_not_asked_is_open() -> None:
    decides = criteria([criterion("any", "q1.a")], failing=[criterion("f", flags=("q2.red",))])
    assert summarise(told(decides, OK, mains=2).state).failing[0].verdict is OPEN
    assert summarise(told(decides, OK, OK).state).failing[0].verdict is UNMET


# The rules, in their order: (marks of q1 to q4, None for a skip; how many main questions; what is recommended).
RULES = criteria(
    [criterion("pass", "q1.a"), criterion("other", "q2.a")],
    strong=[criterion(f"s{number}", f"q{number}.s") for number in (1, 2, 3)] + [criterion("kind", person=True)],
    failing=[criterion("fail", "q3.a", "q3.b")],
)
BRILLIANT: dict[str, Mark] = {"a": COVERED, "s": COVERED}


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ((OK, OK, OK, OK), PASS),
        ((OK, OK, {}, OK), FAIL),
        (({}, OK, OK, OK), FAIL),
        ((OK, {"a": UNCLEAR}, {}, OK), FAIL),
        (({}, {"a": UNCLEAR}, OK, OK), FAIL),
        (({},), FAIL),
        ((OK, {"a": UNCLEAR}, OK, OK), NOT_ENOUGH),
        ((BRILLIANT, {"a": UNCLEAR, "s": COVERED}, BRILLIANT, OK), NOT_ENOUGH),
        ((OK, OK), NOT_ENOUGH),
        ((OK, OK, OK), PASS),
        ((OK, OK, None), FAIL),
        ((OK, OK, OK, None), PASS),
        ((BRILLIANT, OK, OK, OK), PASS),
        ((BRILLIANT, BRILLIANT, OK, OK), STRONG_PASS),
        ((BRILLIANT, BRILLIANT, {"a": COVERED, "s": UNCLEAR}, OK), STRONG_PASS),
        ((BRILLIANT, {"a": COVERED, "s": UNCLEAR}, OK, OK), PASS),
        ((BRILLIANT, BRILLIANT, BRILLIANT), STRONG_PASS),
    ],
)
def test_the_rules_in_order(marks: tuple[dict[str, Mark] | None, ...], expected: Recommendation) -> None:
    assert summarise(told(RULES, *marks, mains=4).state).recommendation is expected


@pytest.mark.parametrize(
    ("met", "judged", "expected"), [(1, 1, PASS), (2, 2, STRONG_PASS), (1, 2, PASS), (2, 4, PASS), (3, 4, STRONG_PASS)]
)
def test_a_strong_pass_needs_more_than_half_of_the_strong_criteria_and_two(
    met: int, judged: int, expected: Recommendation
) -> None:
    decides = criteria([criterion("any", "q1.a")], strong=[criterion(f"s{n}", f"q{n}.s") for n in range(1, judged + 1)])
    marks = [BRILLIANT] * met + [OK] * (4 - met)
    assert summarise(told(decides, *marks).state).recommendation is expected


@pytest.mark.parametrize(
    ("asked", "mains", "expected"),
    [(3, 4, PASS), (2, 4, NOT_ENOUGH), (2, 3, NOT_ENOUGH), (4, 5, PASS), (3, 5, NOT_ENOUGH)],
)
def test_three_quarters_of_the_main_questions_must_be_assessed(
    asked: int, mains: int, expected: Recommendation
) -> None:
    summary = summarise(told(ANY, *[OK] * asked, mains=mains).state)
    assert (summary.recommendation, summary.assessed, summary.planned) == (expected, asked, mains)
    short = f"{asked} of {mains} main questions were assessed; three quarters are needed."
    assert (short in summary.reasons) == (expected is NOT_ENOUGH)


def test_follow_ups_are_graded_but_do_not_count_as_main_questions() -> None:
    made = scenario(question("q1", point("a"), follow_ups=(follow_up("f1", point("x")),)), question("q2", point("a")))
    summary = summarise(Log(made).whole("q1", OK).whole("f1").whole("q2", OK).end().state)
    assert [one.question.id for one in summary.grades] == ["q1", "f1", "q2"]
    assert (summary.assessed, summary.planned) == (2, 2)


def test_an_unscored_question_is_assessed_once_a_person_settled_all_of_it() -> None:
    log = Log(plan(ANY)).ask("q1").unscored("hm").close().end()
    for name in "abc":
        log.override(f"q1.{name}", COVERED)
    assert (summarise(log.state).assessed, summarise(log.state).recommendation) == (0, NOT_ENOUGH)
    log.override("q1.s", ABSENT)
    assert (summarise(log.state).assessed, summarise(log.state).recommendation) == (1, PASS)


def test_one_question_practised_gets_no_recommendation() -> None:
    summary = summarise(Log(plan(ANY, 2), questions=("q1",)).whole("q1", {"a": UNCLEAR}).end().state)
    assert (summary.recommendation, summary.planned) == (None, 1)
    assert summary.reasons == ("1 of 2 main questions were planned, so there is no recommendation.",)
    assert all(doubt.recommendations == (None, None) for doubt in summary.doubts)


def test_a_summary_can_be_asked_before_anything_happened() -> None:
    summary = summarise(Log(tiny_scenario()).state)
    assert (summary.recommendation, summary.assessed, summary.doubts) == (NOT_ENOUGH, 0, ())


def test_the_reasons_name_the_criteria_and_what_they_lack() -> None:
    lost = summarise(told(RULES, {}, OK, {}, OK).state)
    assert lost.reasons == (
        'Against: "Shows fail", none of its points was shown (q3.a, q3.b).',
        'Not met: "Shows pass", points shown: 0, needed: 1.',
    )
    waits = summarise(told(RULES, OK, {"a": UNCLEAR}, mains=4).state)
    assert waits.reasons == (
        'Open: "Shows other", points shown: 0, needed: 1, in doubt or not asked: 1.',
        "2 of 4 main questions were assessed; three quarters are needed.",
    )
    won = summarise(told(RULES, BRILLIANT, OK, {"a": UNCLEAR}, OK).state)
    assert won.reasons == (
        "Pass criteria met: 2, all that a machine can judge.",
        "Strong criteria met: 1 of 3; a strong pass needs more than half, and at least two.",
        'To check: "Shows fail" would speak against it.',
    )


def test_a_flag_is_named_as_what_keeps_a_criterion_open_or_unmet() -> None:
    log = told(only(criterion("clean", "q1.a", flags=("q1.red",))), {"a": COVERED, "red": COVERED})
    assert summarise(log.state).reasons == ('Open: "Shows clean", a red flag is to be checked (q1.red).',)
    log.confirm("q1.red")
    assert summarise(log.state).reasons == ('Not met: "Shows clean", a person confirmed a red flag (q1.red).',)


def test_the_nearest_pass_criteria_lack_the_fewest_points() -> None:
    decides = criteria(
        [
            criterion("far", "q1.a", "q1.b", "q1.c", need=3),
            criterion("near", "q1.a", "q1.b", need=2),
            criterion("there", "q1.a"),
            criterion("also-near", "q1.c"),
            criterion("kind", person=True),
        ]
    )
    summary = summarise(told(decides, OK).state)
    assert [one.criterion.id for one in summary.nearest] == ["near", "also-near", "far"]


def test_a_pass_criterion_that_only_a_flag_keeps_open_is_not_among_the_nearest() -> None:
    log = told(only(criterion("clean", "q1.a", flags=("q1.red",))), {"a": COVERED, "red": COVERED})
    assert first(summarise(log.state)).verdict is OPEN
    assert summarise(log.state).nearest == ()


def test_in_a_screen_the_embedded_judge_alone_fails_nobody() -> None:
    log = told(RULES, {}, OK, {}, OK, mode=Mode.SCREEN)
    summary = summarise(log.state)
    assert summary.recommendation is NOT_ENOUGH
    assert (summary.passing[0].verdict, summary.failing[0].verdict) == (UNMET, MET)
    assert summary.reasons == (
        "The embedded judge alone decides against nobody; a person's word on these would.",
        'Against: "Shows fail", none of its points was shown (q3.a, q3.b). To check: q3.a, q3.b.',
        'Not met: "Shows pass", points shown: 0, needed: 1. To check: q1.a.',
    )
    assert summarise(told(RULES, {}, OK, {}, OK).state).recommendation is FAIL


def test_in_a_screen_a_persons_word_supports_a_fail_and_a_skip_alone_does_not() -> None:
    log = told(RULES, {}, OK, {}, OK, mode=Mode.SCREEN).confirm("q3.a")
    assert summarise(log.state).recommendation is NOT_ENOUGH
    log.override("q3.b", ABSENT)
    assert summarise(log.state).recommendation is FAIL
    assert summarise(log.state).reasons == ('Against: "Shows fail", none of its points was shown (q3.a, q3.b).',)
    skipped = told(RULES, None, OK, OK, OK, mode=Mode.SCREEN)
    assert summarise(skipped.state).recommendation is NOT_ENOUGH
    assert "a person's word" in summarise(skipped.state).reasons[0]


def test_in_a_screen_another_judge_may_fail() -> None:
    other = Log(plan(ANY), mode=Mode.SCREEN, judge=PANEL).whole("q1", {}).end()
    assert summarise(other.state).recommendation is FAIL
    stood_in = Log(plan(ANY), mode=Mode.SCREEN, judge=PANEL)
    stood_in.judge = EMBEDDED
    assert summarise(stood_in.whole("q1", {}).end().state).recommendation is NOT_ENOUGH
    adopted = told(ANY, {}, mode=Mode.SCREEN)
    outcome = assessment(adopted.scenario.question("q1"), {}, judge=JudgeVersion(name="some-model", hash="m" * 16))
    assert summarise(adopted.rejudge("q1", outcome).state).recommendation is FAIL


def test_in_a_screen_a_person_can_turn_a_withheld_fail_into_a_pass() -> None:
    log = told(ANY, {}, mode=Mode.SCREEN)
    assert summarise(log.state).recommendation is NOT_ENOUGH
    assert summarise(log.override("q1.a", COVERED).state).recommendation is PASS


def targets(summary: Summary) -> list[str]:
    return [doubt.target for doubt in summary.doubts]


def test_a_doubt_that_changes_nothing_is_not_decisive() -> None:
    three = scenario(question("q1", point("base", MINIMUM), *(point(name) for name in "abc")), decides=None)
    summary = summarise(Log(three).whole("q1", {"base": COVERED, "a": UNCLEAR}).end().state)
    assert summary.grades[0].point("a").in_doubt
    assert summary.doubts == ()


def test_a_decisive_doubt_tells_what_either_answer_makes() -> None:
    log = told(ANY, {"a": UNCLEAR, "b": COVERED, "c": COVERED, "s": COVERED})
    assert summarise(log.state).doubts == (Doubt("q1.a", "q1", False, (3, 4), (FAIL, PASS)),)
    for status, level, recommended in ((ABSENT, 3, FAIL), (COVERED, 4, PASS)):
        after = summarise(log.override("q1.a", status).state)
        assert (after.grades[0].low, after.grades[0].high, after.recommendation) == (level, level, recommended)
        assert after.doubts == ()


def test_a_flag_is_a_decisive_doubt() -> None:
    summary = summarise(told(ANY, {"a": COVERED, "b": COVERED, "c": COVERED, "s": COVERED, "grave": COVERED}).state)
    assert summary.doubts == (Doubt("q1.grave", "q1", True, (1, 4), (PASS, PASS)),)
    decides = criteria([criterion("any", "q1.a")], failing=[criterion("f", flags=("q1.red",))])
    summary = summarise(told(decides, {"a": COVERED, "b": COVERED, "red": UNCLEAR}).state)
    assert summary.doubts == (Doubt("q1.red", "q1", True, (2, 3), (FAIL, PASS)),)


def test_either_of_two_doubts_that_would_do_is_decisive() -> None:
    two = scenario(question("q1", point("a"), point("s", STRONG), point("t", STRONG)))
    summary = summarise(Log(two).whole("q1", {"a": COVERED, "s": UNCLEAR, "t": UNCLEAR}).end().state)
    assert [(doubt.target, doubt.levels) for doubt in summary.doubts] == [("q1.s", (3, 4)), ("q1.t", (3, 4))]


def test_the_most_consequential_doubt_comes_first() -> None:
    decides = criteria([criterion("any", "q3.a", need=1)])
    full: dict[str, Mark] = dict.fromkeys(["a", "b", "c", "s"], COVERED)
    marks: list[dict[str, Mark]] = [{**full, "s": UNCLEAR}, {**full, "grave": COVERED}, {**full, "a": UNCLEAR}, full]
    summary = summarise(told(decides, *[*marks[:3], {**full, "c": UNCLEAR}]).state)
    # The recommendation hangs on q3.a; q2.grave costs three levels; q1.s and q4.c cost one each, in file order.
    assert targets(summary) == ["q3.a", "q2.grave", "q1.s", "q4.c"]


def test_doubts_that_matter_only_together_are_put_before_a_person() -> None:
    four = scenario(question("q1", point("base", MINIMUM), *(point(name) for name in "abcd")), decides=None)
    log = Log(four).whole("q1", {"base": COVERED, **dict.fromkeys("abcd", UNCLEAR)}).end()
    before = summarise(log.state)
    assert (before.grades[0].low, before.grades[0].high) == (2, 4)
    assert targets(before) == ["q1.b", "q1.c"]
    for name in "abc":
        log.override(f"q1.{name}", COVERED)
    assert (summarise(log.state).grades[0].low, summarise(log.state).doubts) == (4, ())


def test_in_a_screen_a_doubt_settled_by_a_person_may_decide_for_a_fail() -> None:
    log = told(ANY, {"a": UNCLEAR}, mode=Mode.SCREEN)
    assert summarise(log.state).doubts[0].recommendations == (FAIL, PASS)
    assert summarise(log.override("q1.a", ABSENT).state).recommendation is FAIL


STATUSES = st.sampled_from([COVERED, PARTIAL, ABSENT, UNCLEAR])
FLAGS = st.sampled_from([COVERED, UNCLEAR, ABSENT])
MARKS = st.fixed_dictionaries({**dict.fromkeys("abcs", STATUSES), "red": FLAGS, "grave": FLAGS})
MANY = criteria(
    [criterion("p1", "q1.a", "q1.b"), criterion("p2", "q2.a", "q1.c", flags=("q2.red",))],
    strong=[criterion("s1", "q1.s"), criterion("s2", "q2.s", "q2.c", need=2)],
    failing=[criterion("f1", "q2.a", "q2.b", flags=("q1.grave",))],
)
WORTH = {FAIL: 0, NOT_ENOUGH: 1, PASS: 2, STRONG_PASS: 3}


@settings(max_examples=60, deadline=None)
@given(MARKS, MARKS, st.sampled_from(Mode), st.data())
def test_settling_what_is_decisive_leaves_nothing_open(
    one: dict[str, Mark], two: dict[str, Mark], mode: Mode, data: st.DataObject
) -> None:
    log = told(MANY, one, two, mode=mode)
    summary = summarise(log.state)
    rounds = 0
    while summary.doubts:
        doubt = summary.doubts[0]
        assert doubt.levels[0] <= doubt.levels[1]
        against, favour = (WORTH[one] for one in doubt.recommendations if one is not None)
        assert against <= favour and doubt.weight > (False, 0)
        shown = {grade.question.id: (grade.low, grade.high) for grade in summary.grades}
        log.override(doubt.target, data.draw(st.sampled_from([COVERED, ABSENT])))
        summary = summarise(log.state)
        for grade in summary.grades:
            low, high = shown[grade.question.id]
            assert low <= grade.low <= grade.high <= high
        rounds += 1
    assert rounds <= 12
    assert all(grade.certain for grade in summary.grades)
    # Whatever else is in doubt, no answer to it changes the recommendation any more.
    left = [f"{g.question.id}.{p.point.id}" for g in summary.grades for p in g.points if p.in_doubt]
    left += [f"{g.question.id}.{f.flag.id}" for g in summary.grades for f in g.flags if f.in_doubt]
    for target in left:
        log.override(target, data.draw(st.sampled_from([COVERED, ABSENT])))
        assert summarise(log.state).recommendation is summary.recommendation


@settings(max_examples=60, deadline=None)
@given(MARKS, MARKS, st.sampled_from(["q1", "q2"]), st.sampled_from("abcs"))
def test_more_credit_never_lowers_a_recommendation(
    one: dict[str, Mark], two: dict[str, Mark], where: str, name: str
) -> None:
    log = told(MANY, one, two)
    before = summarise(log.state).recommendation
    after = summarise(log.override(f"{where}.{name}", COVERED).state).recommendation
    assert before and after and WORTH[after] >= WORTH[before]


def test_evidence_is_kept_beside_a_persons_word() -> None:
    log = told(ANY, {"a": (COVERED, [span(2, "know", "what I know about q1")])}).override("q1.a", ABSENT)
    found = summarise(log.state).grades[0].point("a")
    assert (found.status, found.finding) == (ABSENT, finding("a", COVERED, [span(2, "know", "what I know about q1")]))
