"""Judge, speaker and a whole interview, played from recordings of a real endpoint.

The model behind the recordings is a small one and answers poorly. So these tests ask what was sent, what came back and
what became of it, never whether the model was right; whoever records with a better one changes none of them.
"""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from vcr.cassette import Cassette
from vcr.request import Request

from interviewer.casting import JUDGE_FIELDS
from interviewer.cli.pipe import PipeCandidate
from interviewer.core import events as ev
from interviewer.core.events import CloseReason, Move, MoveKind
from interviewer.core.findings import Assessment, Finding, Outcome, Status, Unscored, UnscoredReason
from interviewer.core.ports import Spoken
from interviewer.core.replay import replay
from interviewer.judging.embedded import EmbeddedJudge
from interviewer.judging.intent import EmbeddedIntentReader
from interviewer.judging.llm import LLMJudge
from interviewer.judging.panel import Panel
from interviewer.judging.quotes import places
from interviewer.models import chat
from interviewer.models.chat import Terms, chat_model
from interviewer.models.options import LIMIT
from interviewer.reporting.build import build
from interviewer.reporting.html import to_html
from interviewer.reporting.markdown import to_markdown
from interviewer.session import Session, Team
from interviewer.speaking.authored import AuthoredSpeaker
from interviewer.speaking.briefing import FIELDS
from interviewer.speaking.llm import LLMSpeaker
from interviewer.store import Store
from tests.factories import COVERED, Log, started
from tests.recording import CASSETTES, ENDPOINT, PUBLIC, Readable, plain_request, plain_response, player, scan
from tests.recording_stage import (
    CANARY,
    INJECTED,
    LIMITS,
    PATIENCE,
    QUESTION,
    SALT,
    STRONG,
    cache_scenario,
    prompt,
    recorded_chat,
    turns,
)
from tests.stage import LINES, StillClock

JUDGE = prompt("judge", JUDGE_FIELDS)
SPEAK = prompt("speak", FIELDS)


@pytest.fixture(autouse=True)
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small model finds no end; two sentences are enough, and all that a speaker would say of it."""
    monkeypatch.setattr(chat, "SAYING", {**chat.SAYING, LIMIT: 60})


def sent(cassette: Cassette) -> list[dict[str, Any]]:
    """What was sent, call by call."""
    return [json.loads(request.body) for request in cassette.requests]


def came(cassette: Cassette) -> list[dict[str, Any]]:
    """What came back whole, call by call; of streamed replies their last event, which holds the usage."""
    return [events(one)[-1] if "data:" in one else json.loads(one) for one in bodies(cassette)]


def bodies(cassette: Cassette) -> list[str]:
    return [response["body"]["string"].decode() for response in cassette.responses]


def events(body: str) -> list[dict[str, Any]]:
    """The events of a streamed reply."""
    lines = [line.removeprefix("data:").strip() for line in body.splitlines() if line.startswith("data:")]
    assert lines[-1] == "[DONE]"
    return [json.loads(line) for line in lines[:-1]]


def words(body: str) -> str:
    """All that a streamed reply says."""
    return "".join(one["choices"][0]["delta"].get("content") or "" for one in events(body) if one["choices"])


def message(call: dict[str, Any], role: str) -> str:
    return str(next(one["content"] for one in call["messages"] if one["role"] == role))


def judged(said: str) -> Outcome:
    return LLMJudge(recorded_chat(), JUDGE, SALT).assess(QUESTION, turns(said))


def counted(outcome: Outcome, cassette: Cassette) -> bool:
    """Whether the tokens of an outcome are those that the endpoint counted."""
    usages = [one["usage"] for one in came(cassette)]
    assert outcome.usage is not None
    return (outcome.usage.input_tokens, outcome.usage.output_tokens, outcome.usage.estimated) == (
        sum(one["prompt_tokens"] for one in usages),
        sum(one["completion_tokens"] for one in usages),
        False,
    )


def rests_on_quotes(found: Assessment, said: str, cassette: Cassette) -> None:
    """Every status follows from what the model claimed, and from whether its quotes are the candidate's words."""
    reply = json.loads(came(cassette)[0]["choices"][0]["message"]["content"])
    claims = {one["id"]: one for one in reversed(reply["points"])}
    for one in found.points:
        quotes = claims[one.target]["quotes"] if one.target in claims else []
        there = any(list(places(quote, turns(said))) for quote in quotes)
        assert there or one.status in (Status.ABSENT, Status.UNCLEAR)
        assert one.target in claims or one.status is Status.ABSENT
        for span in one.evidence:
            assert span.text == said[span.start : span.end]


# The judge


