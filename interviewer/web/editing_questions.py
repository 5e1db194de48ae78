"""The form of a question: its words, points, red flags, hints and answers; with the check beside it."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from interviewer.core.errors import UsageError
from interviewer.core.scenario import FollowUp, MainQuestion, Question, Scenario
from interviewer.hosting.editing import ChangedMeanwhile, Editing, Saved, stamp
from interviewer.screening.editing import CannotEdit, main_of
from interviewer.screening.faults import WHOLE
from interviewer.screening.position import Position
from interviewer.web import question_form, when_form
from interviewer.web.editing import CheckPage, check_page, start_check
from interviewer.web.fields import Draft, Given
from interviewer.web.guard import Inviting
from interviewer.web.house import Here, House
from interviewer.web.pages import back, render

router = APIRouter()
PAGE = "office/question.html.j2"
GONE = "Somebody else removed this since you opened it. Saving makes a new one of your words."
"""Said of what is saved and is not there any more."""


@dataclass(frozen=True, slots=True)
class When:
    """A point of the parent that a follow-up may depend on: what it says, and what can be chosen."""

    says: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """The form of a question, an old or a new one (no `question`)."""

    position: Position
    scenario: Scenario
    question: Question | None
    parent: MainQuestion | None
    """The main question that it follows up; None for a main one."""
    draft: Draft
    action: str
    stamp: str
    check: CheckPage | None
    unsaved: bool
    """Whether a row was added, moved or removed, and nothing is saved of it yet."""
    points: tuple[tuple[str, str], ...]
    """Id and statement of the points that hints may name: those of the form that have an id."""
    when: tuple[When, ...]
    """What a follow-up may depend on."""
    tiers: tuple[tuple[str, str], ...] = question_form.TIERS
    severities: tuple[tuple[str, str], ...] = question_form.SEVERITIES

    @property
    def depends(self) -> int:
        """On how many points of its parent it depends."""
        return sum(self.draft.value(f"{when_form.ROWS}.{row}.is") != when_form.EITHER for row in range(len(self.when)))

    @property
    def main(self) -> bool:
        """Whether it is a main question: those have a section and answers for the check."""
        return self.parent is None


@router.get("/positions/{name}/scenario/questions/{question}")
def edit(request: Request, house: Here, _account: Inviting, name: str, question: str) -> Response:
    """The form of a question that there is."""
    position, scenario = ours(house, name)
    held, parent = _question(scenario, question)
    return _page(request, house, position, scenario, question_form.draft_of(held, parent), held=held)


@router.post("/positions/{name}/scenario/questions/{question}")
def save(request: Request, house: Here, account: Inviting, given: Given, name: str, question: str) -> Response:
    """Store it, or show the form again: with another row, or with what is wrong."""
    position, scenario = ours(house, name)
    draft = question_form.read(given)
    if "title" in given and question not in _ids(scenario):
        mains = [one for one in scenario.questions if one.id == given.one("parent")]
        return _page(request, house, position, scenario, draft.refused({WHOLE: GONE}), parent=next(iter(mains), None))
    held, parent = _question(scenario, question)
    arranged = question_form.arranged(draft, given.one("do"))
    if arranged:
        return _page(request, house, position, scenario, arranged, held=held, was=given.one("was"), unsaved=True)
    made = question_form.question_of(draft, type(held), held, (), parent)
    if isinstance(made, dict):
        return _page(request, house, position, scenario, draft.refused(made), held=held, was=given.one("was"))
    try:
        saved = Editing(house.program).put_question(name, made, given.one("was"), account.name)
    except (CannotEdit, ChangedMeanwhile) as error:
        # The version that is stored now is the one that saving again replaces.
        return _page(request, house, position, scenario, draft.refused({WHOLE: str(error)}), held=held)
    start_check(house, saved.position, saved.scenario, main_of(saved.scenario, question).id)
    return back(_path(name, question), _told("Saved. The check looks at it now.", saved))


@router.post("/positions/{name}/scenario/questions/{question}/remove")
def remove(house: Here, account: Inviting, name: str, question: str) -> Response:
    """Take it out, wherever it is named; or say what needs it."""
    ours(house, name)
    try:
        saved = Editing(house.program).drop_question(name, question, account.name)
    except CannotEdit as error:
        return back(_path(name, question), error=str(error))
    return back(f"/positions/{name}/scenario", _told("The question is removed.", saved))


@router.get("/positions/{name}/scenario/new-question")
def new(request: Request, house: Here, _account: Inviting, name: str, section: str = "") -> Response:
    """The form of a new main question."""
    position, scenario = ours(house, name)
    known = [one.id for one in scenario.sections]
    return _page(request, house, position, scenario, question_form.blank(section if section in known else known[0]))


@router.post("/positions/{name}/scenario/new-question")
def add(request: Request, house: Here, account: Inviting, given: Given, name: str) -> Response:
    """Store a new main question, or show the form again."""
    position, scenario = ours(house, name)
    draft = question_form.read(given)
    arranged = question_form.arranged(draft, given.one("do"))
    if arranged:
        return _page(request, house, position, scenario, arranged, unsaved=True)
    made = question_form.question_of(draft, MainQuestion, None, _ids(scenario))
    if isinstance(made, MainQuestion):
        try:
            saved = Editing(house.program).add_question(name, made, account.name)
        except CannotEdit as error:
            made = {WHOLE: str(error)}
        else:
            start_check(house, saved.position, saved.scenario, made.id)
            return back(_path(name, made.id), _told("The question is there. The check looks at it now.", saved))
    return _page(request, house, position, scenario, draft.refused(made))


@router.get("/positions/{name}/scenario/questions/{question}/new-follow-up")
def new_follow_up(request: Request, house: Here, _account: Inviting, name: str, question: str) -> Response:
    """The form of a new follow-up."""
    position, scenario = ours(house, name)
    parent = main_of(scenario, question)
    return _page(request, house, position, scenario, question_form.blank("", parent), parent=parent)


@router.post("/positions/{name}/scenario/questions/{question}/new-follow-up")
def add_follow_up(request: Request, house: Here, account: Inviting, given: Given, name: str, question: str) -> Response:
    """Store a new follow-up, or show the form again."""
    position, scenario = ours(house, name)
    parent, draft = main_of(scenario, question), question_form.read(given)
    arranged = question_form.arranged(draft, given.one("do"))
    if arranged:
        return _page(request, house, position, scenario, arranged, parent=parent, unsaved=True)
    made = question_form.question_of(draft, FollowUp, None, _ids(scenario), parent)
    if isinstance(made, FollowUp):
        try:
            saved = Editing(house.program).add_follow_up(name, parent.id, made, account.name)
        except CannotEdit as error:
            made = {WHOLE: str(error)}
        else:
            start_check(house, saved.position, saved.scenario, parent.id)
            return back(_path(name, made.id), _told("The follow-up is there. The check looks at it now.", saved))
    return _page(request, house, position, scenario, draft.refused(made), parent=parent)


def _page(
    request: Request,
    house: House,
    position: Position,
    scenario: Scenario,
    draft: Draft,
    *,
    held: Question | None = None,
    parent: MainQuestion | None = None,
    was: str = "",
    unsaved: bool = False,
) -> Response:
    """The form; `was` is the stamp of the version that was opened, where it is not the one stored now."""
    main = main_of(scenario, held.id) if held else parent
    if held:
        action = _path(position.id, held.id)
        parent = main if isinstance(held, FollowUp) else None
    elif parent:
        action = f"{_path(position.id, parent.id)}/new-follow-up"
    else:
        action = f"/positions/{position.id}/scenario/new-question"
    page = QuestionPage(
        position=position,
        scenario=scenario,
        question=held,
        parent=parent,
        draft=draft,
        action=action,
        stamp=was or (stamp(held) if held else ""),
        check=check_page(house, position, scenario, main.id) if held and main else None,
        unsaved=unsaved,
        points=_points(draft),
        when=_when(draft, parent) if parent else (),
    )
    return render(request, PAGE, page, status=422 if draft.errors else 200)


def _points(draft: Draft) -> tuple[tuple[str, str], ...]:
    names = [f"points.{index}" for index in range(draft.rows["points"])]
    return tuple((draft.value(f"{one}.id"), draft.value(f"{one}.says")) for one in names if draft.value(f"{one}.id"))


def _when(draft: Draft, parent: MainQuestion) -> tuple[When, ...]:
    says = {one.id: one.says for one in parent.points}
    rows = [f"{when_form.ROWS}.{index}" for index in range(draft.rows[when_form.ROWS])]
    return tuple(
        When(
            says.get(draft.value(f"{row}.point"), "A point that is there no more"),
            when_form.CHOICES + ((when_form.NEVER,) if draft.value(f"{row}.is") == when_form.BOTH else ()),
        )
        for row in rows
    )


def ours(house: House, name: str) -> tuple[Position, Scenario]:
    """A position whose scenario may be changed, and that scenario; raises UsageError."""
    position = house.office.position(name)
    if not position.ours:
        raise UsageError(
            "This position still uses a shared scenario.", "Choose \u201cMake it ours\u201d among its questions."
        )
    return position, house.office.scenario(position.scenario_sha256)


def _question(scenario: Scenario, name: str) -> tuple[MainQuestion | FollowUp, MainQuestion | None]:
    """The question, and the one that it follows up (None: it is a main one)."""
    main = main_of(scenario, name)
    follow_up = next((one for one in main.follow_ups if one.id == name), None)
    return (follow_up, main) if follow_up else (main, None)


def _ids(scenario: Scenario) -> tuple[str, ...]:
    return tuple(one.id for one in scenario.all_questions())


def _path(position: str, question: str) -> str:
    return f"/positions/{position}/scenario/questions/{question}"


def _told(words: str, saved: Saved) -> str:
    return " ".join((words, *saved.repairs))
