"""From interviews that persons have reviewed to labelled cases: a judge measured on one's own candidates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from interviewer.core.events import MoveKind, Who
from interviewer.core.findings import Intent, Status
from interviewer.core.fingerprint import scenario_sha256
from interviewer.core.scenario import Question, Scenario
from interviewer.core.state import State
from interviewer.evaluation.cases import Case, CaseTurn

KIND = "review"
"""The kind of all cases that come from persons' words."""
_ID_CHARS = 40
_HASH_CHARS = 8


def review_cases(interview: str, state: State) -> Iterator[Case]:
    """A case for each first attempt at a question on which a person has said something clear, in file order.

    What nobody spoke on, or only to say that it is unclear, is unlabelled. A question that nobody answered makes
    no case, since there are no words to judge.
    """
    for question in state.scenario.all_questions():
        labels = _labels(question, state)
        turns = _turns(question, state)
        if labels and any(turn.who is Who.CANDIDATE for turn in turns):
            yield _case(interview, state.scenario, question, labels, turns)


def _labels(question: Question, state: State) -> dict[str, Status]:
    """What persons said of the question's points and flags, where it is clear."""
    words = {name: state.words.get(f"{question.id}.{name}") for name in _names(question)}
    return {name: word.status for name, word in words.items() if word and word.status is not Status.UNCLEAR}


def _names(question: Question) -> tuple[str, ...]:
    return (*(point.id for point in question.points), *(flag.id for flag in question.red_flags))


def _turns(question: Question, state: State) -> tuple[CaseTurn, ...]:
    """The turns that count for the question, without the one that asks it where it comes first: a case implies it."""
    turns = state.judged_turns(question.id)
    if turns and turns[0].move is MoveKind.ASK and turns[0].question == question.id:
        turns = turns[1:]
    return tuple(CaseTurn(who=turn.who, text=turn.text) for turn in turns if turn.text.strip())


def _case(
    interview: str, scenario: Scenario, question: Question, labels: Mapping[str, Status], turns: tuple[CaseTurn, ...]
) -> Case:
    points = {point.id for point in question.points}

    def labelled(status: Status) -> tuple[str, ...]:
        return tuple(name for name, given in labels.items() if given is status and name in points)

    return Case(
        case_id=f"{interview}/{question.id}",
        scenario=scenario.id,
        question_id=question.id,
        turns=turns,
        intent=Intent.ANSWER,
        covered=labelled(Status.COVERED),
        partial=labelled(Status.PARTIAL),
        contradicted=labelled(Status.CONTRADICTED),
        red_flags=tuple(flag.id for flag in question.red_flags if labels.get(flag.id) is Status.COVERED),
        unlabelled=tuple(name for name in _names(question) if name not in labels),
        kind=KIND,
    )


class Copies:
    """The scenarios that cases were labelled against, each under an id of its own.

    Interviews may hold different versions of one scenario. The first to be added keeps the id; of another version
    the id carries the beginning of its hash, so that no answer is judged against another rubric than its labels'.
    """

    def __init__(self) -> None:
        self._by_hash: dict[str, Scenario] = {}

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The copies, in the order in which they were added."""
        return tuple(self._by_hash.values())

    def add(self, scenario: Scenario) -> str:
        """Keep a copy of a scenario; its id among the copies."""
        sha256 = scenario_sha256(scenario)
        if sha256 not in self._by_hash:
            taken = {one.id for one in self._by_hash.values()}
            named = f"{scenario.id[: _ID_CHARS - _HASH_CHARS - 1].rstrip('-')}-{sha256[:_HASH_CHARS]}"
            copy = scenario.model_copy(update={"id": named}) if scenario.id in taken else scenario
            self._by_hash[sha256] = copy
        return self._by_hash[sha256].id
