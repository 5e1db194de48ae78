"""The form of a scenario's sections: titles, minutes, and which questions stand in them in which order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from interviewer.core.scenario import Scenario
from interviewer.hosting.editing import ChangedMeanwhile, Editing, plan_stamp
from interviewer.screening.editing import MOST_SECTIONS, CannotEdit
from interviewer.screening.faults import WHOLE
from interviewer.screening.position import Position
from interviewer.web import sections_form
from interviewer.web.editing import CheckPage, check_page
from interviewer.web.editing_questions import ours
from interviewer.web.fields import Draft, Given
from interviewer.web.guard import Inviting
from interviewer.web.house import Here, House
from interviewer.web.pages import back, render

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Standing:
    """A question in the form: its row, what it is called, and its follow-ups in order, by id and title."""

    row: int
    question: str
    title: str
    above: int | None
    """The row above it in its section; None: it is the first."""
    follow_ups: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section in the form: its row, what it is called, its questions, and whether it may go."""

    row: int
    title: str
    questions: tuple[Standing, ...]
    removable: bool


@dataclass(frozen=True, slots=True)
class SectionsPage:
    """The form of the sections."""

    position: Position
    draft: Draft
    stamp: str
    action: str
    sections: tuple[SectionRow, ...]
    stray: tuple[Standing, ...]
    """Questions whose section is none of these."""
    options: tuple[tuple[str, str], ...]
    """Key and title of the sections."""
    lenders: tuple[tuple[str, str], ...]
    """Those that have a question, and may be given minutes."""
    room: bool
    """Whether there may be one more."""
    check: CheckPage
    unsaved: bool


@router.get("/positions/{name}/scenario/sections")
def sections(request: Request, house: Here, _account: Inviting, name: str) -> Response:
    """The form."""
    position, scenario = ours(house, name)
    return _page(request, house, position, scenario, sections_form.draft_of(scenario))


@router.post("/positions/{name}/scenario/sections")
def save_sections(request: Request, house: Here, account: Inviting, given: Given, name: str) -> Response:
    """Store them, or show the form again: with another row, or with what is wrong."""
    position, scenario = ours(house, name)
    draft, was = sections_form.fitted(sections_form.read(given), scenario), given.one("was")
    arranged = sections_form.arranged(draft, given.one("do"))
    if arranged:
        return _page(request, house, position, scenario, arranged, was=was, unsaved=True)
    made = sections_form.plan_of(draft)
    if isinstance(made, dict):
        return _page(request, house, position, scenario, draft.refused(made), was=was)
    try:
        Editing(house.program).put_plan(name, *made, was, account.name)
    except (CannotEdit, ChangedMeanwhile) as error:
        # The plan that is stored now is the one that saving again replaces.
        return _page(request, house, position, scenario, draft.refused({WHOLE: str(error)}))
    return back(f"/positions/{name}/scenario", "The sections are saved.")


def _page(
    request: Request,
    house: House,
    position: Position,
    scenario: Scenario,
    draft: Draft,
    *,
    was: str = "",
    unsaved: bool = False,
) -> Response:
    keys = [draft.value(f"sections.{row}.id") for row in range(draft.rows["sections"])]
    titles = [draft.value(f"sections.{row}.title").strip() or f"Section {row + 1}" for row in range(len(keys))]
    options, used = tuple(zip(keys, titles, strict=True)), sections_form.used_sections(draft)
    standing = list(_standing(draft, scenario))
    page = SectionsPage(
        position=position,
        draft=draft,
        stamp=was or plan_stamp(scenario),
        action=f"/positions/{position.id}/scenario/sections",
        sections=tuple(
            SectionRow(row, title, tuple(one for where, one in standing if where == key), key not in used)
            for row, (key, title) in enumerate(options)
        ),
        stray=tuple(one for where, one in standing if where not in keys),
        options=options,
        lenders=tuple(one for one in options if one[0] in used),
        room=len(keys) < MOST_SECTIONS,
        check=check_page(house, position, scenario),
        unsaved=unsaved,
    )
    return render(request, "office/sections.html.j2", page, status=422 if draft.errors else 200)


def _standing(draft: Draft, scenario: Scenario) -> Iterator[tuple[str, Standing]]:
    """The questions, each with the key of its section."""
    last: dict[str, int] = {}
    for row in range(draft.rows["questions"]):
        at = f"questions.{row}"
        name, section = draft.value(f"{at}.id"), draft.value(f"{at}.section")
        question = scenario.main_of(name)
        titles = {one.id: one.title for one in question.follow_ups}
        after = tuple((one, titles[one]) for one in draft.value(f"{at}.follow_ups").split())
        yield section, Standing(row, name, question.title, last.get(section), after)
        last[section] = row
