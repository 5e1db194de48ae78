"""Results: computed from the logs, fast again when nothing has changed, and blind until somebody decides."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from interviewer.core import events as ev
from interviewer.core.hiring import Recommendation
from interviewer.hosting.digests import Digests
from interviewer.hosting.exports import COLUMNS, agreement_words, to_csv, to_json
from interviewer.hosting.results import Order, Row, Wanted, chosen
from interviewer.hosting.reviewing import Reviewing
from interviewer.screening.agreement import agreement
from interviewer.screening.invite import Accommodation, Invite, Presentation
from interviewer.screening.position import Position
from interviewer.screening.records import Deed, Trouble
from interviewer.web.house import House
from tests.factories import ABSENT, BEGIN, COVERED, UNCLEAR, Log, tiny_scenario
from tests.interviews import held, screened, stored

Make = Callable[..., tuple[Invite, str]]


@pytest.fixture
def backend(position: Callable[..., Position]) -> Position:
    return position()


def rows(house: House, who: str = "ada") -> tuple[Row, ...]:
    return house.results.rows(house.office.position("backend"), who)


def deed(house: House, who: str = "ada") -> Reviewing:
    return Reviewing(house.program, house.hall, who)


def test_a_candidate_who_has_not_begun_has_a_label_and_nothing_else(
    house: House, backend: Position, invite: Make
) -> None:
    invite("Grace Example")
    (row,) = rows(house)
    assert (row.digest, row.interview, row.name, row.waiting) == (None, None, None, ())
    assert row.shown == row.label and row.label.startswith("Candidate ")
    assert "Grace" not in repr(row)


def test_a_finished_interview_is_told_in_short(house: House, backend: Position, invite: Make) -> None:
    made, _ = invite("Grace Example", accommodation=Accommodation(presentation=Presentation.LARGE))
    interview = held(house, made, screened({"request": UNCLEAR}))
    house.office.add_trouble(Trouble(invite=made.id, at=BEGIN, turn=2, words="it froze"))
    (row,) = rows(house)
    assert row.digest is not None
    assert (row.interview, row.digest.recommendation, row.digest.doubts) == (interview, Recommendation.NOT_ENOUGH, 1)
    assert [(one.id, one.low, one.high) for one in row.digest.levels] == [
        ("http", 1, 4),
        ("caching", 4, 4),
        ("codes", 4, 4),
    ]
    assert (row.to_check, row.troubles, row.accommodated, row.attempts) == (1, 1, True, 1)


def test_what_a_person_does_is_in_the_list_at_once(house: House, backend: Position, invite: Make) -> None:
    made, _ = invite()
    interview = held(house, made, screened({"request": UNCLEAR}))
    assert rows(house)[0].to_check == 1
    deed(house).settle(interview, "http.request", COVERED)
    (row,) = rows(house)
    assert row.digest is not None and row.digest.recommendation is Recommendation.STRONG_PASS
    assert row.to_check == 0
    deed(house).settle(interview, "http.request", ABSENT, "it is not there")
    assert rows(house)[0].digest.recommendation is Recommendation.FAIL  # type: ignore[union-attr]


def test_a_log_is_read_once_as_long_as_it_does_not_grow(
    house: House, backend: Position, invite: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Grace", "Ada", "Alan"):
        held(house, invite(name)[0], screened())
    read: list[str] = []
    opened = house.program.store.open
    monkeypatch.setattr(house.program.store, "open", lambda name: (read.append(name), opened(name))[1])
    rows(house)
    first = rows(house)
    assert len(read) == 3
    house.hall.append(first[0].interview or "", ev.Commented(at=BEGIN, by="ada", text="good"))
    again = rows(house)
    assert [one.digest.comments for one in again if one.digest] == [1, 0, 0]
    # The hall has read it too, in order to append.
    assert sorted(read[3:]) == sorted([first[0].interview, first[0].interview])


def test_after_a_start_all_lists_can_be_worked_out_ahead(
    house: House, backend: Position, invite: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, _ = invite("Grace")
    held(house, made, screened())
    house.office.add_trouble(Trouble(invite=made.id, at=BEGIN, turn=2))
    house.results.warm()
    monkeypatch.setattr(house.program.store, "open", lambda name: pytest.fail(f"{name} was read again"))
    (row,) = rows(house)
    assert row.digest is not None and row.troubles == 1


def test_only_so_many_digests_are_kept(house: House, backend: Position, invite: Make) -> None:
    few = Digests(house.program.store, most=2)
    names = [stored(house, screened()) for _ in range(4)]
    for name in names:
        assert few.of(name).interview == name
    assert len(few) == 2
    few.forget(names[-1])
    assert len(few) == 1


def test_a_damaged_log_hides_no_other(house: House, backend: Position, invite: Make) -> None:
    broken, whole = held(house, invite("Grace")[0], screened()), held(house, invite("Ada")[0], screened())
    damage(house, broken)
    house.results.forget(broken)
    found = {row.interview: row for row in rows(house)}
    assert found[broken].digest is None and "damaged" in found[broken].problem
    assert found[whole].digest is not None


def damage(house: House, interview: str) -> None:
    import sqlite3

    with sqlite3.connect(house.program.settings.database) as raw:
        raw.execute("update event set body = '{}' where interview = ? and seq = 3", (interview,))


# Names


def test_a_name_is_hidden_until_somebody_decides(house: House, backend: Position, invite: Make) -> None:
    interview = held(house, invite("Grace Example")[0], screened())
    assert rows(house)[0].name is None
    deed(house).decide(interview, "hold", "to be seen")
    assert [row.name for row in rows(house)] == [row.name for row in rows(house, "bob")] == ["Grace Example"]


def test_who_reveals_a_name_sees_it_alone_and_it_is_recorded(house: House, backend: Position, invite: Make) -> None:
    first = held(house, invite("Grace Example")[0], screened())
    held(house, invite("Alan Example")[0], screened())
    deed(house).reveal(first)
    assert {row.interview: row.name for row in rows(house)}[first] == "Grace Example"
    assert sorted(str(row.name) for row in rows(house)) == ["Grace Example", "None"]
    assert all(row.name is None for row in rows(house, "bob"))
    (_, entry), *_ = house.office.entries(deeds=[Deed.NAME_REVEALED])
    assert (entry.who, entry.subject, entry.target) == ("ada", first, "")


def test_a_fresh_attempt_is_blind_again(house: House, backend: Position, invite: Make) -> None:
    made, _ = invite("Grace Example")
    deed(house).reveal(held(house, made, screened()))
    assert rows(house)[0].name == "Grace Example"
    held(house, made, screened())
    assert (rows(house)[0].name, rows(house)[0].attempts) == (None, 2)


# Order


def test_the_list_is_sorted_and_filtered_by_what_was_found(house: House, backend: Position, invite: Make) -> None:
    strong = held(house, invite("A")[0], screened())
    weak = held(house, invite("B")[0], screened({"request": ABSENT}))
    doubtful = held(house, invite("C")[0], screened({"request": UNCLEAR}, {"teapot": UNCLEAR}))
    invite("D")
    deed(house).decide(weak, "reject", "the basics are missing")
    all_ = rows(house)

    def order(by: Order, *, descending: bool = True, **more: Any) -> list[str | None]:
        return [one.interview for one in chosen(all_, Wanted(order=by, descending=descending, **more))]

    assert order(Order.RECOMMENDATION) == [strong, doubtful, weak, None]
    assert order(Order.RECOMMENDATION, descending=False) == [weak, doubtful, strong, None]
    assert order(Order.DOUBTS)[0] == doubtful
    assert order(Order.LEVELS)[0] == strong
    assert order(Order.DECISION)[0] == weak
    assert order(Order.FINISHED)[-1] is None
    assert order(Order.CANDIDATE, descending=False, status="done", decision="reject") == [weak]
    assert set(order(Order.CANDIDATE, decision="open")) == {strong, doubtful, None}
    assert order(Order.CANDIDATE, recommendation="strong pass") == [strong]


def test_nothing_sorts_by_how_a_candidate_typed() -> None:
    assert {one.value for one in Order} == {
        "finished",
        "candidate",
        "recommendation",
        "levels",
        "doubts",
        "decision",
    }


# Exports


def test_the_csv_takes_nothing_for_a_formula_and_hides_names(house: House, backend: Position, invite: Make) -> None:
    for name in ("=HYPERLINK(1)", "+1", "-1", "@x"):
        deed(house).decide(held(house, invite(name)[0], screened()), "advance", "=cmd|' /C calc'!A0")
    held(house, invite("Grace")[0], screened())
    text = to_csv(rows(house), tiny_scenario())
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert tuple(lines[0][: len(COLUMNS)]) == COLUMNS
    assert "Grace" not in text
    cells = [cell for line in lines for cell in line]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert "'=HYPERLINK(1)" in cells and "'=cmd|' /C calc'!A0" in cells
    assert len({len(line) for line in lines}) == 1
    assert lines[0][-6:] == [
        f"level_{name}_{side}" for name in ("http", "caching", "codes") for side in ("low", "high")
    ]
    assert lines[1][-6:] == ["4"] * 6


def test_the_json_says_what_it_is_and_hides_names(house: House, backend: Position, invite: Make) -> None:
    interview = held(house, invite("Grace Example")[0], screened({"request": UNCLEAR}))
    invite("Alan Example")
    found = to_json(rows(house), backend, house.results.readings(rows(house)), house.clock.now())
    text = json.dumps(found)
    assert found["schema"] == "interviewer.results/1"
    assert "Grace" not in text and "Alan" not in text
    one = next(row for row in found["candidates"] if row["interview"])
    assert one["name_hidden"] is True and one["interview"]["id"] == interview
    assert one["interview"]["questions"][0]["level"] == {"low": 1, "high": 4}
    assert one["interview"]["log"]["length"] == house.program.store.tip(interview)[0]
    assert found["agreement"]["points"] == {
        "read": 0, "same": 0, "share": None, "interval": None, "kappa": None, "unsure": 0,
    }  # fmt: skip


def test_agreement_is_told_with_its_interval() -> None:
    pairs = [(COVERED, COVERED)] * 25 + [(ABSENT, ABSENT)] * 16 + [(ABSENT, COVERED)] * 4
    assert agreement_words(agreement(pairs)) == "41 of 45 the same (91 %, 95 % interval 79 to 96 %), kappa 0.82"
    assert agreement_words(agreement([(COVERED, UNCLEAR)])) == "nothing was read blind yet"
    assert agreement_words(agreement([*pairs, (COVERED, UNCLEAR)])).endswith("; on 1 more the judge was not sure")


def test_the_digest_of_an_unfinished_interview_has_no_end(house: House, backend: Position, invite: Make) -> None:
    log = Log(tiny_scenario(), mode=ev.Mode.SCREEN).whole("http", {"request": COVERED})
    held(house, invite()[0], log)
    (row,) = rows(house)
    assert row.digest is not None
    assert (row.digest.ended, row.digest.ended_at, row.waiting) == (None, None, ())
    assert row.digest.last_at == log.events[-1].at
