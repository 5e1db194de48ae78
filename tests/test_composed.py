"""Composed interviews: how they are put together, what they leave as a log, and what they say of a judge."""

import random
from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from sklearn.metrics import cohen_kappa_score

from interviewer.core.criteria import Recommendation
from interviewer.core.errors import IllegalEvent
from interviewer.core.events import CloseReason, EndReason, Who
from interviewer.core.findings import Intent, JudgeVersion, Outcome, Span, Status, Unscored, UnscoredReason
from interviewer.core.hiring import summarise
from interviewer.core.scenario import AskWhen, Scenario
from interviewer.core.scoring import grade
from interviewer.evaluation.cases import Case, CaseTurn
from interviewer.evaluation.composed import ComposedResult, measure_composed
from interviewer.evaluation.composing import COUNT, NO_ANSWER, Composed, compose, usable, worth
from interviewer.evaluation.levels import Shown, found_range, label_level, measure_levels, of_case, table
from interviewer.evaluation.outcomes import Verdict
from interviewer.evaluation.staged import by_findings, by_labels, labels_of
from tests.factories import (
    ABSENT,
    CONTRADICTED,
    CORE,
    COVERED,
    EMBEDDED,
    MINIMUM,
    PANEL,
    PARTIAL,
    STRONG,
    UNCLEAR,
    assessment,
    criteria,
    criterion,
    finding,
    flag,
    follow_up,
    point,
    question,
    scenario,
    tiny_scenario,
)

Judge = Callable[[Scenario, Case], Outcome]
TINY = tiny_scenario()
ANSWERS = {
    "http": [[], ["request"], ["request", "response"], ["request", "response", "method", "headers"],
             ["request", "response", "method", "status", "body", "tls"]],
    "caching": [[], ["cache-header"], ["cache-header", "etag"]],
    "codes": [[], ["not-found"], ["not-found", "created"], ["not-found", "created", "teapot"]],
}  # fmt: skip


def case(name: str, asked: str, covered: Sequence[str] = (), **more: object) -> Case:
    fields = {
        "answer": f"what I say of {name}",
        "intent": Intent.ANSWER,
        "partial": (),
        "red_flags": (),
        "kind": "plain",
        **more,
    }
    return Case.model_validate(
        {"case_id": name, "scenario": "tiny", "question_id": asked, "covered": covered, **fields}
    )


def tiny_cases() -> list[Case]:
    """For every question answers of every level, and one that is none."""
    made = [
        case(f"{asked}-{place}", asked, covered, kind=f"kind {place % 2}")
        for asked, answers in ANSWERS.items()
        for place, covered in enumerate(answers)
    ]
    return [*made, *(case(f"{asked}-stuck", asked, intent=Intent.STUCK, kind="stuck") for asked in ANSWERS)]


def perfect(plan: Scenario, one: Case) -> Outcome:
    return labels_of(plan.question(one.question_id), one).model_copy(update={"judge": PANEL})


def always(status: Status, judge: JudgeVersion = PANEL) -> Judge:
    def outcome(plan: Scenario, one: Case) -> Outcome:
        asked = plan.question(one.question_id)
        return assessment(asked, {target.id: finding(target.id, status) for target in asked.points}, judge=judge)

    return outcome


def measured(judge: Judge, cases: Sequence[Case], plan: Scenario = TINY, *, count: int = 40) -> ComposedResult:
    pairs = [(one, Verdict(case_id=one.case_id, outcome=judge(plan, one), intent=one.intent)) for one in cases]
    result = measure_composed(pairs, {plan.id: plan}, count=count)
    assert result is not None
    return result


def single(covered: Sequence[str] = ("a",)) -> tuple[Scenario, Case]:
    """One question with one minimum point and one case: every interview is the same."""
    plan = scenario(question("only", point("a", MINIMUM), point("b", CORE)))
    return plan, case("only-1", "only", covered)


# The judge


def test_a_perfect_judge_agrees_in_everything() -> None:
    result = measured(perfect, tiny_cases(), count=COUNT)
    values = {one.name: one.value for one in result.figures()}
    assert values == {
        **{f"levels.{prefix}{name}": 1 for prefix in ("", "single.") for name in ("kappa", "within_range_or_one")},
        **{f"levels.{prefix}exact": 1 for prefix in ("", "single.")},
        **{f"levels.{prefix}{name}": 0 for prefix in ("", "single.") for name in ("mae", "range_share")},
        **{f"{prefix}recommendations.{name}": 1 for prefix in ("", "screen.") for name in ("agreement", "kappa")},
        **{
            f"{prefix}recommendations.{name}": 0
            for prefix in ("", "screen.")
            for name in ("pass_failed", "fail_passed")
        },
        "doubts.median": 0,
        "screen.doubts.median": 0,
    }
    assert set(result.recommendation_table) == {one.value for one in Recommendation}
    assert set(result.level_table) == {"1", "2", "3", "4"}
    assert result.interviews == COUNT == 300
    assert all(one.low is not None and one.high is not None for one in result.figures())


