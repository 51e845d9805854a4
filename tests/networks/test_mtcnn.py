"""MTCNN's weight files and networks."""

from __future__ import annotations

import importlib.util
import pickle
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import lz4.frame
import numpy as np
import pytest

from facecam.core.errors import WeightsError
from facecam.networks.ir import mtcnn
from facecam.networks.ir.mtcnn import build_mtcnn, export_mtcnn
from facecam.networks.mtcnn_file import MAX_CONTENT_BYTES, read_mtcnn_weights
from facecam.runtime.compiled import CompiledNetwork
from tests.networks import plain_layers as plain

# A stream in joblib's format, opcode by opcode (pickletools.opcodes), so that no joblib is needed.


def text(value: str) -> bytes:
    return b"\x8c" + bytes([len(value)]) + value.encode()


def number(value: int) -> bytes:
    return b"J" + struct.pack("<i", value)


def name(module: str, attribute: str) -> bytes:
    return f"c{module}\n{attribute}\n".encode()


def number_type(code: str, byte_order: str) -> bytes:
    state = b"(K\x03" + text(byte_order) + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00t"
    return name("numpy", "dtype") + text(code) + b"\x89\x88\x87R" + state + b"b"


def stored(array: np.ndarray, *, order: str = "C", padding: int | None = 3, code: str | None = None) -> bytes:
    byte_order = ">" if array.dtype.byteorder == ">" else "<"
    fields = {
        "subclass": name("numpy", "ndarray"),
        "shape": b"(" + b"".join(number(side) for side in array.shape) + b"t",
        "order": text(order),
        "dtype": number_type(code or array.dtype.str[1:], byte_order),
        "allow_mmap": b"\x88",
    }
    if padding is not None:
        fields["numpy_array_alignment_bytes"] = number(16)
    state = b"}(" + b"".join(text(key) + value for key, value in fields.items()) + b"u"
    gap = b"" if padding is None else bytes([padding]) + b"\xff" * padding
    wrapper = name("joblib.numpy_pickle", "NumpyArrayWrapper") + b")\x81" + state + b"b"
    return wrapper + gap + array.tobytes(order=order)  # type: ignore[arg-type]


def list_of(*items: bytes) -> bytes:
    return b"\x80\x04](" + b"".join(items) + b"e."


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(lz4.frame.compress(content))
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "net.lz4"


COUNT = np.arange(24, dtype="<f4").reshape(2, 3, 4)


@pytest.mark.parametrize(
    "item",
    [
        stored(COUNT),
        stored(COUNT, padding=0),
        stored(COUNT, padding=None),
        stored(COUNT, order="F"),
        stored(COUNT.astype(">f4")),
        stored(COUNT.astype("<f8")),
    ],
    ids=["usual", "no padding", "old joblib", "columns first", "big-endian", "double"],
)
def test_every_way_to_store_an_array_is_read(file: Path, item: bytes) -> None:
    bias = np.array([0.5, -1.5], "<f4")
    first, second = read_mtcnn_weights(write(file, list_of(item, stored(bias))))
    assert first.dtype == second.dtype == np.float32
    np.testing.assert_array_equal(first, COUNT)
    np.testing.assert_array_equal(second, bias)


