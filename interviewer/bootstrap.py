"""The composition root: the one place that picks concrete classes, and that imports what is slow only when needed.

Start-up is measured (`scripts/bench`): the database layer costs 0.2 s, the embedded judge's runtime as much again and
chat models 0.6 s, so `--help` loads none of them, and an interview without a model never loads the last.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from threading import Semaphore
from typing import TYPE_CHECKING, Final

from interviewer import __version__
from interviewer.cast import Cast, JudgeKind
from interviewer.consent import Consent, stamp
from interviewer.core import pacing
from interviewer.core.errors import NotFound, SettingsError
from interviewer.core.events import Consented, Event, Judged, Mode, Rejudged, Said, Started
from interviewer.core.findings import Usage
from interviewer.core.fingerprint import scenario_sha256
from interviewer.core.ports import Clock, EventLog, IntentReader, Judge, Prompt
from interviewer.core.scenario import Clarification, Scenario
from interviewer.library import Library
from interviewer.session import Session, Team
from interviewer.settings import Settings
from interviewer.speaking.authored import AuthoredSpeaker

if TYPE_CHECKING:
    from interviewer.casting import Offer
    from interviewer.judging.llm import LLMJudge
    from interviewer.models.chat import Chat, Terms
    from interviewer.store import Store
    from interviewer.store.office import Office

PATIENCE: Final = 600.0
"""Seconds that are waited for a model's verdict where no conversation waits for it."""
PACKAGED: Final = Cast()
"""Who takes part where no model does."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present time, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that only ever grow."""
        return time.monotonic()


