from __future__ import annotations

import json
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from facecam.core.errors import DataError
from facecam.core.types import Embeddings
from facecam.gallery.storage.encodings import import_encodings
from tests.gallery.factories import random_units

UNITS = random_units(4, 128)
RAW = UNITS.astype(np.float64) * np.array([[1.2], [1.4], [0.9], [1.3]])  # as face_recognition returns them


def _check(imported: dict[str, np.ndarray], expected: dict[str, list[int]]) -> None:
    """`expected` says which rows of UNITS each name must have got."""
    assert list(imported) == list(expected)
    for name, rows in expected.items():
        Embeddings(imported[name], "m")
        assert np.allclose(imported[name], UNITS[rows], atol=1e-6)


def test_npy_with_names_given(tmp_path: Path) -> None:
    path = tmp_path / "e.npy"
    np.save(path, RAW)
    names = ["Ada Lovelace", "Zoe\u0308", " Ada Lovelace ", "李雷"]
    _check(import_encodings(path, names), {"Ada Lovelace": [0, 2], "Zoë": [1], "李雷": [3]})
    _check(import_encodings(path, "Ada"), {"Ada": [0, 1, 2, 3]})


def test_npy_with_names_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "e.npy"
    np.save(path, RAW[:2])
    path.with_suffix(".json").write_text('["Ada", "Grace Hopper"]')
    _check(import_encodings(path), {"Ada": [0], "Grace Hopper": [1]})
    path.with_suffix(".txt").write_text("\ufeffGrace Hopper\n\nAda\n", encoding="utf-8")
    _check(import_encodings(path), {"Grace Hopper": [0], "Ada": [1]})


def test_npy_single_vector(tmp_path: Path) -> None:
    np.save(tmp_path / "e.npy", RAW[0])
    _check(import_encodings(tmp_path / "e.npy", ["Ada"]), {"Ada": [0]})


def test_npy_without_enough_names(tmp_path: Path) -> None:
    path = tmp_path / "e.npy"
    np.save(path, RAW)
    with pytest.raises(DataError, match="whose encodings") as caught:
        import_encodings(path)
    assert ".txt" in caught.value.hint
    with pytest.raises(DataError, match="2 names for 4 encodings"):
        import_encodings(path, ["Ada", "Grace"])
    path.with_suffix(".json").write_text('{"Ada": 1}')
    with pytest.raises(DataError, match="not a list of names"):
        import_encodings(path)


def test_npz_one_array_per_person(tmp_path: Path) -> None:
    np.savez(tmp_path / "e.npz", **{"Ada Lovelace": RAW[:3], "李雷": RAW[3]})
    _check(import_encodings(tmp_path / "e.npz"), {"Ada Lovelace": [0, 1, 2], "李雷": [3]})


@pytest.mark.parametrize("names", [np.array(["a", "b", "a", "c"]), np.array([b"a", b"b", b"a", b"c"])])
def test_npz_encodings_and_names(tmp_path: Path, names: np.ndarray) -> None:
    np.savez_compressed(tmp_path / "e.npz", encodings=RAW, names=names)
    _check(import_encodings(tmp_path / "e.npz"), {"a": [0, 2], "b": [1], "c": [3]})


