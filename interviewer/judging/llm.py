"""A chat model as judge: one structured call over a question's turns, and every quote of the reply checked by code.

The model says which points were stated and quotes the words; it gives no numbers, and credit rests on the quotes alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock
from typing import Final

from interviewer.core.errors import Failure, ModelFailed
from interviewer.core.fence import Fence
from interviewer.core.findings import Assessment, JudgeVersion, Unscored, UnscoredReason, Usage
from interviewer.core.ports import Answer, ChatModel, Prompt
from interviewer.core.scenario import Question
from interviewer.core.state import Turn
from interviewer.judging import addressing, replying
from interviewer.judging.asking import MOST_CHARS, fields_of, left_out
from interviewer.judging.language import other_language
from interviewer.judging.proof import Proof
from interviewer.judging.replying import Malformed, Reply
from interviewer.judging.segments import units_of

REVISION: Final = 2
"""Counted up with every change of code that can move a verdict; part of the judge's hash."""

KEPT_CHARS: Final = 20_000
"""Of a prompt or a reply from which nothing came, so much is kept."""

REPAIRED_CHARS: Final = 4_000
"""Of a malformed reply the model is shown so much again."""

HOPELESS: Final = frozenset({Failure.UNREACHABLE, Failure.UNAUTHORISED, Failure.UNKNOWN_MODEL, Failure.OVER_BUDGET})
"""Failures that the next call will most likely meet too."""

REPAIR: Final = """

Your last reply could not be used: {problem}. It was:

{reply}

Reply again, with one JSON object of the shape that was described, and nothing else."""

Price = Callable[[Prompt, Mapping[str, str]], float]


class LLMJudge:
    """Judges by a chat model; a failure of the model's makes Unscored, never a low mark. Safe to use from threads."""

    def __init__(
        self,
        model: ChatModel,
        prompt: Prompt,
        salt: str,
        *,
        price: Price | None = None,
        failures_in_a_row: int = 3,
    ) -> None:
        """`salt`: the interview's own, for the fences. `price`: what one call costs at most, in US dollars.

        After `failures_in_a_row` failures that the next call would most likely meet too, the model is not asked again.
        """
        self._model = model
        self._prompt = prompt
        self._salt = salt
        self._price = price
        self._lock = Lock()
        self._spent = 0.0
        self._patience = _Patience(failures_in_a_row)

    @cached_property
    def version(self) -> JudgeVersion:
        """`llm:MODEL`, and the hash of prompt, model, place, reply schema, and all here that moves a verdict."""
        code = [REVISION, REPAIR, MOST_CHARS, sorted(replying.PROBABILITIES.items()), Reply.model_json_schema()]
        parts = [self._prompt.sha256, self._model.name, self._model.place, code]
        return JudgeVersion(name=f"llm:{self._model.name}", hash=_sha256(json.dumps(parts, sort_keys=True)))

    def check(self) -> None:
        """Nothing is sent before there are words to judge: whether the model answers shows then."""

    def estimate(self, question: Question, turns: Sequence[Turn]) -> float:
        """What judging these turns costs at most, its repair included, in US dollars; 0 where no price is known."""
        return 2 * self._price(self._prompt, self._fields(question, turns)) if self._price else 0.0

    @property
    def spent(self) -> float:
        """What it has cost so far, in US dollars, as far as prices are known."""
        return self._spent

    def assess(self, question: Question, turns: Sequence[Turn]) -> Assessment | Unscored:
        """Findings for all points and flags over the candidate's turns so far."""
        version = self._version_with(question)
        units = [unit for turn in turns if turn.is_answer for unit in units_of(turn.text, turn.number)]
        if other_language(units):
            detail = "the answer is not in English"
            return Unscored(judge=version, reason=UnscoredReason.OTHER_LANGUAGE, detail=detail)
        if not units:
            return _assessment(version, Reply(points=[], flags=[]), question, turns)
        given_up = self._patience.given_up
        if given_up:
            return Unscored(judge=version, reason=UnscoredReason.JUDGE_FAILED, detail=given_up)
        call = _Call(self._model, self._prompt, self._fields(question, turns), Fence.of(self._salt, question.id))
        try:
            reply = call.reply()
        except ModelFailed as error:
            self._patience.failed(error)
            return call.unscored(version, error.message, error.reply)
        except Malformed as error:
            self._patience.answered()
            return call.unscored(version, f"the model's reply was malformed twice: {error}")
        finally:
            self._pay(call.usage)
        self._patience.answered()
        made = _assessment(version, reply, question, turns)
        return made.model_copy(update={"usage": call.usage})

    def _fields(self, question: Question, turns: Sequence[Turn]) -> Mapping[str, str]:
        return fields_of(question, turns, Fence.of(self._salt, question.id))

    def _version_with(self, question: Question) -> JudgeVersion:
        points = [(p.id, p.says, p.heard, p.why, p.sounds_like, p.not_this) for p in question.points]
        flags = [(f.id, f.says, f.sounds_like, f.not_this) for f in question.red_flags]
        rubric = json.dumps([question.asks, question.again, points, flags])
        return JudgeVersion(name=self.version.name, hash=_sha256(f"{self.version.hash} {rubric}"))

    def _pay(self, usage: Usage | None) -> None:
        with self._lock:
            self._spent += (usage.cost or 0.0) if usage else 0.0