def test_a_judge_that_finds_nothing_fails_every_pass() -> None:
    result = measured(always(ABSENT), tiny_cases())
    assert result.recommendations["pass_failed"].value == 1
    assert result.recommendations["fail_passed"].value == 0
    assert result.levels["kappa"].value == 0
    assert result.doubts.value == 0
    assert all(set(found) == {"1"} for found in result.level_table.values())


def test_in_a_screen_the_embedded_judge_alone_fails_nobody_and_the_plain_figure_still_tells() -> None:
    result = measured(always(ABSENT, EMBEDDED), tiny_cases())
    assert result.recommendations["pass_failed"].value == 1
    assert result.screen_recommendations["pass_failed"].value == 0
    assert all(set(found) == {"not enough evidence"} for found in result.screen_table.values())
    assert measured(always(ABSENT, PANEL), tiny_cases()).screen_recommendations["pass_failed"].value == 1


def test_a_judge_in_doubt_shows_ranges_and_decides_nothing() -> None:
    result = measured(always(UNCLEAR), tiny_cases())
    assert all(set(found) == {"1 to 4"} for found in result.level_table.values())
    assert result.levels["range_share"].value == 1
    assert result.levels["exact"].value == 0
    assert result.levels["within_range_or_one"].value == 1
    assert result.levels["kappa"].value == 0  # the middle is 2.5 for all, which is chance
    assert all(set(found) == {"not enough evidence"} for found in result.recommendation_table.values())
    assert result.doubts.value is not None and result.doubts.value >= 3


def test_an_unscored_answer_is_in_doubt_and_not_a_low_mark() -> None:
    def silent(plan: Scenario, one: Case) -> Outcome:
        return Unscored(judge=PANEL, reason=UnscoredReason.OTHER_LANGUAGE)

    result = measured(silent, tiny_cases())
    assert all(set(found) == {"1 to 4"} for found in result.level_table.values())
    assert result.recommendations["pass_failed"].value == 0
    assert found_range(TINY.question("http"), silent(TINY, tiny_cases()[0])) == (1, 4)


def test_flags_that_a_judge_finds_stay_doubts_while_labelled_ones_count() -> None:
    plan = scenario(question("only", point("a", MINIMUM), red_flags=(flag("red"),)))
    shown = case("only-1", "only", ["a"], red_flags=["red"])
    result = measured(perfect, [shown], plan)
    assert result.level_table == {"2": {"2 to 4": 40}}
    assert result.doubts.value == 1
    # The middle of 2 to 4 is 3, one level above the label.
    assert result.levels["mae"].value == 1
    assert result.single["mae"].value == 1


def test_a_labelled_fail_by_a_flag_that_waits_for_a_person_counts_as_passed() -> None:
    asked = question("only", point("a", MINIMUM), red_flags=(flag("red"),))
    decides = criteria([criterion("basics", "only.a")], failing=[criterion("wrong", flags=("only.red",))])
    plan = scenario(asked, decides=decides)
    result = measured(perfect, [case("only-1", "only", ["a"], red_flags=["red"])], plan)
    assert result.recommendation_table == {"fail": {"pass": 40}}
    assert result.recommendations["fail_passed"].value == 1
    assert result.recommendations["pass_failed"].value is None
    assert "recommendations.pass_failed" not in {one.name for one in result.figures()}


# Figures worked out by hand


def test_levels_by_hand() -> None:
    shown = [Shown(1, 1, 1), Shown(2, 1, 1), Shown(3, 3, 4), Shown(4, 2, 2), Shown(2, 2, 2)]
    found = measure_levels(["a", "b", "c", "d", "e"], shown)
    # off by 0, 1, 0.5, 2, 0
    assert found["mae"].value == pytest.approx(3.5 / 5)
    assert found["exact"].value == pytest.approx(2 / 5)
    assert found["within_range_or_one"].value == pytest.approx(4 / 5)
    assert found["range_share"].value == pytest.approx(1 / 5)
    # Middles 1, 1, 3.5, 2, 2 (mean 1.9, squares 22.25), labels 1, 2, 3, 4, 2 (mean 2.4, squares 34).
    # Seen: (0 + 1 + .25 + 4 + 0) / 5 = 1.05. By chance: 34/5 + 22.25/5 - 2 * 2.4 * 1.9 = 2.13.
    assert found["kappa"].value == pytest.approx(1 - 1.05 / 2.13, abs=1e-6)
    assert found["kappa"].n == 5
    assert table(shown) == {"1": {"1": 1}, "2": {"1": 1, "2": 1}, "3": {"3 to 4": 1}, "4": {"2": 1}}


