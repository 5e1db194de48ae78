"""Real judges on a bench: made by name, in this process or in another."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Final

from interviewer.core.errors import UsageError
from interviewer.core.events import Who
from interviewer.core.findings import Intent
from interviewer.core.ports import IntentReader, Judge
from interviewer.core.scenario import Clarification, Question, Scenario
from interviewer.core.state import Turn
from interviewer.evaluation.cases import Case, Reference, reference_question
from interviewer.evaluation.outcomes import Verdict
from interviewer.evaluation.rehearsal.candidates import Character
from interviewer.evaluation.rehearsal.material import Manners
from interviewer.evaluation.rehearsal.results import Interview
from interviewer.evaluation.rehearsal.run import Crew, rehearse
from interviewer.evaluation.runner import Bench
from interviewer.judging.embedded import EmbeddedJudge
from interviewer.judging.intent import EmbeddedIntentReader
from interviewer.judging.sources import embedded_sources
from interviewer.library import Library
from interviewer.speaking.authored import AuthoredSpeaker
from interviewer.speaking.leaks import leaks

EMBEDDED: Final = "embedded"
JUDGES: Final = (EMBEDDED, "llm", "panel")
"""The judges that can be measured; how those with a chat model are, `chats` knows."""


def judge_named(name: str) -> Judge:
    """The judge with this name; raises UsageError that lists those there are."""
    check_name(name)
    return EmbeddedJudge()


def check_name(name: str) -> None:
    """Raise UsageError, which lists the judges there are, for a name that none of them has."""
    if name not in JUDGES:
        raise UsageError(f"There is no judge {name[:40]!r}.", f"Judges that can be measured: {', '.join(JUDGES)}.")


def sources_of(judge: Judge) -> dict[str, str]:
    """Everything that can move a verdict, the rubrics aside."""
    return {**embedded_sources(), f"judge {judge.version.name}": judge.version.hash}


def bench_of(name: str, scenarios: Mapping[str, Scenario], facts: tuple[Clarification, ...]) -> Bench:
    """A bench with a real judge, reader and clock."""
    return Bench(judge_named(name), reader(), scenarios, facts, time.perf_counter)


def reader() -> IntentReader:
    """The reader of intent, which is always the embedded one."""
    return EmbeddedIntentReader()


def work(bench: Bench, case: Case) -> Verdict:
    """One case on a bench, as a task for a pool."""
    return bench.work(case)


def work_reference(judge: Judge, item: Reference) -> Verdict:
    """One item of a public set, as a task for a pool."""
    said = (Turn(number=1, who=Who.CANDIDATE, text=item.answer),)
    begun = time.perf_counter()
    outcome = judge.assess(reference_question(item), said)
    return Verdict(case_id=item.id, outcome=outcome, intent=Intent.ANSWER, seconds=time.perf_counter() - begun)


def crew_of(name: str) -> Crew:
    """Everybody who takes part in a rehearsal; leaks are looked for with the same judge."""
    judge = judge_named(name)
    library = Library()
    facts = library.facts()

    def find_leaks(question: Question, line: str, open_points: Collection[str]) -> tuple[str, ...]:
        return leaks(judge, question, line, open_points)

    return Crew(judge, reader(), AuthoredSpeaker(library.lines(), facts), find_leaks, facts)


def hold(crew: Crew, task: tuple[Scenario, Sequence[Case], Manners, type[Character]]) -> Interview:
    """One rehearsed interview, as a task for a pool."""
    scenario, cases, manners, character = task
    return rehearse(scenario, cases, manners, crew, characters=[character]).interviews[0]


def maker(name: str, scenarios: Mapping[str, Scenario], facts: tuple[Clarification, ...]) -> partial[Bench]:
    """What makes a bench in any process."""
    return partial(bench_of, name, scenarios, facts)
