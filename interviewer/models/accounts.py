"""What a call takes: held back before it, settled after it, and counted here where the endpoint does not count."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.messages.ai import UsageMetadata

from interviewer.core.errors import Failure, ModelFailed
from interviewer.core.findings import Usage
from interviewer.models import tokens
from interviewer.models.budget import Budget
from interviewer.models.places import Place
from interviewer.models.prices import Prices


class Account:
    """The account of one call."""

    def __init__(
        self, place: Place, prices: Prices, budget: Budget, texts: Sequence[str], *, reply: int, quick: bool
    ) -> None:
        """`texts` are the messages sent, `reply` the most tokens of a reply; `quick`: somebody waits.

        Raises ModelFailed when the budget does not allow the call.
        """
        self._place = place
        self._prices = prices
        self._budget = budget
        self._texts = texts
        self._quick = quick
        self._held = budget.hold(tokens.most(texts), self._prompt, reply, prices.price(place))

    def _prompt(self) -> int:
        return tokens.count_messages(self._texts, quick=self._quick)

    def settle(self, counted: UsageMetadata | None, text: str) -> Usage:
        """Settle with what the endpoint counted, or with our own count of prompt and reply."""
        if counted and counted["input_tokens"] + counted["output_tokens"] > 0:
            usage = self._prices.usage(self._place, counted["input_tokens"], counted["output_tokens"])
        else:
            given = tokens.quick_count(text) if self._quick else tokens.count(text)
            usage = self._prices.usage(self._place, self._prompt(), given, estimated=True)
        self._budget.settle(self._held, usage)
        return usage

    def fail(self, error: BaseException, text: str = "") -> Usage | None:
        """Settle a call that failed: where the endpoint may have worked for nothing, that counts too."""
        worked = isinstance(error, ModelFailed) and error.failure in (Failure.TIMED_OUT, Failure.BAD_REPLY)
        if worked or text:
            self._quick = True
            return self.settle(None, text)
        self._budget.settle(self._held, None)
        return None