@dataclass
class Program:
    """Everything that the commands need, made when it is first asked for."""

    settings: Settings
    scenarios: Path | None = None
    clock: Clock = field(default_factory=SystemClock)

    @cached_property
    def library(self) -> Library:
        """Scenarios and prompts: the package's, then the home folder's, then those under `--scenarios`."""
        return Library(home=self.settings.home, extra=self.scenarios)

    @cached_property
    def store(self) -> Store:
        """The database in the home folder."""
        from interviewer.store import Store

        return Store(self.settings.database)

    @cached_property
    def office(self) -> Office:
        """Screening's tables, in the same database."""
        from interviewer.store.office import Office

        return Office(self.store.database)

    @cached_property
    def judge(self) -> Judge:
        """The embedded judge; its model is loaded with the first answer."""
        from interviewer.judging.embedded import EmbeddedJudge

        return EmbeddedJudge()

    @cached_property
    def reader(self) -> IntentReader:
        """Reads what a turn wants of the conversation, on the same encoder as the judge."""
        from interviewer.judging.intent import EmbeddedIntentReader

        return EmbeddedIntentReader()

    @cached_property
    def _facts(self) -> tuple[Clarification, ...]:
        """What is true of every interview."""
        return self.library.facts()

    @cached_property
    def _authored(self) -> AuthoredSpeaker:
        """The authors' lines; one speaker for all interviews, since it keeps nothing of any."""
        return AuthoredSpeaker(self.library.lines(), self._facts)

    @property
    def consent(self) -> Consent:
        """Which models may be sent a candidate's words."""
        return Consent(self.settings.agreements)

    @cached_property
    def prompts(self) -> Mapping[str, Prompt]:
        """What models are asked, by task: `judge` and `speak`; raises ScenarioError."""
        from interviewer.casting import JUDGE_FIELDS
        from interviewer.speaking.briefing import FIELDS

        return {"judge": self.library.prompt("judge", JUDGE_FIELDS), "speak": self.library.prompt("speak", FIELDS)}

    def offer(self, cast: Cast) -> Offer:
        """A cast with its models looked up; nothing is sent. Raises SettingsError where one cannot be used."""
        from interviewer.casting import look_up

        return look_up(cast, self.settings.models, self._imported)

    @cached_property
    def _imported(self) -> str:
        """How the model at the import path that is set calls itself."""
        if not self.settings.models.path:
            return ""
        from interviewer.models.imported import load, name_of

        return name_of(load(self.settings.models.path))

    def terms(self, used: Iterable[Usage] = (), *, bounded: bool = True) -> Terms:
        """What models are used under in one interview; `used` was taken before. A measurement is not `bounded`."""
        from interviewer.models.budget import Budget
        from interviewer.models.chat import Terms
        from interviewer.models.limits import JUDGING
        from interviewer.models.prices import Prices

        models = self.settings.models
        return Terms(
            limits=replace(JUDGING, whole=models.timeout, retries=models.retries),
            prices=Prices(models.prices),
            budget=Budget(models.tokens, models.dollars, used=used) if bounded else Budget(),
            gate=Semaphore(models.concurrency),
        )

    def chat(self, model: str, terms: Terms) -> Chat:
        """A model at the place that is set; nothing is sent before it is asked. Raises SettingsError."""
        from interviewer.models.chat import chat_model

        models = self.settings.models
        return chat_model(model, models.base_url, models.key, path=models.path, terms=terms)

    def chat_judge(self, model: str, salt: str, terms: Terms) -> LLMJudge:
        """A judge that is a chat model alone; `salt` is the interview's. Raises SettingsError."""
        from interviewer.judging.llm import LLMJudge
        from interviewer.models.limits import ASK_TOKENS
        from interviewer.models.tokens import count_messages

        price = next(iter(self.offer(Cast(JudgeKind.LLM, judge_model=model)).prices.values()))

        def most(prompt: Prompt, fields: Mapping[str, str]) -> float:
            """What one call costs at most, in US dollars; nothing where no price is known."""
            asked = count_messages(text.format_map(fields) for _, text in prompt.messages)
            return price.of(asked, ASK_TOKENS) if price else 0.0

        return LLMJudge(self.chat(model, terms), self.prompts["judge"], salt, price=most)

    def patient_judge(self, kind: JudgeKind, salt: str, model: str = "") -> Judge:
        """A judge, for an interview with this salt, for whom nobody waits; no `model`: the one set. SettingsError."""
        if kind is JudgeKind.EMBEDDED:
            return self.judge
        from interviewer.judging.panel import Panel

        model = self.offer(Cast(kind, judge_model=model)).cast.judge_model
        slow = self.chat_judge(model, salt, self.terms())
        if kind is JudgeKind.LLM:
            return slow
        return Panel(self.judge, slow, merge=True, clock=self.clock, wait=PATIENCE)

    def team(self, cast: Cast = PACKAGED, *, salt: str = "", used: Iterable[Usage] = ()) -> Team:
        """Everybody who takes part in an interview with this salt; one budget for judge and speaker.

        `used` is what models have taken of it already. Raises SettingsError where a model cannot be used.
        """
        authored = self._authored
        team = Team(judge=self.judge, reader=self.reader, speaker=authored, clock=self.clock, facts=self._facts)
        if not cast.uses_model:
            return team
        from interviewer.judging.panel import Panel
        from interviewer.models.limits import SPEAKING
        from interviewer.speaking.llm import LLMSpeaker

        terms = self.terms(used)
        if cast.judges_by_model:
            slow = self.chat_judge(cast.judge_model, salt, terms)
            # The embedded judge keeps the conversation going in any case; only in a panel does its word count.
            panel = Panel(self.judge, slow, merge=cast.judge is JudgeKind.PANEL, clock=self.clock)
            team = replace(team, judge=panel, waiting=panel)
        if cast.speaks_by_model:
            chat = self.chat(cast.speaker_model, replace(terms, limits=SPEAKING))
            team = replace(team, speaker=LLMSpeaker(chat, self.prompts["speak"], authored, self.judge, self.clock))
        return team

    def begin(
        self,
        scenario: Scenario,
        mode: Mode,
        *,
        questions: Sequence[str] = (),
        time_factor: float | None = pacing.TYPED_FACTOR,
        offer: Offer | None = None,
        notice: str = "",
    ) -> Begun:
        """Start an interview: the whole scenario, or some main questions of it. NotFound for an unknown question.

        `time_factor`: what the minutes are multiplied by; None: no limits. `offer` names the models that take part,
        to which the candidate has agreed; `notice` is the version of what the candidate agreed to beside.
        """
        names = tuple(one.id for one in scenario.questions)
        for one in questions:
            if one not in names:
                raise NotFound(
                    f"{scenario.id!r} has no main question {one!r}.", f"Its questions are: {', '.join(names)}."
                )
        salt = secrets.token_hex(8)
        team = self._ready(offer.cast if offer else PACKAGED, salt)
        started = Started(
            at=self.clock.now(),
            scenario_id=scenario.id,
            scenario_sha256=scenario_sha256(scenario),
            mode=mode,
            questions=tuple(questions) or names,
            time_factor=time_factor,
            judge=team.judge.version,
            speaker=team.speaker.name,
            salt=salt,
            program=__version__,
        )
        log = self.store.begin(scenario, started)
        events: list[Event] = [started]
        for agreed in (notice, stamp(offer.place, offer.cast) if offer else ""):
            if agreed:
                events.append(Consented(at=self.clock.now(), notice=agreed))
                log.append(events[-1])
        return Begun(log, Session(scenario, log, events, team))

    def _ready(self, cast: Cast, salt: str) -> Team:
        """The team, sure that an interview can be held with it before one is stored.

        Raises SettingsError, ModelFileError and ScenarioError.
        """
        self.settings.prepare_home()
        team = self.team(cast, salt=salt)
        team.judge.check()
        team.reader.check()
        return team

    def take_up(self, scenario: Scenario, log: EventLog, events: Sequence[Event]) -> TakenUp:
        """Go on with an interview, with the judge and the speaker that it began with where they can still be had.

        Where a model cannot, the embedded judge and the author's lines stand in.
        """
        started = next(one for one in events if isinstance(one, Started))
        cast, used = Cast.of(started), tuple(_usages(events))
        missing = ""
        try:
            self._check_agreed(cast, events)
            team = self.team(cast, salt=started.salt, used=used)
        except SettingsError as error:
            missing, team = error.message, self.team()
        return TakenUp(Session(scenario, log, events, team), cast, missing)

    def _check_agreed(self, cast: Cast, events: Sequence[Event]) -> None:
        """Raise SettingsError unless the candidate agreed to these models at the place that is set, and still does."""
        if not cast.uses_model:
            return
        place = self.offer(cast).place
        given = [one.at for one in events if isinstance(one, Consented) and one.notice == stamp(place, cast)]
        answer = self.consent.latest(place, cast)
        if answer and not answer.agreed and (not given or given[-1] < answer.at):
            raise SettingsError("You have asked since that no model be used.")
        if not given and not (answer and answer.agreed):
            raise SettingsError(f"{place} is not the place that was agreed to; the menu (`interviewer`) asks about it.")


def _usages(events: Iterable[Event]) -> Iterator[Usage]:
    """What models have taken of an interview so far."""
    for event in events:
        if isinstance(event, Judged | Rejudged) and event.outcome.usage:
            yield event.outcome.usage
        if isinstance(event, Said) and event.usage:
            yield event.usage


@dataclass(frozen=True, slots=True)
class Begun:
    """An interview that has just been started."""

    log: EventLog
    session: Session


@dataclass(frozen=True, slots=True)
class TakenUp:
    """An interview that goes on; `missing` says why its model does not take part any more, where it does not."""

    session: Session
    cast: Cast
    missing: str = ""


def program(scenarios: Path | None = None) -> Program:
    """The program, set up from the environment; raises SettingsError."""
    return Program(Settings.load(), scenarios)