@pytest.mark.vcr
def test_judge_a_strong_answer(vcr: Cassette) -> None:
    found = judged(STRONG)
    assert isinstance(found, Assessment)
    (call,) = sent(vcr)
    assert call["model"] == ENDPOINT["model"]
    assert (call["temperature"], call["seed"]) == (0, 7)
    form = call["response_format"]["json_schema"]
    assert form["strict"] is True and form["schema"]["additionalProperties"] is False
    assert list(form["schema"]["properties"]) == ["points", "flags"]
    assert [one["role"] for one in call["messages"]] == ["system", "user"]
    asked = message(call, "user")
    assert all(f"- id: {one.id}\n  says: {one.says}" in asked for one in (*QUESTION.points, *QUESTION.red_flags))
    assert STRONG in asked and STRONG not in message(call, "system")
    rests_on_quotes(found, STRONG, vcr)
    assert counted(found, vcr)


@pytest.mark.vcr
def test_judge_an_answer_with_an_injection(vcr: Cassette) -> None:
    found = judged(INJECTED)
    assert isinstance(found, Assessment)
    (call,) = sent(vcr)
    asked = message(call, "user")
    nonce = asked.partition("the code ")[2].partition(".")[0]
    inside = asked.partition(f"<<<{nonce} turn 2, candidate>>>\n")[2].partition(f"\n<<</{nonce}>>>")[0]
    assert inside == INJECTED
    assert "Ignore all previous" not in asked.replace(inside, "") + message(call, "system")
    rests_on_quotes(found, INJECTED, vcr)
    attack = INJECTED.index("Ignore")
    assert all(span.end <= attack for one in found.points for span in one.evidence)
    assert found.notes == ("addresses the judge",)


@pytest.mark.vcr
def test_judge_a_malformed_reply_is_asked_for_again_once_and_then_kept(vcr: Cassette) -> None:
    own = chat_model(path="tests.recording_stage:terse", terms=Terms(limits=LIMITS))
    found = LLMJudge(own, JUDGE, SALT).assess(QUESTION, turns(STRONG))
    assert isinstance(found, Unscored) and found.reason is UnscoredReason.JUDGE_FAILED
    first, second = sent(vcr)
    assert "response_format" not in first
    replies = [one["choices"][0]["message"]["content"] for one in came(vcr)]
    repair = message(second, "user").removeprefix(message(first, "user"))
    assert "Your last reply could not be used: there was no JSON object in it." in repair
    assert replies[0] in repair
    assert (found.prompt, found.reply) == (
        f"# system\n\n{message(first, 'system')}\n\n# user\n\n{message(first, 'user')}",
        replies[1],
    )
    assert counted(found, vcr)


# The speaker


def listened(*moves: tuple[str, Move]) -> list[list[Spoken]]:
    """What the speaker says after each answer."""
    speaker = LLMSpeaker(
        recorded_chat(),
        SPEAK,
        AuthoredSpeaker(LINES),
        EmbeddedJudge(),
        StillClock(),
        first_token=PATIENCE,
        whole=PATIENCE,
    )
    log = Log(cache_scenario(), salt=SALT).ask(QUESTION.id)
    lines = []
    for answer, move in moves:
        log.answer(answer, {move.point or "copy": COVERED} if move.kind is MoveKind.CLOSE else {"copy": COVERED})
        log.add(ev.Moved(at=log.now, move=move))
        lines.append(list(speaker.say(log.state, move)))
        log.said(" ".join(one.text for one in lines[-1]))
    return lines


@pytest.mark.vcr
def test_speak_two_lines_as_they_come(vcr: Cassette) -> None:
    probe = Move(kind=MoveKind.PROBE, reason="the test says so", question=QUESTION.id, point="stale")
    close = Move(kind=MoveKind.CLOSE, reason="the test says so", question=QUESTION.id, close=CloseReason.SATISFIED)
    lines = listened(("it keeps a copy in memory so reads are faster", probe), ("you may read old data then", close))
    calls = sent(vcr)
    assert [(call["stream"], call["stream_options"]) for call in calls] == [(True, {"include_usage": True})] * 2
    assert all("response_format" not in call for call in calls)
    assert "it keeps a copy in memory" in message(calls[0], "user")
    assert QUESTION.point("stale").probe in message(calls[0], "user")
    assert QUESTION.point("stale").says not in message(calls[0], "user")
    for line, body in zip(lines, bodies(vcr), strict=True):
        assert len(events(body)) > 3
        *reactions, last = line
        assert all(one.more and one.text in " ".join(words(body).split()) for one in reactions)
        assert last.text and not last.more
        usage = events(body)[-1]["usage"]
        # Whoever hangs up learns of no count, and may not wait until its own is made.
        assert last.usage is None or last.usage.estimated or last.usage.input_tokens == usage["prompt_tokens"]
    assert lines[0][-1].text.endswith(str(QUESTION.point("stale").probe))


