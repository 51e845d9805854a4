"""Settings: declared once, defaults < facecam.toml < flags, faults named with their cure."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from facecam.core.config import Settings, load_settings, value_type
from facecam.core.errors import ConfigError
from facecam.core.home import PROGRAM_FOLDER, settings_path


def toml(folder: Path, text: str) -> Path:
    file = folder / "facecam.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_file_beats_the_defaults_and_flags_beat_the_file(tmp_path: Path) -> None:
    file = toml(tmp_path, 'detector = "cnn"\nthreshold = 0.3\ndata = "photos"')
    settings = load_settings({"threshold": 0.12, "detector": None, "model": None}, file)
    assert settings.threshold == 0.12
    assert settings.detector == "cnn"
    assert settings.data == Path("photos")
    assert settings.upsample == 0


def test_facecam_toml_of_the_working_folder_is_used_unless_another_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings({}) == Settings()
    toml(tmp_path, "upsample = 2")
    assert load_settings({}).upsample == 2
    other = tmp_path / "other.toml"
    other.write_text("upsample = 3", encoding="utf-8")
    assert load_settings({}, other).upsample == 3


def test_facecam_toml_of_a_chosen_home_is_used_from_wherever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Window, backup and command line write and read the same one."""
    mine = tmp_path / "home"
    mine.mkdir()
    monkeypatch.setattr("facecam.core.home.HOME_IS_CHOSEN", True)
    monkeypatch.setattr("facecam.core.home.HOME", mine)
    monkeypatch.chdir(tmp_path)
    toml(tmp_path, "upsample = 2")
    assert load_settings({}) == Settings() and settings_path() == mine / "facecam.toml"
    toml(mine, "upsample = 1")
    assert load_settings({}).upsample == 1
    assert settings_path(tmp_path / "other.toml") == tmp_path / "other.toml"


def test_folders_are_the_programs_from_wherever_it_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings({})
    assert (PROGRAM_FOLDER / "main.py").is_file()
    assert [settings.data, settings.database, settings.weights] == [
        PROGRAM_FOLDER / name for name in ("data", "database", "weights")
    ]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("detectr = 'hog'", "unknown key detectr", "Did you mean detector?"),
        ("pixels = 1", "unknown key pixels", "Known keys: data"),
        ("detector = 'dog'", "detector is 'dog'", "hog, cnn, mtcnn"),
        ("upsample = true", "upsample = True is not a whole number", "upsample"),
        ("upsample = '1'", "upsample = '1' is not a whole number", "upsample"),
        ("upsample = 9", "9", "0 to 3"),
        ("threshold = 'low'", "threshold = 'low' is not a number", "threshold"),
        ("threshold = nan", "nan", "0.2"),
        ("threshold = 5", "5", "up to 4"),
        (f"threshold = {'9' * 400}", "threshold is a number of 400 digits", "smaller"),
        (f"threshold = -{'9' * 400}", "threshold is a number of 400 digits", "smaller"),
        ("data = 'x'\ndatabase = 'y/../x'", "data and database are the same folder", "of its own"),
        ("weights = 'x'\ndatabase = 'x'", "database and weights are the same folder", "of its own"),
        (
            "data = 'x'\ndatabase = 'x/y/z'",
            "database lies in the folder of data, where y would be",
            "of its own",
        ),
        ("data = 'x'\nweights = 'x/y'", "weights lies in the folder of data, where y would be", "of its own"),
        ("min_face_px = 40.5", "min_face_px = 40.5 is not a whole number", "min_face_px"),
        ("min_face_px = 3", "3", "10 to 2000"),
        ("same_person_twice = 1", "same_person_twice = 1 is not true or false", "mirrors"),
        ("same_person_twice = 'yes'", "same_person_twice = 'yes' is not true or false", "mirrors"),
        ("data = 5", "data = 5 is not a path", "data"),
        ("[shared]\nupsample = 1", "unknown key shared", "Known keys"),
        ("upsample = ", "cannot read the settings", "--config"),
    ],
)
def test_a_bad_file_is_refused_in_words(tmp_path: Path, text: str, message: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings({}, toml(tmp_path, text))
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_a_config_that_is_missing_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml"):
        load_settings({}, tmp_path / "none.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match=r"binary\.toml: it is not text in UTF-8"):
        load_settings({}, tmp_path / "binary.toml")


def test_yes_or_no_is_read_from_a_file(tmp_path: Path) -> None:
    assert load_settings({}, toml(tmp_path, "same_person_twice = true")).same_person_twice
    assert not load_settings({}, toml(tmp_path, "same_person_twice = false")).same_person_twice
    assert not load_settings({}).same_person_twice


def test_whole_numbers_serve_where_fractions_are_meant(tmp_path: Path) -> None:
    assert load_settings({}, toml(tmp_path, "threshold = 1")).threshold == 1.0


def test_every_setting_is_documented_and_has_a_type() -> None:
    for field in dataclasses.fields(Settings):
        assert field.metadata["help"]
        assert value_type(Settings, field.name) in (Path, str, float, int, bool)
        if field.metadata["choices"]:
            assert field.default in field.metadata["choices"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("upsample = 9", "upsample is 9"),
        ("min_face_px = 3", "min_face_px is 3"),
        ("strangers = 0.9", "strangers is 0.9"),
        ("keep_visits_days = 0", "keep_visits_days is 0"),
        ('blur_faces = "only"', "blur_faces only needs names"),
        ('data = "a"\ndatabase = "a"', "data and database are the same folder, a"),
    ],
)
def test_a_value_of_the_file_is_blamed_on_the_file(tmp_path: Path, text: str, said: str) -> None:
    file = toml(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_settings({}, file)
    assert caught.value.message == f"{file}: {said}"


def test_a_flag_is_blamed_where_a_flag_was_given(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings({"upsample": 8}, toml(tmp_path, "upsample = 9"))
    assert caught.value.message == "--upsample is 8"


def test_a_database_may_be_the_address_of_a_server(tmp_path: Path) -> None:
    file, address = tmp_path / "facecam.toml", "postgresql://ada@db.example/faces?sslmode=verify-full"
    file.write_text(f'database = "{address}"\n')
    settings = load_settings({}, file)
    assert settings.server == address and settings.database == Settings().database
    folder = load_settings({"database": tmp_path / "own"}, file)
    assert folder.server == "" and folder.database == tmp_path / "own"
    file.write_text(f'database = "{tmp_path / "own"}"\n')
    both = load_settings({"database": address}, file)
    assert both.server == address and both.database == tmp_path / "own"
    file.write_text('server = "postgresql://db"\n')
    with pytest.raises(ConfigError, match="unknown key server"):
        load_settings({}, file)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://ada:secret@db.example/faces",
        "postgres://db.example/faces?user=ada&password=secret",
        "postgresql://db.example/faces?sslpassword=secret",
    ],
)
def test_a_password_in_an_address_is_refused_and_not_repeated(tmp_path: Path, address: str) -> None:
    file = tmp_path / "facecam.toml"
    file.write_text(f'database = "{address}"\n')
    for given, said in (({"database": address}, "--database"), ({}, "facecam.toml: database")):
        with pytest.raises(ConfigError) as caught:
            load_settings(given, file)
        error = caught.value
        assert said in error.message and "secret" not in error.message + error.hint and "pgpass" in error.hint


def test_what_is_hidden_among_the_photos_is_nobody(tmp_path: Path) -> None:
    settings = load_settings({}, toml(tmp_path, "data = 'x'\ndatabase = 'x/.facecam'"))
    assert settings.database == Path("x/.facecam")
