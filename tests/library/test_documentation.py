"""The examples in the library's documentation do what they say."""

from __future__ import annotations

import doctest
from pathlib import Path
from types import ModuleType

import pytest

from facecam.library import faces, home, pictures, recognizer


@pytest.mark.parametrize("module", [faces, home, pictures, recognizer], ids=lambda module: module.__name__)
def test_examples(module: ModuleType, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner(verbose=False)
    for example in finder.find(module):
        runner.run(example)
    assert runner.summarize(verbose=False).failed == 0, capsys.readouterr().out


def test_every_public_function_has_one() -> None:
    told = [pictures.detect, pictures.embed, pictures.compare, pictures.cluster, recognizer.FaceRecognizer]
    told += [
        recognizer.FaceRecognizer.open,
        recognizer.FaceRecognizer.enroll,
        recognizer.FaceRecognizer.stream,
    ]
    assert all(">>>" in (one.__doc__ or "") for one in told)
