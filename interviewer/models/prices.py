"""What a model costs: a dated table that comes with the package, and the user's own, which wins over it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from interviewer.core.errors import SettingsError
from interviewer.core.findings import Usage
from interviewer.models.places import Place

TABLE: Final = Path(__file__).with_name("prices.toml")
MAX_BYTES: Final = 1_000_000
"""A larger file of prices is refused."""
MILLION: Final = 1_000_000

_DATED: Final = re.compile(r"-(\d{4}-\d{2}-\d{2}|\d{8}|latest)$")

_Dollars = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Rate(_Strict):
    """US dollars for a million tokens."""

    input: _Dollars
    output: _Dollars


class _List(_Strict):
    source: str
    checked: date
    models: dict[str, Rate]


class _Table(_Strict):
    lists: list[_List]


@dataclass(frozen=True, slots=True)
class Price:
    """What a model costs, who says so, and when that was checked (None: it costs nothing here)."""

    rate: Rate
    source: str
    checked: date | None = None

    def of(self, input_tokens: int, output_tokens: int) -> float:
        """US dollars for so many tokens."""
        return (input_tokens * self.rate.input + output_tokens * self.rate.output) / MILLION


_OWN_MACHINE: Final = Price(Rate(input=0.0, output=0.0), "it runs on this machine or network")


class Prices:
    """The prices in force."""

    def __init__(self, own: Path | None = None) -> None:
        """`own` is the user's file; raises SettingsError, which names it and what is wrong."""
        self._own = _read(own) if own else {}
        self._packaged = _read(TABLE)

    def price(self, place: Place) -> Price | None:
        """What a model costs; None where it is not known. A model on one's own machine costs nothing."""
        own = _find(self._own, place.model)
        if own is None and place.local:
            return _OWN_MACHINE
        return own or _find(self._packaged, place.model)

    def usage(self, place: Place, input_tokens: int, output_tokens: int, *, estimated: bool = False) -> Usage:
        """What a call took, with its cost where the price is known."""
        price = self.price(place)
        return Usage(
            model=place.model,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            cost=price.of(input_tokens, output_tokens) if price else None,
            estimated=estimated,
        )


def _find(table: Mapping[str, Price], model: str) -> Price | None:
    """The price of a model by its name, without the vendor before it or the date after it."""
    name = model.rpartition("/")[2]
    return table.get(model) or table.get(name) or table.get(_DATED.sub("", name))


def _read(path: Path) -> dict[str, Price]:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise ValueError(f"it is larger than {MAX_BYTES:,} bytes")
        table = _Table.model_validate(tomllib.loads(raw.decode("utf-8")))
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"The file of prices {path} (INTERVIEWER_PRICES) cannot be used: {_problem(error)}.",
            "Write it like the package's own prices.toml, or unset INTERVIEWER_PRICES.",
        ) from None
    return {name: Price(rate, one.source, one.checked) for one in table.lists for name, rate in one.models.items()}


def _problem(error: Exception) -> Any:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return str(error).splitlines()[0]
