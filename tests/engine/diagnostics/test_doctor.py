"""The table of what is there: an entry for each thing, a cure for each that is missing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from facecam.core import vault
from facecam.core.config import Settings
from facecam.core.encryption import data_keys, sealing, unlocking
from facecam.core.types import Embeddings
from facecam.core.vault import Lock
from facecam.engine import components
from facecam.engine.diagnostics import doctor
from facecam.engine.diagnostics.doctor import Check, examine
from facecam.engine.transactions.encryption import turn_on
from facecam.gallery.gallery import Gallery
from facecam.runtime.dlib_files import KNOWN_SHA256
from facecam.vision.sources.camera import CameraInfo
from tests.engine.fixtures import Enrol
from tests.engine.studio import BARACK

SUBJECTS = {
    "Python",
    "packages",
    *KNOWN_SHA256,
    "model dlib-resnet",
    "model dlib-mmod",
    "model mtcnn",
    "model in use",
    "processor",
    "people",
    "encryption",
    "cameras",
    "display",
    "demo",
    "smallest face",
}


def table(settings: Settings, **options: Any) -> dict[str, Check]:
    checks = list(examine(settings, **{"ask_tensorflow": False, **options}))
    assert len({check.subject for check in checks}) == len(checks), "each thing once"
    for check in checks:
        assert check.detail and "\n" not in check.detail + check.cure
        assert check.state == "ok" or check.cure, f"{check.subject}: no cure"
    return {check.subject: check for check in checks}


@pytest.fixture(autouse=True)
def _no_camera(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "list_cameras", list)


def test_a_sound_installation(settings: Settings, enrolled: Enrol) -> None:
    enrolled(BARACK)
    checks = table(settings)
    assert set(checks) >= SUBJECTS | {"precision"}
    assert checks["encryption"].state == "note" and checks["encryption"].cure.endswith("encrypt on")
    for subject in SUBJECTS - {"people", "cameras", "display", "smallest face", "packages", "encryption"}:
        assert checks[subject].state == "ok", checks[subject]
    assert checks["people"].detail == "1 person, 1 vector"
    assert "1 in 200" in checks["model dlib-resnet"].detail
    assert checks["model in use"].detail == "dlib-resnet"


def test_an_empty_weights_folder_has_a_line_and_a_cure_for_each_missing_thing(
    settings: Settings, tmp_path: Path
) -> None:
    checks = table(replace(settings, weights=tmp_path / "nothing"))
    assert set(checks) >= SUBJECTS
    for subject in ("model dlib-resnet", "model dlib-mmod", "model mtcnn", "model in use"):
        assert checks[subject].state == "missing"
        assert "models prepare" in checks[subject].cure
    assert not (tmp_path / "nothing").exists(), "looking makes nothing"


def test_a_model_that_is_asked_for_and_not_there_is_missing(settings: Settings) -> None:
    check = table(replace(settings, model="nonesuch"))["model in use"]
    assert check.state == "missing" and "nonesuch" in check.detail


def test_a_damaged_model_is_missing(settings: Settings, tmp_path: Path) -> None:
    shutil.copytree(settings.weights / "dlib-mmod", tmp_path / "w" / "dlib-mmod")
    (tmp_path / "w" / "dlib-mmod" / "model.bin").write_bytes(b"damaged")
    check = table(replace(settings, weights=tmp_path / "w"))["model dlib-mmod"]
    assert check.state == "missing" and "model.bin" in check.detail


def test_a_model_without_its_cohort_works_and_the_reader_is_told(settings: Settings, tmp_path: Path) -> None:
    shutil.copytree(settings.weights / "dlib-resnet", tmp_path / "w" / "dlib-resnet")
    (tmp_path / "w" / "dlib-resnet" / "cohort.npz").write_bytes(b"damaged")
    checks = table(replace(settings, weights=tmp_path / "w"))
    check = checks["model dlib-resnet"]
    assert check.state == "note" and "cohort.npz" in check.detail and "models cohort" in check.cure
    assert checks["model in use"].state == "ok"


def test_a_damaged_dlib_file_is_missing(settings: Settings, tmp_path: Path) -> None:
    name = next(iter(KNOWN_SHA256))
    (tmp_path / "w" / "dlib").mkdir(parents=True)
    (tmp_path / "w" / "dlib" / name).write_bytes(b"damaged")
    check = table(replace(settings, weights=tmp_path / "w"))[name]
    assert check.state == "missing" and "checksum" in check.detail and "-dw True" in check.cure


@pytest.mark.parametrize(
    ("versions", "words"),
    [({}, "is missing"), ({"numpy": "0.1"}, "numpy 0.1 instead of")],
)
def test_packages_that_are_missing_or_other_ones_are_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, versions: dict[str, str], words: str
) -> None:
    def version(name: str) -> str:
        if name not in versions:
            raise PackageNotFoundError(name)
        return versions[name]

    monkeypatch.setattr("facecam.engine.diagnostics.doctor.importlib.metadata.version", version)
    check = table(settings)["packages"]
    assert check.state == "missing" and words in check.detail and "setup" in check.cure


def test_a_database_of_another_model_is_missing_with_the_cure(settings: Settings) -> None:
    vectors = Embeddings(np.eye(1, 8, dtype=np.float32), "other@1")
    components.open_store(settings).update(lambda _: Gallery.empty("other@1", 8).add("Ada", vectors))
    check = table(settings)["people"]
    assert check.state == "missing" and "people rebuild" in check.cure


def test_a_broken_database_is_missing_with_the_cure(settings: Settings, enrolled: Enrol) -> None:
    assert table(settings)["people"].state == "note"
    enrolled(BARACK)
    for file in settings.database.rglob("*.npy"):
        file.unlink()
    check = table(settings)["people"]
    assert check.state == "missing" and check.cure


def test_cameras_and_display_are_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    checks = table(settings)
    assert checks["cameras"].state == "note" and "--source" in checks["cameras"].cure
    monkeypatch.setenv("DISPLAY", ":7")
    monkeypatch.setattr(doctor, "list_cameras", lambda: [CameraInfo(2, "Loupe", "/dev/video2")])
    checks = table(settings)
    assert checks["cameras"] == Check("cameras", "ok", "2: Loupe")
    assert checks["display"].state == "ok"


def answer(stdout: str = "", stderr: str = "") -> Any:
    return lambda *_, **__: subprocess.CompletedProcess([], 0, stdout, stderr)


def slow(command: Sequence[str], timeout: float, **_: object) -> None:
    raise subprocess.TimeoutExpired(command, timeout)


@pytest.mark.parametrize(
    ("run", "state", "words"),
    [
        (answer("GPUS ['/physical_device:GPU:0']\n"), "ok", "GPU:0"),
        (answer("some noise\nGPUS []\n"), "note", "none"),
        (answer("", "Traceback\nImportError: no cuda\n\n"), "missing", "no cuda"),
        (slow, "note", "did not answer"),
    ],
)
def test_what_tensorflow_says_of_gpus(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, run: Any, state: str, words: str
) -> None:
    monkeypatch.setattr("facecam.engine.diagnostics.doctor.subprocess.run", run)
    monkeypatch.setattr(doctor, "has_tensorflow", lambda: True)
    check = doctor._gpu()
    assert check.state == state and words in check.detail and (check.cure or state == "ok")


#: What TensorFlow 2.21 says where a library of it is damaged, but for lines of code.
_BROKEN_TENSORFLOW = """Traceback (most recent call last):
  File "/a/tensorflow/python/pywrap_tensorflow.py", line 74, in <module>
