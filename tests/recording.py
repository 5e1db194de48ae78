"""How calls to models are recorded and played: matched by their whole body, and with nothing private in them.

A test that plays a recording says `@pytest.mark.vcr`. Nothing reaches the network then, a request that differs in any
byte of its prompt from the one recorded is refused, and every recording is played to its end. `scripts/record` makes
all of them anew from a real endpoint; `cassettes/endpoint.json` says which it was.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import vcr
import yaml
from vcr.cassette import Cassette
from vcr.request import Request

CASSETTES = Path(__file__).parent / "cassettes"
ENDPOINT: dict[str, str] = json.loads((CASSETTES / "endpoint.json").read_text(encoding="utf-8"))
"""`base_url` and `model` of the recordings, which `server` answered, and the day on which they were made."""
KEPT = frozenset({"content-type"})
"""The only headers that are kept, of requests and of responses."""
PUBLIC = frozenset({"127.0.0.1", "api.openai.com"})
"""Hosts that a recording may name: everything else is somebody's own."""
MATCH = ("method", "scheme", "host", "port", "path", "query", "body")

_ID = re.compile(rb'("id"\s*:\s*")(?:chatcmpl|resp|req)[-_][^"]*(")')


def _kept(headers: Mapping[str, Any]) -> dict[str, Any]:
    return {name.lower(): value for name, value in headers.items() if name.lower() in KEPT}


def plain_request(request: Request) -> Request:
    """The request with the headers that are kept."""
    return Request(request.method, request.uri, request.body, _kept(request.headers))


def plain_response(response: Mapping[str, Any]) -> dict[str, Any]:
    """The response with the headers that are kept, and without the endpoint's own name for it."""
    made = copy.deepcopy(dict(response))
    made["headers"] = _kept(made["headers"])
    made["body"]["string"] = _ID.sub(rb"\1chatcmpl-0\2", made["body"]["string"])
    return made


class _Dumper(yaml.SafeDumper):
    """Writes a text of several lines as lines."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


class Readable:
    """Writes cassettes that a person can review: JSON bodies as YAML, so that a prompt reads as it was written."""

    @staticmethod
    def serialize(cassette: dict[str, Any]) -> str:
        """The text of a cassette's file."""
        for one in cassette["interactions"]:
            _open(one["request"], "body")
            _open(one["response"]["body"], "string")
        return yaml.dump(cassette, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)

    @staticmethod
    def deserialize(text: str) -> dict[str, Any]:
        """What a cassette's file holds."""
        cassette: dict[str, Any] = yaml.safe_load(text)
        for one in cassette["interactions"]:
            _close(one["request"], "body")
            _close(one["response"]["body"], "string")
        return cassette


def _open(part: dict[str, Any], name: str) -> None:
    try:
        part["json"] = json.loads(part[name])
    except ValueError:
        return
    del part[name]


def _close(part: dict[str, Any], name: str) -> None:
    if "json" in part:
        part[name] = json.dumps(part.pop("json"), ensure_ascii=False)


def configuration() -> dict[str, Any]:
    """How recordings are made and matched."""
    return {
        "match_on": MATCH,
        "before_record_request": plain_request,
        "before_record_response": plain_response,
        "decode_compressed_response": True,
        "allow_playback_repeats": False,
    }


def player(name: str) -> Any:
    """A recording by its path below `cassettes`, only to be played, as a context manager."""
    made = vcr.VCR(record_mode="none")
    made.register_serializer("yaml", Readable)
    return made.use_cassette(str(CASSETTES / name), **configuration())


def pytest_recording_configure(config: pytest.Config, vcr: vcr.VCR) -> None:
    """Let the recordings of marked tests be readable."""
    vcr.register_serializer("yaml", Readable)


@pytest.fixture
def vcr_config() -> dict[str, Any]:
    return configuration()


@pytest.fixture(autouse=True)
def played_to_the_end(vcr: Cassette | None) -> Iterator[None]:
    """Fails a test that did not ask for all that its recording holds."""
    yield
    if vcr is None or not vcr.write_protected:
        return
    assert len(vcr) > 0, "there is no recording; make it with scripts/record"
    assert vcr.all_played, (
        f"{vcr.play_count} of {len(vcr)} recorded calls were played: what is sent has changed since. "
        "Look at the difference, and record again with scripts/record."
    )


# What must not be in a recording.

_SECRETS: Mapping[str, str] = {
    "a key": r"\b(?:sk|pk|rk|gsk|xai|hf|ghp|github_pat)[-_][A-Za-z0-9_-]{6,}|\bAIza[\w-]{20,}|\bAKIA\w{12,}",
    "a token": r"(?i)\bbearer\s+\S|\beyJ[\w-]{8,}\.",
    "a credential": r"(?i)\bauthori[sz]ation['\"]?\s*:|\bapi[-_]?key\b|\bpassword['\"]?\s*[:=]|://[^/\s@]+@",
    "a cookie": r"(?i)\b(?:set-)?cookie2?['\"]?\s*:|__cf_bm",
    "an organisation": r"(?i)\bopenai-(?:organization|project|processing|version)|\borg-\w{8,}|\bproj_\w{6,}",
    "a request id": r"(?i)\bx-request-id|\bcf-ray|\breq_\w{6,}|\b(?:chatcmpl|resp)[-_](?!0\b)\w{6,}",
    "a client's description": r"(?i)\bx-stainless|\buser-agent['\"]?\s*:",
    "a path": r"(?i)/(?:home|users|root|tmp|var|opt|mnt|srv)/\S|\b[A-Z]:\\+\w|(?<!\w)~/|\.gguf\b",
    "an e-mail address": r"\b[\w.+-]+@[\w-]+\.[a-z]{2,}\b",
}
_URL = re.compile(r"(?i)\b(?:https?|wss?)://[^\s'\"<>)]+")
_ADDRESS = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")


def scan(text: str) -> list[str]:
    """What is in a cassette's text that nobody should publish."""
    found = [f"{what}: {match.group()}" for what, sign in _SECRETS.items() if (match := re.search(sign, text))]
    hosts = [urlsplit(url.group()).hostname or "" for url in _URL.finditer(text)] + _ADDRESS.findall(text)
    found += [f"a host: {host}" for host in hosts if host not in PUBLIC]
    for one in yaml.safe_load(text)["interactions"]:
        for side in ("request", "response"):
            found += [f"a header: {name}" for name in one[side]["headers"] if name not in KEPT]
    return found
