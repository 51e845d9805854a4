"""The notebook of docs/examples, run as Jupyter and Colab run it, with the demo's faces."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from facecam.core.home import PROGRAM_FOLDER
from facecam.engine.demo import Demo

NOTEBOOK = PROGRAM_FOLDER / "docs" / "examples" / "photos_to_model.ipynb"


def said(notebook: Any) -> str:
    """What all cells printed."""
    outputs = [one for cell in notebook.cells if cell.cell_type == "code" for one in cell.outputs]
    return "".join(one.text for one in outputs if one.output_type == "stream" and one.name == "stdout")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_from_photos_to_a_model_in_use(
    demo: Demo, weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nbclient = pytest.importorskip("nbclient", reason="running notebooks needs nbclient and ipykernel")
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    for name, value in {"XDG_CACHE_HOME": "cache", "TMPDIR": ".", "IPYTHONDIR": "ipython"}.items():
        monkeypatch.setenv(name, str(tmp_path / value))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(PROGRAM_FOLDER), os.environ.get("PYTHONPATH", "")]))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert all(not cell.outputs for cell in notebook.cells if cell.cell_type == "code"), (
        "kept without pictures"
    )
    nbclient.NotebookClient(notebook, timeout=250, resources={"metadata": {"path": str(tmp_path)}}).execute()
    words = said(notebook)
    first = min(portrait.name for portrait in demo.portraits())
    assert "my-people knows 3 people" in words and f"['{first}']" in words and "my-people.onnx" in words
    assert any(
        "image/png" in one.get("data", {})
        for cell in notebook.cells
        if cell.cell_type == "code"
        for one in cell.outputs
    )
