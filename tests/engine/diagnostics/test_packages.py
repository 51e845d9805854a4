"""Which packages facecam asks for, in a checkout and where it is installed."""

from __future__ import annotations

import importlib.metadata
import sys

import pytest

from facecam.engine.diagnostics import packages
from facecam.engine.diagnostics.packages import python_fits, wanted_packages


def test_a_checkout_asks_for_its_lock() -> None:
    wanted = wanted_packages()
    assert wanted["numpy"] == importlib.metadata.version("numpy") and len(wanted) > 60
    assert all(wanted.values()) and not any(name.startswith("#") for name in wanted)


def test_what_is_not_for_this_python_is_not_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "tensorflow" in wanted_packages()
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    assert "tensorflow" not in wanted_packages() and "numpy" in wanted_packages()
    assert python_fits("a==1") and not python_fits('a==1; python_version < "3.14"')


def test_an_installation_asks_for_what_it_needs_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ["numpy<3,>=2.2", "dlib-bin<21,>=20", 'tensorflow<3,>=2.20; extra == "train"', "pillow_heif>=1.1"]
    monkeypatch.setattr(packages, "IN_CHECKOUT", False)
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: asked)
    assert wanted_packages() == {"numpy": None, "dlib-bin": None, "pillow_heif": None}
