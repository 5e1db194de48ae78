"""Addresses and secrets: what may be served where, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from interviewer.core.errors import SettingsError
from interviewer.settings import HOME, Settings
from interviewer.web.config import kept_secret, loopback, serving
from interviewer.websettings import PUBLIC_URL, SECRET

ROOT = Path(__file__).parents[2]
LONG = "0123456789abcdef0123456789abcdef"
OTHER = "another-secret-of-thirty-two-characters"


def told(tmp_path: Path, **variables: str) -> Settings:
    """Settings from an environment that has these variables."""
    return Settings.load(tmp_path, {HOME: str(tmp_path / "home"), **variables})


def test_on_loopback_nothing_needs_to_be_set(tmp_path: Path) -> None:
    settings = told(tmp_path)
    made = serving(settings, "127.0.0.1", 8000)
    assert (made.public_url, made.secure) == ("http://127.0.0.1:8000", False)
    assert serving(settings, "::1", 8000).public_url == "http://[::1]:8000"
    kept = settings.home / "secret"
    assert made.secrets == (kept.read_text(),) and len(made.secrets[0]) >= 32
    assert kept.stat().st_mode & 0o777 == 0o600
    assert serving(settings, "localhost", 1).secrets == made.secrets
    assert made.secrets[0] not in repr(made)


def test_each_home_has_a_secret_of_its_own(tmp_path: Path) -> None:
    folders = [tmp_path / one for one in "ab"]
    for one in folders:
        one.mkdir()
    assert len({kept_secret(one) for one in folders}) == 2


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.10", "example.org", "127.evil.example", ""])
@pytest.mark.parametrize(
    "variables",
    [{}, {PUBLIC_URL: "https://example.org"}, {SECRET: LONG}, {PUBLIC_URL: "https://example.org", SECRET: ""}],
)
def test_an_address_that_others_reach_needs_a_public_url_and_a_secret(
    tmp_path: Path, host: str, variables: dict[str, str]
) -> None:
    with pytest.raises(SettingsError, match="can be reached from other machines") as error:
        serving(told(tmp_path, **variables), host, 8000)
    assert PUBLIC_URL in str(error.value) and SECRET in str(error.value)
    assert not (tmp_path / "home" / "secret").exists()


def test_with_both_it_is_served(tmp_path: Path) -> None:
    made = serving(told(tmp_path, **{PUBLIC_URL: "https://Interviews.Example.org/", SECRET: LONG}), "0.0.0.0", 8000)
    assert (made.public_url, made.secure, made.secrets) == ("https://interviews.example.org", True, (LONG,))
    assert made.hosts == {"127.0.0.1", "localhost", "::1", "interviews.example.org"}
    assert made.cookie("session") == "__Host-session"


def test_secrets_are_rotated_by_writing_the_new_one_first(tmp_path: Path) -> None:
    assert serving(told(tmp_path, **{SECRET: f"{OTHER}  {LONG}"}), "127.0.0.1", 1).secrets == (OTHER, LONG)


@pytest.mark.parametrize("value", ["short", f"{LONG} short", "ä" * 40, "x" * 501])
def test_a_secret_that_is_none_is_refused_and_never_told(tmp_path: Path, value: str) -> None:
    with pytest.raises(SettingsError, match=r"^INTERVIEWER_SECRET \(from the environment\)") as error:
        serving(told(tmp_path, **{SECRET: value}), "127.0.0.1", 1)
    assert value not in str(error.value) and "token_urlsafe" in error.value.remedy


@pytest.mark.parametrize(
    "value",
    [
        "example.org",
        "http://example.org",
        "https://",
        "https://example.org/interviews",
        "https://example.org?x=1",
        "https://example.org#x",
        "https://user@example.org",
        "https://example.org:port",
        "https://example.org:99999",
        "https://exa mple.org",
        "https://example.org\\@evil.example",
        "ftp://example.org",
        "javascript://example.org",
        "https://[::1",
        "x" * 5000,
    ],
)
def test_a_public_url_that_is_none_is_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(SettingsError, match=r"^PUBLIC_URL \(from the environment\) cannot be used") as error:
        serving(told(tmp_path, **{PUBLIC_URL: value, SECRET: LONG}), "127.0.0.1", 1)
    assert "https://interviews.example.org" in error.value.remedy and len(str(error.value)) < 400


@pytest.mark.parametrize(
    "value",
    [
        "https://example.org:8443",
        "http://localhost:8000",
        "http://127.0.0.1",
        "http://[::1]:8000",
        "https://[2001:db8::1]",
    ],
)
def test_a_public_url_may_have_a_port_and_this_machine_no_tls(tmp_path: Path, value: str) -> None:
    assert serving(told(tmp_path, **{PUBLIC_URL: value, SECRET: LONG}), "0.0.0.0", 1).public_url == value


def test_what_is_set_can_be_told_without_the_secret(tmp_path: Path) -> None:
    web = told(tmp_path, **{PUBLIC_URL: "https://example.org", SECRET: LONG}).web
    assert list(web.told()) == [
        (PUBLIC_URL, "https://example.org", "the environment"),
        (SECRET, "set", "the environment"),
    ]
    assert LONG not in repr(web) + web.model_dump_json()
    assert list(told(tmp_path).web.told()) == [(PUBLIC_URL, "not set", "default"), (SECRET, "not set", "default")]


def test_both_may_stand_in_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"PUBLIC_URL=https://example.org\nINTERVIEWER_SECRET='{OTHER} {LONG}'\n")
    assert serving(told(tmp_path), "0.0.0.0", 1).secrets == (OTHER, LONG)


def test_the_example_file_explains_both_and_can_be_used(tmp_path: Path) -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert all(f"# {name}=" in text for name in told(tmp_path).web.sources)
    (tmp_path / ".env").write_text(text.replace("# PUBLIC_URL=", "PUBLIC_URL="), encoding="utf-8")
    made = serving(told(tmp_path), "127.0.0.1", 8000)
    assert made.public_url == "https://interviews.example.org" and len(made.secrets) == 1


def test_what_others_set_for_themselves_stops_no_interview(tmp_path: Path) -> None:
    """PUBLIC_URL is a name that many programs use."""
    assert told(tmp_path, **{PUBLIC_URL: "%/app"}).web.public_url == "%/app"


@pytest.mark.parametrize("text", ["", "short", "ä" * 40, "x" * 501])
def test_a_kept_secret_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "secret").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match="does not hold a secret") as error:
        kept_secret(tmp_path)
    assert "Remove it" in error.value.remedy


def test_a_kept_secret_is_closed_to_others(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(LONG)
    (tmp_path / "secret").chmod(0o644)
    assert kept_secret(tmp_path) == LONG
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


def test_only_this_machines_names_are_loopback() -> None:
    assert all(map(loopback, ("127.0.0.1", "127.0.1.1", "::1", "localhost", "LOCALHOST")))
    assert not any(map(loopback, ("0.0.0.0", "::", "127.evil.example", "localhost.evil.example", "", "10.0.0.1")))
