"""Parameters from TOML, JSON and YAML, and what is said of files that are none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from facecam.core.config import load_settings
from facecam.core.errors import ConfigError, DependencyError
from facecam.core.parameter_file import read_parameters, save_settings
from facecam.training.config.preset import find_preset

FORMS = {
    "p.toml": 'learning_rate = 1e-3\nloss = "triplet"\nflip = false\nepochs = 7\n',
    "p.json": '{"learning_rate": 1e-3, "loss": "triplet", "flip": false, "epochs": 7, "input_px": null}',
    "p.yaml": "# mine\nlearning_rate: 1e-3\nloss: triplet\nflip: false\nepochs: 7\ninput_px:\n",
    "P.YML": "{learning_rate: 1.0e-3, loss: triplet, flip: no, epochs: 7}",
}


def read(path: Path) -> dict[str, object]:
    return read_parameters(path, "the preset", "Mend it.")


@pytest.mark.parametrize("name", FORMS)
def test_every_form_says_the_same(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(FORMS[name], encoding="utf-8")
    assert read(path) == {"learning_rate": 1e-3, "loss": "triplet", "flip": False, "epochs": 7}
    options = find_preset(str(path)).options
    assert (options.learning_rate, options.flip, options.epochs) == (1e-3, False, 7)


def test_titles_and_phases_can_be_yaml(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "title: Mine\noptions: {epochs: 9}\nphases:\n- {name: warm, freeze: backbone}\n- {learning_rate: 1e-5}\n"
    )
    preset = find_preset(str(path))
    assert (preset.title, preset.options.epochs) == ("Mine", 9)
    assert [phase.name for phase in preset.phases] == ["warm", "phase 2"]


def test_settings_come_from_all_forms_too(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text('{"upsample": 1, "threshold": null}')
    settings = load_settings({}, path)
    assert (settings.upsample, settings.threshold) == (1, None)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.json", "{", "Expecting"),
        ("a.json", "[1]", "no table of names"),
        ("a.json", '{"epochs": NaN}', "NaN is no number"),
        ("a.json", '{"epochs": 1, "epochs": 2}', "epochs stands there twice"),
        ("a.json", "[" * 200_000, "nested too deeply"),
        ("a.yaml", "epochs: [", "line"),
        ("a.yaml", "- 1", "no table of names"),
        ("a.yaml", "1: 2", "no table of names"),
        ("a.yaml", "epochs: 1\nepochs: 2", "epochs stands there twice"),
        ("a.yaml", "epochs: !!python/object/apply:os.system ['true']", "could not determine a constructor"),
        ("a.yaml", "epochs: &a [*a]\nx: !!int zwei", ""),
        ("a.toml", "epochs =", "Invalid value"),
        ("a.yaml", b"\xff\xfe", "not text in UTF-8"),
        ("a.json", None, "No such file"),
    ],
)
def test_what_is_no_parameter_file_is_said(
    tmp_path: Path, name: str, content: str | bytes | None, reason: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(ConfigError) as caught:
        read(path)
    assert reason in caught.value.message and caught.value.hint == "Mend it." and name in caught.value.message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("options: 3", "not a table"),
        ("phases: 3", "not a list"),
        ("phases: [3]", "not a list"),
        ("epochz: 3", "epochz"),
    ],
)
def test_a_preset_of_the_wrong_shape_is_two_lines(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "odd.yaml"
    path.write_text(content)
    with pytest.raises(ConfigError, match=words):
        find_preset(str(path))


def test_without_pyyaml_the_way_on_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("epochs: 1")
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(DependencyError, match="PyYAML"):
        read(path)


def test_the_mark_that_editors_of_windows_put_in_front_is_no_part_of_a_file(tmp_path: Path) -> None:
    for name, text in (
        ("a.toml", "upsample = 1\n"),
        ("a.json", '{"upsample": 1}'),
        ("a.yaml", "upsample: 1\n"),
    ):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8-sig")
        assert read_parameters(file, "it", "") == {"upsample": 1}
    save_settings(tmp_path / "a.toml", {"upsample": 2})
    assert read_parameters(tmp_path / "a.toml", "it", "") == {"upsample": 2}
