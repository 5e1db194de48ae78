"""A chat model behind `core.ports.ChatModel`: any endpoint that speaks as OpenAI's does, any LangChain chat model.

Three choices, on purpose. The optional parameters of a call, `response_format` among them, travel as `extra_body`:
then none is renamed or interpreted on the way, and one that an endpoint rejects can be left out. What a model answers
is read by `replies`, never by an output parser: LangChain's completes truncated JSON, and half a verdict is none. And
the waiting is done here and not by the model (`work`), so that the time-outs hold for every kind of it.
"""

from __future__ import annotations

import json
import logging
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Semaphore
from typing import Any, Final

import openai
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI
from pydantic import BaseModel, SecretStr

from interviewer.core.ports import Answer, Prompt
from interviewer.models import failures, imported, shapes, wire
from interviewer.models.accounts import Account
from interviewer.models.budget import Budget
from interviewer.models.caller import Caller
from interviewer.models.limits import ASK_TOKENS, JUDGING, MAX_REPLY_BYTES, SAY_TOKENS, Limits
from interviewer.models.options import LIMIT, Options
from interviewer.models.places import DUMMY_KEY, Place, endpoint
from interviewer.models.prices import Prices
from interviewer.models.replies import find_object
from interviewer.models.retries import Chance
from interviewer.models.streams import Stream
from interviewer.models.work import Deadline, once

ASKING: Final[Mapping[str, Any]] = {LIMIT: ASK_TOKENS, "temperature": 0, "seed": 7}
"""For a verdict: the same every time, as far as the endpoint can."""
SAYING: Final[Mapping[str, Any]] = {LIMIT: SAY_TOKENS, "temperature": 0.5, "stream_options": {"include_usage": True}}
"""For a line of conversation."""
CONCURRENCY: Final = 4
"""Calls at the same time, unless the settings say otherwise."""


@dataclass(frozen=True)
class Terms:
    """What a model is used under; judge and speaker of an interview share prices, budget and gate."""

    limits: Limits = JUDGING
    prices: Prices = field(default_factory=Prices)
    budget: Budget = field(default_factory=Budget)
    gate: Semaphore = field(default_factory=lambda: Semaphore(CONCURRENCY))
    chance: Chance = field(default_factory=Chance)


def chat_model(
    model: str = "",
    base_url: str = "",
    key: SecretStr | None = None,
    *,
    path: str = "",
    terms: Terms | None = None,
) -> Chat:
    """A model on an endpoint (default: OpenAI's own), or the LangChain model at an import path.

    `model` may be empty for an import path. Nothing is sent before it is asked. Raises SettingsError.
    """
    terms = terms or Terms()
    if path:
        own = imported.load(path)
        return Chat(own, Place(model or imported.name_of(own), path), terms)
    place = endpoint(model, base_url, key)
    # The openai package would log whole prompts, candidates' words and all, where OPENAI_LOG asks for it.
    logging.getLogger("openai").setLevel(logging.WARNING)
    http = wire.client(terms.limits, local=place.local)
    theirs = ChatOpenAI(
        model=place.model,
        base_url=place.url,
        api_key=place.key or SecretStr(DUMMY_KEY),
        max_retries=0,
        use_responses_api=False,
        stream_usage=False,
        cache=False,
        # Else what it finds in the environment for a client of its own keeps it from taking ours, or is warned about.
        openai_proxy=None,
        http_socket_options=(),
        http_client=http,
        # Never used; of itself it would make one that reads all certificates again.
        http_async_client=openai.DefaultAsyncHttpx2Client(verify=wire.trusted()),
    )
    weakref.finalize(theirs, http.close)
    return Chat(theirs, place, terms, Options(place.url))


