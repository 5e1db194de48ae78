"""Tokens are counted offline, and exactly as tiktoken counts them."""

from __future__ import annotations

import hashlib
import json
import lzma
import subprocess
import sys
from pathlib import Path

import pytest
import tiktoken
import tiktoken_ext.openai_public
from hypothesis import given
from hypothesis import strategies as st

from interviewer.core.errors import ModelFileError
from interviewer.models import tokens

ROOT = Path(__file__).parents[1]
CACHED_AS = "fb374d419588a4632f3f557e76b4b70aebbca790"
"""The name under which tiktoken looks for the ranks of o200k_base."""


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> tiktoken.Encoding:
    """The encoding as tiktoken itself makes it, from our file in its cache; the network is blocked."""
    cache = tmp_path_factory.mktemp("ranks")
    (cache / CACHED_AS).write_bytes(lzma.decompress(tokens.RANKS.read_bytes()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIKTOKEN_CACHE_DIR", str(cache))
        return tiktoken.Encoding(**tiktoken_ext.openai_public.o200k_base())


def test_the_ranks_are_those_that_tiktoken_asks_for() -> None:
    raw = lzma.decompress(tokens.RANKS.read_bytes())
    assert hashlib.sha256(raw).hexdigest() == tokens.RANKS_SHA256
    assert len(raw.splitlines()) == 199_998


def test_texts_are_cut_as_tiktoken_cuts_them(theirs: tiktoken.Encoding) -> None:
    assert theirs._pat_str == tokens.PATTERN
    assert theirs._special_tokens == tokens.SPECIAL


@pytest.mark.parametrize(
    "text",
    [
        "",
        "it asks dns for the ip",
        'POST /tasks HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{"title": "x"}',
        "I don't know,\n\n   let's say 1234567 req/s",
        "Größe, naïve, 東京, emoji 👩‍💻 and a tab\t",
        "<|endoftext|> is text, and nothing special",
    ],
)
def test_counts_are_tiktokens(theirs: tiktoken.Encoding, text: str) -> None:
    assert tokens.count(text) == len(theirs.encode_ordinary(text))


@given(st.text(max_size=200))
def test_any_text_can_be_counted(text: str) -> None:
    assert 0 <= tokens.count(text) <= len(text.encode("utf-8", "surrogatepass")) * 3


def test_a_prompt_has_tokens_around_its_messages() -> None:
    assert tokens.count_messages(["one", "two"]) == 1 + 4 + 1 + 4 + 3
    assert tokens.most(["one", "two"]) >= tokens.count_messages(["one", "two"])


QUICK = """
import json, socket, sys
def refuse(*_): raise AssertionError("a connection was tried")
socket.socket.connect = socket.create_connection = refuse
from interviewer.models import tokens
rough = tokens.quick_count("internationalization of organizations")
loaded = tokens.encoding.cache_info().currsize
exact = tokens.count("internationalization of organizations")
print(json.dumps([rough, loaded, exact, tokens.quick_count("internationalization of organizations")]))
"""


def test_a_quick_count_loads_nothing_and_no_count_needs_a_network(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", QUICK],
        cwd=ROOT,
        env={"TMPDIR": str(tmp_path), "HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.stderr == ""
    assert json.loads(done.stdout) == [10, 0, 4, 4]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", ["missing", "changed", "cut"])
def test_a_damaged_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str) -> None:
    place = tmp_path / "ranks.xz"
    raw = tokens.RANKS.read_bytes()
    if damage != "missing":
        place.write_bytes(lzma.compress(lzma.decompress(raw) + b"\n", preset=0) if damage == "changed" else raw[:1_000])
    monkeypatch.setattr(tokens, "RANKS", place)
    tokens.encoding.cache_clear()
    try:
        with pytest.raises(ModelFileError, match=r"ranks\.xz is missing or was changed"):
            tokens.count("x")
    finally:
        tokens.encoding.cache_clear()
