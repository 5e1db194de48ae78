"""What `doctor` looks at of a chat model: reached, accepted, known, by the schema or not, how fast, what it costs.

Nothing of any candidate's is sent: a calibration answer of a scenario stands in for one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel

from interviewer.bootstrap import Program
from interviewer.cli.checks import Check, Checks, Health
from interviewer.cli.modelling import configured_offer, standing_cast
from interviewer.core.errors import Failure, ModelFailed
from interviewer.core.events import Who
from interviewer.core.findings import Assessment, Status
from interviewer.core.ports import ChatModel, Prompt
from interviewer.core.scenario import MainQuestion, Scenario
from interviewer.core.state import Turn
from interviewer.reporting.usage import money
from interviewer.settings import BASE_URL, DEFAULT, KEY, PRICES

if TYPE_CHECKING:
    from interviewer.casting import Offer
    from interviewer.models.chat import Chat
    from interviewer.models.prices import Price

FIRST_WORD: Final = 1.5
"""Seconds until a speaker's first word, after which the author's line stands in."""
VERDICT: Final = 4.0
"""Seconds until a verdict, after which the conversation goes on without it."""
TALK: Final = Prompt((("system", "You are brief."), ("user", "Say in one short sentence that you are ready.")), "")
ORDER: Final = Prompt((("system", "You are brief."), ("user", "Write the word hello and nothing else: no JSON.")), "")
_REACHED: Final = (Failure.UNREACHABLE, Failure.TIMED_OUT)


class Shape(BaseModel):
    """A reply that a model gives only when it is made to: it is asked for quite another one."""

    colour: str
    number: int


@dataclass(frozen=True, slots=True)
class Tried:
    """A model that is tried, and the part that it is to take."""

    chat: Chat
    judges: bool
    speaks: bool


def model_checks(ours: Program) -> Checks:
    """Everything about the chat models that are set; one line where there is none."""
    if not ours.settings.models.configured:
        yield Check("model", Health.OK, "none is set, and none is needed; docs/models.md tells how to use one")
        return
    offer = configured_offer(ours)
    cast = offer.cast
    yield Check("model", Health.OK, f"{', '.join(cast.models)} at {offer.place}; {_agreed(ours)}")
    scenario = next((one.scenario for one in ours.library.list() if one.scenario), None)
    terms = ours.terms()
    stray = _stray_address(ours, offer)
    if stray:
        yield stray
        return
    for model in cast.models:
        yield _price_check(model, offer)
        tried = Tried(ours.chat(model, terms), model == cast.judge_model, model == cast.speaker_model)
        yield from _trial(ours, tried, scenario)
    if scenario is not None:
        yield Check("cost", Health.OK, f"{scenario.id}: {offer.cost_words(scenario, ours.prompts)}")


def _agreed(ours: Program) -> str:
    if standing_cast(ours).uses_model:
        return "you agreed to its use"
    return "not used until you agree (the menu asks, and so do --judge and --speaker)"


def _stray_address(ours: Program, offer: Offer) -> Check | None:
    """Why a key is not tried: the folder that one happens to be in says where to send it, and nobody agreed to that."""
    models = ours.settings.models
    address, key = models.sources[BASE_URL], models.sources[KEY]
    if address != str(Path.cwd() / ".env") or key in (address, DEFAULT) or offer.local:
        return None
    if standing_cast(ours).uses_model:
        return None
    found = f"{offer.place} was not tried: its address is from {address}, and the key is not"
    remedy = f"If you trust it, agree to its use in the menu (`interviewer`), or set {BASE_URL} where the key is."
    return Check("endpoint", Health.NOTE, found, remedy)


def _price_check(model: str, offer: Offer) -> Check:
    price: Price | None = offer.prices[model]
    if price is None:
        remedy = f"Its cost cannot be bounded but by tokens. Put its price in a file, and name that in {PRICES}."
        return Check("price", Health.NOTE, f"the price of {model} is not known", remedy)
    if not price.rate.input and not price.rate.output:
        return Check("price", Health.OK, f"{model}: nothing ({price.source})")
    rate = f"{money(price.rate.input)} for a million tokens in, {money(price.rate.output)} out"
    return Check("price", Health.OK, f"{model}: {rate} (checked {price.checked}; {price.source})")


def _trial(ours: Program, tried: Tried, scenario: Scenario | None) -> Iterator[Check]:
    """Two or three short calls; the first failure ends them."""
    began = time.monotonic()
    try:
        first = _stream(tried.chat)
        yield Check("endpoint", Health.OK, f"{tried.chat.place} answers")
        yield Check("key", Health.OK, "accepted" if ours.settings.models.key else "none is set, and none was asked for")
        yield Check("model", Health.OK, f"{tried.chat.name} is known there")
        yield _speed(tried, first, time.monotonic() - began)
        yield _schema(tried.chat)
    except ModelFailed as error:
        yield _failed(tried.chat, error)
        return
    if tried.judges and scenario is not None:
        yield _verdict(ours, tried.chat, scenario.questions[0])


def _stream(chat: ChatModel) -> float:
    """Seconds to the first word of a reply; raises ModelFailed."""
    began = time.monotonic()
    with closing(chat.stream(TALK, {})) as stream:
        next(stream)
        first = time.monotonic() - began
        for _ in stream:
            pass
    return first


def _speed(tried: Tried, first: float, whole: float) -> Check:
    found = f"{tried.chat.name}: first word after {first:.1f} s, a sentence after {whole:.1f} s"
    if tried.speaks and first > FIRST_WORD:
        remedy = f"From {FIRST_WORD:g} s on the author's line stands in. Choose a faster model for speaking."
        return Check("speed", Health.NOTE, found, remedy)
    return Check("speed", Health.OK, found)


def _schema(chat: Chat) -> Check:
    """Whether a schema is enforced: the prompt asks for something else, so that only force can bring it about."""
    try:
        data = chat.ask(ORDER, {}, Shape).data
    except ModelFailed as error:
        if error.failure is not Failure.BAD_REPLY:
            raise
        data = None
    if data is not None and set(data) == {"colour", "number"}:
        return Check("schema", Health.OK, f"{chat.name}: the shape of a reply is enforced")
    what = "taken, and ignored" if chat.takes_schema else "not taken"
    remedy = "Replies are checked all the same; one that is malformed is asked for again, once."
    return Check("schema", Health.NOTE, f"{chat.name}: a schema for the reply is {what}", remedy)


def _verdict(ours: Program, chat: Chat, question: MainQuestion) -> Check:
    """One verdict on a strong calibration answer, by the prompt and the checks of an interview."""
    answer = Turn(number=1, who=Who.CANDIDATE, text=question.calibration.strong, question=question.id)
    judge = ours.chat_judge(chat.name, "doctor", ours.terms())
    began = time.monotonic()
    outcome = judge.assess(question, (answer,))
    seconds = time.monotonic() - began
    if not isinstance(outcome, Assessment):
        remedy = "Such an answer is judged by the embedded judge alone. `interviewer doctor --measure` tells more."
        return Check("verdict", Health.PROBLEM, f"{chat.name} gave none that can be used: {outcome.detail}", remedy)
    heard = sum(one.status is Status.COVERED for one in outcome.points)
    found = f"{chat.name} found {heard} of {len(outcome.points)} points of a strong answer, in {seconds:.1f} s"
    if not heard:
        remedy = "Its quotes do not hold, or it finds too little: measure it with `interviewer doctor --measure`."
        return Check("verdict", Health.NOTE, found, remedy)
    if seconds > VERDICT:
        remedy = f"After {VERDICT:g} s the conversation goes on without it; its verdicts come late, and count."
        return Check("verdict", Health.NOTE, found, remedy)
    return Check("verdict", Health.OK, f"{found}, with quotes that hold")


def _failed(chat: Chat, error: ModelFailed) -> Check:
    """A failure under the name of what is wrong."""
    names = {Failure.UNAUTHORISED: "key", Failure.UNKNOWN_MODEL: "model", Failure.OVER_BUDGET: "budget"}
    name = names.get(error.failure, "endpoint" if error.failure in _REACHED else "model")
    return Check(name, Health.PROBLEM, error.message, error.remedy)
