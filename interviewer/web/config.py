"""How pages are served: under which address, with which secrets, within which limits."""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from interviewer.core.errors import SettingsError
from interviewer.settings import Settings
from interviewer.websettings import PUBLIC_URL, SECRET

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
"""Names under which a machine reaches itself."""
SECRET_FILE: Final = "secret"
"""In the home folder: what signs cookies where no secret is set."""
MIN_SECRET: Final = 32
MAX_SECRET: Final = 500
"""Characters."""
_HOST: Final = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|[0-9a-f:.]{2,45}")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a request may take; seconds unless said otherwise."""

    body: int = 1024 * 1024
    """Bytes."""
    body_seconds: float = 30.0
    """For the whole body."""
    refusal_seconds: float = 0.6
    """A wrong name or password is answered no sooner, so that the time tells nothing about accounts."""
    idle: timedelta = timedelta(hours=2)
    """Without a page, before one has to sign in again."""
    session: timedelta = timedelta(hours=12)
    """After signing in, before one has to again."""


@dataclass(frozen=True, slots=True)
class Serving:
    """The public address, without a slash at its end, and the secrets: the first signs, all of them verify."""

    public_url: str
    secrets: tuple[str, ...] = field(repr=False)
    limits: Limits = Limits()

    @property
    def secure(self) -> bool:
        """Whether pages are reached by TLS."""
        return self.public_url.startswith("https://")

    @property
    def hosts(self) -> frozenset[str]:
        """Names by which the pages may be asked for."""
        return LOOPBACK | {urlsplit(self.public_url).hostname or ""}

    def cookie(self, name: str) -> str:
        """A cookie's name; by TLS one that no other site of the domain can set."""
        return f"__Host-{name}" if self.secure else name


def serving(settings: Settings, host: str, port: int) -> Serving:
    """How pages are served from this address; raises SettingsError where that is not safe or cannot be."""
    web = settings.web
    if not loopback(host) and not (web.public_url and web.secret):
        raise SettingsError(
            f"{host} can be reached from other machines: {PUBLIC_URL} and {SECRET} must be set for that.",
            f"Set {PUBLIC_URL} to the https address of the TLS proxy in front, and {SECRET} to {MIN_SECRET} or more "
            "random characters; or leave --host out, for this machine only.",
        )
    url = _public_url(settings) if web.public_url else f"http://{bracketed(host)}:{port}"
    return Serving(url, _secrets(settings) if web.secret else (kept_secret(settings.prepare_home()),))


def loopback(host: str) -> bool:
    """Whether an address to listen at can be reached from this machine only."""
    try:
        return host.lower() == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def bracketed(host: str) -> str:
    """An address as it stands in a URL."""
    return f"[{host}]" if ":" in host else host


def _public_url(settings: Settings) -> str:
    text = settings.web.public_url
    try:
        parts = urlsplit(text)
        fits = _fits(parts)
    except ValueError:
        fits = False
    if not fits:
        raise SettingsError(
            f"{PUBLIC_URL} (from {settings.web.sources[PUBLIC_URL]}) cannot be used: {text[:80]!r}.",
            "Write https:// and a host, without a path: https://interviews.example.org. "
            "Only this machine itself is reached by http://.",
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _fits(parts: SplitResult) -> bool:
    """Whether it is scheme, host and perhaps a port; raises ValueError for a port that is no number."""
    name = parts.hostname or ""
    port = f":{parts.port}" if parts.port is not None else ""
    plain = parts.netloc.lower() == bracketed(name) + port
    bare = parts.path in ("", "/") and not (parts.query or parts.fragment)
    safe = parts.scheme == "https" or (parts.scheme == "http" and name in LOOPBACK)
    return bool(_HOST.fullmatch(name)) and plain and bare and safe


def _secrets(settings: Settings) -> tuple[str, ...]:
    assert settings.web.secret is not None
    found = tuple(settings.web.secret.get_secret_value().split())
    if not found or not all(MIN_SECRET <= len(one) <= MAX_SECRET and one.isascii() for one in found):
        raise SettingsError(
            f"{SECRET} (from {settings.web.sources[SECRET]}) has a secret of fewer than {MIN_SECRET} characters, "
            "or of others than letters, digits and signs.",
            "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'",
        )
    return found


def kept_secret(home: Path) -> str:
    """The secret that is kept in the home folder, made where there is none; raises SettingsError."""
    place = home / SECRET_FILE
    try:
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_secret(place)
    except OSError as error:
        raise SettingsError(f"{place} cannot be made: {error.strerror}.", f"Set {SECRET} instead.") from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(MIN_SECRET))
        file.flush()
        os.fsync(handle)
    return _read_secret(place)


def _read_secret(place: Path) -> str:
    try:
        if place.stat().st_mode & 0o077:
            place.chmod(0o600)
        text = place.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        text = ""
    if not MIN_SECRET <= len(text) <= MAX_SECRET:
        raise SettingsError(
            f"{place} does not hold a secret.", "Remove it: another one is made, and everybody signs in again."
        )
    return text