ImportError: /a/tensorflow/python/_pywrap_tensorflow_internal.so: {}

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
ImportError: Traceback (most recent call last):
  File "/a/tensorflow/python/pywrap_tensorflow.py", line 74, in <module>
ImportError: /a/tensorflow/python/_pywrap_tensorflow_internal.so: {}


Failed to load the native TensorFlow runtime.
If you need help, create an issue at https://github.com/tensorflow/tensorflow/issues and include the stack trace.
"""


@pytest.mark.parametrize("reason", ["file too short", f"undefined symbol: _Z{'x' * 800}"])
def test_a_tensorflow_that_does_not_start_is_one_short_line_with_the_reason(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    said = _BROKEN_TENSORFLOW.format(reason, reason)
    monkeypatch.setattr("facecam.engine.diagnostics.doctor.subprocess.run", answer("", said))
    monkeypatch.setattr(doctor, "has_tensorflow", lambda: True)
    check = doctor._gpu()
    assert reason[:14] in check.detail and len(check.detail) < 200 and "import tensorflow" in check.cure


def test_the_question_for_gpus_opens_no_socket() -> None:
    """TensorFlow brings urllib3, which tries a socket of IPv6 where Python says that it knows them."""
    before, asked = doctor._GPU_QUESTION.split("import tensorflow")
    program = f"{before}print(socket.has_ipv6); import urllib3.util.connection as c; print(c.HAS_IPV6)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"] and "list_physical_devices" in asked


def test_without_tensorflow_all_but_training_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "has_tensorflow", lambda: False)
    check = doctor._gpu()
    assert check.state == "note" and "everything else works" in check.detail and "setup" in check.cure


def test_encryption_is_looked_at_and_its_key(
    settings: Settings, enrolled: Enrol, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    enrolled(BARACK)
    (tmp_path / "weights").symlink_to(settings.weights)  # Beside them is `runs/`, which is encrypted, too.
    settings = replace(settings, weights=tmp_path / "weights")
    monkeypatch.setattr(sealing, "COST", (4, 8, 1))
    monkeypatch.delenv(unlocking.PASSPHRASE_VARIABLE, raising=False)
    turn_on(settings, Lock("four words nobody guesses"))
    row = table(settings)["encryption"]
    assert row.state == "ok" and "sealed; the key from a passphrase is there" in row.detail
    plain = settings.database / "plain.json"
    plain.write_text("{}")
    assert "1 file of " in table(settings)["encryption"].detail
    plain.unlink()
    vault.set_state(settings.database, "turning off")
    assert table(settings)["encryption"].cure.endswith("encrypt off")
    vault.set_state(settings.database, "on")
    data_keys.forget_keys()
    row = table(settings)["encryption"]
    assert row.state == "missing" and "there is no passphrase" in row.detail and row.cure
    (settings.database / data_keys.KEY_FILE).write_text("{}")
    assert table(settings)["encryption"].state == "missing"
