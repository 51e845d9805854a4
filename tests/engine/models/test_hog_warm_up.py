"""Making the HOG detector ready in a child process: what it leaves, and what is said when it cannot."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from facecam.core import children
from facecam.core.config import Settings
from facecam.core.errors import WeightsError
from facecam.engine import components
from facecam.engine.models import hog_warm_up


def test_the_filters_are_kept_by_the_child(settings: Settings, tmp_path: Path) -> None:
    own = replace(settings, weights=tmp_path / "weights")
    hog_warm_up.warm_up_hog(own)
    assert components.hog_filters_file(own).read_bytes() == components.hog_filters_file(settings).read_bytes()


def test_the_childs_complaint_and_cure_are_passed_on(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    damaged = tmp_path / "dlib" / "shape_predictor_5_face_landmarks.dat"
    damaged.parent.mkdir()
    damaged.write_bytes(b"not the published file")
    with pytest.raises(WeightsError, match="checksum differs") as caught:
        hog_warm_up.warm_up_hog(replace(Settings(), weights=tmp_path))
    assert "Delete it" in caught.value.hint and capfd.readouterr().err == ""


def test_a_child_that_falls_over_is_an_error_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "command_of", lambda *_: ["sh", "-c", "echo gone >&2; exit 9"])
    with pytest.raises(WeightsError, match="gone") as caught:
        hog_warm_up.warm_up_hog(replace(Settings(), weights=tmp_path))
    assert caught.value.hint


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_said(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(WeightsError) as caught:
        hog_warm_up.warm_up_hog(replace(settings, weights=tmp_path / "closed"))
    assert caught.value.hint
