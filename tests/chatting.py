"""A chat model that answers as a test scripts it, and remembers what it was asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from typing import Any

from pydantic import BaseModel

from interviewer.core.errors import Failure, ModelFailed
from interviewer.core.findings import Usage
from interviewer.core.ports import Answer, Prompt, Streamed

ROOT = Path(__file__).parents[1]
Reply = str | Mapping[str, Any] | ModelFailed | Callable[[str], Mapping[str, Any]]
"""What is answered: a text, an object, a failure, or what a function makes of the whole filled prompt."""


def judge_prompt() -> Prompt:
    """`prompts/judge.md` as it stands."""
    text = (ROOT / "prompts" / "judge.md").read_text(encoding="utf-8")
    _, system, user = (part.strip() for part in text.replace("# user", "# system").split("# system\n"))
    return Prompt((("system", system), ("user", user)), "0" * 64)


def filled(prompt: Prompt, fields: Mapping[str, str]) -> str:
    """The whole prompt; every field must be wanted, and every wanted one given."""
    text = "\n\n".join(f"[{role}]\n{text}" for role, text in prompt.messages)
    assert {name for _, name, _, _ in Formatter().parse(text) if name} == set(fields)
    return text.format_map(fields)


def point(name: str, *quotes: str, status: str = "covered") -> dict[str, Any]:
    """An entry of a reply's points."""
    return {"id": name, "quotes": list(quotes), "status": status}


def flag(name: str, *quotes: str) -> dict[str, Any]:
    """An entry of a reply's flags."""
    return {"id": name, "quotes": list(quotes), "status": "shown"}


def reply(*points: Mapping[str, Any], flags: tuple[Mapping[str, Any], ...] = ()) -> dict[str, Any]:
    """A whole reply."""
    return {"points": list(points), "flags": list(flags)}


def failure(kind: Failure = Failure.TIMED_OUT) -> ModelFailed:
    """A failure of the model's."""
    return ModelFailed(kind, f"The model is {kind.value}.", "Wait.")


@dataclass
class ScriptedChat:
    """Gives its replies in order, and the last one again and again."""

    replies: list[Reply]
    name: str = "scripted-1"
    place: str = "models.example"
    cost: float | None = 0.01
    asked: list[str] = field(default_factory=list)
    prompts: list[Prompt] = field(default_factory=list)

    def ask(self, prompt: Prompt, fields: Mapping[str, str], schema: type[BaseModel]) -> Answer:
        self.prompts.append(prompt)
        self.asked.append(filled(prompt, fields))
        said = self.replies[min(len(self.asked), len(self.replies)) - 1]
        if isinstance(said, ModelFailed):
            raise said
        if callable(said):
            said = said(self.asked[-1])
        usage = Usage(model=self.name, input_tokens=100, output_tokens=10, cost=self.cost)
        if isinstance(said, str):
            return Answer(said, _object(said), usage)
        return Answer(json.dumps(said), said, usage)

    def stream(self, prompt: Prompt, fields: Mapping[str, str]) -> Streamed:
        raise NotImplementedError("a judge asks and never streams")


def _object(text: str) -> Mapping[str, Any] | None:
    try:
        data = json.loads(text)
    except ValueError:
        return None
    return data if isinstance(data, dict) else None