def test_npz_that_does_not_fit_or_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "e.npz"
    np.savez(path, encodings=RAW, names=np.array(["a"]))
    with pytest.raises(DataError, match="1 names for 4 encodings"):
        import_encodings(path)
    np.savez(path, encodings=RAW, names=np.arange(4))
    with pytest.raises(DataError, match="no texts"):
        import_encodings(path)
    np.savez(path)
    with pytest.raises(DataError, match="no encodings"):
        import_encodings(path)
    np.savez(path, Ada=RAW)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    for damaged in (bytes(content), content[: len(content) // 2], b"PK", b""):
        path.write_bytes(damaged)
        with pytest.raises(DataError, match="damaged or no .npz"):
            import_encodings(path)


def test_a_zip_bomb_stays_packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("facecam.gallery.storage.encodings.MAX_UNPACKED_BYTES", 100_000)
    with zipfile.ZipFile(tmp_path / "e.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Ada.npy", bytes(100_001))
    with pytest.raises(DataError, match="unpacks to more"):
        import_encodings(tmp_path / "e.npz")


@pytest.mark.parametrize(
    "document",
    [
        {"Ada": RAW[0].tolist(), "Grace Hopper": RAW[1:3].tolist()},
        [
            {"name": "Ada", "encoding": RAW[0].tolist()},
            {"name": "Grace Hopper", "encoding": RAW[1].tolist(), "photo": "g.jpg"},
            {"name": "Grace Hopper", "encoding": [RAW[2].tolist()]},
        ],
    ],
    ids=["object", "list"],
)
def test_json(tmp_path: Path, document: object) -> None:
    (tmp_path / "e.json").write_text(json.dumps(document))
    _check(import_encodings(tmp_path / "e.json"), {"Ada": [0], "Grace Hopper": [1, 2]})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "JSON"),
        ("3", "neither an object nor a list"),
        ("{}", "no encodings"),
        ("[]", "no encodings"),
        ("[" * 100_000, "JSON"),
        ('[{"name": "Ada"}]', "entry 1"),
        ('[{"name": 3, "encoding": []}]', "entry 1"),
        ("[[1, 2]]", "entry 1"),
        ('{"Ada": []}', "'Ada' is empty"),
        ('{"Ada": [[]]}', "'Ada' is empty"),
        ('{"Ada": [1, 2, 3]}', r"'Ada' has the shape \(1, 3\)"),
        ('{"Ada": [[1, 2], [1]]}', "'Ada' holds vectors of different lengths"),
        ('{"Ada": "abc"}', "'Ada' holds something else than numbers"),
        ('{"Ada": null}', "'Ada' holds something else than numbers"),
        ('{"Ada": {"x": 1}}', "'Ada' holds something else than numbers"),
        ('{"Ada": 1, "Ada": 2}', "'Ada' occurs twice"),
        ('{" ": [1]}', "empty"),
        (r'{"A\u0000": [1]}', "control"),
    ],
)
def test_json_nonsense_names_the_entry(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "e.json").write_text(text)
    with pytest.raises(DataError, match=reason):
        import_encodings(tmp_path / "e.json")


def test_json_of_pairs_and_a_bare_list_of_vectors(tmp_path: Path) -> None:
    path = tmp_path / "e.json"
    path.write_text(json.dumps({"encodings": [[0, 2], [3, 0]], "names": ["Ada", "Bob"]}))
    found = import_encodings(path, dimensions=2)
    assert {name: rows.tolist() for name, rows in found.items()} == {"Ada": [[0, 1]], "Bob": [[1, 0]]}
    path.write_text("[[0.5, 0.5], [0.5, 0.1]]")
    with pytest.raises(DataError, match="does not say whose encodings") as caught:
        import_encodings(path, dimensions=2)
    assert '{"Ada"' in caught.value.hint
    path.write_text(json.dumps({"encodings": [[0, 2]], "names": "Ada"}))
    with pytest.raises(DataError, match="no lists"):
        import_encodings(path, dimensions=2)


@pytest.mark.parametrize("value", [0.0, float("nan"), float("inf"), 1e300])
def test_vectors_no_face_has_name_the_entry_and_row(tmp_path: Path, value: float) -> None:
    rows = RAW.copy()
    rows[2] = value
    np.savez(tmp_path / "e.npz", Ada=RAW, Grace=rows)
    with pytest.raises(DataError, match="'Grace': row 3 of 4"):
        import_encodings(tmp_path / "e.npz")


def test_pickles_are_refused_with_a_way_out(tmp_path: Path) -> None:
    objects = np.array([{"Ada": 1}], dtype=object)
    pickled = pickle.dumps({"encodings": [RAW[0]], "names": ["Ada"]})
    (tmp_path / "e.pickle").write_bytes(pickled)
    (tmp_path / "disguised.npy").write_bytes(pickled)
    (tmp_path / "old.pkl").write_bytes(pickle.dumps([1], protocol=0))
    np.save(tmp_path / "objects.npy", objects, allow_pickle=True)
    np.savez(tmp_path / "objects.npz", allow_pickle=True, Ada=objects)
    for path in sorted(tmp_path.iterdir()):
        with pytest.raises(DataError, match="pickled") as caught:
            import_encodings(path, ["Ada"])
        assert "numpy.savez" in caught.value.hint


def test_the_conversion_in_the_hint_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("e.pickle").write_bytes(pickle.dumps({"encodings": list(RAW[:2]), "names": ["Ada", "Grace"]}))
    with pytest.raises(DataError) as caught:
        import_encodings(Path("e.pickle"))
    program = "F = 'e.pickle'; " + caught.value.hint.split(": ", 1)[1]
    subprocess.run([sys.executable, "-c", program], check=True)
    _check(import_encodings(Path("encodings.npz")), {"Ada": [0], "Grace": [1]})


def test_other_files(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text("1,2")
    with pytest.raises(DataError, match="no file of encodings"):
        import_encodings(tmp_path / "e.csv")
    with pytest.raises(DataError, match="No such file"):
        import_encodings(tmp_path / "missing.npz")
    (tmp_path / "e.npy").write_text("1,2")
    with pytest.raises(DataError, match="not in NumPy"):
        import_encodings(tmp_path / "e.npy", ["Ada"])
