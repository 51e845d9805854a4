"""The notebook of docs/examples, run as Jupyter and Colab run it, with the demo's faces."""

from __future__ import annotations

import json
import os
import subprocess
import sys
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
def test_its_cells_one_after_the_other(demo: Demo, weights: Path, tmp_path: Path) -> None:
    """By Python alone, which is always there."""
    cells = [
        cell
        for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
    ]
    assert not any(cell["outputs"] for cell in cells), "kept without pictures"
    places = {
        "PYTHONPATH": str(PROGRAM_FOLDER),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "TMPDIR": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", "\n".join("".join(cell["source"]) for cell in cells)],
        cwd=tmp_path,
        env={**os.environ, **places, "MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
    )
    first = min(portrait.name for portrait in demo.portraits())
    assert done.returncode == 0, done.stderr
    assert all(
        words in done.stdout for words in ("my-people knows 3 people", f"['{first}']", "my-people.onnx")
    )


@pytest.mark.slow
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
    nbclient.NotebookClient(notebook, timeout=1000, resources={"metadata": {"path": str(tmp_path)}}).execute()
    words = said(notebook)
    first = min(portrait.name for portrait in demo.portraits())
    assert "my-people knows 3 people" in words and f"['{first}']" in words and "my-people.onnx" in words
    assert any(
        "image/png" in one.get("data", {})
        for cell in notebook.cells
        if cell.cell_type == "code"
        for one in cell.outputs
    )