def _assessment(version: JudgeVersion, reply: Reply, question: Question, turns: Sequence[Turn]) -> Assessment:
    """The findings that a reply leaves; where words were left out of the prompt, nothing is absent for certain."""
    proof = Proof(question, turns)
    points, flags = replying.findings(reply, question, turns, proof)
    notes = [addressing.NOTE] if proof.addressed else []
    unread = left_out(turns)
    if unread:
        notes.append(f"{unread} characters of the answer were too many for the model")
        points = tuple(replying.unclear(one.target) if one == replying.absent(one.target) else one for one in points)
    return Assessment(judge=version, points=points, flags=flags, notes=tuple(notes))


@dataclass
class _Call:
    """One question to the model, and at most one repair."""

    model: ChatModel
    prompt: Prompt
    fields: Mapping[str, str]
    fence: Fence
    last: str = ""
    usage: Usage | None = None

    def reply(self) -> Reply:
        """The reply in the agreed shape; raises ModelFailed, and Malformed when the repair failed too."""
        try:
            return self._ask(self.prompt, self.fields)
        except Malformed as problem:
            shown = self.fence.wrap("your reply", self.last[:REPAIRED_CHARS] or "(nothing)")
            more = {**self.fields, "problem": str(problem), "reply": shown}
            return self._ask(_repairing(self.prompt), more)

    def _ask(self, prompt: Prompt, fields: Mapping[str, str]) -> Reply:
        answer: Answer = self.model.ask(prompt, fields, Reply)
        self.last = answer.text
        self.usage = _sum(self.usage, answer.usage)
        return replying.read(answer.data)

    def unscored(self, version: JudgeVersion, detail: str, reply: str = "") -> Unscored:
        """What is kept of a call from which nothing came."""
        asked = "\n\n".join(f"# {role}\n\n{text.format_map(self.fields)}" for role, text in self.prompt.messages)
        return Unscored(
            judge=version,
            reason=UnscoredReason.JUDGE_FAILED,
            detail=detail,
            prompt=asked[:KEPT_CHARS],
            reply=(reply or self.last)[:KEPT_CHARS],
            usage=self.usage,
        )


class _Patience:
    """Counts failures in a row that the next call would most likely meet too."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._failed = 0
        self._last = ""

    @property
    def given_up(self) -> str:
        """Why the model is not asked any more; empty while it is."""
        with self._lock:
            if self._failed < self._most:
                return ""
            return f"not asked any more in this interview, after {self._failed} failures in a row: {self._last}"

    def failed(self, error: ModelFailed) -> None:
        """Count a failure; one that may pass begins the count again."""
        with self._lock:
            self._failed = self._failed + 1 if error.failure in HOPELESS else 0
            self._last = error.message

    def answered(self) -> None:
        """The model answered, whatever it said."""
        with self._lock:
            self._failed = 0


def _repairing(prompt: Prompt) -> Prompt:
    """The prompt with what was wrong after it, in the same message: some models refuse two of a role in a row."""
    *before, (role, text) = prompt.messages
    repair = (*before, (role, text + REPAIR))
    return replace(prompt, messages=repair, sha256=_sha256(f"{prompt.sha256} {REPAIR}"))


def _sum(before: Usage | None, now: Usage) -> Usage:
    """What two calls took together; the cost is known where both are."""
    if before is None:
        return now
    known = before.cost is not None and now.cost is not None
    return Usage(
        model=now.model,
        input_tokens=before.input_tokens + now.input_tokens,
        output_tokens=before.output_tokens + now.output_tokens,
        cost=(before.cost or 0.0) + (now.cost or 0.0) if known else None,
        estimated=before.estimated or now.estimated,
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
