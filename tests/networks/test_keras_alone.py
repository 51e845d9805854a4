"""Keras without the packages it only has wrappers for."""

from __future__ import annotations

import importlib
import sys

import pytest

from facecam import networks


def test_what_is_only_wrapped_is_not_there_meanwhile_and_is_afterwards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    monkeypatch.setattr(networks, "_WRAPPED", ("colorsys", "json"))
    with networks.keras_alone():
        with pytest.raises(ImportError):
            importlib.import_module("colorsys")
        assert importlib.import_module("json").dumps([1]) == "[1]"  # Loaded already: it stays.
    assert importlib.import_module("colorsys").rgb_to_yiq(0, 0, 0) == (0, 0, 0)
    with pytest.raises(ZeroDivisionError), networks.keras_alone():
        raise ZeroDivisionError
    assert sys.modules["colorsys"] is not None