class Bomb:
    """Unpickled by the ordinary unpickler, it makes a folder."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.mkdir, (self.trace,))


def test_a_malicious_pickle_is_refused_and_not_executed(file: Path, tmp_path: Path) -> None:
    trace = tmp_path / "executed"
    content = pickle.dumps([Bomb(trace)])
    with pytest.raises(WeightsError, match="refused"):
        read_mtcnn_weights(write(file, content))
    assert not trace.exists()
    pickle.loads(content)
    assert trace.is_dir(), "the bomb itself must work, or the test shows nothing"


@pytest.mark.parametrize(
    "asked",
    [
        name("posix", "system"),
        name("builtins", "eval"),
        name("numpy", "load"),
        name("numpy", "fromfile"),
        name("numpy", "dtype.__class__"),
        name("joblib.numpy_pickle", "load"),
        name("facecam.networks.mtcnn_file", "read_mtcnn_weights"),
        b"\x82\x01",  # a name by its number in the copyreg registry
        b"Psomething\n",  # an object kept elsewhere
    ],
)
def test_every_other_name_is_refused_even_after_good_arrays(file: Path, asked: bytes) -> None:
    with pytest.raises(WeightsError) as caught:
        read_mtcnn_weights(write(file, list_of(stored(COUNT), asked)))
    assert "mtcnn" in caught.value.hint


def test_the_allowed_names_lead_to_no_code_of_numpy(file: Path) -> None:
    huge = name("numpy", "ndarray") + b"(" + number(2**31 - 1) + number(2**31 - 1) + b"\x86tR"
    with pytest.raises(WeightsError):
        read_mtcnn_weights(write(file, list_of(huge)))
    with pytest.raises(WeightsError, match="'O'"):
        read_mtcnn_weights(write(file, list_of(stored(COUNT, code="O"))))


def test_a_list_of_something_else_is_refused(file: Path) -> None:
    with pytest.raises(WeightsError, match="str found"):
        read_mtcnn_weights(write(file, pickle.dumps(["conv1"])))
    with pytest.raises(WeightsError):
        read_mtcnn_weights(write(file, pickle.dumps(7)))


def test_a_file_cut_anywhere_is_refused(file: Path) -> None:
    whole = write(file, list_of(stored(COUNT), stored(COUNT))).read_bytes()
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        with pytest.raises(WeightsError):
            read_mtcnn_weights(file)


def test_a_stream_cut_anywhere_inside_a_whole_frame_is_refused(file: Path) -> None:
    whole = list_of(stored(COUNT), stored(COUNT))
    for length in range(0, len(whole), 5):
        with pytest.raises(WeightsError):
            read_mtcnn_weights(write(file, whole[:length]))


def test_shapes_that_promise_more_than_there_is_are_refused(file: Path) -> None:
    content = list_of(stored(COUNT)).replace(number(4), number(2**31 - 1))
    with pytest.raises(WeightsError, match="expected"):
        read_mtcnn_weights(write(file, content))
    content = list_of(stored(COUNT)).replace(number(4), number(-4))
    with pytest.raises(WeightsError, match="shape"):
        read_mtcnn_weights(write(file, content))


def test_a_decompression_bomb_is_refused(file: Path) -> None:
    with pytest.raises(WeightsError, match="larger"):
        read_mtcnn_weights(write(file, bytes(MAX_CONTENT_BYTES + 1)))


def test_a_missing_file_and_other_data_are_refused(tmp_path: Path, file: Path) -> None:
    with pytest.raises(WeightsError, match="missing"):
        read_mtcnn_weights(tmp_path / "absent.lz4")
    file.write_bytes(b"not LZ4 at all")
    with pytest.raises(WeightsError, match="LZ4"):
        read_mtcnn_weights(file)


# The real weights.


@pytest.fixture(scope="module")
def weights() -> Path:
    """The weight files of the package `mtcnn`, found without importing it."""
    spec = importlib.util.find_spec("mtcnn")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("the package mtcnn is not installed")
    return Path(spec.submodule_search_locations[0]) / "assets" / "weights"


@pytest.fixture(scope="module")
def networks(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, CompiledNetwork]:
    """The networks made of the real weights, by name."""
    target = tmp_path_factory.mktemp("mtcnn")
    export_mtcnn(weights, target)
    names = ("pnet", "rnet", "onet")
    assert {file.name for file in target.iterdir()} == {
        f"{name}.{kind}" for name in names for kind in ("xml", "bin")
    }
    return {name: CompiledNetwork(target / f"{name}.xml") for name in names}


@pytest.fixture(scope="module")
def package() -> Iterator[ModuleType]:
    """The package `mtcnn`. It wants joblib only to read its weights, and joblib wants more packages."""
    pytest.importorskip("tensorflow")
    with pytest.MonkeyPatch.context() as patch:
        reader = SimpleNamespace(load=lambda path: read_mtcnn_weights(Path(path)))
        patch.setitem(sys.modules, "joblib", reader)
        yield pytest.importorskip("mtcnn")


@pytest.mark.parametrize(
    ("network", "arrays", "parameters"), [("pnet", 13, 6_632), ("rnet", 16, 100_178), ("onet", 21, 389_040)]
)
def test_the_real_files_hold_the_published_number_of_parameters(
    weights: Path, network: str, arrays: int, parameters: int
) -> None:
    read = read_mtcnn_weights(weights / f"{network}.lz4")
    assert len(read) == arrays
    assert sum(array.size for array in read) == parameters
    assert all(np.isfinite(array).all() and np.abs(array).max() < 100 for array in read)


def test_the_real_files_read_as_joblib_reads_them(weights: Path) -> None:
    joblib = pytest.importorskip("joblib", exc_type=ImportError)
    for network in ("pnet", "rnet", "onet"):
        ours, theirs = read_mtcnn_weights(weights / f"{network}.lz4"), joblib.load(weights / f"{network}.lz4")
        assert len(ours) == len(theirs)
        assert all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))


@pytest.fixture(scope="module")
def batches() -> dict[str, np.ndarray]:
    """Random pictures for each network, normalised."""
    generator = np.random.default_rng(2)
    shapes = {"pnet": (2, 37, 52, 3), "rnet": (5, 24, 24, 3), "onet": (5, 48, 48, 3)}
    return {name: generator.uniform(-1, 1, shape).astype(np.float32) for name, shape in shapes.items()}


def by_hand(network: str, x: np.ndarray, arrays: list[np.ndarray]) -> list[np.ndarray]:
    """What a network answers, layer by layer in plain NumPy and float64."""
    left = iter(arrays)

    def step(x: np.ndarray, pool: int = 0, *, beyond: bool = False) -> np.ndarray:
        x = plain.prelu(plain.convolution(x, next(left), next(left)), next(left))
        return plain.max_pool(x, pool, 2, beyond=beyond) if pool else x

    x = x.astype(np.float64)
    if network == "pnet":
        x = step(step(step(x, 2, beyond=True)))
        return [plain.convolution(x, next(left), next(left)), plain.softmax(plain.convolution(x, *left))]
    if network == "rnet":
        x = step(step(step(x, 3, beyond=True), 3))
    else:
        x = step(step(step(step(x, 3, beyond=True), 3), 2, beyond=True))
    flat = x.transpose(0, 2, 1, 3).reshape(len(x), -1)  # Width before height.
    x = plain.prelu(flat @ next(left) + next(left), next(left))
    *given, last = (x @ next(left) + next(left) for _ in range(2 if network == "rnet" else 3))
    return [*given, plain.softmax(last)]


@pytest.mark.parametrize("network", ["pnet", "rnet", "onet"])
def test_the_networks_answer_as_their_layers_one_by_one(
    networks: dict[str, CompiledNetwork], weights: Path, batches: dict[str, np.ndarray], network: str
) -> None:
    expected = by_hand(network, batches[network], read_mtcnn_weights(weights / f"{network}.lz4"))
    for a, b in zip(networks[network](batches[network]), expected, strict=True):
        assert np.ptp(b) > 0.1  # Else sameness would show little.
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_the_networks_answer_as_the_package_s_do(
    networks: dict[str, CompiledNetwork], package: ModuleType, batches: dict[str, np.ndarray]
) -> None:
    for network, stage in zip(("pnet", "rnet", "onet"), package.MTCNN().stages, strict=True):
        answers = networks[network](batches[network]), stage.model(batches[network])
        for a, b in zip(*answers, strict=True):
            np.testing.assert_allclose(a, np.asarray(b), atol=1e-5)


@pytest.mark.parametrize(
    ("target", "source", "words"),
    [
        ("pnet", "rnet", r"an array \(3, 3, 3, 28\) where one of \(3, 3, 3, 10\) should be"),
        ("onet", "rnet", r"\(3, 3, 3, 28\)"),
    ],
)
def test_weights_of_another_network_are_refused(weights: Path, target: str, source: str, words: str) -> None:
    with pytest.raises(
        WeightsError, match=f"{source}.*does not fit the network {target}: .*{words}"
    ) as caught:
        build_mtcnn(target, weights / f"{source}.lz4")
    assert "mtcnn" in caught.value.hint


def test_weights_that_end_early_or_go_on_are_refused(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read_mtcnn_weights(weights / "pnet.lz4")
    for arrays, words in ((whole[:-1], "the end where"), ([*whole, COUNT], "1 arrays too many")):
        monkeypatch.setattr(mtcnn, "read_mtcnn_weights", lambda path, arrays=arrays: list(arrays))
        with pytest.raises(WeightsError, match=words):
            build_mtcnn("pnet", weights / "pnet.lz4")
