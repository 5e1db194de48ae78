"""What is set about serving pages. Taken as it is, and checked when pages are served: practice needs none of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from interviewer.variables import Source, find

PUBLIC_URL: Final = "PUBLIC_URL"
SECRET: Final = "INTERVIEWER_SECRET"


class WebSettings(BaseModel):
    """The address under which the pages are reached, and what signs their cookies."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    public_url: str = Field("", description="https://... as candidates' browsers see it; empty: this machine only.")
    secret: SecretStr | None = Field(None, description="One or more, separated by spaces: the first signs.")
    sources: dict[str, str] = Field(default_factory=dict, description="For each variable, where its value came from.")

    def told(self) -> Iterator[tuple[str, str, str]]:
        """Each variable, its value as it may be shown, and where it came from."""
        shown = {PUBLIC_URL: self.public_url, SECRET: "set" if self.secret else ""}
        for name, source in self.sources.items():
            yield name, shown[name] or "not set", source


def read_web(sources: Sequence[Source], otherwise: str) -> WebSettings:
    """The settings of the pages from these sources; `otherwise` names the source of what none of them has."""
    url, secret = find(PUBLIC_URL, sources), find(SECRET, sources)
    return WebSettings(
        public_url=url.text if url else "",
        secret=SecretStr(secret.text) if secret else None,
        sources={
            PUBLIC_URL: url.source if url else otherwise,
            SECRET: secret.source if secret else otherwise,
        },
    )