class Chat:
    """Implements `core.ports.ChatModel`."""

    def __init__(self, model: BaseChatModel, place: Place, terms: Terms, options: Options | None = None) -> None:
        """`options` are what an endpoint takes; None for a model by import path, which is asked as it is."""
        self._caller = Caller(model, place, limits=terms.limits, gate=terms.gate, chance=terms.chance, options=options)
        self._place = place
        self._terms = terms

    def __repr__(self) -> str:
        return f"<Chat {self.name!r} at {self.place!r}>"

    @property
    def name(self) -> str:
        """The model's name."""
        return self._place.model

    @property
    def place(self) -> str:
        """Where words are sent: the host of the endpoint, or the import path of a model."""
        return self._place.host

    @property
    def local(self) -> bool:
        """Whether the endpoint is on this machine or in a private network."""
        return self._place.local

    @property
    def takes_schema(self) -> bool | None:
        """Whether the endpoint has taken a schema for a reply so far; None for a model by import path."""
        options = self._caller.options
        return options.takes(shapes.FORMAT) if options else None

    def ask(self, prompt: Prompt, fields: Mapping[str, str], schema: type[BaseModel]) -> Answer:
        """One answer to a filled prompt, by the schema where the endpoint enforces it.

        Raises ModelFailed; and ValueError when the fields do not fit the prompt, which is our own fault.
        """
        template = _template(prompt, fields)
        account = self._account(template, fields, reply=ASK_TOKENS, quick=False)
        wanted = {**ASKING, shapes.FORMAT: shapes.response_format(schema)}
        deadline = Deadline(self._caller.limits.whole)

        def attempt(body: Mapping[str, Any]) -> Any:
            chain = self._caller.chain(template, body, deadline, schema)
            return self._caller.begin(once(lambda: chain.invoke(dict(fields))), deadline).next(deadline)

        try:
            replied = self._caller.persist(attempt, wanted, deadline)
        except BaseException as error:
            account.fail(error)
            raise
        return self._answer(replied, account)

    def stream(self, prompt: Prompt, fields: Mapping[str, str]) -> Stream:
        """An answer as it comes. Raises ModelFailed, at once or while it comes; and ValueError, as `ask` does."""
        template = _template(prompt, fields)
        account = self._account(template, fields, reply=SAY_TOKENS, quick=True)
        return Stream(self._caller, template, fields, SAYING, account)

    def _account(self, template: ChatPromptTemplate, fields: Mapping[str, str], *, reply: int, quick: bool) -> Account:
        texts = [str(message.text) for message in template.format_messages(**fields)]
        return Account(self._place, self._terms.prices, self._terms.budget, texts, reply=reply, quick=quick)

    def _answer(self, replied: Any, account: Account) -> Answer:
        """What a reply comes to; raises ModelFailed for one that says nothing, or far too much, or declines."""
        message = replied.get("raw") if isinstance(replied, Mapping) else replied
        text = _text(message)
        usage = account.settle(getattr(message, "usage_metadata", None), text)
        if len(text) > MAX_REPLY_BYTES:
            raise failures.too_long(self._place, text[:2000])
        if isinstance(message, AIMessage) and message.additional_kwargs.get("refusal"):
            raise failures.declined(self._place, str(message.additional_kwargs["refusal"])[:2000])
        if not text.strip():
            cut = isinstance(message, AIMessage) and message.response_metadata.get("finish_reason") == "length"
            raise failures.empty(self._place, cut=cut)
        return Answer(text, find_object(text), usage)


def _text(message: Any) -> str:
    """What a message says; where a model answers by calling a tool, what it calls it with."""
    if not isinstance(message, AIMessage):
        return ""
    if not message.text and message.tool_calls:
        return json.dumps(message.tool_calls[0]["args"], ensure_ascii=False)
    return str(message.text)


def _template(prompt: Prompt, fields: Mapping[str, str]) -> ChatPromptTemplate:
    template = ChatPromptTemplate.from_messages(list(prompt.messages))
    if set(template.input_variables) != set(fields):
        odd = ", ".join(sorted(set(template.input_variables) ^ set(fields)))
        raise ValueError(f"these fields of the prompt are missing or unknown: {odd}")
    return template
