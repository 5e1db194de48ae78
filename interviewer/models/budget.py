"""Tokens and money that one interview may take; asked before each call, told after it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Final

from interviewer.core.errors import Failure, ModelFailed
from interviewer.core.findings import Usage
from interviewer.models.prices import Price

DEFAULT_TOKENS: Final = 500_000
DEFAULT_DOLLARS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Held:
    """What a call under way may take at most; held back until it is known."""

    tokens: int = 0
    dollars: float = 0.0


class Budget:
    """The budget of an interview, shared by its judge and its speaker, from any thread."""

    def __init__(self, tokens: int | None = None, dollars: float | None = None, *, used: Iterable[Usage] = ()) -> None:
        """None: no bound. `used` is what the interview has taken already, where it is resumed."""
        self._most = (tokens, dollars)
        self._lock = Lock()
        self._tokens = 0
        self._dollars = 0.0
        for usage in used:
            self.add(usage)

    @property
    def tokens(self) -> int:
        """Tokens taken, with those held back for calls under way."""
        return self._tokens

    @property
    def dollars(self) -> float:
        """US dollars taken, as far as prices are known, with those held back for calls under way."""
        return self._dollars

    def hold(self, rough: int, exact: Callable[[], int], reply: int, price: Price | None) -> Held:
        """Hold back what a call may take: its prompt, and `reply` tokens of a reply.

        `rough` is more than the prompt takes; `exact`, which costs time, is asked when that is too much.
        Raises ModelFailed when there is not enough left.
        """
        if self._most == (None, None):
            return Held()
        held = self._try(rough, reply, price) or self._try(exact(), reply, price)
        if held is None:
            raise self._over()
        return held

    def settle(self, held: Held, usage: Usage | None) -> None:
        """Give back what was held for a call, and take what it took (None: nothing, or nobody knows)."""
        with self._lock:
            self._tokens -= held.tokens
            self._dollars -= held.dollars
        if usage is not None:
            self.add(usage)

    def add(self, usage: Usage) -> None:
        """Take what a call took."""
        with self._lock:
            self._tokens += usage.input_tokens + usage.output_tokens
            self._dollars += usage.cost or 0.0

    def _try(self, prompt: int, reply: int, price: Price | None) -> Held | None:
        held = Held(prompt + reply, price.of(prompt, reply) if price else 0.0)
        tokens, dollars = self._most
        with self._lock:
            if tokens is not None and self._tokens + held.tokens > tokens:
                return None
            if dollars is not None and self._dollars + held.dollars > dollars:
                return None
            self._tokens += held.tokens
            self._dollars += held.dollars
        return held

    def _over(self) -> ModelFailed:
        tokens, dollars = self._most
        bounds = [f"{tokens:,} tokens"] if tokens is not None else []
        bounds += [f"{dollars:.2f} US dollars"] if dollars is not None else []
        return ModelFailed(
            Failure.OVER_BUDGET,
            f"The next call to a model could take this interview over its budget ({' or '.join(bounds)}).",
            "It goes on without the model. Raise INTERVIEWER_TOKEN_BUDGET or INTERVIEWER_COST_BUDGET to use it longer.",
        )
