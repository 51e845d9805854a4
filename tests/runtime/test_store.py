"""The weights folder: verified at load, changed all at once or not at all."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import openvino
import pytest
from filelock import FileLock

from facecam.core.errors import DataError, WeightsError
from facecam.runtime import store as store_module
from facecam.runtime.compiled import CompiledNetwork, openvino_core, processor_name, processor_precisions
from facecam.runtime.precision import RECORD_FILE
from facecam.runtime.store import WeightsStore
from tests.runtime.tiny import card_for, onnx_embedder, save_embedder

PICTURE = np.arange(192, dtype=np.float32).reshape(1, 8, 8, 3)


@pytest.fixture
def store(tmp_path: Path) -> WeightsStore:
    """A store with one model, `first`."""
    store = WeightsStore(tmp_path / "weights", default="first")
    add(store, "first", seed=1)
    return store


def add(store: WeightsStore, name: str, *, seed: int = 1, replace: bool = False) -> None:
    files = save_embedder(store.folder.parent / f"made-{name}-{seed}", seed=seed)
    store.add(name, files, card_for(name, files, title=f"seed {seed}"), replace=replace)


def vector_of(store: WeightsStore, name: str) -> np.ndarray:
    _, (network,) = store.load(name)
    return network(PICTURE)[0]


def expected_vector(seed: int) -> np.ndarray:
    """Channel c of the picture holds c, c+3, …, so its mean is 94.5 + c."""
    matrix = np.random.default_rng(seed).normal(size=(3, 4)).astype(np.float32)
    return np.array([[94.5, 95.5, 96.5]], np.float32) @ matrix


def flip_byte(path: Path, at: int = 5) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 0x40
    path.write_bytes(content)


def hidden(store: WeightsStore) -> list[str]:
    return sorted(
        path.name for path in store.folder.iterdir() if path.name[0] == "." and path.name != ".lock"
    )


def test_an_added_model_loads_and_computes(store: WeightsStore) -> None:
    card, networks = store.load("first", threads=1)
    assert card.title == "seed 1"
    np.testing.assert_allclose(networks[0](PICTURE)[0], expected_vector(1), rtol=1e-4)
    assert store.names() == ["first"]
    assert [verdict.status for verdict in store.verify()] == ["ok"]
    assert hidden(store) == []


def test_an_empty_or_missing_folder_holds_nothing(tmp_path: Path) -> None:
    store = WeightsStore(tmp_path / "weights")
    assert (store.names(), store.verify(), store.deployed()) == ([], [], "dlib-resnet")
    with pytest.raises(WeightsError, match="no model 'dlib-resnet'") as caught:
        store.load("dlib-resnet")
    assert "models prepare" in caught.value.hint
    assert not store.folder.exists()


def test_several_networks_come_in_the_order_of_the_card(store: WeightsStore, tmp_path: Path) -> None:
    files = {
        **save_embedder(tmp_path / "m", "late", seed=5),
        **save_embedder(tmp_path / "m", "early", seed=6),
    }
    (tmp_path / "stranger.onnx").write_bytes(onnx_embedder())
    files["stranger.onnx"] = tmp_path / "stranger.onnx"
    order = ("stranger.onnx", "late.xml", "early.xml")
    store.add("several", files, card_for("several", files, files=order))
    _, networks = store.load("several")
    assert [network.path.name for network in networks] == list(order)
    np.testing.assert_allclose(networks[1](PICTURE)[0], expected_vector(5), rtol=1e-4)


@pytest.mark.parametrize("file", ["model.bin", "model.xml"])
def test_a_flipped_byte_is_refused_at_load(store: WeightsStore, file: str) -> None:
    store.load("first")
    flip_byte(store.folder / "first" / file)
    with pytest.raises(WeightsError, match=f"{file} is not the file its card describes") as caught:
        store.load("first")
    assert "models prepare" in caught.value.hint
    (verdict,) = store.verify()
    assert (verdict.name, verdict.status, verdict.file, verdict.ok) == (
        "first",
        "checksum differs",
        file,
        False,
    )


def test_a_flipped_byte_with_its_time_set_back_is_refused(
    store: WeightsStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "SETTLED_S", -1.0)
    path = store.folder / "first" / "model.bin"
    long_ago_s = time.time() - 1000
    os.utime(path, (long_ago_s, long_ago_s))
    store.load("first")
    time.sleep(0.02)  # Longer than a tick of the file system's clock.
    flip_byte(path)
    os.utime(path, (long_ago_s, long_ago_s))
    with pytest.raises(WeightsError, match="is not the file"):
        store.load("first")


def test_a_settled_file_is_hashed_once(store: WeightsStore, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[object] = []
    digest = hashlib.file_digest

    def counting(file: Any, kind: str) -> Any:
        counted.append(file)
        return digest(file, kind)

    monkeypatch.setattr("hashlib.file_digest", counting)
    monkeypatch.setattr(store_module, "SETTLED_S", 3600.0)
    store.load("first")
    store.load("first")
    assert len(counted) == 4  # Just written, so nothing is trusted yet.
    monkeypatch.setattr(store_module, "SETTLED_S", -1.0)
    store.load("first")
    store.load("first")
    assert len(counted) == 6


def test_verify_names_every_fault(store: WeightsStore) -> None:
    for name in ("absent", "changed", "unread"):
        add(store, name)
    (store.folder / "absent" / "model.bin").unlink()
    flip_byte(store.folder / "changed" / "model.bin")
    (store.folder / "unread" / "card.json").write_text("{}")
    (store.folder / "cardless").mkdir()
    (store.folder / "cardless" / "model.onnx").write_bytes(onnx_embedder())
    (store.folder / "Not a model").mkdir()
    (store.folder / "shape.dat.part").write_bytes(b"half")
    found = {(verdict.name, verdict.status, verdict.file) for verdict in store.verify()}
    assert found == {
        ("first", "ok", ""),
        ("absent", "missing file", "model.bin"),
        ("changed", "checksum differs", "model.bin"),
        ("unread", "card unreadable", "card.json"),
        ("cardless", "card unreadable", "card.json"),
        ("shape.dat.part", "leftover", "shape.dat.part"),
    }
    assert all(verdict.message and verdict.hint for verdict in store.verify() if not verdict.ok)


def test_verify_puts_away_what_a_broken_off_change_left(store: WeightsStore) -> None:
    for name in (".removed-0a1b2c3d-gone", ".replaced-0a1b2c3d-first"):
        shutil.copytree(store.folder / "first", store.folder / name)
    (store.folder / ".adding-0a1b2c3d-second").mkdir()
    assert [(one.name, one.status) for one in store.verify()] == [("first", "ok")]
    assert hidden(store) == []


def test_verify_says_nothing_of_a_change_that_is_under_way(store: WeightsStore) -> None:
    (store.folder / ".adding-0a1b2c3d-second").mkdir()
    with FileLock(store.folder / store_module.LOCK_FILE):
        assert [(one.name, one.status) for one in store.verify()] == [("first", "ok")]
    assert hidden(store) == [".adding-0a1b2c3d-second"]


def test_a_card_in_the_wrong_folder_is_refused(store: WeightsStore) -> None:
    shutil.copytree(store.folder / "first", store.folder / "second")
    with pytest.raises(WeightsError, match="expected 'second', the folder's name"):
        store.card("second")


@pytest.mark.parametrize("name", ["../first", "First", ".lock", "", "a/b"])
def test_unsafe_names_are_refused_everywhere(store: WeightsStore, name: str) -> None:
    for use in (store.card, store.load, store.remove, store.deploy):
        with pytest.raises(WeightsError, match="cannot be the name"):
            use(name)


def test_nothing_is_overwritten_unasked(store: WeightsStore) -> None:
    with pytest.raises(WeightsError, match="already"):
        add(store, "first", seed=2)
    np.testing.assert_allclose(vector_of(store, "first"), expected_vector(1), rtol=1e-4)


def test_replacing_swaps_the_model_and_keeps_what_was_not_part_of_it(store: WeightsStore) -> None:
    folder = store.folder / "first"
    (folder / "checkpoints").mkdir()
    (folder / "checkpoints" / "epoch-3.npz").write_bytes(b"precious")
    (folder / "notes.txt").write_text("mine")
    (folder / RECORD_FILE).write_text("{}")
    add(store, "first", seed=2, replace=True)
    np.testing.assert_allclose(vector_of(store, "first"), expected_vector(2), rtol=1e-4)
    assert (folder / "checkpoints" / "epoch-3.npz").read_bytes() == b"precious"
    assert (folder / "notes.txt").read_text() == "mine"
    assert not (folder / RECORD_FILE).exists()
    assert hidden(store) == []


def test_a_folder_with_checkpoints_only_takes_its_first_model(store: WeightsStore) -> None:
    (store.folder / "trained" / "checkpoints").mkdir(parents=True)
    add(store, "trained")
    assert (store.folder / "trained" / "checkpoints").is_dir()
    assert store.names() == ["first", "trained"]


def test_a_network_without_card_is_not_overwritten_unasked(store: WeightsStore) -> None:
    (store.folder / "dropped").mkdir()
    (store.folder / "dropped" / "model.xml").write_text("somebody's")
    with pytest.raises(WeightsError, match="already"):
        add(store, "dropped")
    assert (store.folder / "dropped" / "model.xml").read_text() == "somebody's"


@pytest.mark.parametrize("fault", ["checksum", "not listed", "other name", "no network", "missing source"])
def test_what_cannot_be_added_changes_nothing(store: WeightsStore, tmp_path: Path, fault: str) -> None:
    files = save_embedder(tmp_path / "new", seed=2)
    card = card_for("first", files)
    if fault == "checksum":
        flip_byte(files["model.bin"])
    if fault == "not listed":
        files["extra.npy"] = files["model.bin"]
    if fault == "other name":
        card = card_for("other", files)
    if fault == "no network":
        files["model.xml"].write_text("<net/>")
        card = card_for("first", files)
    if fault == "missing source":
        files["model.bin"].unlink()
    with pytest.raises((WeightsError, DataError)) as caught:
        store.add("first", files, card, replace=True)
    assert caught.value.hint
    np.testing.assert_allclose(vector_of(store, "first"), expected_vector(1), rtol=1e-4)
    assert hidden(store) == []


def test_a_full_disk_changes_nothing(store: WeightsStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched, pytest.raises(DataError) as caught:
        patched.setattr("os.fsync", no_space)
        add(store, "first", seed=2, replace=True)
    assert "disk is full" in caught.value.hint
    np.testing.assert_allclose(vector_of(store, "first"), expected_vector(1), rtol=1e-4)
    assert hidden(store) == []


@pytest.mark.parametrize("failing", [1, 2])
def test_a_failing_rename_is_taken_back(
    store: WeightsStore, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    rename = Path.rename
    calls: list[Path] = []

    def sometimes(source: Path, target: Path) -> Path:
        calls.append(source)
        if len(calls) == failing:
            raise OSError(errno.EIO, "Input/output error")
        return rename(source, target)

    (store.folder / "first" / "checkpoints").mkdir()
    with monkeypatch.context() as patched, pytest.raises(DataError):
        patched.setattr(Path, "rename", sometimes)
        add(store, "first", seed=2, replace=True)
    np.testing.assert_allclose(vector_of(store, "first"), expected_vector(1), rtol=1e-4)
    assert (store.folder / "first" / "checkpoints").is_dir()


class Killed(BaseException):
    """Stands for the end of the process."""


def die_at(monkeypatch: pytest.MonkeyPatch, point: str) -> None:
    """From the n-th call of one file operation on, every one of them fails, clean-up included."""
    kind, number = point.split()
    calls = {"rename": 0, "fsync": 0, "rmtree": 0}

    def dying(name: str, original: Any) -> Any:
        def operation(*given: Any, **named: Any) -> Any:
            calls[name] += 1
            if calls[kind] >= int(number):
                raise Killed
            return original(*given, **named)

        return operation

    for name, owner in (("rename", Path), ("fsync", os), ("rmtree", shutil)):
        monkeypatch.setattr(owner, name, dying(name, getattr(owner, name)))


def with_checkpoint(store: WeightsStore) -> Path:
    checkpoint = store.folder / "first" / "checkpoints" / "best"
    checkpoint.parent.mkdir()
    checkpoint.write_bytes(b"precious")
    return checkpoint


@pytest.mark.parametrize(
    ("point", "seed"),
    [
        ("fsync 1", 1),  # while copying
        ("fsync 3", 1),  # while writing the card
        ("rename 1", 1),  # the new one is complete beside the old one
        ("rename 2", 1),  # the old one is put aside, the new one not yet in place
        ("rename 3", 2),  # in place; the checkpoints not yet moved over
        ("rename 4", 2),  # checkpoints moved over
        ("rmtree 1", 2),  # only the deletion is missing
    ],
)
def test_a_kill_at_any_point_leaves_the_old_or_the_new_model(
    store: WeightsStore, monkeypatch: pytest.MonkeyPatch, point: str, seed: int
) -> None:
    checkpoint = with_checkpoint(store)
    with monkeypatch.context() as patched, pytest.raises(Killed):
        die_at(patched, point)
        add(store, "first", seed=2, replace=True)
    assert len(hidden(store)) >= 1
    np.testing.assert_allclose(
        vector_of(WeightsStore(store.folder), "first"), expected_vector(seed), rtol=1e-4
    )
    add(store, "first", seed=3, replace=True)
    np.testing.assert_allclose(vector_of(store, "first"), expected_vector(3), rtol=1e-4)
    assert checkpoint.read_bytes() == b"precious"
    assert hidden(store) == []


KILLED_ADD = """
import os
import sys
from pathlib import Path
from facecam.runtime.store import WeightsStore
from tests.runtime.tiny import card_for

