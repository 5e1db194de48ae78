"""From interviews that persons have reviewed to labelled cases: a judge measured on one's own candidates."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from interviewer.core.events import MoveKind, Who
from interviewer.core.findings import Intent, Status
from interviewer.core.fingerprint import scenario_sha256
from interviewer.core.scenario import Question, Scenario
from interviewer.core.state import State
from interviewer.evaluation.cases import Case, CaseTurn

KIND = "review"
"""The kind of cases that come from persons' words: on doubts, on what is contested, on whatever they looked at."""
BLIND = "blind"
"""The kind of cases that come from blind readings of a random tenth of findings: their figures hold for all."""
_ID_CHARS = 40
_HASH_CHARS = 8
_NONE: Final[Mapping[str, Collection[Status]]] = MappingProxyType({})


def review_cases(interview: str, state: State, blind: Mapping[str, Collection[Status]] = _NONE) -> Iterator[Case]:
    """A case for each first attempt at a question on which a person has said something clear, in file order.

    What nobody spoke on, or only to say that it is unclear, is unlabelled. A question that nobody answered makes
    no case, since there are no words to judge. `blind` are the readings of targets (`question.point`) before the
    judge's verdict was seen: these targets are in a case of their own kind, and in no other. There too a person's
    word counts, which is the later and was better considered; without one, readings that differ label nothing.
    """
    for question in state.scenario.all_questions():
        labels = _labels(question, state)
        read = {name: blind[f"{question.id}.{name}"] for name in _names(question) if f"{question.id}.{name}" in blind}
        first = {name: labels.get(name) or _agreed(statuses) for name, statuses in read.items()}
        turns = _turns(question, state)
        if not any(turn.who is Who.CANDIDATE for turn in turns):
            continue
        spoken = {name: status for name, status in labels.items() if name not in read}
        known = {name: status for name, status in first.items() if status is not None}
        if spoken:
            yield _case(f"{interview}/{question.id}", KIND, state.scenario, question, spoken, turns)
        if known:
            yield _case(f"{interview}/{question.id}/{BLIND}", BLIND, state.scenario, question, known, turns)


def _agreed(statuses: Collection[Status]) -> Status | None:
    """The label that all readings give; None where they differ, or where it is no clear one."""
    given = set(statuses) - {Status.UNCLEAR}
    return given.pop() if len(given) == 1 and Status.UNCLEAR not in statuses else None


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
    name: str,
    kind: str,
    scenario: Scenario,
    question: Question,
    labels: Mapping[str, Status],
    turns: tuple[CaseTurn, ...],
) -> Case:
    points = {point.id for point in question.points}

    def labelled(status: Status) -> tuple[str, ...]:
        return tuple(one for one, given in labels.items() if given is status and one in points)

    return Case(
        case_id=name,
        scenario=scenario.id,
        question_id=question.id,
        turns=turns,
        intent=Intent.ANSWER,
        covered=labelled(Status.COVERED),
        partial=labelled(Status.PARTIAL),
        contradicted=labelled(Status.CONTRADICTED),
        red_flags=tuple(flag.id for flag in question.red_flags if labels.get(flag.id) is Status.COVERED),
        unlabelled=tuple(one for one in _names(question) if one not in labels),
        kind=kind,
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
