"""Chips from disk to batches for the network, while the network computes. Imports TensorFlow."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from facecam.training.config.options import TrainOptions
from facecam.training.data.augment import augment
from facecam.training.data.chips import read_chip

#: Decoded chips are kept in memory up to this size; larger sets are decoded again each time.
_MOST_BYTES_IN_MEMORY: Final = 512 << 20

#: Batches that are ready before they are asked for.
_AHEAD: Final = 2

Dataset = Any


class ChipImages:
    """Chips by number, in memory where they fit, else read when they are needed.

    Args:
        paths: N files of chips.
        side_px: side of the network's input.
    """

    def __init__(self, paths: Sequence[Path], side_px: int) -> None:
        self.side_px = side_px
        self._paths = [str(path) for path in paths]
        self._images: Any = None
        if len(paths) * side_px * side_px * 3 <= _MOST_BYTES_IN_MEMORY:
            images = np.zeros((len(paths), side_px, side_px, 3), np.uint8)
            for index, path in enumerate(paths):
                images[index] = _resized(read_chip(path), side_px)
            self._images = tf.constant(images)
        else:
            self._files = tf.constant(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def take(self, rows: Any) -> Any:
        """Pictures float32 (N, S, S, 3), 0…255, of int32 (N,) rows; inside a graph too."""
        if self._images is not None:
            return tf.cast(tf.gather(self._images, rows), tf.float32)
        decoded = tf.map_fn(self._read, tf.gather(self._files, rows), fn_output_signature=tf.float32)
        return tf.ensure_shape(decoded, [None, self.side_px, self.side_px, 3])

    def _read(self, path: Any) -> Any:
        image = tf.io.decode_png(tf.io.read_file(path), channels=3)
        resized = tf.image.resize(image, [self.side_px, self.side_px], method="area")
        # As the network sees it live: whole numbers.
        return tf.round(resized)


def _resized(chip: np.ndarray, side_px: int) -> np.ndarray:
    import cv2

    if chip.shape[0] == side_px:
        return chip
    return np.asarray(cv2.resize(chip, (side_px, side_px), interpolation=cv2.INTER_AREA))


def training_batches(
    images: ChipImages,
    batches: Sequence[tuple[NDArray[np.integer], NDArray[np.integer]]],
    options: TrainOptions,
    *,
    first_step: int,
    device: str | None = None,
) -> Dataset:
    """(pictures float32 (n, S, S, 3), people int32 (n,), rows int32 (n,)) per batch, varied at random.

    Args:
        images: all chips.
        batches: rows and people of every batch, int (n,) each.
        options: variations and seed.
        first_step: number of the first batch in the whole training; with the seed it fixes the variations.
        device: such as `/gpu:0`: batches are copied there ahead of time; None: they stay where the processor is.
    """
    rows, people = (
        tf.ragged.constant([list(map(int, batch[part])) for batch in batches], tf.int32, ragged_rank=1)
        for part in (0, 1)
    )
    steps = tf.range(first_step, first_step + len(batches), dtype=tf.int64)

    def prepared(step: Any, row: Any, person: Any) -> Any:
        pictures = images.take(row)
        if options.augment:
            seed = tf.stack([tf.constant(options.seed, tf.int64), step])
            pictures = _variation(options, images.side_px)(pictures, seed)
        return pictures, person, row

    dataset = tf.data.Dataset.from_tensor_slices((steps, rows, people))
    return _mapped(dataset, prepared, options.threads, device)


@functools.lru_cache(maxsize=1)
def _variation(options: TrainOptions, side_px: int) -> Any:
    """`augment` as a graph that all epochs share: making it takes a quarter of a second."""
    given = (tf.TensorSpec((None, side_px, side_px, 3), tf.float32), tf.TensorSpec((2,), tf.int64))
    return tf.function(lambda pictures, seed: augment(pictures, seed, options), given, autograph=False)


def plain_batches(images: ChipImages, size: int, rows: NDArray[np.integer] | None = None) -> Dataset:
    """Pictures in order, unvaried, float32 (n, S, S, 3), for measuring: all, or int (N,) rows."""
    wanted = np.arange(len(images)) if rows is None else rows
    batches = tf.data.Dataset.from_tensor_slices(wanted.astype(np.int32)).batch(size)
    return _mapped(batches, images.take)


def _mapped(
    dataset: Dataset, function: Callable[..., Any], threads: int | None = None, device: str | None = None
) -> Dataset:
    """A batch per core at a time, each on a thread of its own: its operations are too small to be shared out."""
    calls = threads or os.cpu_count() or 1
    settings = tf.data.Options()
    settings.threading.private_threadpool_size = calls
    settings.threading.max_intra_op_parallelism = 1
    unchanged = tf.autograph.experimental.do_not_convert(function)
    mapped = dataset.map(unchanged, num_parallel_calls=calls, deterministic=True).with_options(settings)
    if device is None:
        return mapped.prefetch(_AHEAD)
    return mapped.apply(tf.data.experimental.prefetch_to_device(device, _AHEAD))
