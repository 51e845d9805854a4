"""Single values of facecam.toml change, the rest stays."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from facecam.core.errors import ConfigError, DataError
from facecam.core.parameter_file import path_in, read_parameters, save_settings


def test_values_are_put_in_their_places(tmp_path: Path) -> None:
    file = tmp_path / "facecam.toml"
    file.write_text("# people\ndata = 'old'  # was here\n\nupsample = 1\n", encoding="utf-8")
    save_settings(file, {"data": Path("/new"), "threshold": 0.3})
    assert file.read_text(encoding="utf-8") == '# people\ndata = "/new"\n\nupsample = 1\nthreshold = 0.3\n'


def test_a_missing_file_is_made_and_none_takes_a_key_out(tmp_path: Path) -> None:
    file = tmp_path / "facecam.toml"
    save_settings(file, {"detector": "cnn", "upsample": 2})
    assert tomllib.loads(file.read_text(encoding="utf-8")) == {"detector": "cnn", "upsample": 2}
    save_settings(file, {"detector": None, "threshold": None})
    assert file.read_text(encoding="utf-8") == "upsample = 2\n"
    save_settings(file, {"upsample": None})
    assert file.read_text(encoding="utf-8") == ""


@pytest.mark.parametrize("text", ['quote " and \\ back', "tab\tline\nbreak", "ünïcödé 🙂", "\x7f\x01"])
def test_any_text_comes_back(tmp_path: Path, text: str) -> None:
    file = tmp_path / "facecam.toml"
    save_settings(file, {"model": text})
    assert tomllib.loads(file.read_text(encoding="utf-8")) == {"model": text}


def test_a_key_that_begins_like_another_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "facecam.toml"
    file.write_text("data_x = 1\n'data' = 'a'\ndatabase = 'b'\n", encoding="utf-8")
    save_settings(file, {"data": "c"})
    assert file.read_text(encoding="utf-8") == "data_x = 1\ndata = \"c\"\ndatabase = 'b'\n"


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="could not write") as caught:
        save_settings(tmp_path / "no" / "facecam.toml", {"upsample": 1})
    assert caught.value.hint


@pytest.mark.parametrize("path", [r"D:\ximages", r"D:\Users\me", r"D:\people"])
def test_a_path_of_windows_in_double_quotes_is_told_how_to_write_it(path: str, tmp_path: Path) -> None:
    file = tmp_path / "facecam.toml"
    file.write_text(f'data = "{path}"\n', encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_parameters(file, "the settings in", "Mend the file.")
    assert "single quotes" in caught.value.hint


def test_a_path_of_windows_of_which_an_escape_made_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("facecam.core.parameter_file.HOLDS_FILES", False)
    assert path_in("facecam.toml", "data", "C:\temp") == Path("C:\temp")
    monkeypatch.setattr("facecam.core.parameter_file.HOLDS_FILES", True)
    with pytest.raises(ConfigError) as caught:
        path_in("facecam.toml", "data", "C:\temp")
    assert "single quotes" in caught.value.hint
