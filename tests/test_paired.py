"""Two judges over the same rows: differences, tests worked out by hand, and what could have been noticed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t, ttest_1samp

from interviewer.core.errors import UsageError
from interviewer.core.findings import Status
from interviewer.evaluation.outcomes import Row
from interviewer.evaluation.paired import ALPHA, POWER, Comparison, compare, holm, noticeable
from tests.labelled import ABSENT, COVERED, UNCLEAR, row

Marks = Sequence[tuple[str, Status, Status]]
"""For each row its question, and what either judge says of a point that is covered."""


def rows(marks: Marks) -> tuple[list[Row], list[Row]]:
    before = [row(str(place), COVERED, first, question) for place, (question, first, _) in enumerate(marks)]
    after = [row(str(place), COVERED, second, question) for place, (question, _, second) in enumerate(marks)]
    return before, after


def changed(question: str, worse: int, better: int = 0, same: int = 0) -> list[tuple[str, Status, Status]]:
    return (
        [(question, COVERED, ABSENT)] * worse
        + [(question, ABSENT, COVERED)] * better
        + [(question, COVERED, COVERED)] * same
    )


def compared(*marks: list[tuple[str, Status, Status]]) -> Comparison:
    return compare(*rows([mark for part in marks for mark in part]))


def test_the_difference_and_the_tests_worked_out_by_hand() -> None:
    found = compared(changed("a", 5, 1, 14), changed("b", 3, 1, 16))
    assert (found.before, found.after, found.difference.value) == (0.95, 0.8, -0.15)
    assert (found.worse_points, found.better_points) == (8, 2)
    # Ten changes, each way as likely: at least 8 of 10 is (45 + 10 + 1) / 1024; two-sided twice that.
    assert found.p_drop == pytest.approx(56 / 1024)
    assert found.p == pytest.approx(112 / 1024)


def test_within_questions_with_holms_correction() -> None:
    found = compared(changed("a", 8, 0, 12), changed("b", 5, 1, 14), changed("c", 1, 1, 18), changed("d", 0, 0, 20))
    # a: 1/256; b: at least 5 of 6 is 7/64; c: at least 1 of 2 is 3/4. Three questions changed: x 3, x 2, x 1.
    assert [one.question for one in found.questions] == ["backend/a", "backend/b", "backend/c"]
    assert [one.p for one in found.questions] == pytest.approx([1 / 256, 7 / 64, 3 / 4])
    assert [one.adjusted for one in found.questions] == pytest.approx([3 / 256, 14 / 64, 3 / 4])
    assert found.dropped_questions == ("backend/a",)
    assert found.dropped


def test_a_fall_in_one_question_alone_is_noticed_there_and_not_overall() -> None:
    rest = [mark for place in range(20) for mark in changed(f"q{place}", 0, 0, 20)]
    found = compared(changed("a", 12, 0, 8), rest)
    assert not found.dropped_overall
    assert found.dropped_questions == ("backend/a",)


def test_a_small_fall_in_every_question_is_noticed_overall_and_in_none() -> None:
    everywhere = [mark for place in range(20) for mark in changed(f"q{place}", 2, place % 2, 18)]
    found = compared(everywhere)
    assert found.dropped_overall
    assert found.dropped_questions == ()
    assert found.dropped


def test_a_rise_is_no_drop() -> None:
    found = compared(*(changed(f"q{place}", 0, 6, 14) for place in range(8)))
    assert found.difference.value == 0.3
    assert not found.dropped


def test_with_one_question_mcnemar_alone_decides() -> None:
    assert compared(changed("a", 5, 0, 15)).dropped_overall  # 1/32
    assert not compared(changed("a", 4, 0, 16)).dropped_overall  # 1/16
    assert compared(changed("a", 5, 0, 15)).difference.low is None


def test_the_same_verdicts_twice_are_no_change_but_not_certain() -> None:
    found = compared(changed("a", 0, 0, 20), changed("b", 0, 0, 20))
    # No change in 40: fewer than 1 - 0.05 ** (1 / 40) change either way.
    bound = 1 - 0.05 ** (1 / 40)
    assert (found.difference.value, found.difference.low, found.difference.high) == pytest.approx(
        (0, -bound, bound), abs=1e-6
    )
    assert (found.p, found.p_drop, found.questions, found.better, found.worse) == (1, 1, (), (), ())
    assert not found.dropped
    assert found.noticeable == 5 / 40


def test_nothing_to_compare_is_no_failure() -> None:
    found = compare([], [])
    assert (found.before, found.after, found.difference.value, found.noticeable) == (None, None, None, None)
    assert not found.dropped


def test_changes_are_told_point_by_point() -> None:
    label = row("1", COVERED, ABSENT, probability=0.3)
    other = replace(row("2", ABSENT, ABSENT), target="b")
    before = [label, other, row("3", COVERED, COVERED)]
    after = [row("1", COVERED, UNCLEAR, probability=0.55), replace(row("2", ABSENT, COVERED), target="b"), before[2]]
    found = compare(before, after)
    (better,), (worse,) = found.better, found.worse
    assert (better.case_id, better.target, better.before, better.after) == ("1", "a", ABSENT, UNCLEAR)
    assert (better.before_probability, better.after_probability) == (0.3, 0.55)
    assert (worse.case_id, worse.target, worse.label, worse.question) == ("2", "b", ABSENT, "backend/http")


def test_flags_are_among_the_changes_and_not_in_the_figures() -> None:
    before = [row("1", COVERED, COVERED), replace(row("1", COVERED, COVERED), is_flag=True)]
    after = [before[0], replace(row("1", COVERED, ABSENT), is_flag=True)]
    found = compare(before, after)
    assert (found.difference.n, found.worse_points) == (1, 0)
    assert [one.is_flag for one in found.worse] == [True]


def test_rows_that_only_one_judge_has_are_counted_and_left_out() -> None:
    before, after = rows(changed("a", 1, 0, 3))
    found = compare(before[:3], after[1:])
    assert (found.difference.n, found.left_out) == (2, 2)


def test_other_labels_are_another_set_of_cases() -> None:
    with pytest.raises(UsageError, match=r"'a' of case '1' is not labelled alike"):
        compare([row("1", COVERED, COVERED)], [row("1", ABSENT, COVERED)])


MARKS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from([COVERED, ABSENT]), st.sampled_from([COVERED, ABSENT])),
    min_size=1,
    max_size=30,
)


@settings(deadline=None, max_examples=60)
@given(MARKS)
def test_swapping_the_judges_flips_every_sign(marks: Marks) -> None:
    before, after = rows(marks)
    one, other = compare(before, after), compare(after, before)
    assert one.difference.value == -(other.difference.value or 0)
    assert (one.difference.low is None) == (other.difference.low is None)
    if one.difference.low is not None and other.difference.high is not None:
        assert one.difference.low == pytest.approx(-other.difference.high, abs=2e-6)
    assert (one.better_points, one.worse_points, one.p) == (other.worse_points, other.better_points, other.p)
    assert (one.before, one.noticeable) == (other.after, other.noticeable)
    assert [(c.case_id, c.before, c.after) for c in one.better] == [(c.case_id, c.after, c.before) for c in other.worse]


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 25), st.integers(0, 25))
def test_mcnemar_is_a_sum_of_binomials(worse: int, better: int) -> None:
    count = worse + better
    tail = sum(comb(count, one) for one in range(worse, count + 1)) / 2**count
    assert compared(changed("a", worse, better, 1)).p_drop == pytest.approx(tail)


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_keeps_the_order_and_never_lowers(ps: list[float]) -> None:
    adjusted = holm(ps)
    assert all(p <= one <= 1 for p, one in zip(ps, adjusted, strict=True))
    ordered = [adjusted[place] for place in sorted(range(len(ps)), key=lambda one: ps[one])]
    assert ordered == sorted(ordered)


def test_holm_worked_out_by_hand() -> None:
    # In order: .01 x 4 = .04; .02 x 3 = .06; .03 x 2 = .06; .04 x 1 = .04, raised to .06.
    assert holm([0.04, 0.01, 0.03, 0.02]) == pytest.approx([0.06, 0.04, 0.06, 0.06])


def test_the_noticeable_drop_worked_out_by_hand() -> None:
    # Two rows in each of four questions; sums 2, -2, 0, 0 about a mean of 0.
    steps = np.array([1, 1, -1, -1, 0, 0, 0, 0] * 1, dtype=float)
    groups = ["a", "a", "b", "b", "c", "c", "d", "d"]
    error = np.sqrt(4 / 3 * (2**2 + 2**2)) / 8
    expected = (t.ppf(0.95, 3) + t.ppf(0.80, 3)) * error
    assert expected > 1  # so little is hardly a set, and no drop can be greater than 1
    assert noticeable(groups, steps) == 1.0
    assert noticeable(groups * 25, np.tile(steps, 25) * 0.1) == pytest.approx(expected * 0.1, abs=1e-6)
    assert noticeable(["a", "a"], [0, 1]) is None


def test_a_drop_of_that_size_is_noticed_four_times_in_five() -> None:
    chance = np.random.default_rng(11)
    groups = [f"q{place // 25}" for place in range(1000)]

    def draw(drop: float) -> np.ndarray:
        """Steps of 40 questions that differ in how much they change."""
        each = np.repeat(chance.normal(0, 0.06, 40), 25)
        worse = chance.random(1000) < np.clip(0.15 + drop / 2 + each, 0, 1)
        better = chance.random(1000) < np.clip(0.15 - drop / 2 - each, 0, 1)
        return better.astype(float) - worse

    sizes = [noticeable(groups, draw(0)) or 0.0 for _ in range(50)]
    size = float(np.mean(sizes))
    # Questions are of one size here, so a t test of their means is the same test.
    seen = [ttest_1samp(draw(size).reshape(40, 25).mean(1), 0, alternative="less").pvalue < ALPHA for _ in range(600)]
    assert np.mean(seen) == pytest.approx(POWER, abs=0.06)
