from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest

from facecam.core import paths
from facecam.core.errors import DataError, GalleryError
from facecam.core.types import Embeddings
from facecam.gallery.gallery import Gallery
from facecam.gallery.storage.legacy import export_pair, import_pair
from tests.gallery.factories import MODEL, embeddings, random_units


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "faces_emb_reference.npy", tmp_path / "names_reference.txt"


def _write(pair: tuple[Path, Path], rows: np.ndarray, names: str) -> None:
    np.save(pair[0], rows)
    pair[1].write_text(names, encoding="utf-8")


def test_import_normalizes_rows(pair: tuple[Path, Path]) -> None:
    rows = np.zeros((2, 128))
    rows[0, :2] = (3, 4)
    rows[1, 7] = 0.5
    _write(pair, rows, "Ada Zoë")
    (first, ada), (second, zoe) = import_pair(*pair)
    assert (first, second) == ("Ada", "Zoë")
    assert ada.dtype == np.float32
    assert ada[:3].tolist() == pytest.approx([0.6, 0.8, 0])
    assert zoe[7] == 1
    Embeddings(np.stack([ada, zoe]), MODEL)


def test_a_name_with_a_blank_is_a_clear_error_and_can_be_given(pair: tuple[Path, Path]) -> None:
    _write(pair, random_units(2, 128).astype(np.float64), "Ada Lovelace Grace")
    with pytest.raises(DataError, match="3 names .* 2 rows") as caught:
        import_pair(*pair)
    assert "names explicitly" in caught.value.hint
    imported = import_pair(*pair, names=["Ada Lovelace", "Grace"])
    assert [name for name, _ in imported] == ["Ada Lovelace", "Grace"]
    with pytest.raises(DataError, match="1 names given, but 2 rows"):
        import_pair(*pair, names=["Ada"])


@pytest.mark.parametrize(("value", "reason"), [(0.0, "zeros"), (np.nan, "NaN"), (np.inf, "NaN or infinite")])
def test_unusable_rows_are_named(pair: tuple[Path, Path], value: float, reason: str) -> None:
    rows = random_units(3, 128).astype(np.float64)
    rows[1] = value
    _write(pair, rows, "a b c")
    with pytest.raises(DataError, match=f"row 2 of 3 .*{reason}"):
        import_pair(*pair)


@pytest.mark.parametrize("shape", [(2, 64), (128,), (0, 128), (2, 2, 128)])
def test_other_shapes(pair: tuple[Path, Path], shape: tuple[int, ...]) -> None:
    _write(pair, np.ones(shape), "a b")
    with pytest.raises(DataError):
        import_pair(*pair)


def test_files_that_are_not_there_or_something_else(pair: tuple[Path, Path]) -> None:
    with pytest.raises(DataError, match="No such file"):
        import_pair(*pair)
    pair[0].write_bytes(b"\x80\x04N.")
    with pytest.raises(DataError, match="pickle"):
        import_pair(*pair)
    np.save(pair[0], random_units(1, 128))
    pair[1].write_bytes(b"Zo\xeb")
    with pytest.raises(DataError, match="UTF-8"):
        import_pair(*pair)


def test_export_writes_the_median_and_underscores(pair: tuple[Path, Path]) -> None:
    """The component-wise median of (1, 0, 0), (0, 1, 0), (1, 0, 0) is (1, 0, 0); of two rows their mean."""
    gallery = Gallery.empty(MODEL, 3).add_all(
        [
            ("Ada King\u00a0Lovelace", embeddings(np.eye(3, dtype=np.float32)[[0, 1, 0]])),
            ("Ghost", embeddings(np.empty((0, 3), np.float32))),
            ("李雷", embeddings(np.eye(3, dtype=np.float32)[[1, 2]])),
        ]
    )
    assert export_pair(gallery, *pair) == ["Ghost"]
    saved = np.load(pair[0], allow_pickle=False)
    assert saved.dtype == np.float64
    assert saved.tolist() == [[1, 0, 0], [0, 0.5, 0.5]]
    assert pair[1].read_text(encoding="utf-8") == "Ada_King_Lovelace 李雷"


def test_there_and_back(pair: tuple[Path, Path]) -> None:
    names = ["Ada Lovelace", "محمد علي", "👩‍🔬", "x" * 300]
    vectors = random_units(4, 128)
    gallery = Gallery.empty(MODEL, 128).add_all(
        [(name, embeddings(row[None])) for name, row in zip(names, vectors, strict=True)]
    )
    assert export_pair(gallery, *pair) == []
    assert [name for name, _ in import_pair(*pair)] == [name.replace(" ", "_") for name in names]
    back = import_pair(*pair, names=names)
    assert [name for name, _ in back] == names
    assert np.allclose([row for _, row in back], vectors, atol=1e-7)


def test_exports_that_would_lose_something(pair: tuple[Path, Path]) -> None:
    with pytest.raises(GalleryError, match="no face vectors"):
        export_pair(Gallery.empty(MODEL, 3), *pair)
    one = embeddings(np.eye(3, dtype=np.float32)[:1])
    gallery = Gallery.empty(MODEL, 3).add_all([("Ada L", one), ("Ada_L", one)])
    with pytest.raises(GalleryError, match="'Ada_L'"):
        export_pair(gallery, *pair)
    assert not pair[0].exists() and not pair[1].exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_names_that_cannot_be_written_leave_the_vectors_of_before(
    pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """New vectors beside old names would call everybody by somebody else's."""
    gallery = Gallery.empty(MODEL, 3).add_all([("Ada", embeddings(np.eye(3, dtype=np.float32)[[0]]))])
    assert export_pair(gallery, *pair) == []
    before = [path.read_bytes() for path in pair]
    real = paths._new_temporary

    def full(path: Path, *, private: bool) -> tuple[Path, BinaryIO]:
        temporary, file = real(path, private=private)
        return (temporary, file) if path != pair[1] else (temporary, open("/dev/full", "wb"))

    monkeypatch.setattr(paths, "_new_temporary", full)
    renamed = gallery.add_all([("Bea", embeddings(np.eye(3, dtype=np.float32)[[1]]))])
    with pytest.raises(DataError, match="No space"):
        export_pair(renamed, *pair)
    assert [path.read_bytes() for path in pair] == before
    assert sorted(pair[0].parent.iterdir()) == sorted(pair)
