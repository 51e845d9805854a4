"""What `import facecam` promises: a dozen typed names, loaded when they are asked for, nothing heavy before."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import facecam
from facecam.core.children import environment_for
from facecam.core.home import PROGRAM_FOLDER

HEAVY = ("tensorflow", "keras", "openvino", "PySide6", "cv2", "numpy", "numba", "dlib", "PIL", "requests")


def run(program: str, cwd: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment_for(), cwd=cwd, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_it_loads_nothing_but_itself(tmp_path: Path) -> None:
    program = (
        "import sys; before = set(sys.modules); import facecam; print(*sorted(set(sys.modules) - before))"
    )
    loaded = run(program, tmp_path).split()
    assert [name for name in loaded if name.split(".")[0] not in sys.stdlib_module_names] == ["facecam"]


@pytest.mark.parametrize("name", ["FacecamError", "Settings", "Box", "Gallery"])
def test_words_are_light(name: str, tmp_path: Path) -> None:
    loaded = run(f"import sys, facecam; facecam.{name}; print(*sys.modules)", tmp_path).split()
    assert not {"tensorflow", "openvino", "PySide6", "cv2", "numba"} & set(loaded)


def test_recognizing_loads_neither_tensorflow_nor_qt(tmp_path: Path) -> None:
    loaded = run("import sys, facecam; facecam.FaceRecognizer; print(*sys.modules)", tmp_path).split()
    assert "openvino" in loaded and not {"tensorflow", "keras", "PySide6"} & set(loaded)


def test_there_are_about_a_dozen_names_and_all_can_be_had() -> None:
    public = [name for name in facecam.__all__ if not name.startswith("_")]
    assert 10 <= len(public) <= 15
    for name in public:
        value = getattr(facecam, name)
        assert value.__doc__ and value is getattr(importlib.import_module(value.__module__), name)
    assert set(public) <= set(dir(facecam))


def test_the_typed_names_are_the_same() -> None:
    stub = ast.parse((PROGRAM_FOLDER / "facecam" / "__init__.pyi").read_text(encoding="utf-8"))
    typed = {
        alias.asname: node.module
        for node in stub.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert typed == facecam._PLACES and set(typed) == set(facecam.__all__) - {"__version__"}
    assert (PROGRAM_FOLDER / "facecam" / "py.typed").is_file()


def test_a_name_that_is_not_there_is_said() -> None:
    with pytest.raises(AttributeError, match="no attribute 'recognise'"):
        facecam.recognise  # noqa: B018
