"""A reply as it comes, piece by piece, given up where it is too slow or too long."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.prompts import ChatPromptTemplate

from interviewer.core.findings import Usage
from interviewer.models import failures
from interviewer.models.accounts import Account
from interviewer.models.caller import Caller
from interviewer.models.limits import MAX_REPLY_BYTES
from interviewer.models.work import Deadline, OutOfTime, Work


class Stream:
    """Implements `core.ports.Streamed`; the call begins with the first piece that is asked for."""

    def __init__(
        self,
        caller: Caller,
        template: ChatPromptTemplate,
        fields: Mapping[str, str],
        wanted: Mapping[str, Any],
        account: Account,
    ) -> None:
        self._caller = caller
        self._template = template
        self._fields = dict(fields)
        self._wanted = wanted
        self._account = account
        self._deadline: Deadline | None = None
        self._work: Work[BaseMessage] | None = None
        self._counted: UsageMetadata | None = None
        self._cut = False
        self._said: list[str] = []
        self._ended = False
        self._usage: Usage | None = None

    @property
    def usage(self) -> Usage | None:
        """What it took; None until it has ended."""
        return self._usage

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        if self._ended:
            raise StopIteration
        try:
            piece = self._next()
            if piece is None and not self._said:
                raise failures.empty(self._caller.place, cut=self._cut)
        except BaseException as error:
            self._end()
            self._usage = self._account.fail(error, "".join(self._said))
            raise
        if piece is None:
            self._ended = True
            self._usage = self._account.settle(self._counted, "".join(self._said))
            raise StopIteration
        self._said.append(piece)
        return piece

    def close(self) -> None:
        """Hang up, when no more is wanted; what came until then counts."""
        if not self._ended:
            self._end()
            self._usage = self._account.settle(self._counted, "".join(self._said))

    def _end(self) -> None:
        self._ended = True
        if self._work is not None:
            self._work.hang_up()

    def _next(self) -> str | None:
        limits = self._caller.limits
        if self._work is None or self._deadline is None:
            deadline = self._deadline = Deadline(limits.whole)

            def attempt(body: Mapping[str, Any]) -> str | None:
                chain = self._caller.chain(self._template, body, deadline)
                self._work = work = self._caller.begin(lambda: chain.stream(self._fields), deadline)
                return self._words(work, min(limits.first, deadline.left))

            return self._caller.persist(attempt, self._wanted, deadline)
        try:
            piece = self._words(self._work, min(limits.between, self._deadline.left))
        except Exception as error:  # noqa: BLE001 - a model may raise anything; all of it becomes a ModelFailed
            raise failures.tell(error, self._caller.place).failed from None
        if sum(map(len, self._said)) + len(piece or "") > MAX_REPLY_BYTES:
            raise failures.too_long(self._caller.place, "".join(self._said)[:2000])
        return piece

    def _words(self, work: Work[BaseMessage], seconds: float) -> str | None:
        """The next piece that holds any words, within so many seconds; None at the end."""
        patience = Deadline(seconds)
        while (message := self._message(work, patience)) is not None:
            if isinstance(message, AIMessage) and message.usage_metadata:
                self._counted = message.usage_metadata
            self._cut = self._cut or message.response_metadata.get("finish_reason") == "length"
            if message.text:
                return str(message.text)
        return None

    def _message(self, work: Work[BaseMessage], patience: Deadline) -> BaseMessage | None:
        try:
            return work.next(patience)
        except OutOfTime as error:
            raise OutOfTime(error.seconds, begun=bool(self._said)) from None
