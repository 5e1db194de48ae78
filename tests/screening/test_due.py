"""What is due before candidates in some places are screened: dates worked out, sources named."""

from __future__ import annotations

from datetime import date

import pytest

from interviewer.screening.due import (
    PLACES,
    a_year_before,
    after_business_days,
    due,
    earliest,
    keeping_words,
    too_short,
)
from interviewer.screening.position import MAX_RETENTION, Place

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (MONDAY, 10, date(2026, 12, 7)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),  # Friday to Monday
        (date(2026, 11, 28), 1, date(2026, 11, 30)),  # Saturday to Monday
        (date(2026, 11, 29), 10, date(2026, 12, 11)),  # Sunday
        (MONDAY, 0, MONDAY),
    ],
)
def test_business_days_are_counted_without_weekends(start: date, count: int, end: date) -> None:
    assert after_business_days(start, count) == end


def test_new_york_city_asks_for_notice_ten_business_days_ahead_and_an_audit_within_the_year() -> None:
    notice, audit, data = due([Place.NEW_YORK_CITY], MONDAY)
    assert notice.not_before == date(2026, 12, 7)
    assert "7 December 2026" in notice.when
    assert "holiday" in notice.when
    assert "7 December 2025 or later" in audit.when
    assert "30 days" in data.why
    assert all("Local Law 144" in one.source for one in (notice, audit, data))


def test_only_a_place_with_a_waiting_time_delays_the_first_invitation() -> None:
    assert earliest([Place.CALIFORNIA, Place.EUROPEAN_UNION, Place.ELSEWHERE], MONDAY) is None
    assert earliest(PLACES, MONDAY) == date(2026, 12, 7)


@pytest.mark.parametrize("place", [one for one in Place if one is not Place.ELSEWHERE])
def test_every_place_has_something_due_with_its_source(place: Place) -> None:
    listed = due([place], MONDAY)
    assert listed
    for one in listed:
        assert one.place is place
        assert one.what and one.why and one.when and one.source


def test_places_come_in_their_order_however_they_are_given() -> None:
    listed = due([Place.UNITED_KINGDOM, Place.ILLINOIS], MONDAY)
    assert [one.place for one in listed] == [Place.ILLINOIS, Place.UNITED_KINGDOM, Place.UNITED_KINGDOM]


def test_a_rule_that_is_to_come_is_told_by_its_date() -> None:
    before, after = due([Place.COLORADO], MONDAY)[0], due([Place.COLORADO], date(2027, 3, 1))[0]
    assert "from 1 January 2027" in before.when
    assert "in force since 1 January 2027" in after.when


@pytest.mark.parametrize(
    ("day", "before"), [(date(2028, 2, 29), date(2027, 3, 1)), (date(2026, 12, 7), date(2025, 12, 7))]
)
def test_a_year_before(day: date, before: date) -> None:
    assert a_year_before(day) == before


def test_a_short_retention_gets_a_hint_where_records_are_kept_longer() -> None:
    found = too_short([Place.CALIFORNIA, Place.EUROPEAN_UNION, Place.UNITED_KINGDOM], 180)
    assert [one.place for one in found] == [Place.CALIFORNIA, Place.EUROPEAN_UNION]
    assert too_short([Place.EUROPEAN_UNION], 184) == ()
    assert [one.place for one in too_short([Place.CALIFORNIA], 1460)] == [Place.CALIFORNIA]
    assert too_short([Place.CALIFORNIA], MAX_RETENTION) == ()


def test_a_hint_says_what_can_be_done_within_what_can_be_set() -> None:
    california, europe = too_short([Place.CALIFORNIA, Place.EUROPEAN_UNION], 30)
    can = california.days <= MAX_RETENTION
    assert ("Set 1461 days" in keeping_words(california)) is can
    assert "Set 184 days or more" in keeping_words(europe)
