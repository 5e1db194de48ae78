"""Prompt files: two parts, plain fields, and errors that name the line."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from interviewer.core.errors import ScenarioError
from interviewer.core.ports import Prompt
from interviewer.library import Library

GOOD = "# system\n\nRules: reply with {{}}.\n\n## A heading of its own\n\n# user\n\nJudge {answer} to {question}.\n"


@pytest.fixture
def packaged(tmp_path: Path) -> Path:
    (tmp_path / "prompts").mkdir()
    return tmp_path


def read(packaged: Path, text: str, fields: set[str] | None = None) -> Prompt:
    (packaged / "prompts" / "judge.md").write_text(text, encoding="utf-8")
    return Library(packaged=packaged).prompt("judge", fields)


def test_a_prompt_has_its_messages_and_its_hash(packaged: Path) -> None:
    prompt = read(packaged, GOOD, {"answer", "question"})
    assert prompt.messages == (
        ("system", "Rules: reply with {{}}.\n\n## A heading of its own"),
        ("user", "Judge {answer} to {question}."),
    )
    assert prompt.sha256 == hashlib.sha256(GOOD.encode()).hexdigest()
    assert read(packaged, GOOD) == prompt


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD.replace("{answer}", "{anwser}"), "judge.md:9: unknown field {anwser}; there are {answer}, {question}"),
        (GOOD.replace("{answer}", "it"), "judge.md the field {answer} is missing"),
        (GOOD.replace("{answer}", "{answer.text}"), "judge.md:7: {answer.text} is no field"),
        (GOOD.replace("{answer}", "{answer!r}"), "judge.md:7: {answer} is no field"),
        (GOOD.replace("{answer}", "{answer:>9}"), "judge.md:7: {answer} is no field"),
        (GOOD.replace("{answer}", "{}"), "judge.md:7: {} is no field"),
        (GOOD.replace("{answer}", "{"), "judge.md:7: a brace is wrong"),
        (GOOD.replace("{{}}", "}"), "judge.md:1: a brace is wrong"),
        (GOOD.replace("# user", "# assistant"), "judge.md:7: unknown part 'assistant'"),
        (GOOD.replace("# user", "user"), "one part `# system` and then one part `# user`"),
        (GOOD + GOOD, "one part `# system` and then one part `# user`"),
        ("# user\nx\n# system\ny\n", "one part `# system` and then one part `# user`"),
        ("Notes\n" + GOOD, "judge.md:1: nothing may stand before"),
        ("# system\n\n# user\n{answer} {question}\n", "judge.md:1: the part `# system` is empty"),
        ("", "one part `# system`"),
    ],
)
def test_a_prompt_that_cannot_be_used_names_the_line(packaged: Path, text: str, words: str) -> None:
    with pytest.raises(ScenarioError) as told:
        read(packaged, text, {"answer", "question"})
    assert words in told.value.message and told.value.remedy


def test_a_prompt_that_is_not_there_is_named(packaged: Path) -> None:
    with pytest.raises(ScenarioError, match=r"nothing\.md does not exist"):
        Library(packaged=packaged).prompt("nothing")


@pytest.mark.parametrize("name", ["judge", "speak"])
def test_the_packages_own_prompts_can_be_used(name: str) -> None:
    assert [role for role, _ in Library().prompt(name).messages] == ["system", "user"]
