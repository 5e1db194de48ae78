"""Settings: where each value comes from, and what is said when one cannot be used."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from interviewer.core.errors import SettingsError
from interviewer.settings import HOME, ModelSettings, Settings

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


VARIABLES = {
    "OPENAI_API_KEY": "sk-canary-4f1b7a2d9c3e8056",
    "OPENAI_BASE_URL": "http://localhost:11434/v1",
    "INTERVIEWER_MODEL": "tiny",
    "INTERVIEWER_JUDGE_MODEL": "wise",
    "INTERVIEWER_SPEAKER_MODEL": "quick",
    "INTERVIEWER_CHAT_MODEL": "package.module:model",
    "INTERVIEWER_MODEL_TIMEOUT": "12.5",
    "INTERVIEWER_MODEL_RETRIES": "0",
    "INTERVIEWER_MODEL_CONCURRENCY": "9",
    "INTERVIEWER_TOKEN_BUDGET": "1000",
    "INTERVIEWER_COST_BUDGET": "0.5",
    "INTERVIEWER_PRICES": "prices.toml",
}


def read_as_set(models: ModelSettings, beside: Path) -> None:
    assert models.key is not None and models.key.get_secret_value() == VARIABLES["OPENAI_API_KEY"]
    assert (models.base_url, models.path) == ("http://localhost:11434/v1", "package.module:model")
    assert (models.model, models.judge, models.speaker) == ("tiny", "wise", "quick")
    assert (models.timeout, models.retries, models.concurrency) == (12.5, 0, 9)
    assert (models.tokens, models.dollars, models.prices) == (1000, 0.5, beside / "prices.toml")


def test_model_settings_come_from_the_environment(cwd: Path, tmp_path: Path) -> None:
    models = Settings.load(cwd, {HOME: str(tmp_path / "home"), **VARIABLES}).models
    read_as_set(models, cwd)
    assert models.sources == dict.fromkeys(VARIABLES, "the environment")


def test_model_settings_come_from_the_files_in_order(cwd: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / ".env").write_text("".join(f"{name}={value}\n" for name, value in VARIABLES.items()))
    (home / "keys.env").write_text("OPENAI_API_KEY='sk-kept'\n")
    models = Settings.load(cwd, {HOME: str(home)}).models
    read_as_set(models, home)
    assert set(models.sources.values()) == {str(home / ".env")}
    (cwd / ".env").write_text("INTERVIEWER_MODEL=nearer\nINTERVIEWER_JUDGE_MODEL=\n")
    models = Settings.load(cwd, {HOME: str(home), "INTERVIEWER_MODEL_RETRIES": "5", "OPENAI_BASE_URL": ""}).models
    assert (models.model, models.judge, models.retries) == ("nearer", "wise", 5)
    assert models.sources["INTERVIEWER_MODEL"] == str(cwd / ".env")
    assert models.sources["INTERVIEWER_MODEL_RETRIES"] == "the environment"
    assert models.base_url == VARIABLES["OPENAI_BASE_URL"]


def test_a_kept_key_is_read_last_and_nothing_else_of_its_file(cwd: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "keys.env").write_text("OPENAI_API_KEY='sk-kept'\nOPENAI_BASE_URL=http://elsewhere/v1\n")
    models = Settings.load(cwd, {HOME: str(home)}).models
    assert models.key is not None and models.key.get_secret_value() == "sk-kept"
    assert models.sources["OPENAI_API_KEY"] == str(home / "keys.env")
    assert models.base_url == "" and not models.configured


def test_one_model_serves_for_both(cwd: Path, tmp_path: Path) -> None:
    models = Settings.load(cwd, {HOME: str(tmp_path / "home"), "INTERVIEWER_MODEL": " tiny "}).models
    assert (models.judge, models.speaker, models.configured) == ("tiny", "tiny", True)


@pytest.mark.parametrize("name", ["INTERVIEWER_TOKEN_BUDGET", "INTERVIEWER_COST_BUDGET"])
def test_a_budget_may_have_no_bound(cwd: Path, tmp_path: Path, name: str) -> None:
    models = Settings.load(cwd, {HOME: str(tmp_path / "home"), name: "None"}).models
    assert None in (models.tokens, models.dollars)
    assert {one: value for one, value, _ in models.told()}[name] == "none"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INTERVIEWER_MODEL_TIMEOUT", "soon"),
        ("INTERVIEWER_MODEL_TIMEOUT", "0.5"),
        ("INTERVIEWER_MODEL_TIMEOUT", "nan"),
        ("INTERVIEWER_MODEL_RETRIES", "-1"),
        ("INTERVIEWER_MODEL_RETRIES", "1.5"),
        ("INTERVIEWER_MODEL_RETRIES", "9" * 5_000),
        ("INTERVIEWER_MODEL_CONCURRENCY", "0"),
        ("INTERVIEWER_TOKEN_BUDGET", "0"),
        ("INTERVIEWER_COST_BUDGET", "inf"),
        ("INTERVIEWER_MODEL", "a\x1b[2J"),
        ("INTERVIEWER_JUDGE_MODEL", "x" * 501),
        ("INTERVIEWER_PRICES", "~nobody-of-this-name/x"),
    ],
)
def test_a_model_setting_that_cannot_be_used_is_told(cwd: Path, tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{name} \(from the environment\)") as told:
        Settings.load(cwd, {HOME: str(tmp_path / "home"), name: value})
    assert name in told.value.remedy and told.value.exit_code == 2
    assert "\x1b" not in str(told.value) and len(str(told.value)) < 300


def test_what_other_programs_share_never_stops_ours(cwd: Path, tmp_path: Path) -> None:
    """A key alone changes nothing, and a broken one does not either, until a model is used."""
    (cwd / ".env").write_text('OPENAI_API_KEY="no end\nOPENAI_BASE_URL=not a url\n')
    models = Settings.load(cwd, {HOME: str(tmp_path / "home"), "OPENAI_API_KEY": "your key here"}).models
    assert models.key is not None and not models.configured


def test_what_is_told_of_the_settings_holds_no_key(cwd: Path, tmp_path: Path) -> None:
    settings = Settings.load(cwd, {HOME: str(tmp_path / "home"), **VARIABLES})
    told = {name: (value, source) for name, value, source in settings.models.told()}
    assert told["OPENAI_API_KEY"] == ("ends in 8056", "the environment")
    assert told["INTERVIEWER_JUDGE_MODEL"] == ("wise", "the environment")
    for text in (str(told), str(settings), repr(settings), settings.model_dump_json()):
        assert VARIABLES["OPENAI_API_KEY"] not in text


def test_the_example_file_explains_every_setting_and_sets_none(cwd: Path) -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    (cwd / ".env").write_text(text)
    settings = Settings.load(cwd, {})
    sources = settings.sources | settings.models.sources
    assert set(sources.values()) == {"default"}
    assert all(f"# {name}=" in text for name in sources)
    assert set(VARIABLES) == set(settings.models.sources)


def test_the_examples_in_the_file_can_be_used(cwd: Path) -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    set_lines = [line[2:] for line in lines if line.startswith(("# OPENAI_", "# INTERVIEWER_")) and "=" in line]
    (cwd / ".env").write_text("\n".join(set_lines))
    models = Settings.load(cwd, {}).models
    assert (models.judge, models.tokens, models.dollars) == ("gpt-6-luna", 500_000, 2.0)
