"""Settings: where each value comes from, and what is said when one cannot be used."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from interviewer.core.errors import SettingsError
from interviewer.settings import HOME, Settings

ROOT = Path(__file__).parents[1]


@pytest.fixture
def cwd(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def test_the_default_is_the_users_data_folder(cwd: Path) -> None:
    settings = Settings.load(cwd, {})
    assert settings.home == Path(platformdirs.user_data_dir("interviewer", appauthor=False))
    assert settings.home.name == "interviewer"
    assert settings.sources == {HOME: "default"}


def test_the_real_environment_wins_over_the_file(cwd: Path, tmp_path: Path) -> None:
    (cwd / ".env").write_text(f"{HOME}={tmp_path / 'from-file'}\n")
    settings = Settings.load(cwd, {HOME: str(tmp_path / "real")})
    assert settings.home == tmp_path / "real"
    assert settings.sources == {HOME: "the environment"}
    assert settings.database == tmp_path / "real" / "interviews.db"
    assert settings.scenarios == tmp_path / "real" / "scenarios"


@pytest.mark.parametrize("line", ["{}={}", "export {}='{}'", '{}="{}"  # mine', "OTHER=1\nBROKEN LINE\n{}={}"])
def test_the_current_folders_file_is_read(cwd: Path, tmp_path: Path, line: str) -> None:
    (cwd / ".env").write_text(line.format(HOME, tmp_path / "from-file"))
    settings = Settings.load(cwd, {HOME: ""})
    assert settings.home == tmp_path / "from-file"
    assert settings.sources == {HOME: str(cwd / ".env")}


def test_the_process_itself_is_asked_by_default(home: Path, tmp_path: Path) -> None:
    assert Settings.load().home == home


def test_nothing_is_expanded_in_the_file(cwd: Path, tmp_path: Path) -> None:
    (cwd / ".env").write_text(f"{HOME}={tmp_path}/${{USER}}-$(id)\n")
    assert Settings.load(cwd, {}).home == tmp_path / "${USER}-$(id)"


def test_a_relative_folder_stands_beside_what_names_it(cwd: Path) -> None:
    (cwd / ".env").write_text(f"{HOME}=state\n")
    assert Settings.load(cwd, {}).home == cwd / "state"
    assert Settings.load(cwd, {HOME: "other"}).home == cwd / "other"


def test_the_home_of_the_user_may_be_short(cwd: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Settings.load(cwd, {HOME: "~/interviews"}).home == tmp_path / "interviews"


@pytest.mark.parametrize("value", ["a\0b", "~nobody-of-this-name/x", "x" * 5_000])
def test_a_value_that_is_no_path_names_variable_and_source(cwd: Path, value: str) -> None:
    with pytest.raises(SettingsError, match=r"INTERVIEWER_HOME \(from the environment\) is no usable path") as told:
        Settings.load(cwd, {HOME: value})
    assert told.value.remedy and len(str(told.value).splitlines()) == 2 and len(str(told.value)) < 400


def test_a_file_in_the_place_of_the_folder_is_told(cwd: Path) -> None:
    (cwd / ".env").write_text(f"{HOME}=.env\n")
    with pytest.raises(SettingsError, match="which is no folder") as told:
        Settings.load(cwd, {})
    assert str(cwd / ".env") in told.value.message


def test_a_line_of_ours_that_cannot_be_read_is_told(cwd: Path) -> None:
    (cwd / ".env").write_text(f'OTHER=1\n{HOME}="no end\n')
    with pytest.raises(SettingsError, match=r"\.env:2: INTERVIEWER_HOME cannot be read"):
        Settings.load(cwd, {})


def test_a_file_that_is_no_text_is_told(cwd: Path) -> None:
    (cwd / ".env").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="it is not UTF-8 text"):
        Settings.load(cwd, {})


def test_a_folder_in_the_place_of_the_file_is_told(cwd: Path) -> None:
    (cwd / ".env").mkdir()
    with pytest.raises(SettingsError, match=r"\.env cannot be read"):
        Settings.load(cwd, {})


def test_the_home_folder_cannot_move_itself(cwd: Path, tmp_path: Path) -> None:
    home = tmp_path / "state"
    home.mkdir()
    (home / ".env").write_text(f"{HOME}={home}\n")
    assert Settings.load(cwd, {HOME: str(home)}).home == home
    (home / ".env").write_text(f"{HOME}={tmp_path / 'elsewhere'}\n")
    with pytest.raises(SettingsError, match="where it has no effect"):
        Settings.load(cwd, {HOME: str(home)})


def test_the_home_folder_is_made_for_its_owner_only(cwd: Path, tmp_path: Path) -> None:
    settings = Settings.load(cwd, {HOME: str(tmp_path / "deep" / "home")})
    assert not settings.home.exists()
    assert settings.prepare_home() == settings.home
    assert settings.home.stat().st_mode & 0o777 == 0o700
    settings.prepare_home()


def test_a_home_folder_that_cannot_be_made_is_told(cwd: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(SettingsError, match="cannot be made") as told:
        Settings.load(cwd, {HOME: str(tmp_path / "taken" / "home")}).prepare_home()
    assert "the environment" in told.value.message and told.value.exit_code == 2


def test_the_example_file_explains_every_setting_and_sets_none(cwd: Path) -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    (cwd / ".env").write_text(text)
    settings = Settings.load(cwd, {})
    assert set(settings.sources.values()) == {"default"}
    assert all(name in text for name in settings.sources)
