"""Two labellings against each other, and a judge's quotes against a labeller's."""

from __future__ import annotations

import pytest
from sklearn.metrics import cohen_kappa_score

from interviewer.core.events import Who
from interviewer.core.findings import Assessment, Finding, Intent, Status
from interviewer.core.scenario import Scenario
from interviewer.evaluation.agreement import Agreement, agree, by_case, evidence, judged
from interviewer.evaluation.cases import Case, CaseTurn
from interviewer.evaluation.outcomes import Verdict
from interviewer.evaluation.second import SecondLabels
from interviewer.evaluation.section import Section
from tests.factories import tiny_scenario
from tests.labelled import (
    ABSENT,
    CONTRADICTED,
    COVERED,
    PARTIAL,
    UNCLEAR,
    VERSION,
    case,
    quoted,
    unscored,
    verdict,
)

SCENARIO = tiny_scenario()
QUESTION = SCENARIO.questions[0]
POINTS = [point.id for point in QUESTION.points]
FLAGS = [flag.id for flag in QUESTION.red_flags]
SCENARIOS: dict[str, Scenario] = {SCENARIO.id: SCENARIO}


def labelled(name: str, labels: dict[str, Status], **more: object) -> Case:
    return case(name, labels, scenario=SCENARIO.id, question_id=QUESTION.id, **more)


def second(
    name: str, labels: dict[str, Status], intent: Intent = Intent.ANSWER, flags: tuple[str, ...] = ()
) -> SecondLabels:
    def quotes(wanted: Status) -> dict[str, str]:
        return {point: "words" for point, label in labels.items() if label is wanted}

    return SecondLabels(
        case_id=name,
        intent=intent,
        covered=quotes(COVERED),
        partial=quotes(PARTIAL),
        contradicted=quotes(CONTRADICTED),
        red_flags=dict.fromkeys(flags, "words"),
    )


def agreed(firsts: list[Case], seconds: list[SecondLabels]) -> Agreement:
    return agree(firsts, by_case(firsts), by_case(seconds), SCENARIOS)


def test_the_fixture_has_what_these_tests_need() -> None:
    assert len(POINTS) >= 3
    assert FLAGS


def test_agreement_worked_out_by_hand() -> None:
    one, two, three = POINTS[:3]
    rest = len(POINTS) - 3
    found = agreed(
        [labelled("1", {one: COVERED, two: PARTIAL, three: CONTRADICTED})],
        [second("1", {one: COVERED, two: COVERED, three: ABSENT})],
    )
    assert found.points["accuracy"] == pytest.approx((2 + rest) / len(POINTS), abs=1e-6)
    assert found.four_way["accuracy"] == pytest.approx((1 + rest) / len(POINTS), abs=1e-6)
    covered = found.labels["covered"]
    assert covered.counts == {"first": 1, "second": 2, "both": 1}
    assert covered["agreement"] == pytest.approx(2 / 3, abs=1e-6)
    assert found.labels["partial"]["agreement"] == 0
    assert found.labels["contradicted"]["agreement"] == 0
    # Absent: the rest in both, and point three in the second alone.
    assert found.labels["absent"]["agreement"] == pytest.approx(2 * rest / (2 * rest + 1), abs=1e-6)
    assert [(d.target, d.first, d.second) for d in found.disagreements] == [
        (two, "partial", "covered"),
        (three, "contradicted", "absent"),
    ]


def test_kappa_is_that_of_scikit_learn() -> None:
    kinds = [COVERED, PARTIAL, CONTRADICTED, ABSENT]
    firsts, seconds = [], []
    for number in range(12):
        ours = {point: kinds[(number + place) % 4] for place, point in enumerate(POINTS)}
        theirs = {point: kinds[(number + place * (1 + number % 3)) % 4] for place, point in enumerate(POINTS)}
        firsts.append(labelled(str(number), ours))
        seconds.append(second(str(number), theirs))
    found = agreed(firsts, seconds)
    both = [(a.label(point), b.label(point)) for a, b in zip(firsts, seconds, strict=True) for point in POINTS]
    four = cohen_kappa_score([a.value for a, _ in both], [b.value for _, b in both])
    two = cohen_kappa_score([a is COVERED for a, _ in both], [b is COVERED for _, b in both])
    assert found.four_way["kappa"] == pytest.approx(four, abs=1e-6)
    assert found.points["kappa"] == pytest.approx(two, abs=1e-6)


def test_flags_and_intents_are_compared_too() -> None:
    firsts = [labelled("1", {}, red_flags=(FLAGS[0],), intent=Intent.STUCK), labelled("2", {})]
    seconds = [second("1", {}), second("2", {})]
    found = agreed(firsts, seconds)
    assert found.red_flags.counts == {"first": 1, "second": 0, "both": 0}
    assert found.red_flags["agreement"] == 0
    assert found.intent["accuracy"] == 0.5
    assert [(d.case_id, d.target, d.first, d.second) for d in found.disagreements] == [
        ("1", FLAGS[0], "covered", "absent"),
        ("1", "", "stuck", "answer"),
    ]


