"""Agreement of blind readings: the interval holds the share, narrows with more readings, and kappa is Cohen's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.core.findings import Status
from interviewer.screening.agreement import agreement, wilson

COVERED, PARTIAL, ABSENT, UNCLEAR = Status.COVERED, Status.PARTIAL, Status.ABSENT, Status.UNCLEAR
PAIRS = st.lists(st.tuples(st.sampled_from(Status), st.sampled_from(Status)), max_size=60)


@given(PAIRS)
def test_the_interval_holds_the_share_and_lies_within_its_bounds(pairs: list[tuple[Status, Status]]) -> None:
    found = agreement(pairs)
    assert 0 <= found.low <= found.high <= 1
    assert found.read + found.unsure == len(pairs)
    if found.read:
        assert found.share == found.same / found.read
        assert found.low <= found.share <= found.high
        assert found.low > 0 or found.same == 0
        assert found.high < 1 or found.same == found.read
    else:
        assert (found.share, found.low, found.high, found.kappa) == (None, 0, 1, None)
    if found.kappa is not None:
        assert -1 <= found.kappa <= 1


@given(st.integers(1, 200), st.data())
def test_more_readings_of_the_same_share_narrow_the_interval(count: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, count))
    low, high = wilson(hits, count)
    low_more, high_more = wilson(2 * hits, 2 * count)
    assert high_more - low_more < high - low
    # What is agreed on and what is not are treated alike.
    mirrored = wilson(count - hits, count)
    assert mirrored == pytest.approx((1 - high, 1 - low))


def test_the_interval_is_wilsons() -> None:
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson(20, 20) == pytest.approx((0.8389, 1.0), abs=1e-4)


def test_covered_is_set_against_the_rest_and_what_the_judge_left_open_counts_nowhere() -> None:
    pairs = [(COVERED, COVERED)] * 20 + [(COVERED, ABSENT)] * 5 + [(ABSENT, COVERED)] * 10 + [(PARTIAL, ABSENT)] * 15
    found = agreement([*pairs, (COVERED, UNCLEAR), (ABSENT, UNCLEAR)])
    assert (found.read, found.same, found.share, found.unsure) == (50, 35, 0.7, 2)
    # Cohen's own kind of example: 0.7 seen, 0.5 by chance.
    assert found.kappa == pytest.approx(0.4)


def test_kappa_is_left_open_where_chance_alone_makes_all_of_it() -> None:
    assert agreement([(COVERED, COVERED)] * 5).kappa is None
    assert agreement([(COVERED, COVERED)] * 5).share == 1