def test_kappa_as_a_second_library_has_it() -> None:
    draws = random.Random(7)
    ends = [sorted(draws.choices(range(1, 5), k=2)) for _ in range(200)]
    shown = [Shown(draws.randint(1, 4), low, high) for low, high in ends]
    expected = cohen_kappa_score(
        [2 * one.label for one in shown],
        [one.low + one.high for one in shown],
        labels=range(2, 9),
        weights="quadratic",
    )
    assert measure_levels([str(one) for one in range(200)], shown)["kappa"].value == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("covered", "partial", "flags", "level"),
    [
        ([], [], [], 1),
        (["request"], ["response"], [], 2),
        (["request", "response", "method", "body"], [], [], 3),
        (["request", "response", "method", "status", "body"], ["tls"], [], 4),
        (["request", "response", "method", "status", "body", "tls"], [], ["no-server"], 2),
        (["request", "response", "method", "status", "body", "tls"], [], ["no-server", "makes-it-up"], 1),
    ],
)
def test_levels_by_labels(covered: list[str], partial: list[str], flags: list[str], level: int) -> None:
    one = case("one", "http", covered, partial=partial, red_flags=flags)
    assert label_level(TINY.question("http"), one) == level
    state = by_labels(Composed("x", TINY, ("http",), (one,)))
    assert (grade(state, "http").low, grade(state, "http").high) == (level, level)


def test_a_composed_interview_by_hand() -> None:
    plan, answer = single()
    result = measured(always(ABSENT), [answer], plan, count=10)
    assert result.interviews == 10
    assert result.level_table == {"2": {"1": 10}}
    assert result.recommendation_table == {"pass": {"fail": 10}}
    told = result.as_json()
    assert told["mae"] == 1
    assert told["pass_failed"] == 1
    assert told["fail_passed"] is None
    assert told["recommendation_agreement"] == 0
    # Ten of ten: the exact bound leaves 5 % above .05 ** (1 / 10).
    assert told["ci"]["pass_failed"] == [pytest.approx(0.05**0.1, abs=1e-6), 1.0]


def test_the_middle_of_the_doubts() -> None:
    plan = scenario(question("one", point("a", MINIMUM)), question("two", point("a", MINIMUM), point("b", MINIMUM)))
    cases = [case("1", "one", ["a"]), case("2", "two", ["a", "b"])]
    # Whoever answers both leaves three minimum points in doubt, each of which decides; whoever leaves early, one.
    result = measured(always(UNCLEAR), cases, plan)
    assert (result.doubts.value, result.doubts.low, result.doubts.high) == (3, 3, 3)


# How interviews are composed


def test_the_same_seed_composes_the_same_interviews_whatever_the_order_of_cases() -> None:
    cases = tiny_cases()
    first = compose(cases, {"tiny": TINY})
    assert compose(cases[::-1], {"tiny": TINY}) == first
    assert compose(cases, {"tiny": TINY}, seed=5) != first
    assert measured(always(ABSENT), cases) == measured(always(ABSENT), cases[::-1])


def test_interviews_are_spread_over_the_scenarios() -> None:
    other = TINY.model_copy(update={"id": "other"})
    unused = TINY.model_copy(update={"id": "unused"})
    cases = tiny_cases()
    more = [one.model_copy(update={"case_id": f"o-{one.case_id}", "scenario": "other"}) for one in cases]
    made = compose([*cases, *more], {"tiny": TINY, "other": other, "unused": unused}, count=301).interviews
    assert [sum(one.scenario.id == name for one in made) for name in ("tiny", "other", "unused")] == [151, 151, 0]
    assert len({one.name for one in made}) == len(made)


def test_abler_candidates_give_better_answers_and_every_case_occurs() -> None:
    made = compose(tiny_cases(), {"tiny": TINY}, count=600).interviews
    means = []
    for third in (made[:200], made[200:400], made[400:]):
        levels = [worth(TINY.question(one.question_id), one) for each in third for one in each.answers]
        means.append(sum(levels) / len(levels))
    assert all(later > earlier + 0.5 for earlier, later in pairwise(means))
    assert {one.case_id for each in made for one in each.answers} == {one.case_id for one in tiny_cases()}


