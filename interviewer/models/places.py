"""Where a model is: the address of an endpoint, whether it is on this machine or network, and the key for it."""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from pydantic import SecretStr

from interviewer.core.errors import SettingsError

OPENAI: Final = "https://api.openai.com/v1"
"""Where words go when no other address is set."""
DUMMY_KEY: Final = "none"
"""Local servers want some key, whatever it is."""
_KEY: Final = re.compile(r"[!-~]+")
_LOCAL_NAMES: Final = (".local", ".localhost", ".internal", ".lan", ".home.arpa")


@dataclass(frozen=True, slots=True)
class Place:
    """A model and where it is."""

    model: str
    host: str
    """The endpoint's host, with its port where one is named; or the import path of a model."""
    url: str = ""
    """The endpoint's base URL; empty for a model by import path."""
    key: SecretStr | None = None
    local: bool = False
    """Whether the endpoint is on this machine or in a private network."""

    @property
    def imported(self) -> bool:
        """Whether the model comes by import path."""
        return not self.url


def endpoint(model: str, url: str = "", key: SecretStr | None = None) -> Place:
    """The place of a model on an OpenAI-compatible endpoint (default: OpenAI's own).

    Raises SettingsError for an address that cannot be used, no model, and a key missing where one is needed.
    """
    if not model:
        raise SettingsError("No model is chosen.", "Set INTERVIEWER_MODEL to the name of a model, or give --model.")
    parts = _parts(url or OPENAI)
    local = is_local(parts.hostname or "")
    if key is None and not local:
        raise SettingsError(
            f"There is no key for {parts.hostname}.", "Run `interviewer keys set`, or set OPENAI_API_KEY."
        )
    if key is not None and not _KEY.fullmatch(key.get_secret_value()):
        raise SettingsError(
            f"The key for {parts.hostname} is none: it holds blanks, or characters that no key has.",
            "Give it again with `interviewer keys set`, or correct OPENAI_API_KEY.",
        )
    return Place(model, parts.netloc.lower(), parts.geturl(), key, local)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError(
            f"OPENAI_BASE_URL is no web address: {url[:80]!r}.", "Write it like http://localhost:11434/v1."
        )
    if parts.username or parts.password:
        # It would be shown wherever the host is.
        raise SettingsError(
            "OPENAI_BASE_URL holds a user name or password.", "Take it out, and give the key as OPENAI_API_KEY."
        )
    return parts


def is_local(host: str) -> bool:
    """Whether a host is this machine or in a private network, as far as its name tells."""
    address = _address(host)
    if address is None:
        return "." not in host or host.endswith(_LOCAL_NAMES)
    return address.is_loopback or address.is_private or address.is_link_local


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a host is written as, in any way that a connection takes it (134744072 is 8.8.8.8)."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        try:
            return ipaddress.IPv4Address(socket.inet_aton(host))
        except (OSError, UnicodeError, ValueError):
            return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
