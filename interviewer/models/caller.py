"""Makes calls to one model: its parameters, its turn at the gate, and the tries it gets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from threading import Semaphore
from typing import Any, TypeVar

from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import Runnable
from pydantic import BaseModel

from interviewer.models import failures, shapes, wire
from interviewer.models.failures import Told
from interviewer.models.limits import Limits
from interviewer.models.options import Options
from interviewer.models.places import Place
from interviewer.models.retries import Chance, persist
from interviewer.models.work import Deadline, Work

T = TypeVar("T")


class Caller:
    """What all calls to a model have in common; safe to use from several threads."""

    def __init__(
        self,
        model: BaseChatModel,
        place: Place,
        *,
        limits: Limits,
        gate: Semaphore,
        chance: Chance,
        options: Options | None,
    ) -> None:
        """`options` are what an endpoint takes; None for a model by import path, which is asked as it is."""
        self._model = model
        self.place = place
        self.limits = limits
        self._gate = gate
        self._chance = chance
        self.options = options

    def chain(
        self,
        template: ChatPromptTemplate,
        body: Mapping[str, Any],
        deadline: Deadline,
        schema: type[BaseModel] | None = None,
    ) -> Runnable[Any, Any]:
        """Prompt and model, with the parameters of this try."""
        if self.options is not None:
            timeout = wire.timeout(self.limits, deadline.left)
            return template | self._model.bind(extra_body=dict(body), timeout=timeout)
        return template | (shapes.shaped(self._model, schema) if schema else self._model)

    def begin(self, produce: Callable[[], Iterable[T]], deadline: Deadline) -> Work[T]:
        """Begin a work when it is its turn; raises ModelFailed when that does not come in time."""
        if not self._gate.acquire(timeout=deadline.left):
            raise failures.busy(self.place)
        try:
            return Work(produce, self._gate.release)
        except RuntimeError:
            # No thread could be started, so nobody will give the turn back.
            self._gate.release()
            raise

    def persist(self, attempt: Callable[[Mapping[str, Any]], T], wanted: Mapping[str, Any], deadline: Deadline) -> T:
        """The result of an attempt with the wanted parameters, as far as they are taken; raises ModelFailed."""
        sent: dict[str, Any] = {}

        def once() -> T:
            sent.clear()
            sent.update(self.options.body(wanted) if self.options else {})
            return attempt(sent)

        def told(error: Exception) -> Told | None:
            if self.options and self.options.adapt(error, sent):
                return None
            return failures.tell(error, self.place)

        return persist(once, told, deadline=deadline, retries=self.limits.retries, chance=self._chance)