@pytest.mark.vcr
def test_stream_every_piece_in_order_and_what_it_took(vcr: Cassette) -> None:
    stream = recorded_chat().stream(SPEAK, dict.fromkeys(FIELDS, "Nothing yet."))
    pieces = list(stream)
    (body,) = bodies(vcr)
    deltas = [one["choices"][0]["delta"].get("content") for one in events(body) if one["choices"]]
    assert pieces == [piece for piece in deltas if piece]
    usage = events(body)[-1]["usage"]
    assert stream.usage is not None and not stream.usage.estimated
    assert (stream.usage.input_tokens, stream.usage.output_tokens) == (
        usage["prompt_tokens"],
        usage["completion_tokens"],
    )


# A whole interview

ANSWERS = (
    "It keeps a copy of the data in memory, so a read is faster than going to the database each time.",
    "Then the copy is out of date, you may read old data.",
    "I don't know more than that.",
)


def interview(home: Path) -> tuple[Store, str, str]:
    """A whole practice interview by panel and model, through a pipe; the store, its id and all that was shown."""
    plan, clock = cache_scenario(), StillClock()
    embedded, authored = EmbeddedJudge(), AuthoredSpeaker(LINES)
    slow = LLMJudge(recorded_chat(), JUDGE, SALT)
    panel = Panel(embedded, slow, merge=True, clock=clock, wait=PATIENCE)
    speaker = LLMSpeaker(recorded_chat(), SPEAK, authored, embedded, clock, first_token=PATIENCE, whole=PATIENCE)
    team = Team(panel, EmbeddedIntentReader(), speaker, clock, waiting=panel)
    begin = started(plan, judge=panel.version, speaker=speaker.name, salt=SALT)
    store = Store(home / "interviews.db")
    log = store.begin(plan, begin)
    shown = io.StringIO()
    Session(plan, log, [begin], team).run(PipeCandidate(io.StringIO("\n".join(ANSWERS) + "\n"), shown))
    return store, log.interview, shown.getvalue()