def test_only_what_both_label_is_compared() -> None:
    firsts = [labelled("1", {}, unlabelled=(POINTS[0], FLAGS[0])), labelled("2", {})]
    found = agreed(firsts, [second("1", {POINTS[0]: COVERED}, flags=(FLAGS[0],)), second("9", {})])
    assert (found.cases, found.points.n, found.red_flags.n) == (1, len(POINTS) - 1, len(FLAGS) - 1)
    assert found.disagreements == ()


def test_a_judge_is_compared_as_a_labeller_is() -> None:
    one, two, three = POINTS[:3]
    points = dict.fromkeys(POINTS, ABSENT) | {one: (UNCLEAR, 0.6), two: (UNCLEAR, 0.4), three: COVERED}
    first = labelled("1", {one: COVERED, two: COVERED, three: COVERED})
    machine = judged([verdict("1", points, dict.fromkeys(FLAGS, (UNCLEAR, 0.9))), unscored("2")])
    found = agree([first, labelled("2", {})], by_case([first]), machine, SCENARIOS)
    assert found.cases == 1
    assert [(d.target, d.second) for d in found.disagreements] == [(two, "absent")]


def test_a_labelling_agrees_with_itself() -> None:
    firsts = [labelled(str(n), {POINTS[n % 3]: COVERED, POINTS[(n + 1) % 3]: PARTIAL}) for n in range(6)]
    found = agree(firsts, by_case(firsts), by_case(firsts), SCENARIOS)
    assert {found.points["kappa"], found.four_way["kappa"], found.labels["partial"]["agreement"]} == {1.0}
    assert found.disagreements == ()
    names = {figure.name for figure in found.figures()}
    assert {"agreement.points.kappa", "agreement.labels.covered.agreement", "agreement.four_way.kappa"} <= names


def test_no_labels_are_no_failure() -> None:
    found = agreed([], [])
    assert (found.cases, found.figures(), found.points["kappa"]) == (0, (), None)


ANSWER = "well, the client sends a request and then waits for it"
QUOTE = "sends a request"
AT = ANSWER.index(QUOTE)


def quotes(*findings: Finding, quote: str = QUOTE, **more: object) -> Section:
    pairs, labels = [], {}
    for number, finding in enumerate(findings):
        one = case(str(number), {}, question_id=f"q{number}", **{"answer": ANSWER, **more})
        outcome = Assessment(judge=VERSION, points=(finding,))
        pairs.append((one, Verdict(case_id=one.case_id, outcome=outcome, intent=Intent.ANSWER)))
        labels[one.case_id] = SecondLabels(case_id=one.case_id, intent=Intent.ANSWER, covered={"a": quote})
    return evidence(pairs, labels)


@pytest.mark.parametrize(
    ("spans", "overlap", "disjoint"),
    [
        ([(2, AT, QUOTE)], 1, 0),
        ([(2, 0, ANSWER)], 1, 0),
        ([(2, AT, "sends")], 1, 0),  # within the quote, if shorter than half of it
        ([(2, AT - 7, "client sends a r")], 1, 0),  # 9 of its 15 characters
        ([(2, AT - 7, "client sends")], 0, 0),  # 5 of 15
        ([(2, AT - 7, "client sends"), (2, AT + 8, "request and")], 1, 0),  # 5 and 7 of 15, in two spans
        ([(2, 0, "well, the")], 0, 1),
        ([(3, AT, QUOTE)], 0, 1),  # another turn
        ([], 0, 1),
    ],
)
def test_whether_evidence_holds_the_quote(spans: list[tuple[int, int, str]], overlap: float, disjoint: float) -> None:
    found = quotes(quoted("a", *spans))
    assert (found.n, found["overlap"], found["disjoint"]) == (1, overlap, disjoint)


def test_quotes_are_looked_for_in_the_candidates_turns_only() -> None:
    turns = (
        CaseTurn(who=Who.CANDIDATE, text="hm"),
        CaseTurn(who=Who.INTERVIEWER, text=f"Who {QUOTE}?"),
        CaseTurn(who=Who.CANDIDATE, text=f"{QUOTE}, then {QUOTE}"),
    )
    there, elsewhere = quoted("a", (4, 0, QUOTE)), quoted("a", (3, 4, QUOTE))
    assert quotes(there, answer=None, turns=turns)["overlap"] == 1
    assert quotes(elsewhere, answer=None, turns=turns)["disjoint"] == 1
    found = quotes(there, elsewhere, there, answer=None, turns=turns)
    assert (found["overlap"], found["disjoint"]) == pytest.approx((2 / 3, 1 / 3), abs=1e-6)
    assert found.estimates["overlap"].low is not None


def test_only_points_that_both_call_covered_are_counted() -> None:
    absent = Finding(target="a", status=ABSENT, probability=0.1)
    doubtful = Finding(target="a", status=UNCLEAR, probability=0.6)
    assert quotes(absent, doubtful, quoted("b", (2, AT, QUOTE))).n == 0
    assert quotes(quoted("a", (2, AT, QUOTE)), quote="never said").n == 0
    assert quotes(quoted("a", (2, AT, QUOTE)), unlabelled=("a",)).n == 0
    assert evidence([(case("1", {}), unscored("1"))], {"1": SecondLabels(case_id="1", intent=Intent.ANSWER)}).n == 0
    assert evidence([(case("1", {}), verdict("1", {"a": COVERED}))], {}).n == 0
