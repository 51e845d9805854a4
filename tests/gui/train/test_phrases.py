"""The engine's sentences are found among those that can be translated."""

from __future__ import annotations

import re

import numpy as np
import pytest

from facecam.core import extras
from facecam.core.errors import DataError, DependencyError
from facecam.engine.audit.findings import health_of
from facecam.engine.evaluation.open_set import report_on
from facecam.engine.evaluation.open_set_report import SelfTestOptions, sentences
from facecam.engine.training_jobs import plan
from facecam.gui.core import window_words
from facecam.gui.core.translation import engine_messages
from facecam.gui.core.window_words import without_commands
from facecam.training.gate.verification import held_out_pairs
from tests.engine.audit.test_findings import library


def known(text: str) -> bool:
    """Whether it can be translated as the window says it: whole, or sentence by sentence."""
    said = without_commands(text)
    return _listed(said) or all(map(_listed, window_words.sentences(said)))


def _listed(text: str) -> bool:
    known = (*engine_messages(), *(words for _, words in window_words._INSTEAD))
    return any(re.fullmatch(re.escape(one).replace(r"\{\}", ".+?"), text) for one in known)


@pytest.mark.parametrize(
    "people",
    [
        {"Ada": [0.0, 2, 4, 92], "Alan": [90.0, 94, 96]},
        {"Ada": [0.0, 2, 4, 60], "Alan": [150.0, 152, 154]},
        {"Ada": [0.0, 4, 8], "A. Lovelace": [2.0, 6, 10]},
        {f"p{index}": [36.0 * index + spread for spread in (0, 1, 2, 3)] for index in range(10)},
    ],
)
def test_what_is_said_can_be_translated(people: dict[str, list[float]]) -> None:
    photos = library(people)
    findings = health_of(photos).findings
    said = [one.text for one in findings] + [one.hint for one in findings]
    report = report_on(photos, SelfTestOptions())
    said += [*sentences(report), *(one.text for one in report.hurting)]
    assert [text for text in said if not known(text)] == []


@pytest.mark.parametrize("owners", [[0, 0, 0], [0, 1, 2]])
def test_why_nothing_was_compared_can_be_translated(owners: list[int]) -> None:
    with pytest.raises(DataError) as raised:
        held_out_pairs(np.array(owners), np.array([True, False, True]))
    assert known(raised.value.message)


@pytest.mark.parametrize(("in_checkout", "bundle"), [(True, False), (False, False), (False, True)])
def test_what_is_said_without_tensorflow_can_be_translated(
    in_checkout: bool, bundle: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extras, "has_tensorflow", lambda: False)
    monkeypatch.setattr(extras, "IN_CHECKOUT", in_checkout)
    monkeypatch.setattr(extras, "FROZEN", bundle)
    for purpose, otherwise in (
        ("training a network", plan._QUICK),
        ("going on with this training", ""),
    ):
        with pytest.raises(DependencyError) as raised:
            extras.require_tensorflow(purpose, otherwise=otherwise)
        assert known(raised.value.message) and known(raised.value.hint), raised.value.hint