rename, calls = Path.rename, []

def dying(*given):
    calls.append(given)
    if len(calls) == 2:
        os._exit(7)
    rename(*given)

Path.rename = dying
made = Path(sys.argv[2])
files = {name: made / name for name in ("model.xml", "model.bin")}
WeightsStore(Path(sys.argv[1])).add("first", files, card_for("first", files), replace=True)
"""


def test_a_process_that_dies_between_the_renames_leaves_the_old_model(store: WeightsStore) -> None:
    checkpoint = with_checkpoint(store)
    made = store.folder.parent / "killed"
    save_embedder(made, seed=2)
    command = [sys.executable, "-c", KILLED_ADD, str(store.folder), str(made)]
    assert subprocess.run(command, check=False).returncode == 7
    assert not (store.folder / "first").exists()
    np.testing.assert_allclose(vector_of(store, "first"), expected_vector(1), rtol=1e-4)
    assert checkpoint.read_bytes() == b"precious"


def test_readers_see_the_old_or_the_new_model_while_it_is_replaced(store: WeightsStore) -> None:
    """Every load gives the numbers its own card speaks of, though the model changes twelve times."""
    faults: list[Exception] = []
    seen = {seed: threading.Event() for seed in range(1, 14)}
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            try:
                card, (network,) = store.load("first")
                seed = int(card.title.removeprefix("seed "))
                np.testing.assert_allclose(network(PICTURE)[0], expected_vector(seed), rtol=1e-4)
                seen[seed].set()
            except (WeightsError, DataError, AssertionError) as error:
                faults.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for seed in range(2, 14):
            add(store, "first", seed=seed, replace=True)
            # Without a pause now and then the writer would hardly ever let the reader finish.
            assert seed % 4 or seen[seed].wait(60)
    finally:
        stop.set()
        reader.join()
    assert faults == []


def test_a_replacement_between_checking_and_reading_is_noticed(
    store: WeightsStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced: list[int] = []

    def late(*given: Any, **named: Any) -> Any:
        if not replaced:
            replaced.append(2)
            add(store, "first", seed=2, replace=True)
        return CompiledNetwork(*given, **named)

    monkeypatch.setattr(store_module, "CompiledNetwork", late)
    card, (network,) = store.load("first")
    assert card.title == "seed 2"
    np.testing.assert_allclose(network(PICTURE)[0], expected_vector(2), rtol=1e-4)


def test_removing(store: WeightsStore) -> None:
    add(store, "second")
    store.remove("second")
    assert store.names() == ["first"]
    assert hidden(store) == []
    with pytest.raises(WeightsError, match="no model 'second'") as caught:
        store.remove("second")
    assert "There are: first" in caught.value.hint
    with pytest.raises(WeightsError, match="'first' is the deployed model"):
        store.remove("first")


def test_deploying_remembers_the_one_before(store: WeightsStore) -> None:
    add(store, "second")
    assert (store.deployed(), store.previous()) == ("first", None)
    store.deploy("second")
    store.deploy("second")
    assert (store.deployed(), store.previous()) == ("second", "first")
    expected = {"model": "second", "previous": "first"}
    assert json.loads((store.folder / "deployed.json").read_text()) == expected
    store.deploy("first")
    assert (store.deployed(), store.previous()) == ("first", "second")


def test_a_damaged_model_is_not_deployed(store: WeightsStore) -> None:
    add(store, "second")
    flip_byte(store.folder / "second" / "model.bin")
    with pytest.raises(WeightsError, match="is not the file"):
        store.deploy("second")
    assert store.deployed() == "first"


def test_a_deployed_model_that_is_gone(store: WeightsStore) -> None:
    add(store, "second")
    store.deploy("second")
    shutil.rmtree(store.folder / "second")
    with pytest.raises(WeightsError, match="names the model 'second', which is not there") as caught:
        store.deployed()
    assert "first" in caught.value.hint
    store.deploy("first")
    assert store.deployed() == "first"


@pytest.mark.parametrize("content", ["", "{}", '{"model": "../x"}', '{"model": 3}', '{"modle": "first"}'])
def test_a_damaged_note_of_the_deployed_model_is_said_and_can_be_mended(
    store: WeightsStore, content: str
) -> None:
    (store.folder / "deployed.json").write_text(content)
    with pytest.raises(WeightsError, match=r"deployed\.json"):
        store.deployed()
    store.deploy("first")
    assert store.deployed() == "first"


def test_load_takes_the_recorded_precision_only_for_this_file(store: WeightsStore) -> None:
    def networks(**options: Any) -> list[str]:
        return [network.precision for network in store.load("first", **options)[1]]

    assert networks() == ["f32"]
    record = {
        "processor": processor_name(),
        "openvino": openvino.get_version(),
        "fingerprint": store.card("first").fingerprint("model.xml"),
        "unit_vectors": True,
        "chosen": "bf16",
        "max_difference": {"bf16": 0.001},
        "speedups": {"bf16": 2.0},
    }
    path = store.folder / "first" / RECORD_FILE

    def keep(**changes: object) -> None:
        path.write_text(json.dumps({"format_version": 1, "networks": {"model.xml": {**record, **changes}}}))

    keep()
    native = "bf16" in processor_precisions()
    assert networks() == (["bf16"] if native else ["f32"])
    assert networks(precision="f32") == ["f32"]
    for change in ({"fingerprint": "0" * 64}, {"processor": "abacus"}, {"openvino": "1"}, {"chosen": "int1"}):
        keep(**change)
        assert networks() == ["f32"]


def test_whoever_loads_a_model_again_shares_its_networks(tmp_path: Path) -> None:
    store = WeightsStore(tmp_path / "weights")
    files = save_embedder(tmp_path / "made")
    store.add("tiny", files, card_for("tiny", files))
    first = store.load("tiny", precision="f32")[1][0]
    assert store.load("tiny", precision="f32")[1][0] is first
    files = save_embedder(tmp_path / "other", seed=2)
    store.add("tiny", files, card_for("tiny", files), replace=True)
    assert store.load("tiny", precision="f32")[1][0] is not first


def test_a_model_in_use_is_replaced_and_removed(tmp_path: Path, windows: None) -> None:
    """Windows would refuse where a file of it is mapped."""
    openvino_core.cache_clear()
    store = WeightsStore(tmp_path / "weights")
    for seed in (1, 2):
        files = save_embedder(tmp_path / f"made {seed}", seed=seed)
        store.add("tiny", files, card_for("tiny", files), replace=True)
        _, networks = store.load("tiny", precision="f32")
    store.remove("tiny")
    assert networks and not store.names()
    openvino_core.cache_clear()
