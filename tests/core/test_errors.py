"""Errors carry what happened and what to do, also between processes."""

from __future__ import annotations

import copy
import pickle

import pytest

from facecam.core import errors

KINDS = [
    errors.ConfigError,
    errors.DependencyError,
    errors.WeightsError,
    errors.CameraError,
    errors.GalleryError,
    errors.EnrollmentError,
    errors.DataError,
]


@pytest.mark.parametrize("kind", KINDS)
def test_message_and_hint_survive_pickling_and_copying(kind: type[errors.FacecamError]) -> None:
    error = kind("the disk is full", hint="Free some space.")
    for twin in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
        assert type(twin) is kind and isinstance(twin, errors.FacecamError)
        assert (twin.message, twin.hint, str(twin)) == (
            "the disk is full",
            "Free some space.",
            "the disk is full",
        )


def test_an_error_without_a_cure_cannot_be_made() -> None:
    with pytest.raises(TypeError):
        errors.DataError("something")  # type: ignore[call-arg]
