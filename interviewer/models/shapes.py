"""Asks for a reply of a certain shape, of an endpoint and of a LangChain model."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.runnables import Runnable
from langchain_core.utils.function_calling import convert_to_openai_function
from pydantic import BaseModel

FORMAT: Final = "response_format"
"""The parameter that asks an endpoint to enforce a schema."""


@cache
def response_format(schema: type[BaseModel]) -> dict[str, Any]:
    """The parameter's value: the schema, closed (no other keys, none left out), as strict endpoints want it."""
    function = convert_to_openai_function(schema, strict=True)
    named = {"name": function["name"], "schema": function["parameters"], "strict": True}
    return {"type": "json_schema", "json_schema": named}


def shaped(model: BaseChatModel, schema: type[BaseModel]) -> Runnable[Any, Any]:
    """A model of the user's own that answers by the schema, where it can be told to; else the model as it is.

    Its answer is a message, or a mapping that holds one as `raw`.
    """
    function = convert_to_openai_function(schema, strict=True)
    plain = {"title": function["name"], "description": function["description"], **function["parameters"]}
    try:
        return model.with_structured_output(plain, method="json_schema", include_raw=True)
    except Exception:  # noqa: BLE001 - vendors refuse what they do not support in many ways
        return model
