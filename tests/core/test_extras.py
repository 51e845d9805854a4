"""A missing TensorFlow is said in words a user can act on."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from types import SimpleNamespace

import pytest

from facecam.core import extras
from facecam.core.errors import DependencyError
from facecam.core.extras import has_tensorflow, how_to_add, how_to_add_tensorflow, require_tensorflow


def refuse(name: str) -> None:
    raise ModuleNotFoundError(f"{name} is refused", name=name)


@pytest.mark.parametrize("find", [lambda name: None, refuse])
def test_a_module_that_is_nowhere_or_refused_is_not_there(
    monkeypatch: pytest.MonkeyPatch, find: object
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", find)
    assert not has_tensorflow()
    with pytest.raises(DependencyError, match="flying needs TensorFlow, which is not installed") as caught:
        require_tensorflow("flying", otherwise="or walk")
    assert caught.value.hint == f"{how_to_add_tensorflow()}, or walk."


def test_one_of_the_two_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "keras" else object())
    assert not has_tensorflow()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    assert has_tensorflow()
    require_tensorflow("flying")


def test_the_cure_is_that_of_a_checkout_or_of_an_installed_package(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(extras, "IN_CHECKOUT", False)
    monkeypatch.setattr(extras, "itself", "'{}'".format)
    assert "pip install 'train'" in how_to_add_tensorflow()
    assert "pip install 'gui'" in how_to_add("gui")
    monkeypatch.setattr(extras, "FROZEN", True)
    assert "bundle" in how_to_add_tensorflow()
    with pytest.raises(DependencyError, match="--sweep needs") as caught:
        extras.require_package("no_such_module", "--sweep")
    assert "pip" not in caught.value.hint and "bundle" in caught.value.hint
    monkeypatch.setattr(extras, "IN_CHECKOUT", True)
    assert "make setup" in how_to_add_tensorflow() and "make setup" in how_to_add("gui")


@pytest.mark.parametrize(
    ("origin", "given"),
    [
        ('{"url": "file:///a/facecam.whl", "archive_info": {}}', "'facecam[gui] @ file:///a/facecam.whl'"),
        ('{"url": "https://a/b", "vcs_info": {"vcs": "git"}}', "'facecam[gui] @ git+https://a/b'"),
        (None, "'FILE[gui]' (FILE: the wheel or checkout of facecam)"),
    ],
)
def test_an_installation_is_added_to_from_where_it_came(
    monkeypatch: pytest.MonkeyPatch, origin: str | None, given: str
) -> None:
    """No registry has facecam; what is called so there may be somebody else's."""
    came = SimpleNamespace(read_text=lambda name: origin)
    monkeypatch.setattr(importlib.metadata, "distribution", lambda name: came)
    assert extras.itself("gui") == given
