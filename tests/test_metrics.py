"""Figures against values worked out by hand, against a second library, and against what must always hold."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap
from sklearn.metrics import (
    accuracy_score,
    brier_score_loss,
    cohen_kappa_score,
    f1_score,
    precision_score,
    recall_score,
)

from interviewer.core.findings import Intent, Status
from interviewer.evaluation import confusion
from interviewer.evaluation.figures import Better
from interviewer.evaluation.metrics import Metrics, Pairs, measure
from interviewer.evaluation.outcomes import Row
from interviewer.evaluation.reliability import reliability
from interviewer.evaluation.resample import Estimate, Interval, interval, mean, of_pairs, share
from tests.labelled import ABSENT, CONTRADICTED, COVERED, PARTIAL, UNCLEAR, case, row, unscored, verdict

STATUSES = st.sampled_from(list(Status))
LABELS = st.sampled_from([COVERED, PARTIAL, CONTRADICTED, ABSENT])
PROBABILITIES = st.integers(0, 100).map(lambda hundredths: hundredths / 100)


@st.composite
def measured_pairs(draw: st.DrawFn) -> Pairs:
    """A few cases of a few questions, judged anyhow."""
    made = []
    for number in range(draw(st.integers(1, 12))):
        labels = draw(st.dictionaries(st.sampled_from("abcd"), LABELS, min_size=1))
        findings = {point: (draw(STATUSES), draw(PROBABILITIES)) for point in labels}
        place = draw(st.sampled_from(["http", "dns", "tls"]))
        kind = draw(st.sampled_from(["strong", "denial", ""]))
        made.append((case(str(number), labels, question_id=place, kind=kind), verdict(str(number), findings)))
    return made


def ten_rows() -> Pairs:
    """Ten points in one case each: 3 rightly covered, 2 missed, 1 wrongly credited, 4 rightly not."""
    table = [(COVERED, COVERED)] * 3 + [(COVERED, ABSENT)] * 2 + [(ABSENT, COVERED)] + [(ABSENT, ABSENT)] * 4
    return [
        (
            case(str(place), {"a": label}, question_id="http" if place % 2 else "dns", kind="denial"),
            verdict(str(place), {"a": status}),
        )
        for place, (label, status) in enumerate(table)
    ]


def test_the_two_way_figures_worked_out_by_hand() -> None:
    points = measure(ten_rows()).points
    assert points.n == 10
    assert points["accuracy"] == 0.7
    assert points["precision"] == 0.75  # 3 of the 4 credited
    assert points["recall"] == 0.6  # 3 of the 5 covered
    assert points["credited"] == 0.2  # 1 of the 5 that are not there
    assert points["majority"] == 0.5
    # By chance: .5 x .4 (both covered) + .5 x .6 (both not) = .5; so (.7 - .5) / (1 - .5).
    assert points["kappa"] == pytest.approx(0.4)
    # F1 of covered: 2 x 3 / (5 + 4); of the rest: 2 x 4 / (5 + 6).
    assert points["macro_f1"] == pytest.approx((6 / 9 + 8 / 11) / 2, abs=1e-6)


def test_each_figure_counts_what_it_is_a_share_of() -> None:
    counted = {name: one.n for name, one in measure(ten_rows()).points.estimates.items()}
    assert counted == {
        "accuracy": 10, "macro_f1": 10, "kappa": 10, "precision": 4, "recall": 5, "majority": 10, "credited": 5
    }  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.integers(2, 5), st.data())
def test_figures_equal_those_of_scikit_learn(size: int, data: st.DataObject) -> None:
    classes = st.integers(0, size - 1)
    pairs = data.draw(st.lists(st.tuples(classes, classes), min_size=1, max_size=40))
    labels, said = [one for one, _ in pairs], [other for _, other in pairs]
    ours = of_pairs(
        ["one"] * len(pairs),
        labels,
        said,
        size,
        {
            "accuracy": confusion.ACCURACY,
            "macro_f1": confusion.MACRO_F1,
            "kappa": confusion.KAPPA,
            "quadratic": confusion.QUADRATIC_KAPPA,
            "precision": confusion.PRECISION,
            "recall": confusion.RECALL,
        },
    )
    last, every = size - 1, list(range(size))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where we say None
        theirs = {
            "accuracy": accuracy_score(labels, said),
            "macro_f1": f1_score(labels, said, average="macro", zero_division=0.0),
            "kappa": cohen_kappa_score(labels, said, labels=every),
            "quadratic": cohen_kappa_score(labels, said, labels=every, weights="quadratic"),
            "precision": precision_score(labels, said, labels=[last], average="macro", zero_division=np.nan),
            "recall": recall_score(labels, said, labels=[last], average="macro", zero_division=np.nan),
        }
    for name, value in theirs.items():
        found = ours[name].value
        assert math.isnan(value) if found is None else found == pytest.approx(value, abs=1e-6), name


def test_unclear_is_decided_by_its_probability_and_left_out_of_the_rest() -> None:
    labels = {"a": COVERED, "b": COVERED, "c": ABSENT, "d": ABSENT}
    findings = {"a": (UNCLEAR, 0.5), "b": (UNCLEAR, 0.49), "c": ABSENT, "d": COVERED}
    found = measure([(case("1", labels), verdict("1", findings))])
    assert found.points["accuracy"] == found.three_way["accuracy"] == 0.5  # a and c
    assert found.unclear["share"] == 0.5
    assert found.unclear["accuracy_rest"] == 0.5  # c of c and d


def test_the_three_way_figures_worked_out_by_hand() -> None:
    labels = {"a": COVERED, "b": PARTIAL, "c": CONTRADICTED, "d": COVERED}
    findings = {"a": COVERED, "b": COVERED, "c": ABSENT, "d": CONTRADICTED}
    found = measure([(case("1", labels), verdict("1", findings))]).three_way
    assert found["accuracy"] == 0.5
    # Labels rest 1, partial 1, covered 2; findings rest 2, covered 2. Seen: (2-1)^2 + (2-0)^2 = 5.
    # By chance: (rest, covered) 1x2x4 + (partial, rest) 1x2x1 + (partial, covered) 1x2x1 + (covered, rest) 2x2x4 = 28,
    # by 4 rows = 7. So 1 - 5/7.
    assert found["kappa"] == pytest.approx(2 / 7, abs=1e-6)
    # F1: rest 2x1/(1+2), partial 0, covered 2x1/(2+2).
    assert found["macro_f1"] == pytest.approx((2 / 3 + 0 + 1 / 2) / 3, abs=1e-6)


def test_contradicted_points_credited_and_found() -> None:
    labels = {"a": CONTRADICTED, "b": CONTRADICTED, "c": CONTRADICTED, "d": ABSENT, "e": COVERED}
    findings = {"a": CONTRADICTED, "b": COVERED, "c": ABSENT, "d": CONTRADICTED, "e": COVERED}
    found = measure([(case("1", labels), verdict("1", findings))]).contradicted
    assert (found.n, found["credited"]) == (3, pytest.approx(1 / 3, abs=1e-6))
    assert (found["precision"], found["recall"]) == (0.5, pytest.approx(1 / 3, abs=1e-6))


def test_red_flags_are_found_only_when_they_are_shown_for_certain() -> None:
    flags = {"x": COVERED, "y": (UNCLEAR, 0.9), "z": COVERED, "w": ABSENT}
    pair = (case("1", {"a": ABSENT}, red_flags=("x", "y")), verdict("1", {"a": ABSENT}, flags))
    found = measure([pair]).red_flags
    assert (found.n, found.counts) == (4, {"shown": 2, "found": 2, "hits": 1, "unclear": 1})
    assert (found["precision"], found["recall"]) == (0.5, 0.5)


def test_flags_are_no_points() -> None:
    pair = (case("1", {"a": ABSENT}, red_flags=("x",)), verdict("1", {"a": ABSENT}, {"x": ABSENT}))
    assert measure([pair]).points.n == 1


def test_intents_are_counted_for_unscored_cases_too() -> None:
    pairs = [
        (case("1", {}, intent=Intent.STUCK), unscored("1", Intent.STUCK)),
        (case("2", {}, intent=Intent.STUCK), verdict("2", {}, intent=Intent.SKIP)),
        (case("3", {}), verdict("3", {})),
    ]
    found = measure(pairs)
    assert found.intent["accuracy"] == pytest.approx(2 / 3, abs=1e-6)
    assert found.by_intent["stuck"]["accuracy"] == 0.5
    assert found.by_intent["answer"]["accuracy"] == 1.0
    assert found.intents == {"stuck": {"stuck": 1, "skip": 1}, "answer": {"answer": 1}}


def test_cases_that_could_not_be_judged_are_counted_and_left_out() -> None:
    found = measure([*ten_rows(), (case("x", {"a": COVERED}), unscored("x"))])
    assert (found.cases, found.unscored, found.points.n, found.points["accuracy"]) == (11, 1, 10, 0.7)


def test_what_nobody_labelled_is_in_no_figure() -> None:
    one = case("1", {"a": COVERED}, unlabelled=("b", "x"))
    found = measure([(one, verdict("1", {"a": COVERED, "b": COVERED}, {"x": COVERED}))])
    assert (found.points.n, found.red_flags.n, found.calibration.n) == (1, 0, 1)


def test_nothing_measured_is_no_figure_and_no_failure() -> None:
    found = measure([])
    assert found.figures() == ()
    assert found.points.model_dump() == {
        "n": 0, "accuracy": None, "macro_f1": None, "kappa": None, "precision": None, "recall": None,
        "majority": None, "credited": None, "ci": {},
    }  # fmt: skip


@pytest.mark.parametrize(("label", "status"), [(ABSENT, ABSENT), (COVERED, COVERED), (ABSENT, COVERED)])
def test_one_class_alone_leaves_undefined_what_is_undefined(label: Status, status: Status) -> None:
    pairs = [(case(str(n), {"a": label}, question_id=f"q{n % 3}"), verdict(str(n), {"a": status})) for n in range(9)]
    points = measure(pairs).points
    assert points["accuracy"] == float(label is status)
    # Where both sides know one class, and the same, chance alone agrees and kappa is undefined.
    assert points["kappa"] == (None if label is status else 0.0)
    assert (points["precision"] is None) == (status is ABSENT)
    assert (points["recall"] is None) == (label is ABSENT)
    assert (points["credited"] is None) == (label is COVERED)


@settings(deadline=None, max_examples=20)
@given(measured_pairs(), st.randoms(use_true_random=False))
def test_the_order_of_cases_changes_nothing(pairs: Pairs, chance: Random) -> None:
    mixed = list(pairs)
    chance.shuffle(mixed)
    assert measure(mixed).model_dump() == measure(pairs).model_dump()


@settings(deadline=None, max_examples=20)
@given(measured_pairs())
def test_every_interval_holds_its_value(pairs: Pairs) -> None:
    for one in measure(pairs).figures():
        if one.low is not None and one.high is not None:
            assert one.low <= one.value <= one.high, one.name


@settings(deadline=None, max_examples=20)
@given(measured_pairs())
def test_a_judge_that_is_always_right_gets_full_marks(pairs: Pairs) -> None:
    right = []
    for one, made in pairs:
        targets = {finding.target: one.label(finding.target) for finding in made.outcome.points}  # type: ignore[union-attr]
        marks = {target: (label, float(label is COVERED)) for target, label in targets.items()}
        right.append((one, verdict(one.case_id, marks)))
    found = measure(right)
    for section in (found.points, found.three_way):
        assert {section[name] for name in ("accuracy", "macro_f1", "kappa")} <= {1.0, None}
        assert section["accuracy"] == 1.0
    assert (found.calibration.ece.value, found.calibration.brier.value) == (0, 0)


def test_the_result_has_the_keys_of_the_contract() -> None:
    found = measure(ten_rows()).model_dump(mode="json")
    assert {"points", "unclear", "three_way", "red_flags", "intent", "by_kind", "by_scenario", "calibration"} <= set(
        found
    )
    assert list(found["points"]["ci"]) == [
        "accuracy", "macro_f1", "kappa", "precision", "recall", "majority", "credited"
    ]  # fmt: skip
    assert found["by_kind"]["denial"]["accuracy"] == found["by_scenario"]["backend"]["accuracy"] == 0.7
    assert found["unscored"] == 0


def named(found: Metrics) -> dict[str, tuple[float, Better]]:
    return {one.name: (one.value, one.better) for one in found.figures("tune.")}


def test_figures_are_dotted_paths_that_know_which_way_is_better() -> None:
    found = measure(ten_rows())
    figures = named(found)
    assert len(figures) == len(found.figures())
    assert figures["tune.points.accuracy"] == figures["tune.kinds.denial"] == (0.7, Better.HIGHER)
    assert figures["tune.kinds.denial.credited"] == (0.2, Better.LOWER)
    assert figures["tune.scenarios.backend"] == (0.7, Better.HIGHER)
    assert figures["tune.questions.backend.http"][0] == 0.6  # cases 1, 3, 5, 7, 9: 3 and 5 are wrong
    assert figures["tune.calibration.brier"][1] is Better.LOWER
    assert all(name == name.lower() for name in figures)


def test_within_one_question_cases_are_what_is_drawn() -> None:
    found = measure(ten_rows())
    assert found.by_question["backend/http"].estimates["accuracy"].low is not None
    only = measure([(one, made) for one, made in ten_rows() if one.question_id == "http"])
    assert only.points.estimates["accuracy"].low is None
    assert only.by_question["backend/http"] == found.by_question["backend/http"]


# Intervals


def test_one_question_has_no_interval() -> None:
    assert share(["a", "a"], [True, False]) == Estimate(value=0.5, n=2)


def test_without_an_error_the_bound_is_the_exact_binomial_one() -> None:
    # Clopper and Pearson with n of n: the share p at which p ** n = 0.05.
    found = share(["a", "b"] * 10, [True] * 20)
    assert (found.value, found.high, found.low) == (1.0, 1.0, pytest.approx(0.05 ** (1 / 20), abs=1e-6))
    none = share(["a", "b"] * 10, [False] * 20)
    assert (none.value, none.low, none.high) == (0.0, 0.0, pytest.approx(1 - 0.05 ** (1 / 20), abs=1e-6))


def test_without_an_error_kappa_and_f1_have_bounds_that_go_with_it() -> None:
    labels = [0, 1] * 10
    found = of_pairs(
        ["a", "a", "b", "b"] * 5, labels, labels, 2, {"kappa": confusion.KAPPA, "macro_f1": confusion.MACRO_F1}
    )
    wrong = 1 - 0.05 ** (1 / 20)
    # Half of the errors on either side: chance stays at one half, so kappa is 1 - 2 x wrong, and both F1 are 1 - wrong.
    assert found["kappa"].low == pytest.approx(1 - 2 * wrong, abs=1e-6)
    assert found["macro_f1"].low == pytest.approx(1 - wrong, abs=1e-6)


def test_classes_that_never_occur_take_no_errors() -> None:
    found = of_pairs(["a", "b"] * 10, [0] * 20, [0] * 20, 8, {"macro_f1": confusion.MACRO_F1})["macro_f1"]
    assert found.low == pytest.approx(0.05 ** (1 / 20), abs=1e-6)


def test_questions_that_are_exactly_alike_do_not_make_a_figure_certain() -> None:
    labels, said = [0, 0, 1, 1] * 2, [0, 1, 1, 1] * 2
    found = of_pairs(["a"] * 4 + ["b"] * 4, labels, said, 2, {"kappa": confusion.KAPPA})["kappa"]
    assert found.value == 0.5
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.4 < 0.6 < found.high


def alike() -> tuple[list[str], list[bool]]:
    """Ten questions of twenty rows, each question all right or all wrong."""
    return [f"q{place // 20}" for place in range(200)], [place // 20 % 5 > 0 for place in range(200)]


def width(found: Estimate) -> float:
    assert found.low is not None
    assert found.high is not None
    return found.high - found.low


def test_rows_that_rise_and_fall_together_count_as_one() -> None:
    groups, hits = alike()
    together, apart = share(groups, hits), share([str(place) for place in range(200)], hits)
    assert together.value == apart.value == 0.8
    # With ten questions instead of 200 rows the standard error is sqrt(20) times as great.
    assert width(together) == pytest.approx(width(apart) * math.sqrt(20), rel=0.15)


def test_the_interval_is_that_of_scipy_where_every_row_is_a_group() -> None:
    values = np.random.default_rng(5).gamma(2.0, size=120)
    found = mean([str(place) for place in range(120)], values)
    theirs = bootstrap(
        (values,), np.mean, confidence_level=0.9, method="percentile", n_resamples=4000, rng=np.random.default_rng(6)
    ).confidence_interval
    assert found.value == pytest.approx(values.mean(), abs=1e-6)
    assert (found.low, found.high) == (pytest.approx(theirs.low, abs=0.04), pytest.approx(theirs.high, abs=0.04))


def test_the_general_interval_is_that_of_counts() -> None:
    groups, hits = ["a"] * 3 + ["b"] * 5 + ["c"] * 2, [True, True, False] + [True] * 4 + [False] + [False] * 2
    marks = np.array(hits, dtype=float)
    general = interval(groups, lambda rows: float(marks[rows].mean()))
    counted = share(groups, hits)
    assert general == Interval(pytest.approx(counted.low, abs=1e-6), pytest.approx(counted.high, abs=1e-6))
    assert interval(["a"], lambda rows: 1.0) == interval([], lambda rows: 1.0) == Interval(None, None)


def test_an_interval_is_widened_to_hold_its_value() -> None:
    # With half of the labels on either side, hardly a draw has a majority as small as that of the whole.
    groups, labels = [str(place) for place in range(4000)], [0, 1] * 2000
    found = of_pairs(groups, labels, labels, 2, {"majority": confusion.MAJORITY})["majority"]
    assert found.value == found.low == 0.5
    assert width(found) > 0.01


def test_draws_in_which_a_figure_is_undefined_are_left_out() -> None:
    # Only group a has covered labels: recall is 2/3 in each draw that has it, and undefined in the others.
    found = of_pairs(["a"] * 3 + ["b"] * 3, [1, 1, 1, 0, 0, 0], [1, 1, 0, 0, 0, 0], 2, {"recall": confusion.RECALL})
    assert (found["recall"].value, found["recall"].n) == (pytest.approx(2 / 3, abs=1e-6), 3)
    assert width(found["recall"]) > 0.5


# Calibration


def probable(p: float, label: Status, place: int = 0) -> Row:
    return row(str(place), label, COVERED if p >= 0.5 else ABSENT, f"q{place % 3}", p)


def test_the_calibration_error_worked_out_by_hand() -> None:
    rows = [probable(0.15, ABSENT, 0), probable(0.15, COVERED, 1), probable(0.9, COVERED, 2), probable(1.0, COVERED, 3)]
    found = reliability(rows)
    # Second tenth: mean 0.15, share 0.5, two of four rows; last tenth: mean 0.95, share 1, two of four.
    assert found.ece.value == pytest.approx(0.5 * 0.35 + 0.5 * 0.05)
    assert found.brier.value == pytest.approx((0.15**2 + 0.85**2 + 0.1**2 + 0) / 4, abs=1e-6)
    filled = {place: (one.n, one.mean, one.share) for place, one in enumerate(found.bins) if one.n}
    assert filled == {1: (2, 0.15, 0.5), 9: (2, 0.95, 1.0)}


def test_a_probability_on_the_edge_belongs_to_the_bin_above() -> None:
    rows = [probable(tenths / 10, ABSENT, tenths) for tenths in range(11)]
    assert [one.n for one in reliability(rows).bins] == [1] * 9 + [2]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(PROBABILITIES, st.booleans()), min_size=1, max_size=40))
def test_the_brier_score_is_that_of_scikit_learn(pairs: Sequence[tuple[float, bool]]) -> None:
    rows = [probable(p, COVERED if covered else ABSENT, place) for place, (p, covered) in enumerate(pairs)]
    theirs = brier_score_loss([covered for _, covered in pairs], [p for p, _ in pairs], pos_label=True)
    assert reliability(rows).brier.value == pytest.approx(theirs, abs=1e-6)


def test_accuracy_against_coverage_as_the_band_widens() -> None:
    rows = [probable(0.5, ABSENT, 0), probable(0.45, ABSENT, 1), probable(0.3, COVERED, 2), probable(0.95, COVERED, 3)]
    bands = {band.width: (band.kept, band.accuracy) for band in reliability(rows).bands}
    assert bands[0.0] == (1.0, 0.5)
    assert bands[0.05] == (0.75, pytest.approx(2 / 3, abs=1e-6))
    assert bands[0.2] == (0.5, 0.5)
    assert bands[0.25] == bands[0.45] == (0.25, 1.0)