def test_every_main_question_is_asked_unless_the_candidate_leaves() -> None:
    made = compose(tiny_cases(), {"tiny": TINY}).interviews
    left = [one for one in made if not one.completed]
    assert 0 < len(left) < 0.2 * len(made)
    for one in made:
        asked = [answer.question_id for answer in one.answers]
        assert one.plan == ("http", "codes")
        assert asked == (["http", "caching", "codes"] if one.completed else ["http", "caching"])
        assert by_labels(one).ended is (EndReason.COMPLETED if one.completed else EndReason.CANDIDATE)


@pytest.mark.parametrize(
    ("condition", "asked_after"),
    [
        (AskWhen(has=("a",)), {"full", "half"}),
        (AskWhen(lacks=("a",)), {"none", "denial"}),
        (AskWhen(has=("a", "b")), {"full"}),
        ("always", {"full", "half", "none", "denial"}),
    ],
)
def test_a_follow_up_is_asked_where_its_condition_holds_by_the_labels(
    condition: AskWhen | str, asked_after: set[str]
) -> None:
    later = follow_up("later", point("c", MINIMUM), ask_when=condition)
    plan = scenario(question("only", point("a", MINIMUM), point("b"), follow_ups=(later,)))
    cases = [
        case("full", "only", ["a", "b"]),
        case("half", "only", partial=["a"]),
        case("none", "only", ["b"]),
        case("denial", "only", contradicted=["a"]),
        case("after", "later", ["c"]),
    ]
    made = compose(cases, {"tiny": plan}).interviews
    assert {one.answers[0].case_id for one in made} == {"full", "half", "none", "denial"}
    assert {one.answers[0].case_id for one in made if len(one.answers) == 2} == asked_after


def test_worth_is_what_the_labels_say() -> None:
    asked = TINY.question("codes")
    assert worth(asked, case("1", "codes", intent=Intent.SKIP)) == NO_ANSWER
    assert worth(asked, case("2", "codes")) == 1
    assert worth(asked, case("3", "codes", ["not-found", "created"], intent=Intent.CLARIFY)) == 3


def test_what_is_missing_is_told_and_the_rest_goes_on() -> None:
    cases = [one for one in tiny_cases() if one.question_id != "caching"]
    cases = [one for one in cases if one.case_id not in ("http-2", "codes-stuck", "codes-1")]
    made = compose(cases, {"tiny": TINY})
    assert len(made.interviews) == 300
    assert made.gaps == (
        "tiny/http: no case that is level 2 by its labels; others are drawn in their place.",
        "tiny/caching: no case, so this follow-up is never asked.",
        "tiny/codes: no case that is no answer or level 2 by its labels; others are drawn in their place.",
    )


def test_without_cases_for_a_main_question_there_are_levels_and_no_recommendations() -> None:
    result = measured(perfect, [one for one in tiny_cases() if one.question_id != "codes"])
    assert result.levels["exact"].value == 1
    assert result.recommendation_table == {}
    assert result.as_json()["recommendation_agreement"] is None
    assert not [one for one in result.figures() if "recommendations" in one.name]
    assert result.gaps[-1] == "tiny/codes: no case, so it is not asked, and there are no recommendations for tiny."


def test_cases_that_are_not_labelled_in_full_are_left_out() -> None:
    plan, answer = single()
    open_one = case("only-2", "only", ["a"], unlabelled=["b"])
    blank = case("only-3", "only", answer="  \n")
    made = compose([answer, open_one, blank], {"tiny": plan}, count=5)
    assert {one.case_id for each in made.interviews for one in each.answers} == {"only-1"}
    assert made.gaps[0].startswith("2 cases are left out")
    assert not usable(open_one) and not usable(blank)
    assert measured(always(ABSENT), [answer, open_one, blank], plan, count=5).single["kappa"].n == 1


def test_where_nothing_can_be_composed_there_is_no_result() -> None:
    assert measure_composed([], {"tiny": TINY}) is None
    alone = case("c", "caching", ["etag"])
    pair = (alone, Verdict(case_id="c", outcome=perfect(TINY, alone), intent=Intent.ANSWER))
    assert measure_composed([pair], {"tiny": TINY}) is None
    assert measure_composed([pair], {}) is None


# The log that an interview leaves


