"""Running networks, on networks of a few bytes whose answers are known."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import openvino as ov
import pytest
from openvino import opset13 as ops

from facecam.core.children import environment_for
from facecam.core.errors import WeightsError
from facecam.core.heap import make_room
from facecam.runtime.compiled import (
    CompiledNetwork,
    Precision,
    openvino_core,
    processor_name,
    processor_precisions,
    read_network,
)
from tests.runtime.tiny import onnx_embedder, save_embedder, save_mixer


@pytest.fixture
def two_in_two_out(tmp_path: Path) -> Path:
    """(a, b) float32 [?,3] → (a − b, a·b)."""
    first, second = (ops.parameter([-1, 3], np.float32, name=name) for name in "ab")
    results = [ops.subtract(first, second), ops.multiply(first, second)]
    path = tmp_path / "two.xml"
    ov.save_model(ov.Model(results, [first, second]), path, compress_to_fp16=False)
    return path


@pytest.fixture
def doubler(tmp_path: Path) -> Path:
    """x float32 [?,2] → 2·x."""
    given = ops.parameter([-1, 2], np.float32, name="x")
    path = tmp_path / "doubler.xml"
    ov.save_model(ov.Model([ops.multiply(given, np.float32(2))], [given]), path, compress_to_fp16=False)
    return path


def test_inputs_and_outputs_keep_the_networks_order(two_in_two_out: Path) -> None:
    """(1,2,3) − (4,5,6) = −3 each; (1,2,3)·(4,5,6) = (4,10,18)."""
    a, b = np.array([[1, 2, 3]], np.float32), np.array([[4, 5, 6]], np.float32)
    difference, product = CompiledNetwork(two_in_two_out)(a, b)
    np.testing.assert_array_equal(difference, [[-3, -3, -3]])
    np.testing.assert_array_equal(product, [[4, 10, 18]])
    assert difference.dtype == product.dtype == np.float32


def test_input_shapes_are_told_as_text(two_in_two_out: Path) -> None:
    assert CompiledNetwork(two_in_two_out).input_shapes == ["[?,3]", "[?,3]"]


@pytest.mark.parametrize("count", [1, 2, 33])
def test_any_batch_can_follow_any_other(doubler: Path, count: int) -> None:
    network = CompiledNetwork(doubler)
    for rows in (count, 5, count):
        values = np.arange(rows * 2, dtype=np.float32).reshape(rows, 2)
        np.testing.assert_array_equal(network(values)[0], 2 * values)


def test_outputs_belong_to_the_caller(doubler: Path) -> None:
    """The runtime reuses its memory: an earlier answer must not change, nor a changed one come back."""
    network = CompiledNetwork(doubler)
    first = network(np.ones((2, 2), np.float32))[0]
    second = network(np.full((2, 2), 5, np.float32))[0]
    np.testing.assert_array_equal(first, 2)
    second[:] = -1
    np.testing.assert_array_equal(network(np.full((2, 2), 5, np.float32))[0], 10)


def test_inputs_are_not_changed(doubler: Path) -> None:
    values = np.array([[1, 2], [3, 4]], np.float32)
    CompiledNetwork(doubler)(values)
    np.testing.assert_array_equal(values, [[1, 2], [3, 4]])


@pytest.mark.parametrize(
    "view",
    [lambda x: x[::-1], lambda x: x[:, ::-1], lambda x: x[::2]],
    ids=["rows", "columns", "every other"],
)
def test_views_are_read_as_what_they_show(doubler: Path, view: Callable[[np.ndarray], np.ndarray]) -> None:
    values = view(np.arange(12, dtype=np.float32).reshape(6, 2))
    np.testing.assert_array_equal(CompiledNetwork(doubler)(values)[0], 2 * values)


def test_pictures_are_taken_as_bytes(doubler: Path) -> None:
    """The detector hands over uint8."""
    values = np.array([[200, 3]], np.uint8)
    np.testing.assert_array_equal(CompiledNetwork(doubler)(values)[0], [[400, 6]])


def test_several_threads_at_once_get_their_own_answers(tmp_path: Path) -> None:
    save_mixer(tmp_path / "mixer.xml", width=64, layers=3)
    network = CompiledNetwork(tmp_path / "mixer.xml")
    inputs = np.random.default_rng(1).normal(size=(40, 8, 64)).astype(np.float32)
    expected = [network(values)[0] for values in inputs]
    with ThreadPoolExecutor(8) as pool:
        received = list(pool.map(lambda values: network(values)[0], inputs))
    for ours, theirs in zip(received, expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_onnx_files_run_too(tmp_path: Path) -> None:
    """Mean over the sides, times a matrix of ones: the sum of the three channel means."""
    (tmp_path / "model.onnx").write_bytes(onnx_embedder(("N", 3, 16, 16)))
    picture = np.zeros((1, 3, 16, 16), np.float32)
    picture[0, :, :, :] = np.array([1, 2, 4])[:, None, None]
    np.testing.assert_allclose(CompiledNetwork(tmp_path / "model.onnx")(picture)[0], np.full((1, 5), 7))


@pytest.mark.parametrize("threads", [None, 1, 2])
def test_the_number_of_threads_changes_no_answer(doubler: Path, threads: int | None) -> None:
    network = CompiledNetwork(doubler, threads=threads)
    np.testing.assert_array_equal(network(np.ones((1, 2), np.float32))[0], [[2, 2]])


@pytest.mark.parametrize("precision", ["f32", *processor_precisions()])
def test_every_precision_answers_in_float32(tmp_path: Path, precision: Precision) -> None:
    save_mixer(tmp_path / "mixer.xml", width=64, layers=2)
    values = np.random.default_rng(2).normal(size=(4, 64)).astype(np.float32)
    expected = CompiledNetwork(tmp_path / "mixer.xml")(values)[0]
    network = CompiledNetwork(tmp_path / "mixer.xml", precision=precision)
    received = network(values)[0]
    assert (received.dtype, network.precision) == (np.dtype(np.float32), precision)
    np.testing.assert_allclose(received, expected, atol=0.05 * np.abs(expected).max())


def test_f32_is_not_silently_something_less(tmp_path: Path) -> None:
    """Processors with bf16 units would use them unasked; its 8 bits miss the exact answer by far more."""
    generator = np.random.default_rng(4)
    matrix = generator.normal(size=(128, 128)).astype(np.float32)
    given = ops.parameter([-1, 128], np.float32, name="values")
    product = ops.matmul(given, ops.constant(matrix), transpose_a=False, transpose_b=False)
    ov.save_model(ov.Model([product], [given]), tmp_path / "product.xml", compress_to_fp16=False)
    values = generator.normal(size=(4, 128)).astype(np.float32)
    received = CompiledNetwork(tmp_path / "product.xml")(values)[0]
    np.testing.assert_allclose(received, values.astype(np.float64) @ matrix.astype(np.float64), atol=1e-4)


def test_what_the_processor_can_do() -> None:
    assert processor_name()
    assert set(processor_precisions()) <= {"bf16", "f16"}


def test_there_is_one_core() -> None:
    assert openvino_core() is openvino_core()


def refused(path: Path) -> WeightsError:
    """The error that opening a file gives."""
    with pytest.raises(WeightsError) as caught:
        CompiledNetwork(path)
    assert str(path) in caught.value.message or path.name in caught.value.message
    assert caught.value.hint
    assert "\n" not in caught.value.message
    return caught.value


def test_a_missing_network_is_named_with_its_cure(tmp_path: Path) -> None:
    assert "models prepare" in refused(tmp_path / "nowhere.xml").hint


def test_a_folder_is_no_network(tmp_path: Path) -> None:
    refused(tmp_path)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9])
def test_a_cut_description_is_refused(tmp_path: Path, share: float) -> None:
    path = save_embedder(tmp_path)["model.xml"]
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    refused(path)


@pytest.mark.parametrize("kept_bytes", [0, 1, 20])
def test_cut_numbers_are_refused(tmp_path: Path, kept_bytes: int) -> None:
    files = save_embedder(tmp_path)
    content = files["model.bin"].read_bytes()
    files["model.bin"].write_bytes(content[:kept_bytes])
    refused(files["model.xml"])


def test_missing_numbers_are_refused(tmp_path: Path) -> None:
    files = save_embedder(tmp_path)
    files["model.bin"].unlink()
    refused(files["model.xml"])


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.95])
def test_a_cut_onnx_file_is_refused(tmp_path: Path, share: float) -> None:
    content = onnx_embedder()
    path = tmp_path / "model.onnx"
    path.write_bytes(content[: int(share * len(content))])
    refused(path)


@pytest.mark.parametrize("name", ["model.xml", "model.onnx", "model.txt"])
def test_random_bytes_are_refused(tmp_path: Path, name: str) -> None:
    generator = np.random.default_rng(7)
    for _ in range(5):
        (tmp_path / name).write_bytes(generator.bytes(int(generator.integers(1, 3_000))))
        refused(tmp_path / name)


def test_a_description_with_damaged_bytes_is_refused(tmp_path: Path) -> None:
    """Each byte of the first kilobyte in turn becomes 0x91, which no UTF-8 text has alone."""
    path = save_embedder(tmp_path)["model.xml"]
    content = path.read_bytes()
    raised = set()
    for position in range(0, 1_000, 7):
        path.write_bytes(content[:position] + b"\x91" + content[position + 1 :])
        try:
            read_network(path)
        except Exception as error:  # The point is to learn which.
            raised.add(type(error).__name__)
    assert raised == {"WeightsError"}


def test_memory_can_be_given_back_between_runs(doubler: Path) -> None:
    network = CompiledNetwork(doubler)
    large = np.arange(600_000, dtype=np.float32).reshape(-1, 2)
    for _ in range(2):
        np.testing.assert_array_equal(network(large)[0], 2 * large)
        network.release_memory()
    np.testing.assert_array_equal(network(large[:3])[0], 2 * large[:3])


def test_memory_of_a_network_that_is_running_is_kept(doubler: Path) -> None:
    network = CompiledNetwork(doubler)
    large = np.ones((300_000, 2), np.float32)
    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda _: network(large)[0], range(200))
        for _ in range(200):
            make_room()
        assert all((answer == 2).all() for answer in answers)


#: Runs a network on 60 sizes and tells by how many megabytes the last 40 let the process grow.
_SIZES = """
import sys
from pathlib import Path
import numpy as np
from facecam.core.heap import make_room
from facecam.runtime.compiled import CompiledNetwork
network, generator, held = CompiledNetwork(Path(sys.argv[1])), np.random.default_rng(0), []
for number in range(60):
    network(np.zeros((1, *(32 * generator.integers(3, 20, 2)), 3), np.uint8))
    if number % 20 == 19:
        make_room()
        held.append(int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0]) // 1024)
print(held[-1] - held[0])
"""


@pytest.mark.slow
def test_each_new_size_of_input_does_not_take_memory_for_good(weights: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("needs Linux, which tells the memory of a process")
    command = [sys.executable, "-c", _SIZES, str(weights / "centerface" / "model.xml")]
    run = subprocess.run(command, capture_output=True, text=True, check=True, env=environment_for())
    assert int(run.stdout) < 75


def test_large_inputs_from_several_threads_get_their_own_answers(doubler: Path) -> None:
    network = CompiledNetwork(doubler)
    inputs = [np.full((300_000, 2), number, np.float32) for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda given: network(given)[0], inputs))
    assert [float(answer.min()) for answer in answers] == [2.0 * number for number in range(8)]
    assert all(answer.min() == answer.max() for answer in answers)
