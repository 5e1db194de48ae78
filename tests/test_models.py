"""Chat models over the wire: what is sent, what is read, what is dropped, and what it costs."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Semaphore
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import BaseModel, Field, SecretStr

from interviewer.core.errors import Failure, ModelFailed, SettingsError
from interviewer.core.findings import Usage
from interviewer.core.ports import ChatModel, Prompt
from interviewer.models import tokens
from interviewer.models.budget import Budget
from interviewer.models.chat import Chat, Terms, chat_model
from interviewer.models.limits import ASK_TOKENS, Limits
from interviewer.models.places import OPENAI, Place, endpoint, is_local
from interviewer.models.prices import TABLE, Prices
from interviewer.models.replies import find_object
from tests import endpoint as ep
from tests.endpoint import LOOPBACK, Endpoint

pytestmark = LOOPBACK

PROMPT = Prompt((("system", "Rules."), ("user", "Judge {{}}: {answer}")), "0" * 64)
FIELDS = {"answer": "it asks {dns} for the ip"}
KEY = SecretStr("sk-test-0123456789")


class Found(BaseModel):
    id: str
    quotes: list[str]


class Verdict(BaseModel):
    """What was found."""

    points: list[Found]


def chat(url: str, **terms: Any) -> Chat:
    return chat_model("tiny", url, KEY, terms=Terms(**{"limits": Limits(whole=20.0, retries=0), **terms}))


def ask(model: ChatModel) -> Any:
    return model.ask(PROMPT, FIELDS, Verdict)


# What is sent.


def test_a_question_asks_for_the_schema() -> None:
    with Endpoint({"points": []}) as server:
        model = chat(server.url)
        answer = ask(model)
        (seen,) = server.requests
        assert (model.name, model.place, model.local) == ("tiny", server.host, True)
    assert (answer.text, answer.data) == ('{"points": []}', {"points": []})
    assert answer.usage == Usage(model="tiny", input_tokens=100, output_tokens=20, cost=0.0)
    assert seen.path == "/v1/chat/completions"
    assert seen.headers["authorization"] == f"Bearer {KEY.get_secret_value()}"
    assert seen.messages == [
        {"role": "system", "content": "Rules."},
        {"role": "user", "content": "Judge {}: it asks {dns} for the ip"},
    ]
    point = {"id": {"type": "string"}, "quotes": {"type": "array", "items": {"type": "string"}}}
    found = {"type": "object", "properties": point, "required": ["id", "quotes"], "additionalProperties": False}
    verdict = {
        "type": "object",
        "properties": {"points": {"type": "array", "items": found}},
        "required": ["points"],
        "additionalProperties": False,
    }
    asked = {name: value for name, value in seen.body.items() if name != "messages"}
    assert asked == {
        "model": "tiny",
        "stream": False,
        "temperature": 0,
        "seed": 7,
        "max_tokens": ASK_TOKENS,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "Verdict", "schema": verdict, "strict": True},
        },
    }


def test_a_line_is_streamed_with_its_usage() -> None:
    with Endpoint("Okay, a connection then.") as server:
        stream = chat(server.url).stream(PROMPT, FIELDS)
        assert stream.usage is None
        assert list(stream) == ["Okay,", " a", " connection", " then."]
        assert stream.usage == Usage(model="tiny", input_tokens=100, output_tokens=20, cost=0.0)
        assert list(stream) == []
        (seen,) = server.requests
    assert seen.body["stream"] is True and seen.body["stream_options"] == {"include_usage": True}
    assert "response_format" not in seen.body and "seed" not in seen.body


def test_a_field_that_is_missing_or_unknown_is_our_own_fault() -> None:
    with Endpoint("unasked") as server:
        model = chat(server.url)
        for fields in ({}, {"answer": "a", "other": "b"}):
            with pytest.raises(ValueError, match="missing or unknown"):
                model.ask(PROMPT, fields, Verdict)
            with pytest.raises(ValueError, match="missing or unknown"):
                model.stream(PROMPT, fields)
        assert server.requests == []


@pytest.mark.parametrize("variable", ["LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"])
def test_words_go_to_no_second_place(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """LangSmith would send every prompt to its own service, wherever these variables happen to be set."""
    with Endpoint("traced") as second:
        monkeypatch.setenv(variable, "true")
        monkeypatch.setenv("LANGSMITH_API_KEY", "x")
        monkeypatch.setenv("LANGSMITH_ENDPOINT", second.url)
        model = Noting(responses=['{"points": []}'])
        Chat(model, Place("noting", "tests:noting"), Terms()).ask(PROMPT, FIELDS, Verdict)
        assert model.handlers == [[]]
        assert second.requests == []


def test_the_environment_chooses_no_other_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    with Endpoint({"points": []}) as server, Endpoint({"points": []}) as other:
        for name in ("OPENAI_BASE_URL", "OPENAI_API_BASE", "LANGSMITH_GATEWAY"):
            monkeypatch.setenv(name, other.url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-other")
        ask(chat(server.url))
        assert len(server.requests) == 1 and other.requests == []


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "ALL_PROXY", "OPENAI_PROXY"])
def test_a_proxy_sees_nothing_of_what_stays_here(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, variable: str
) -> None:
    with Endpoint({"points": []}) as server, Endpoint({"points": []}) as proxy:
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv(variable, f"http://{proxy.host}")
        ask(chat(server.url))
        assert len(server.requests) == 1 and proxy.requests == []
        assert caplog.messages == []


def test_who_one_is_at_openai_is_told_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-canary")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-canary")
    with Endpoint({"points": []}) as server:
        ask(chat(server.url))
        assert "canary" not in str(server.requests[0].headers)


# What is read.


@pytest.mark.parametrize(
    "reply",
    [
        ep.prose_around({"points": []}),
        ep.prose_around({"points": []}, fence=False),
        ep.says('<think>{"points": [1]} or so?</think>\n{"points": []}'),
        ep.says('Of {these}, none.\n{"points": []}'),
    ],
    ids=["fence", "bare", "thought", "braces before"],
)
def test_an_object_is_found_in_prose(reply: ep.Reply) -> None:
    with Endpoint(reply) as server:
        assert ask(chat(server.url)).data == {"points": []}


@pytest.mark.parametrize(
    "reply",
    [
        ep.truncated_json(),
        ep.other_language(),
        ep.says("[1, 2]"),
        ep.says('{"points": NaN}'),
        ep.says("{" * 9_000),
        ep.says('{"a":' * 9_000),
    ],
    ids=["truncated", "another language", "a list", "no number", "braces", "depth"],
)
def test_what_is_no_object_is_handed_on_as_text(reply: ep.Reply) -> None:
    with Endpoint(reply) as server:
        answer = ask(chat(server.url))
        assert answer.data is None and answer.text
        assert answer.usage.output_tokens == 20


def test_an_answer_by_tool_call_is_read() -> None:
    def reply(exchange: ep.Exchange) -> None:
        call = {"id": "1", "type": "function", "function": {"name": "Verdict", "arguments": '{"points": []}'}}
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
        choice = {"index": 0, "message": message, "finish_reason": "tool_calls"}
        exchange.send(200, json.dumps({"id": "1", "choices": [choice], "model": "tiny"}).encode())

    with Endpoint(reply) as server:
        assert ask(chat(server.url)).data == {"points": []}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(st.text(max_size=5), JSON, min_size=1, max_size=4), st.text(alphabet="abc \n`.,:;!", max_size=40)
)
def test_any_object_in_any_prose_is_found(data: dict[str, Any], prose: str) -> None:
    assert find_object(f"{prose}{json.dumps(data)}{prose}") == data


@given(st.text(max_size=300))
def test_no_text_breaks_the_search(text: str) -> None:
    found = find_object(text)
    assert found is None or isinstance(found, dict)


def test_an_empty_object_is_one_only_alone() -> None:
    assert find_object(" {} ") == {}
    assert find_object('{} {"a": 1}') == {"a": 1}
    assert find_object("Set {} to nothing.") is None


# Parameters that an endpoint rejects.


@pytest.mark.parametrize("parameter", ["response_format", "temperature", "seed"])
@pytest.mark.parametrize(("says_param", "code"), [(True, 400), (False, 400), (False, 422)])
def test_a_rejected_parameter_is_dropped_once_and_for_good(parameter: str, says_param: bool, code: int) -> None:
    with Endpoint(ep.rejects(parameter, {"points": []}, says_param=says_param, code=code)) as server:
        model = chat(server.url)
        assert ask(model).data == {"points": []} == ask(model).data
        assert [parameter in seen.body for seen in server.requests] == [True, False, False]
        assert model.takes_schema is (parameter != "response_format")


def test_a_schema_that_is_refused_in_other_words_is_dropped() -> None:
    def reply(exchange: ep.Exchange) -> None:
        refused = ep.status(400, "Failed to initialize samplers: failed to parse grammar")
        ep.perform(exchange, refused if "response_format" in exchange.seen.body else {"points": []})

    with Endpoint(reply) as server:
        assert ask(chat(server.url)).data == {"points": []}


def test_the_limit_of_a_reply_takes_its_other_name() -> None:
    with Endpoint(ep.rejects("max_tokens", {"points": []})) as server:
        model = chat(server.url)
        ask(model)
        ask(model)
        sent = [(seen.body.get("max_tokens"), seen.body.get("max_completion_tokens")) for seen in server.requests]
    assert sent == [(ASK_TOKENS, None), (None, ASK_TOKENS), (None, ASK_TOKENS)]


def test_an_endpoint_that_takes_neither_name_gets_none() -> None:
    with Endpoint(ep.rejects("max_tokens", ep.rejects("max_completion_tokens", {"points": []}))) as server:
        model = chat(server.url)
        ask(model)
        ask(model)
        assert len(server.requests) == 4
        assert not {"max_tokens", "max_completion_tokens"} & set(server.requests[-1].body)


def test_all_can_be_dropped_and_the_next_stream_knows() -> None:
    picky: ep.Reply = "Okay."
    for name in ("stream_options", "temperature", "max_completion_tokens", "max_tokens"):
        picky = ep.rejects(name, picky)
    with Endpoint(picky) as server:
        model = chat(server.url)
        stream = model.stream(PROMPT, FIELDS)
        assert list(stream) == ["Okay."]
        assert stream.usage is not None and stream.usage.estimated
        first = len(server.requests)
        assert list(model.stream(PROMPT, FIELDS)) == ["Okay."]
        assert (first, len(server.requests)) == (5, 6)
        assert set(server.requests[-1].body) == {"model", "messages", "stream"}


def test_a_refusal_of_something_else_drops_nothing() -> None:
    with Endpoint([ep.status(400, "the messages are too long", param="messages"), {"points": []}]) as server:
        model = chat(server.url)
        with pytest.raises(ModelFailed):
            ask(model)
        ask(model)
        assert set(server.requests[0].body) == set(server.requests[1].body)


def test_threads_learn_of_a_rejection_together() -> None:
    with Endpoint(ep.rejects("seed", ep.rejects("max_tokens", {"points": []}))) as server:
        model = chat(server.url)
        answers: list[Any] = []
        threads = [threading.Thread(target=lambda: answers.append(ask(model).data)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert answers == [{"points": []}] * 4
        assert "max_completion_tokens" in server.requests[-1].body


# Streams.


def test_hanging_up_ends_a_stream_and_counts_what_came() -> None:
    with Endpoint(ep.stalls("Okay, a ", "connection.")) as server:
        stream = chat(server.url).stream(PROMPT, FIELDS)
        assert next(stream) == "Okay, a "
        stream.close()
        stream.close()
        assert server.hung_up.wait(5)
        assert list(stream) == []
        assert stream.usage is not None and stream.usage.estimated and stream.usage.output_tokens > 0


def test_a_stream_that_was_never_begun_can_be_closed() -> None:
    with Endpoint("unasked") as server:
        stream = chat(server.url).stream(PROMPT, FIELDS)
        stream.close()
        assert list(stream) == [] and server.requests == []


def test_an_endpoint_that_counts_nothing_is_counted_for() -> None:
    with Endpoint({"points": []}, usage=None) as server:
        usage = ask(chat(server.url)).usage
    assert usage.estimated
    assert usage.input_tokens == tokens.count_messages(["Rules.", "Judge {}: it asks {dns} for the ip"])
    assert usage.output_tokens == tokens.count('{"points": []}')


# Several at once.


def test_no_more_calls_at_once_than_allowed() -> None:
    inside, go = Semaphore(0), Event()
    busy: list[int] = []
    now = 0
    lock = threading.Lock()

    def reply(exchange: ep.Exchange) -> None:
        nonlocal now
        with lock:
            now += 1
            busy.append(now)
        inside.release()
        go.wait(10)
        with lock:
            now -= 1
        ep.perform(exchange, {"points": []})

    with Endpoint(reply) as server:
        model = chat(server.url, gate=Semaphore(2))
        threads = [threading.Thread(target=ask, args=(model,)) for _ in range(5)]
        for thread in threads:
            thread.start()
        assert inside.acquire(timeout=10) and inside.acquire(timeout=10)
        go.set()
        for thread in threads:
            thread.join(20)
        assert len(server.requests) == 5 and max(busy) == 2


# Where it is.


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("192.168.1.7", True),
        ("10.0.0.5", True),
        ("ollama", True),
        ("box.local", True),
        ("host.docker.internal", True),
        ("api.openai.com", False),
        ("8.8.8.8", False),
        ("localhost.example.com", False),
        ("2130706433", True),
        ("134744072", False),
        ("0x08080808", False),
        ("::ffff:8.8.8.8", False),
        ("::ffff:10.0.0.5", True),
    ],
)
def test_what_is_near(host: str, local: bool) -> None:
    assert is_local(host) is local


def test_a_local_server_needs_no_key_and_another_does() -> None:
    assert endpoint("m", "http://localhost:11434/v1").key is None
    assert endpoint("m", "", KEY) == Place("m", "api.openai.com", OPENAI, KEY)
    with pytest.raises(SettingsError, match=r"no key for api\.openai\.com") as told:
        endpoint("m")
    assert "interviewer keys set" in told.value.remedy


def test_a_dummy_key_goes_to_a_local_server() -> None:
    with Endpoint({"points": []}) as server:
        ask(chat_model("tiny", server.url))
        assert server.requests[0].headers["authorization"] == "Bearer none"


@pytest.mark.parametrize(
    ("url", "key", "words"),
    [
        ("localhost:11434/v1", None, "no web address: 'localhost:11434/v1'"),
        ("ftp://x/v1", None, "no web address"),
        ("http://", None, "no web address"),
        ("http://[::1/v1", None, "no web address"),
        ("http://localhost:99999/v1", None, "no web address"),
        ("https://me:sk-secret@example.com/v1", KEY, "holds a user name or password"),
        ("https://example.com/v1", SecretStr("sk secret"), "it holds blanks"),
        ("https://example.com/v1", SecretStr("sk-sécret"), "it holds blanks"),
    ],
)
def test_an_address_or_key_that_cannot_be_used(url: str, key: SecretStr | None, words: str) -> None:
    with pytest.raises(SettingsError) as told:
        endpoint("m", url, key)
    assert words in told.value.message and told.value.remedy
    assert "secret" not in str(told.value) and "sécret" not in str(told.value)


def test_no_model_is_told() -> None:
    with pytest.raises(SettingsError, match="No model is chosen"):
        chat_model("", "http://localhost:1/v1")


# Money.


def test_prices_have_a_source_and_a_date() -> None:
    price = Prices().price(Place("gpt-5-mini", "api.openai.com", OPENAI))
    assert price is not None and price.checked is not None and price.source.startswith("https://")
    assert price.of(1_000_000, 100_000) == pytest.approx(price.rate.input + price.rate.output / 10)


@pytest.mark.parametrize(
    ("model", "like"),
    [
        ("gpt-5-mini-2025-08-07", "gpt-5-mini"),
        ("openai/gpt-5-mini", "gpt-5-mini"),
        ("claude-haiku-4-5-20251001", "claude-haiku-4-5"),
        ("gpt-5-minimal", None),
        ("gpt-5-pro", None),
        ("qwen3", None),
    ],
)
def test_a_price_is_found_by_name_and_never_guessed(model: str, like: str | None) -> None:
    prices = Prices()
    found = prices.price(Place(model, "models.example", "https://models.example/v1"))
    assert found == (like and prices.price(Place(like, "models.example", "https://models.example/v1")))


def test_what_has_no_price_has_no_cost_and_what_is_near_is_free() -> None:
    prices = Prices()
    assert prices.usage(Place("qwen3", "models.example"), 10, 10).cost is None
    assert prices.usage(Place("qwen3", "localhost", local=True), 10, 10).cost == 0.0


def test_own_prices_win(tmp_path: Path) -> None:
    own = tmp_path / "prices.toml"
    own.write_text(
        '[[lists]]\nsource = "our contract"\nchecked = 2026-11-01\n'
        '[lists.models]\n"gpt-5-mini" = { input = 1.0, output = 2.0 }\n"qwen3" = { input = 3.0, output = 4.0 }\n'
    )
    prices = Prices(own)
    assert prices.usage(Place("gpt-5-mini", "api.openai.com"), 1_000_000, 1_000_000).cost == 3.0
    assert prices.usage(Place("qwen3", "localhost", local=True), 1_000_000, 0).cost == 3.0
    assert prices.price(Place("gpt-5-nano", "api.openai.com")) == Prices().price(Place("gpt-5-nano", "api.openai.com"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "No such file"),
        ("[[lists", "Expected"),
        (
            '[[lists]]\nsource = "x"\nchecked = 2026-11-01\n[lists.models]\nm = { input = -1.0, output = 1.0 }',
            "models.m",
        ),
        ('[[lists]]\nsource = "x"\nchecked = 2026-11-01\n[lists.models]\nm = { input = 1.0 }', "models.m.output"),
        ("[lists]\nm = 1", "lists"),
        ("# " + "x" * 1_000_001, "larger than"),
    ],
)
def test_a_file_of_prices_that_cannot_be_used_is_named(tmp_path: Path, text: str | None, words: str) -> None:
    own = tmp_path / "mine.toml"
    if text is not None:
        own.write_text(text)
    with pytest.raises(SettingsError) as told:
        Prices(own)
    assert str(own) in told.value.message and "INTERVIEWER_PRICES" in told.value.message
    assert words in told.value.message and "\n" not in told.value.message


def test_the_table_is_whole() -> None:
    assert len([line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith('"')]) >= 20


def test_a_call_beyond_the_budget_is_not_made() -> None:
    with Endpoint({"points": []}) as server:
        budget = Budget(tokens=2 * (ASK_TOKENS + 120))
        model = chat(server.url, budget=budget)
        ask(model)
        assert budget.tokens == 120
        ask(model)
        ask(chat(server.url, budget=Budget()))
        with pytest.raises(ModelFailed) as told:
            chat(server.url, budget=Budget(tokens=ASK_TOKENS)).ask(PROMPT, FIELDS, Verdict)
        assert told.value.failure is Failure.OVER_BUDGET
        assert "4,000 tokens" in told.value.message and "INTERVIEWER_TOKEN_BUDGET" in told.value.remedy
        assert len(server.requests) == 3


def test_money_bounds_where_a_price_is_known() -> None:
    nano = Prices().price(Place("gpt-5-nano", "api.openai.com"))
    assert nano is not None
    budget = Budget(dollars=0.002)
    held = budget.hold(1_000, lambda: 1_000, 4_000, nano)
    assert budget.dollars == pytest.approx(held.dollars) == pytest.approx(0.00165)
    with pytest.raises(ModelFailed, match=r"0\.00 US dollars"):
        budget.hold(1_000, lambda: 1_000, 4_000, nano)
    budget.settle(held, Usage(model="m", input_tokens=1_000, output_tokens=100, cost=0.00009))
    assert budget.dollars == pytest.approx(0.00009)
    assert budget.hold(10**9, lambda: 10**9, 4_000, None).dollars == 0.0


def test_a_rough_count_is_made_exact_before_a_call_is_refused() -> None:
    assert Budget(tokens=100).hold(1_000, lambda: 60, 40, None).tokens == 100
    with pytest.raises(ModelFailed):
        Budget(tokens=100).hold(1_000, lambda: 61, 40, None)


def test_a_resumed_interview_goes_on_with_what_it_took() -> None:
    budget = Budget(tokens=1_000, used=[Usage(model="m", input_tokens=700, output_tokens=200, cost=None)])
    assert budget.tokens == 900
    with pytest.raises(ModelFailed):
        budget.hold(50, lambda: 50, 60, None)


def test_calls_under_way_hold_their_part() -> None:
    budget = Budget(tokens=250)
    held = budget.hold(60, lambda: 60, 40, None)
    budget.hold(60, lambda: 60, 40, None)
    with pytest.raises(ModelFailed):
        budget.hold(60, lambda: 60, 40, None)
    budget.settle(held, None)
    assert budget.tokens == 100


@pytest.mark.parametrize(("reply", "taken"), [(ep.status(500), 0), (ep.says("", finish="length"), 120)])
def test_a_failed_call_gives_back_what_it_did_not_take(reply: ep.Reply, taken: int) -> None:
    with Endpoint(reply) as server:
        budget = Budget(tokens=10_000)
        with pytest.raises(ModelFailed):
            ask(chat(server.url, budget=budget))
    assert budget.tokens == taken


def test_a_call_that_was_given_up_counts_its_prompt() -> None:
    with Endpoint(ep.never()) as server:
        budget = Budget(tokens=10_000)
        with pytest.raises(ModelFailed):
            ask(chat(server.url, budget=budget, limits=Limits(whole=0.2, retries=0)))
    assert 10 < budget.tokens < 40


# LangChain models by import path.


class Noting(FakeListChatModel):
    """Says what it is told to, and notes who else listens."""

    handlers: list[list[Any]] = Field(default_factory=list)

    def _generate(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **more: Any
    ) -> ChatResult:
        self.handlers.append(list(run_manager.handlers))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(self.responses[0]))])


class Failing(BaseChatModel):
    """Raises what it is given."""

    error: Any

    @property
    def _llm_type(self) -> str:
        return "failing"

    def _generate(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **more: Any
    ) -> ChatResult:
        raise self.error


class Hanging(FakeListChatModel):
    """Has no time-outs of its own."""

    release: Any = None

    def _generate(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **more: Any
    ) -> ChatResult:
        self.release.wait(20)
        return super()._generate(messages, stop, run_manager, **more)

    def _stream(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **more: Any
    ) -> Iterator[ChatGenerationChunk]:
        yield ChatGenerationChunk(message=AIMessageChunk("One"))
        self.release.wait(20)
        yield ChatGenerationChunk(message=AIMessageChunk(" two"))


class Structured(FakeListChatModel):
    """Answers by a schema, as models of some vendors do."""

    def with_structured_output(self, schema: Any, **more: Any) -> Runnable[Any, Any]:
        assert schema["title"] == "Verdict" and more == {"method": "json_schema", "include_raw": True}
        call = {"name": "Verdict", "args": {"points": [{"id": "dns", "quotes": []}]}, "id": "1"}
        usage = {"input_tokens": 5, "output_tokens": 6, "total_tokens": 11}
        raw = AIMessage("", tool_calls=[call], usage_metadata=usage)
        return RunnableLambda(lambda _: {"raw": raw, "parsed": None, "parsing_error": None})


SPOKEN = FakeListChatModel(responses=['Sure: {"points": []}'])


def factory() -> FakeListChatModel:
    return SPOKEN


def broken() -> FakeListChatModel:
    raise RuntimeError("key sk-canary")


class Group:
    inner = SPOKEN


NO_MODEL = 7


@pytest.mark.parametrize("name", ["SPOKEN", "factory", "Group.inner"])
def test_a_langchain_model_comes_by_its_import_path(name: str) -> None:
    model = chat_model(path=f"tests.test_models:{name}")
    assert (model.name, model.place, model.takes_schema) == ("FakeListChatModel", f"tests.test_models:{name}", None)
    answer = ask(model)
    assert answer.data == {"points": []}
    assert answer.usage.estimated and answer.usage.cost is None
    assert "".join(model.stream(PROMPT, FIELDS)) == SPOKEN.responses[0]
    assert chat_model("named", path=f"tests.test_models:{name}").name == "named"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("tests.test_models", "not of the form package.module:attribute"),
        ("os; rm:x", "not of the form"),
        ("tests.nowhere:model", "there is no module 'tests.nowhere'"),
        ("tests.test_models:nothing", "the module has no 'nothing'"),
        ("tests.test_models:NO_MODEL", "it is a int, and no LangChain chat model"),
        ("tests.test_models:broken", "calling it raised RuntimeError"),
        ("tests.test_models:Failing", "calling it raised ValidationError"),
    ],
)
def test_an_import_path_that_is_wrong_is_named(path: str, words: str) -> None:
    with pytest.raises(SettingsError) as told:
        chat_model(path=path)
    assert repr(path) in told.value.message and words in told.value.message
    assert "sk-canary" not in str(told.value)


def test_a_model_that_answers_by_schema_is_asked_to() -> None:
    answer = ask(Chat(Structured(responses=["x"]), Place("own", "tests:own"), Terms()))
    assert answer.data == {"points": [{"id": "dns", "quotes": []}]}
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (5, 6)


def test_what_a_model_of_ones_own_raises_is_told_without_its_words() -> None:
    model = Chat(Failing(error=RuntimeError("sk-canary")), Place("own", "tests:own"), Terms())
    with pytest.raises(ModelFailed) as told:
        ask(model)
    assert told.value.failure is Failure.BAD_REPLY and "sk-canary" not in str(told.value)
    assert "own at tests:own" in told.value.message and "INTERVIEWER_CHAT_MODEL" in told.value.remedy


@pytest.mark.parametrize("streamed", [False, True])
def test_a_model_without_time_outs_is_given_up_all_the_same(streamed: bool) -> None:
    release = Event()
    waits = Limits(first=2.0, between=0.1, whole=0.3, retries=0)
    model = Chat(Hanging(responses=[""], release=release), Place("own", "tests:own"), Terms(limits=waits))
    try:
        with pytest.raises(ModelFailed) as told:
            if streamed:
                list(model.stream(PROMPT, FIELDS))
            else:
                ask(model)
        assert told.value.failure is Failure.TIMED_OUT
        assert ("stopped in mid-answer" in told.value.message) is streamed
    finally:
        release.set()