def talk(*lines: tuple[Who, str]) -> tuple[CaseTurn, ...]:
    return tuple(CaseTurn(who=who, text=text) for who, text in lines)


def test_a_conversation_keeps_its_turns_and_its_evidence() -> None:
    me, you = Who.CANDIDATE, Who.INTERVIEWER
    said = talk((you, "Take your time."), (me, "it sends"), (me, "a request"), (you, "And then?"), (me, "a reply"))
    first = case("1", "codes", ["not-found"])
    second = case("2", "http", ["request"], answer=None, turns=said)
    asked = TINY.question("http")
    words = Span(turn=4, start=2, end=9, text="request")  # the case's turn 4 is "a request"
    outcome = assessment(asked, {"request": finding("request", COVERED, [words])})
    verdicts: dict[str, Outcome] = {"1": perfect(TINY, first), "2": outcome}
    state = by_findings(Composed("x", TINY, ("http", "codes"), (first, second)), lambda one: verdicts[one.case_id])
    found = grade(state, "http").point("request")
    assert found.finding is not None
    (moved,) = found.finding.evidence
    assert state.turn(moved.turn).text == "a request"
    assert found.low == 1
    lines = [(turn.who, turn.text) for turn in state.judged_turns("http")]
    assert lines[0] == (you, f"{asked.asks}\nTake your time.")
    heard = [(me, "it sends"), (you, "Go on."), (me, "a request"), (you, "And then?"), (me, "a reply")]
    assert lines[1:] == heard


def test_labels_rest_on_the_last_words_that_were_said() -> None:
    me, you = Who.CANDIDATE, Who.INTERVIEWER
    said = talk((me, "404 is a missing thing"), (you, "Yes?"), (me, " "))
    one = case("1", "codes", ["not-found"], contradicted=["created"], answer=None, turns=said)
    labels = labels_of(TINY.question("codes"), one)
    assert labels.finding("not-found").evidence == (Span(turn=2, start=0, end=22, text="404 is a missing thing"),)
    assert [labels.finding(name).status for name in ("created", "teapot")] == [CONTRADICTED, ABSENT]
    assert by_labels(Composed("x", TINY, ("codes",), (one,))).attempts["codes", 1].assessment is not None


def test_a_skip_is_closed_as_one() -> None:
    state = by_labels(Composed("x", TINY, ("codes",), (case("1", "codes", intent=Intent.SKIP),)))
    assert state.attempts["codes", 1].closed is CloseReason.SKIPPED


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_credit_without_the_candidates_own_words_is_refused(turn: int) -> None:
    said = talk((Who.CANDIDATE, "not sure"), (Who.INTERVIEWER, "So?"), (Who.CANDIDATE, "no idea"))
    one = case("1", "codes", answer=None, turns=said)
    given = (Span(turn=turn, start=0, end=3, text="So?"),) if turn > 1 else ()
    marks = {"not-found": finding("not-found", PARTIAL, given)}
    outcome = assessment(TINY.question("codes"), marks)
    with pytest.raises(IllegalEvent):
        by_findings(Composed("x", TINY, ("codes",), (one,)), lambda _: outcome)


def test_a_composed_answer_is_worth_what_it_is_worth_alone() -> None:
    draws = random.Random(11)
    statuses = (COVERED, PARTIAL, CONTRADICTED, ABSENT, UNCLEAR)

    def judge(one: Case) -> Outcome:
        asked = TINY.question(one.question_id)
        words = (Span(turn=2, start=0, end=4, text="what"),)
        names = [target.id for target in (*asked.points, *asked.red_flags)]
        marks = {name: finding(name, draws.choice(statuses), words) for name in names}
        return assessment(asked, marks, marks)

    outcomes = {one.case_id: judge(one) for one in tiny_cases()}
    for interview in compose(tiny_cases(), {"tiny": TINY}, count=40).interviews:
        grades = {
            one.question.id: one for one in summarise(by_findings(interview, lambda c: outcomes[c.case_id])).grades
        }
        for one in interview.answers:
            verdict = Verdict(case_id=one.case_id, outcome=outcomes[one.case_id], intent=one.intent)
            alone = of_case(TINY.question(one.question_id), one, verdict)
            assert (alone.low, alone.high) == (grades[one.question_id].low, grades[one.question_id].high)


def test_strong_only_questions_lack_only_what_they_can_have() -> None:
    plan = scenario(question("only", point("s", STRONG)))
    assert compose([case("1", "only", ["s"])], {"tiny": plan}, count=1).gaps == (
        "tiny/only: no case that is no answer or level 3 by its labels; others are drawn in their place.",
    )
