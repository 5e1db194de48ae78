"""Decisive doubts are found fast, and are those that the plain definition gives: it stands here as the oracle."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from interviewer.core.criteria import Basis, Grades
from interviewer.core.doubts import Doubt, decisive
from interviewer.core.events import Mode
from interviewer.core.scenario import Criteria, Severity
from interviewer.core.scoring import FlagGrade, PointGrade, QuestionGrade, grade, level_of
from interviewer.core.state import State
from tests.factories import (
    ABSENT,
    CORE,
    COVERED,
    EMBEDDED,
    MINIMUM,
    PANEL,
    PARTIAL,
    STRONG,
    UNCLEAR,
    Log,
    Mark,
    criteria,
    criterion,
    flag,
    point,
    question,
    scenario,
)

STATUSES = st.sampled_from([COVERED, PARTIAL, ABSENT, UNCLEAR, UNCLEAR])
FLAGS = st.sampled_from([COVERED, UNCLEAR, ABSENT])
MARKS = st.fixed_dictionaries({**dict.fromkeys("macgs", STATUSES), "red": FLAGS, "grave": FLAGS})
POINTS = st.lists(st.sampled_from([f"q{n}.{name}" for n in (1, 2, 3) for name in "macgs"]), max_size=4, unique=True)
SHOWN = st.lists(st.sampled_from([f"q{n}.{name}" for n in (1, 2, 3) for name in ("red", "grave")]), max_size=1)


@st.composite
def rules(draw: st.DrawFn) -> Criteria:
    """Criteria over any points and flags, each kind at least once where it has any."""

    def some(kind: str, most: int) -> list[object]:
        made = []
        for number in range(draw(st.integers(1, most))):
            points, flags = draw(POINTS), tuple(draw(SHOWN))
            need = draw(st.none() | st.integers(1, len(points))) if points else None
            bare = not points and not flags
            made.append(criterion(f"{kind}{number}", *points, flags=flags, need=need, person=bare))
        return made

    return criteria(some("p", 3), strong=some("s", 3), failing=some("f", 2))  # type: ignore[arg-type]


@settings(max_examples=150, deadline=None)
@given(rules(), st.lists(st.none() | MARKS, min_size=3, max_size=3), st.sampled_from(Mode), st.data())
def test_they_are_those_of_the_plain_definition(
    decides: Criteria, marks: list[dict[str, Mark] | None], mode: Mode, data: st.DataObject
) -> None:
    asked = [
        question(
            f"q{number}",
            point("m", MINIMUM),
            point("a", CORE, group="either"),
            point("c", CORE, group="either"),
            point("g", CORE),
            point("s", STRONG),
            red_flags=(flag("red"), flag("grave", Severity.DISQUALIFYING)),
        )
        for number in (1, 2, 3)
    ]
    judge = data.draw(st.sampled_from([EMBEDDED, PANEL]))
    log = Log(scenario(*asked, decides=decides), mode=mode, judge=judge)
    for number, mark in enumerate(marks, start=1):
        if mark is None:
            log.ask(f"q{number}").unscored("what I know").close()
        else:
            log.whole(f"q{number}", mark)
    log.end()
    for target in data.draw(st.lists(st.sampled_from(["q1.m", "q2.red", "q3.g"]), max_size=2, unique=True)):
        log.override(target, data.draw(st.sampled_from([COVERED, ABSENT, UNCLEAR])))
    basis, grades = material(log.state)
    assert decisive(basis, grades) == plainly_decisive(basis, grades)


def material(state: State) -> tuple[Basis, dict[str, QuestionGrade]]:
    grades = {name: grade(state, name) for name in state.plan}
    alone = frozenset(name for name in grades if state.mode is Mode.SCREEN and name != "q3")
    return Basis(state.scenario.criteria, state.plan, state.whole, alone), grades


# The oracle: each doubt is settled either way with all other doubts settled in three ways, everything worked out anew.


def plainly_decisive(basis: Basis, grades: Grades) -> tuple[Doubt, ...]:
    worst, best = (settle_all(grades, answer=answer) for answer in (False, True))
    mixed, found = worst, []
    for doubt in in_doubt(grades):
        tried = [either(basis, others, grades, doubt) for others in (worst, best, mixed)]
        found.append(max(tried, key=lambda one: one.weight))
        mixed = settled(mixed, grades, doubt, answer=True)
    return tuple(sorted((one for one in found if any(one.weight)), key=lambda one: one.weight, reverse=True))


def in_doubt(grades: Grades) -> list[Doubt]:
    doubts = []
    for one in grades.values():
        name, same = one.question.id, (one.low, one.low)
        doubts += [Doubt(f"{name}.{p.point.id}", name, False, same, (None, None)) for p in one.points if p.in_doubt]
        doubts += [Doubt(f"{name}.{f.flag.id}", name, True, same, (None, None)) for f in one.flags if f.in_doubt]
    return doubts


def either(basis: Basis, others: Grades, grades: Grades, doubt: Doubt) -> Doubt:
    against, favour = (settled(others, grades, doubt, answer=answer) for answer in (False, True))
    return replace(
        doubt,
        levels=(against[doubt.question].low, favour[doubt.question].low),
        recommendations=(basis.recommend(against), basis.recommend(favour)),
    )


def settled(others: Grades, grades: Grades, doubt: Doubt, *, answer: bool) -> dict[str, QuestionGrade]:
    name = doubt.target.split(".")[1]
    now, asked = others[doubt.question], grades[doubt.question]
    points = tuple(
        settle_point(before, answer) if before.point.id == name else point
        for before, point in zip(asked.points, now.points, strict=True)
    )
    flags = tuple(
        settle_flag(before, answer) if before.flag.id == name else flag
        for before, flag in zip(asked.flags, now.flags, strict=True)
    )
    return {**others, doubt.question: regrade(asked, points, flags)}


def settle_all(grades: Grades, *, answer: bool) -> dict[str, QuestionGrade]:
    made = {}
    for name, one in grades.items():
        points = tuple(settle_point(point, answer) for point in one.points)
        made[name] = regrade(one, points, tuple(settle_flag(flag, answer) for flag in one.flags))
    return made


def settle_point(one: PointGrade, answer: bool) -> PointGrade:
    credit = one.high if answer else one.low
    return replace(one, low=credit, high=credit, by_person=True) if one.in_doubt else one


def settle_flag(one: FlagGrade, answer: bool) -> FlagGrade:
    return replace(one, shown_low=not answer, shown_high=not answer) if one.in_doubt else one


def regrade(one: QuestionGrade, points: tuple[PointGrade, ...], flags: tuple[FlagGrade, ...]) -> QuestionGrade:
    low = level_of(one.question, {p.point.id: p.low for p in points}, [f.flag.severity for f in flags if f.shown_low])
    high = level_of(
        one.question, {p.point.id: p.high for p in points}, [f.flag.severity for f in flags if f.shown_high]
    )
    return replace(one, low=low, high=high, points=points, flags=flags)
