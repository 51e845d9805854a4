"""The running mean of the weights."""

from __future__ import annotations

import io

import keras
import numpy as np
import pytest

from facecam.core.errors import DataError
from facecam.training.optim.ema import WeightAverage


def network(size: int = 2) -> keras.Model:
    inputs = keras.Input((2,))
    x = keras.layers.Dropout(0.5)(inputs)  # has a counter, which is no mean
    x = keras.layers.Dense(size, kernel_initializer="zeros", name="dense")(x)
    return keras.Model(inputs, keras.layers.BatchNormalization(name="norm")(x))


def move(model: keras.Model, value: float) -> None:
    model.get_layer("dense").kernel.assign(np.full((2, 2), value, np.float32))


def kernel(model: keras.Model) -> float:
    return float(model.get_layer("dense").kernel.numpy()[0, 0])


def test_by_hand() -> None:
    """From 0, decay 0.5: weights of 1, then 3 give means of 0.5 and 1.75."""
    model = network()
    average = WeightAverage(model, decay=0.5, warm_up=False)
    for value, mean in ((1.0, 0.5), (3.0, 1.75)):
        move(model, value)
        average.update()
        with average.in_place():
            assert kernel(model) == pytest.approx(mean)
        assert kernel(model) == value


def test_warm_up_follows_quickly_at_first() -> None:
    average = WeightAverage(network())
    seen = []
    for _ in range(3):
        seen.append(average.decay)
        average.update()
    assert seen == pytest.approx([1 / 10, 2 / 11, 3 / 12])
    average.updates = 10**6
    assert average.decay == 0.9999


def test_statistics_of_normalization_are_averaged_too() -> None:
    model = network()
    average = WeightAverage(model, decay=0.5, warm_up=False)
    norm = model.get_layer("norm")
    norm.moving_mean.assign([4.0, 4.0])
    average.update()
    with average.in_place():
        assert norm.moving_mean.numpy().tolist() == [2, 2]


def test_weights_come_back_when_saving_fails() -> None:
    model = network()
    average = WeightAverage(model)
    move(model, 7.0)
    with pytest.raises(OSError), average.in_place():
        raise OSError("disk full")
    assert kernel(model) == 7


def test_goes_on_from_a_checkpoint() -> None:
    model, other = network(), network()
    average, resumed = WeightAverage(model), WeightAverage(other)
    move(model, 1.0)
    average.update()
    file = io.BytesIO()
    np.savez(file, **average.arrays())
    file.seek(0)
    resumed.restore(dict(np.load(file, allow_pickle=False)))
    assert resumed.updates == 1
    for one, weights in ((average, model), (resumed, other)):
        move(weights, 5.0)
        one.update()
    with average.in_place(), resumed.in_place():
        assert kernel(model) == kernel(other) != 5


def test_the_mean_of_another_network_is_refused() -> None:
    arrays = WeightAverage(network()).arrays()
    with pytest.raises(DataError, match="another network"):
        WeightAverage(network(3)).restore(arrays)
    del arrays["average/mean_0000"]
    with pytest.raises(DataError, match="another network"):
        WeightAverage(network()).restore(arrays)


def test_a_decay_of_one_never_moves_and_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\[0, 1\)"):
        WeightAverage(network(), decay=1.0)
