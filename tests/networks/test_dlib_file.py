"""Reading dlib's serialised tensors: worked out by hand, the real files, and broken ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facecam.core.errors import WeightsError
from facecam.networks.dlib_file import read_tensors
from facecam.runtime.dlib_files import MMOD, RESNET, find_dlib_file
from tests.networks.dlib_bytes import counting, detector_start, floating, header, packed, tensor


@pytest.fixture
def write(tmp_path: Path) -> Callable[[bytes], Path]:
    def put(content: bytes) -> Path:
        path = tmp_path / "network.dat"
        path.write_bytes(content)
        return path

    return put


@pytest.fixture(scope="module")
def mmod(weights: Path) -> bytes:
    return find_dlib_file(MMOD, weights).read_bytes()


def test_the_writer_of_these_tests_writes_what_dlib_writes() -> None:
    """dlib: 300 = 0x012C in two bytes, low byte first; 0.5 = 1 · 2⁻¹."""
    assert packed(300) == b"\x02\x2c\x01"
    assert packed(-7) == b"\x81\x07"
    assert floating(0.5) == b"\x01\x01" + b"\x81\x01"


def test_tensors_come_in_the_order_of_the_file_with_shape_and_values(write: Callable[[bytes], Path]) -> None:
    first, second = counting(2, 3, 4, 1), counting(1, 1, 300, 2)
    path = write(b"add_layer_" + tensor(first) + b"\x01\x01\x00fc" + tensor(second))
    tensors = read_tensors(path)
    assert [found.shape for found in tensors] == [(2, 3, 4, 1), (1, 1, 300, 2)]
    assert all(found.dtype == np.float32 for found in tensors)
    np.testing.assert_array_equal(tensors[0], first)
    np.testing.assert_array_equal(tensors[1], second)


def test_bytes_of_a_weight_that_look_like_a_tag_do_not_split_a_tensor(write: Callable[[bytes], Path]) -> None:
    """The float32 whose bytes are 01 02 01 01 stands in every place of the tensor."""
    tagged = np.frombuffer(b"\x01\x02\x01\x01" * 64, "<f4").reshape(1, 1, 8, 8)
    scaled = np.concatenate([tagged, np.ones((1, 1, 8, 8), np.float32)])
    assert [found.shape for found in read_tensors(write(tensor(scaled)))] == [(2, 1, 8, 8)]


def test_a_tag_inside_other_numbers_is_passed_over(write: Callable[[bytes], Path]) -> None:
    """A tag with an impossible shape, one with a negative side and one reaching beyond the file."""
    noise = header(1, 0, 1, 1) + header(1, -4, 4, 4) + header(900, 900, 90, 90)
    assert len(read_tensors(write(noise + tensor(counting(1, 1, 4, 4))))) == 1


def test_a_few_numbers_that_look_like_a_tensor_are_none(write: Callable[[bytes], Path]) -> None:
    """Chance makes small headers; no layer of these networks has fewer than 16 values."""
    path = write(tensor(counting(1, 1, 3, 5)) + tensor(counting(1, 1, 4, 4)))
    assert [found.shape for found in read_tensors(path)] == [(1, 1, 4, 4)]


def test_a_tensor_with_numbers_that_are_none_is_no_tensor(write: Callable[[bytes], Path]) -> None:
    broken = np.full((1, 1, 4, 4), np.nan, np.float32)
    with pytest.raises(WeightsError, match="holds no dlib tensors"):
        read_tensors(write(tensor(broken)))


def test_the_real_files_hold_what_the_networks_need(weights: Path) -> None:
    """ResNet: 29 convolutions and affines, one matrix. Detector: 6 layers of 6 tensors, one window."""
    resnet = read_tensors(find_dlib_file(RESNET, weights))
    assert len(resnet) == 29 * 2 + 1
    assert resnet[0].size == 32 * 3 * 7 * 7 + 32
    assert resnet[-1].size == 256 * 128
    detector = read_tensors(find_dlib_file(MMOD, weights))
    assert len(detector) == 6 * 6 + 1
    assert detector[-1].size == 45 * 9 * 9 + 1


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"nowhere\.dat") as caught:
        read_tensors(tmp_path / "nowhere.dat")
    assert caught.value.hint


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(WeightsError):
        read_tensors(tmp_path)


def test_a_file_that_cannot_be_read_is_a_weights_error(
    write: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tensor(counting(1, 1, 4, 4)))

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(WeightsError, match=r"network\.dat"):
        read_tensors(path)


def test_every_cut_of_the_real_file_gives_whole_tensors_or_a_weights_error(
    mmod: bytes, write: Callable[[bytes], Path]
) -> None:
    whole = read_tensors(write(mmod))
    for end in [0, 1, 2, 13, 60, 90, 500, 5_000, len(mmod) // 3, len(mmod) // 2, len(mmod) - 20_000]:
        try:
            tensors = read_tensors(write(mmod[:end]))
        except WeightsError:
            continue
        assert len(tensors) < len(whole)
        np.testing.assert_array_equal(tensors[0], whole[0])


def test_random_bytes_raise_nothing_but_weights_errors(write: Callable[[bytes], Path]) -> None:
    starts = (b"", b"\x01\x02", packed(1) + b"\x01\x0aloss_mmod_", detector_start()[:20])

    @settings(max_examples=200)
    @given(st.sampled_from(starts), st.binary(min_size=1, max_size=3_000))
    def check(start: bytes, rest: bytes) -> None:
        try:
            read_tensors(write(start + rest))
        except WeightsError as error:
            assert error.hint

    check()


def test_sides_whose_product_overflows_are_a_weights_error(write: Callable[[bytes], Path]) -> None:
    """(2⁶² + 8) · 4 = 2⁶⁴ + 32, which is 32 in 64 bits: as many values as follow."""
    content = header(2**62 + 8, 4, 1, 1) + np.ones(64, "<f4").tobytes()
    with pytest.raises(WeightsError):
        read_tensors(write(content))
