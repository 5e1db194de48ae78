"""The table of docs/scoring.md, row by row, over states that were replayed from real events."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interviewer.core import criteria as hiring_rules
from interviewer.core.events import CloseReason
from interviewer.core.findings import Aid, Status
from interviewer.core.hiring import summarise
from interviewer.core.scenario import MainQuestion, Severity
from interviewer.core.scoring import (
    AID_CREDIT,
    FLAG_CAP,
    GOOD_CORE,
    LEVEL_NAMES,
    STATUS_CREDIT,
    STRONG_CORE,
    Sighting,
    Standing,
    grade,
    level_of,
    point_credit,
)
from tests.factories import (
    ABSENT,
    CONTRADICTED,
    COVERED,
    MINIMUM,
    PARTIAL,
    STRONG,
    UNCLEAR,
    Log,
    Mark,
    assessment,
    finding,
    flag,
    hint,
    http_question,
    point,
    question,
    scenario,
    span,
)

DOC = Path(__file__).parent.parent / "docs" / "scoring.md"
FREE, ASKED, HINTED = Aid.UNPROMPTED, Aid.PROMPTED, Aid.HINTED


def one_question() -> MainQuestion:
    return question(
        "q",
        point("base", MINIMUM),
        point("c1"),
        point("c2"),
        point("c3"),
        point("c4"),
        point("extra", STRONG),
        red_flags=(flag("serious"), flag("grave", Severity.DISQUALIFYING)),
        hints=(hint("base", "c1"), hint("c2")),
    )


def log() -> Log:
    return Log(scenario(one_question())).ask("q")


def levels(marks: dict[str, Mark], asked: MainQuestion | None = None) -> tuple[int, int]:
    plan = scenario(asked or one_question())
    found = grade(Log(plan).whole(plan.questions[0].id, marks).state, plan.questions[0].id)
    return found.low, found.high


def credits_of(made: Log, name: str) -> tuple[float, float]:
    found = grade(made.state, "q").point(name)
    return found.low, found.high


@pytest.mark.parametrize(
    ("status", "low", "high"),
    [(COVERED, 1, 1), (PARTIAL, 0.5, 0.5), (ABSENT, 0, 0), (CONTRADICTED, 0, 0), (UNCLEAR, 0, 1)],
)
def test_credit_of_a_status(status: Status, low: float, high: float) -> None:
    assert credits_of(log().answer("words", {"c1": status}), "c1") == (low, high)


@pytest.mark.parametrize(
    ("status", "unprompted", "prompted", "hinted"), [(COVERED, 1, 0.75, 0.5), (PARTIAL, 0.5, 0.375, 0.25)]
)
def test_credit_is_status_times_aid(status: Status, unprompted: float, prompted: float, hinted: float) -> None:
    assert credits_of(log().answer("words", {"c1": status}), "c1")[0] == unprompted
    assert credits_of(log().answer("hm").probe("c1").answer("words", {"c1": status}), "c1")[0] == prompted
    assert credits_of(log().hint(0).answer("words", {"c1": status}), "c1")[0] == hinted


def test_the_strongest_help_counts_and_only_for_the_points_it_names() -> None:
    made = log().answer("hm").hint(0).answer("hm").probe("c1").answer("words", {"c1": COVERED, "c2": COVERED})
    found = grade(made.state, "q")
    assert (found.point("c1").aid, found.point("c1").low) == (HINTED, 0.5)
    assert (found.point("c2").aid, found.point("c2").low) == (FREE, 1)


def test_help_after_the_evidence_takes_nothing_away() -> None:
    made = log().answer("early words", {"c1": COVERED}).hint(0).answer("hm").probe("c1").answer("nothing more")
    assert credits_of(made, "c1") == (1, 1)


def test_saying_it_again_after_help_keeps_the_better_credit() -> None:
    made = log().answer("early words", {"c1": COVERED}).hint(0).answer("the same again", {"c1": COVERED})
    assert credits_of(made, "c1") == (1, 1)


def test_evidence_that_needs_words_from_after_the_help_has_the_help() -> None:
    made = log().answer("half").probe("c1")
    made.answer("the rest", {"c1": (COVERED, [span(2, "half"), span(4, "the rest")])})
    assert credits_of(made, "c1") == (0.75, 0.75)


def test_a_probe_sent_in_doubt_is_no_help() -> None:
    made = log().answer("mumbling", {"c1": UNCLEAR}).probe("c1", in_doubt=True).answer("clear words", {"c1": COVERED})
    assert credits_of(made, "c1") == (1, 1)


@pytest.mark.parametrize("taken_back", [ABSENT, CONTRADICTED])
def test_a_retraction_takes_the_credit_and_later_words_earn_their_own(taken_back: Status) -> None:
    made = log().answer("first words", {"c1": COVERED}).probe("c2").answer("no, not that", {"c1": taken_back})
    assert credits_of(made, "c1") == (0, 0)
    made.probe("c1").answer("well, partly", {"c1": PARTIAL})
    assert credits_of(made, "c1") == (0.375, 0.375)


def test_doubt_about_a_retraction_is_a_range() -> None:
    made = log().answer("first words", {"c1": COVERED}).probe("c2").answer("or maybe not", {"c1": UNCLEAR})
    assert credits_of(made, "c1") == (0, 1)


@pytest.mark.parametrize(
    ("marks", "level"),
    [
        ({}, 1),
        ({"c1": COVERED, "c2": COVERED, "c3": COVERED, "c4": COVERED, "extra": COVERED}, 1),
        ({"base": COVERED}, 2),
        ({"base": PARTIAL}, 2),
        ({"base": COVERED, "c1": COVERED, "c2": PARTIAL}, 2),
        ({"base": COVERED, "c1": COVERED, "c2": COVERED}, 3),
        ({"base": COVERED, "c1": PARTIAL, "c2": PARTIAL, "c3": PARTIAL, "c4": PARTIAL}, 3),
        ({"base": COVERED, "c1": COVERED, "c2": COVERED, "c3": COVERED}, 3),
        ({"base": COVERED, "c1": COVERED, "c2": COVERED, "c3": PARTIAL, "extra": COVERED}, 3),
        ({"base": COVERED, "c1": COVERED, "c2": COVERED, "c3": COVERED, "extra": COVERED}, 4),
        ({"base": COVERED, "c1": COVERED, "c2": COVERED, "c3": COVERED, "extra": PARTIAL}, 4),
    ],
)
def test_levels(marks: dict[str, Mark], level: int) -> None:
    assert levels(marks) == (level, level)


@pytest.mark.parametrize(
    ("points", "marks", "level"),
    [
        ((point("c1"), point("extra", STRONG)), {"c1": COVERED, "extra": COVERED}, 4),
        ((point("base", MINIMUM), point("extra", STRONG)), {"base": COVERED}, 3),
        ((point("base", MINIMUM), point("extra", STRONG)), {"base": COVERED, "extra": COVERED}, 4),
        ((point("base", MINIMUM), point("c1")), {"base": COVERED, "c1": COVERED}, 4),
        ((point("base", MINIMUM),), {"base": PARTIAL}, 4),
    ],
)
def test_an_empty_tier_is_satisfied(points: tuple, marks: dict[str, Mark], level: int) -> None:  # type: ignore[type-arg]
    assert levels(marks, question("q", *points)) == (level, level)


@pytest.mark.parametrize(
    ("marks", "level"),
    [
        ({}, 1),
        ({"m1": COVERED}, 2),
        ({"m2": PARTIAL}, 2),
        ({"m1": COVERED, "g1": COVERED}, 3),
        ({"m1": COVERED, "g1": COVERED, "g2": COVERED}, 3),
        ({"m1": COVERED, "g2": COVERED, "c": COVERED}, 4),
        ({"m1": COVERED, "g1": PARTIAL, "g2": COVERED, "c": PARTIAL}, 4),
        ({"m1": COVERED, "g1": PARTIAL, "g2": PARTIAL, "c": PARTIAL}, 3),
    ],
)
def test_a_group_counts_once_by_its_best_point(marks: dict[str, Mark], level: int) -> None:
    grouped = question(
        "q",
        point("m1", MINIMUM, group="either"),
        point("m2", MINIMUM, group="either"),
        point("g1", group="ways"),
        point("g2", group="ways"),
        point("c"),
    )
    assert levels(marks, grouped) == (level, level)


ALL: dict[str, Mark] = {"base": COVERED, "c1": COVERED, "c2": COVERED, "c3": COVERED, "extra": COVERED}


@pytest.mark.parametrize(("name", "cap"), [("serious", 2), ("grave", 1)])
def test_a_flag_is_a_doubt_until_a_person_confirms_it(name: str, cap: int) -> None:
    assert levels({**ALL, name: COVERED}) == (cap, 4)
    assert levels({**ALL, name: UNCLEAR}) == (cap, 4)
    assert levels({**ALL, name: ABSENT}) == (4, 4)
    made = log().answer("words", {**ALL, name: COVERED}).close().end()
    assert grade(made.state, "q").low == cap
    confirmed = grade(made.confirm(f"q.{name}").state, "q")
    assert (confirmed.low, confirmed.high) == (cap, cap)
    overridden = grade(made.override(f"q.{name}", ABSENT).state, "q")
    assert (overridden.low, overridden.high) == (4, 4)


def test_a_cap_never_lifts_a_level() -> None:
    assert levels({"serious": COVERED}) == (1, 1)


@pytest.mark.parametrize(
    ("marks", "low", "high"),
    [
        ({"base": UNCLEAR}, 1, 2),
        ({**ALL, "base": UNCLEAR}, 1, 4),
        ({**ALL, "extra": UNCLEAR}, 3, 4),
        ({**ALL, "c1": UNCLEAR}, 3, 4),
        ({"base": COVERED, "c1": UNCLEAR, "c2": UNCLEAR}, 2, 3),
        ({"base": COVERED, "c1": UNCLEAR}, 2, 2),
    ],
)
def test_doubt_makes_a_range(marks: dict[str, Mark], low: int, high: int) -> None:
    assert levels(marks) == (low, high)


def test_an_unscored_question_can_be_anything() -> None:
    found = grade(log().unscored("bonjour").close().state, "q")
    assert (found.standing, found.low, found.high) == (Standing.UNSCORED, 1, 4)


def test_a_skip_counts_as_assessed_and_an_unasked_question_does_not() -> None:
    plan = scenario(one_question(), question("later", point("base", MINIMUM)))
    state = Log(plan).ask("q").skip().state
    assert state.attempts[("q", 1)].closed is CloseReason.SKIPPED
    assert (grade(state, "q").standing, grade(state, "q").low, grade(state, "q").high) == (Standing.SCORED, 1, 1)
    assert grade(state, "later").standing is Standing.UNASKED


def test_a_second_attempt_stands_beside_the_first() -> None:
    made = log().answer("little", {"base": COVERED}).close().review("q").retry("q").answer("all of it", ALL).close()
    first, second = grade(made.state, "q"), grade(made.state, "q", 2)
    assert (first.low, second.low) == (2, 4)


def test_a_person_overrides_a_point_with_the_help_it_had() -> None:
    made = log().hint(0).answer("words", {"base": COVERED, "c1": COVERED, "c2": COVERED}).close().end()
    made.override("q.base", ABSENT).override("q.c1", PARTIAL)
    found = grade(made.state, "q")
    assert (found.low, found.high) == (1, 1)
    assert (found.point("c1").low, found.point("c1").by_person) == (0.25, True)
    assert found.point("base").finding is not None


def test_the_last_word_of_a_person_is_in_force() -> None:
    made = log().answer("words", ALL).close().end().override("q.base", ABSENT).override("q.base", COVERED)
    assert grade(made.state, "q").low == 4


def test_an_adopted_judgement_replaces_the_earlier_ones() -> None:
    made = log().answer("words", ALL).close().end()
    adopted = assessment(made.scenario.question("q"), {"base": finding("base", COVERED, [span(2, "words")])})
    found = grade(made.rejudge("q", adopted).state, "q")
    assert (found.low, found.high) == (2, 2)


STATUSES = st.sampled_from([COVERED, PARTIAL, ABSENT, CONTRADICTED, UNCLEAR])
SIGHTINGS = st.lists(st.builds(Sighting, STATUSES, st.sampled_from(Aid)), max_size=6)
CREDIT = st.sampled_from([0.0, 0.25, 0.375, 0.5, 0.75, 1.0])
NAMES = [one.id for one in http_question().points]
FLAGS = st.lists(st.sampled_from(Severity), max_size=2)


@settings(deadline=None)  # a busy machine is not a fault
@given(SIGHTINGS)
def test_credit_is_at_worst_no_more_than_at_best(sightings: list[Sighting]) -> None:
    low, high = (point_credit(sightings, hopeful=hopeful) for hopeful in (False, True))
    assert 0 <= low <= high <= 1


@settings(deadline=None)  # a busy machine is not a fault
@given(st.fixed_dictionaries(dict.fromkeys(NAMES, CREDIT)), st.sampled_from(NAMES), CREDIT, FLAGS)
def test_more_credit_never_lowers_a_level(
    credit: dict[str, float], name: str, other: float, flags: list[Severity]
) -> None:
    asked = http_question()
    more = {**credit, name: max(credit[name], other)}
    assert 1 <= level_of(asked, credit, flags) <= level_of(asked, more, flags) <= 4
    assert level_of(asked, more, flags) <= level_of(asked, more, flags[1:])


@settings(deadline=None)  # a busy machine is not a fault
@given(
    st.fixed_dictionaries(dict.fromkeys(["base", "c1", "c2", "c3", "c4", "extra"], STATUSES)),
    st.fixed_dictionaries(dict.fromkeys(["serious", "grave"], st.sampled_from([ABSENT, UNCLEAR, COVERED]))),
    st.data(),
)
def test_settling_a_doubt_stays_inside_the_shown_range(
    points: dict[str, Mark], flags: dict[str, Mark], data: st.DataObject
) -> None:
    made = log().answer("words", {**points, **flags}).close().end()
    before = grade(made.state, "q")
    assert before.low <= before.high
    open_points = [one.point.id for one in before.points if one.in_doubt]
    open_flags = [one.flag.id for one in before.flags if one.in_doubt]
    for name in open_points + open_flags:
        made.override(f"q.{name}", data.draw(st.sampled_from([COVERED, PARTIAL, ABSENT])))
        after = grade(made.state, "q")
        assert before.low <= after.low <= after.high <= before.high
        before = after
    assert before.certain


def table_rows(heading: str) -> list[list[str]]:
    """The cells of the first table after a heading of the document, without its first two lines."""
    text = DOC.read_text(encoding="utf-8").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def numbers(text: str) -> list[float]:
    return [float(one) for one in re.findall(r"\d+(?:\.\d+)?", text)]


def test_the_constants_in_the_document_are_those_of_the_code() -> None:
    rows = table_rows("Credit of a point")
    factors = {name: float(row[1]) for row in rows for name in row[0].split(", ")}
    assert factors == {"absent": 0, "contradicted": 0, **{status.value: n for status, n in STATUS_CREDIT.items()}}
    assert {row[3].split(" ")[0]: float(row[4]) for row in rows} == {aid.value: n for aid, n in AID_CREDIT.items()}
    level_rows = table_rows("Level of a question")
    assert {int(row[0]): row[1] for row in level_rows} == LEVEL_NAMES
    assert [numbers(row[2]) for row in level_rows] == [[], [], [GOOD_CORE], [STRONG_CORE]]
    text = DOC.read_text(encoding="utf-8")
    caps = re.search(r"serious at (\d), disqualifying at (\d)", text)
    assert caps and [int(one) for one in caps.groups()] == [FLAG_CAP[one] for one in Severity]
    when = {row[0]: numbers(row[1]) for row in recommendation_rows()}
    assert when["not enough evidence"] == [hiring_rules.ENOUGH_ASSESSED]
    assert when["strong pass"] == [hiring_rules.STRONG_SHARE, hiring_rules.STRONG_LEAST]


def recommendation_rows() -> list[list[str]]:
    rows = table_rows("Criteria and recommendation")
    start = next(place for place, row in enumerate(rows) if row[0] == "recommendation")
    return rows[start + 2 :]


def test_the_recommendations_in_the_document_are_those_of_the_code_in_order() -> None:
    assert [row[0] for row in recommendation_rows()] == ["fail", "not enough evidence", "strong pass", "pass"]
    assert {row[0] for row in recommendation_rows()} == {one.value for one in hiring_rules.Recommendation}


def worked_example(*, tls: bool = False) -> Log:
    example = Log(scenario(http_question())).ask("http")
    first: dict[str, Mark] = {"request": COVERED, "method": COVERED, "status": UNCLEAR, "headers": PARTIAL}
    example.answer("a GET request with headers and a code", first | ({"tls": COVERED} if tls else {}))
    example.probe("response").answer("json comes back", {"response": COVERED})
    return example.hint(1).answer("GET, as I said, and a body", {"method": COVERED, "body": COVERED}).close()


def test_the_worked_example_in_the_document_is_what_the_code_computes() -> None:
    state = worked_example().state
    found = grade(state, "http")
    rows = [row for row in table_rows("A worked example") if row[0] in NAMES]
    computed = [
        [one.point.id, one.point.tier.value, one.status.value, one.aid.value, f"{one.low:g}", f"{one.high:g}"]
        for one in found.points
    ]
    assert rows == computed
    assert (found.low, found.high) == (3, 3)
    assert "(1 + 0 + 1) / 3 = 0.67" in DOC.read_text(encoding="utf-8")
    assert not [doubt for doubt in summarise(state).doubts if doubt.question == "http"]
    more = worked_example(tls=True).state
    assert (grade(more, "http").low, grade(more, "http").high) == (3, 4)
    assert [doubt.target for doubt in summarise(more).doubts] == ["http.status"]