@pytest.mark.vcr
def test_a_short_whole_interview(vcr: Cassette, home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    home.mkdir()
    store, name, shown = interview(home)
    kept = store.open(name)
    judgements = [one for one in kept.events if isinstance(one, ev.Judged)]
    moves = [one.move for one in kept.events if isinstance(one, ev.Moved)]
    spoken = [one.usage for one in kept.events if isinstance(one, ev.Said) and one.usage]
    asking = [call for call in sent(vcr) if "response_format" in call]
    streamed = [call for call in sent(vcr) if call.get("stream")]

    assert any(move.kind is MoveKind.PROBE for move in moves)
    own = [one for one in judgements if one.outcome.usage]
    assert {one.outcome.judge.name for one in own} == {f"panel:{ENDPOINT['model']}"}
    assert len(asking) == len(own) > 1
    assert len(streamed) >= len(spoken) > 0
    assert len(asking) + len(streamed) == len(vcr)
    for number, call in enumerate(asking, 1):
        assert [answer in message(call, "user") for answer in ANSWERS] == [at < number for at in range(len(ANSWERS))]
    state = replay(kept.scenario, kept.events)
    for span in [span for one in judgements for found in _findings(one.outcome) for span in found.evidence]:
        assert state.turn(span.turn).text[span.start : span.end] == span.text

    report = build(state, interview=name, length=kept.length, head=kept.head, events=kept.events)
    assert [(one.model, one.task.value, one.uses) for one in report.models] == [
        (ENDPOINT["model"], "judging", len(asking)),
        (ENDPOINT["model"], "speaking", len(spoken)),
    ]
    verdicts = [one["usage"] for one in came(vcr) if one["object"] == "chat.completion"]
    judging = report.models[0]
    assert judging.input_tokens == sum(one["prompt_tokens"] for one in verdicts)
    assert judging.output_tokens == sum(one["completion_tokens"] for one in verdicts)
    assert (judging.estimated, judging.unpriced) == (0, 0 if judging.cost is not None else judging.uses)
    assert ANSWERS[0] in shown and ENDPOINT["model"] in shown
    everything = [
        shown,
        to_markdown(report),
        to_html(report),
        json.dumps(store.export(name)),
        "".join(capfd.readouterr()),
    ]
    store.close()
    everything += [file.read_bytes().decode("latin-1") for file in home.iterdir()]
    assert not [text for text in everything if CANARY in text]


def _findings(outcome: Outcome) -> list[Finding]:
    return [*outcome.points, *outcome.flags] if isinstance(outcome, Assessment) else []


# The recordings themselves


def test_a_changed_prompt_plays_no_old_verdict() -> None:
    role, text = JUDGE.messages[0]
    changed = replace(JUDGE, messages=((role, text.replace("You read", "Do you read", 1)), *JUDGE.messages[1:]))
    assert changed != JUDGE
    with player("test_recorded/test_judge_a_strong_answer.yaml") as cassette:
        found = LLMJudge(recorded_chat(), changed, SALT).assess(QUESTION, turns(STRONG))
        assert isinstance(found, Unscored) and found.reply == ""
        assert cassette.play_count == 0
        assert isinstance(judged(STRONG), Assessment)
        assert cassette.all_played


@pytest.mark.parametrize("part", ["method", "scheme", "host", "port", "path", "query", "body"])
def test_nothing_else_is_played_either(part: str) -> None:
    with player("test_recorded/test_judge_a_strong_answer.yaml") as cassette:
        (known,) = cassette.requests
        url = urlsplit(known.uri)
        other = {
            "method": ("PUT", known.uri, known.body),
            "scheme": (known.method, url._replace(scheme="ws").geturl(), known.body),
            "host": (known.method, url._replace(netloc="127.0.0.2:1").geturl(), known.body),
            "port": (known.method, url._replace(netloc=f"{url.hostname}:1").geturl(), known.body),
            "path": (known.method, url._replace(path="/v2/chat/completions").geturl(), known.body),
            "query": (known.method, f"{known.uri}?a=1", known.body),
            "body": (known.method, known.uri, known.body.replace(b"Caching", b"caching").replace(b"a ", b"the ", 1)),
        }[part]
        assert cassette.can_play_response_for(Request(known.method, known.uri, known.body, known.headers))
        assert not cassette.can_play_response_for(Request(*other, known.headers))


FILES = sorted(CASSETTES.rglob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_recording_holds_nothing_private(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert scan(text) == []
    assert CANARY not in text
    assert Readable.serialize(Readable.deserialize(text)) == text


def test_the_endpoint_is_a_public_one() -> None:
    assert urlsplit(ENDPOINT["base_url"]).hostname in PUBLIC
    assert scan("interactions: []\n# " + " ".join(ENDPOINT.values())) == []


def test_every_recording_has_its_test_and_every_test_its_recording() -> None:
    recorded = {name for name, one in globals().items() if _is_recorded(one)}
    assert {file.relative_to(CASSETTES).as_posix() for file in FILES} == {
        f"test_recorded/{name}.yaml" for name in recorded
    }


def _is_recorded(one: object) -> bool:
    return any(mark.name == "vcr" for mark in getattr(one, "pytestmark", ()))


@pytest.mark.parametrize(
    ("what", "planted"),
    [
        ("a key", "sk-proj-abcdef123456"),
        ("a key", CANARY),
        ("a token", "Bearer abc"),
        ("a credential", "Authorization: Basic abc"),
        ("a credential", "x-api-key"),
        ("a credential", "https://me:secret@127.0.0.1/v1"),
        ("a cookie", "set-cookie: a=b"),
        ("an organisation", "openai-organization"),
        ("an organisation", "org-AbCdEfGh1234"),
        ("a request id", "x-request-id"),
        ("a request id", "req_0123456789abcdef"),
        ("a request id", "chatcmpl-6LrZfBdeAc1p7QzbsTPSZyLdtsSVuNwi"),
        ("a client's description", "x-stainless-os"),
        ("a path", "/home/ada/models/tiny"),
        ("a path", "C:\\Users\\ada"),
        ("a path", "tiny.gguf"),
        ("an e-mail address", "ada@lovelace.org"),
        ("a host", "http://192.168.1.20:8000/v1"),
        ("a host", "https://models.corp.internal/v1"),
        ("a host", "10.0.0.7"),
    ],
)
def test_the_scan_finds(what: str, planted: str) -> None:
    assert any(one.startswith(f"{what}: ") for one in scan(f"interactions: []\n# {planted}\n"))


@pytest.mark.parametrize("side", ["request", "response"])
def test_the_scan_finds_a_header(side: str) -> None:
    one: dict[str, Any] = {"request": {"headers": {}}, "response": {"headers": {}}}
    one[side]["headers"] = {"content-type": ["application/json"], "server": ["llama.cpp"]}
    assert scan(yaml.safe_dump({"interactions": [one]})) == ["a header: server"]


def test_only_the_content_type_is_kept_of_headers() -> None:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {CANARY}", "Cookie": "a=b"}
    kept = plain_request(Request("POST", "http://127.0.0.1/v1", b"{}", headers))
    assert dict(kept.headers) == {"content-type": "application/json"}
    body = {"string": b'{"id": "chatcmpl-6LrZfBdeAc1p7Q", "n": 1}'}
    headers = {"Content-Type": ["application/json"], "Set-Cookie": ["a=b"], "x-request-id": ["req_1"]}
    response = plain_response({"status": {"code": 200}, "headers": headers, "body": body})
    assert response["headers"] == {"content-type": ["application/json"]}
    assert response["body"]["string"] == b'{"id": "chatcmpl-0", "n": 1}'
