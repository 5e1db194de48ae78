"""A cast looked up before anything is sent: which models, where they are, and what an interview with them costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice
from typing import Final

from interviewer.cast import Cast
from interviewer.core.errors import SettingsError
from interviewer.core.events import Who
from interviewer.core.fence import Fence
from interviewer.core.ports import Prompt
from interviewer.core.scenario import Question, Scenario
from interviewer.core.state import Turn
from interviewer.judging.asking import fields_of
from interviewer.models.places import Place, endpoint
from interviewer.models.prices import Price, Prices
from interviewer.reporting.usage import money
from interviewer.settings import CHAT_MODEL, JUDGE_MODEL, MODEL, SPEAKER_MODEL, ModelSettings

JUDGE_FIELDS: Final = frozenset({"question", "points", "flags", "nonce", "turns"})
"""The fields that prompts/judge.md has to have."""
TURNS: Final = 25
"""Answers in an interview, for an estimate of its cost."""
_ANSWER: Final = "a sentence of the candidate's that is as long as most of them are, give or take. " * 4
_LINE: Final = "a line of the interviewer's, which is shorter. "
_CHARS_PER_TOKEN: Final = 4
_VERDICT_TOKENS: Final = 300
_REACTION_TOKENS: Final = 30


@dataclass(frozen=True, slots=True)
class Offer:
    """A cast whose models are named, with the places where they are, and what they cost."""

    cast: Cast
    judge: Place | None
    speaker: Place | None
    prices: Mapping[str, Price | None]
    """The price of each model; None where it is not known."""
    tokens: int | None
    dollars: float | None
    """The budget of an interview; None: no bound."""

    @property
    def place(self) -> str:
        """The host that words are sent to, or the import path of a model."""
        there = self.judge or self.speaker
        return there.host if there else ""

    @property
    def local(self) -> bool:
        """Whether the endpoint is on this machine or in a private network."""
        there = self.judge or self.speaker
        return bool(there and there.local)

    def cost(self, scenario: Scenario, prompts: Mapping[str, Prompt]) -> float | None:
        """What an interview of `TURNS` answers costs, about, in US dollars; None where a price is not known."""
        spent = 0.0
        for model, asked, replied in self._taken(scenario, prompts):
            price = self.prices[model]
            if price is None:
                return None
            spent += price.of(asked, replied)
        return spent

    def _taken(self, scenario: Scenario, prompts: Mapping[str, Prompt]) -> Sequence[tuple[str, int, int]]:
        """For each part that a model takes: its name, and the tokens it is sent and gives back, about."""
        taken = []
        if self.judge:
            asked = judging_tokens(scenario, prompts["judge"])
            taken.append((self.judge.model, asked, TURNS * _VERDICT_TOKENS))
        if self.speaker:
            asked = TURNS * (_length(prompts["speak"]) + 3 * len(_ANSWER)) // _CHARS_PER_TOKEN
            taken.append((self.speaker.model, asked, TURNS * _REACTION_TOKENS))
        return taken

    def cost_words(self, scenario: Scenario, prompts: Mapping[str, Prompt]) -> str:
        """What an interview costs, in a sentence."""
        about = self.cost(scenario, prompts)
        if about == 0:
            return "It costs nothing here."
        tokens = round(sum(asked + replied for _, asked, replied in self._taken(scenario, prompts)), -3)
        bounds = [f"{self.tokens:,} tokens"] if self.tokens is not None else []
        bounds += [money(self.dollars)] if self.dollars is not None and about is not None else []
        most = f"; never more than {' or '.join(bounds)}" if bounds else "; there is no bound"
        took = f"An interview of {TURNS} answers takes about {tokens:,} tokens"
        if about is None:
            return f"{took}; its price is not known{most}."
        return f"{took}, {money(float(f'{about:.2g}'))}{most}."


def look_up(cast: Cast, settings: ModelSettings, imported: str = "") -> Offer:
    """The models of a cast, at the place that is configured; a model that the cast does not name is the settings'.

    `imported` is how the model at an import path calls itself. Raises SettingsError where a model cannot be used.
    """
    named = replace(
        cast,
        judge_model=_named(cast.judge_model, settings.judge, imported, JUDGE_MODEL) if cast.judges_by_model else "",
        speaker_model=_named(cast.speaker_model, settings.speaker, imported, SPEAKER_MODEL)
        if cast.speaks_by_model
        else "",
    )
    prices = Prices(settings.prices)
    places = {model: _place(model, settings) for model in named.models}
    return Offer(
        cast=named,
        judge=places.get(named.judge_model),
        speaker=places.get(named.speaker_model),
        prices={model: prices.price(place) for model, place in places.items()},
        tokens=settings.tokens,
        dollars=settings.dollars,
    )


def _named(wanted: str, configured: str, imported: str, setting: str) -> str:
    model = wanted or configured or imported
    if not model:
        raise SettingsError(
            "No model is chosen.",
            f"Name one with --model, or set {MODEL} (or {setting}, or {CHAT_MODEL}); docs/models.md tells how.",
        )
    return model


def _place(model: str, settings: ModelSettings) -> Place:
    if settings.path:
        return Place(model, settings.path)
    return endpoint(model, settings.base_url, settings.key)


def judging_tokens(scenario: Scenario, prompt: Prompt) -> int:
    """Tokens that judging an interview of `TURNS` answers sends, about: the rubrics as they are, answers of 60 words.

    Each answer is judged together with those before it to the same question.
    """
    questions = scenario.questions
    rounds: dict[str, int] = {}
    chars = 0
    for question in islice(cycle(questions), TURNS):
        rounds[question.id] = rounds.get(question.id, 0) + 1
        fields = fields_of(question, _turns(question, rounds[question.id]), Fence.of("", question.id))
        chars += _length(prompt) + sum(map(len, fields.values()))
    return chars // _CHARS_PER_TOKEN


def _turns(question: Question, count: int) -> list[Turn]:
    said = [(Who.INTERVIEWER, question.asks)]
    said += [(Who.CANDIDATE, _ANSWER), (Who.INTERVIEWER, _LINE)] * count
    return [Turn(number=number, who=who, text=text, question=question.id) for number, (who, text) in enumerate(said, 1)]


def _length(prompt: Prompt) -> int:
    return sum(len(text) for _, text in prompt.messages)
