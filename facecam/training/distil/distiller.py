"""Teacher and student in one graph. Imports Keras; runs on TensorFlow and on JAX."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from facecam.networks.blocks import EMBEDDING
from facecam.training.distil.changes import FaceVariations, area_matrix
from facecam.training.distil.faces import CHIP_PX

#: Where the student is shown the way while it knows nothing: (its layer, the teacher's layer whose input it learns).
_HINTS = (("conv4_block6_out", "block10_first_conv"),)
_ANSWER, _FEATURES = "answer", "features"
_SMALL = 1e-6


class Distiller(keras.Model):
    """Learns the teacher's answer to the very picture the student sees.

    Its input is a batch of chips, uint8 (N, 150, 150, 3) RGB. Its answer: `student` and `teacher`, values before
    normalization, float32 (N, D); while training `hints`, pairs of maps (what the student made, what the teacher
    has), else `features`, what the student's last layer sees, float32 (N, F).

    Args:
        student: from `build_backbone`, of any input size.
        teacher: dlib's network without normalization.
        student_px: side of the student's pictures when judged; `look_at` sets that of learning.
        count: N, on one device.
        seed: of the changes.
        hints: whether maps within the networks are compared too: worth it for a student that starts at random.
    """

    def __init__(
        self,
        student: keras.Model,
        teacher: keras.Model,
        *,
        student_px: int,
        count: int,
        seed: int,
        hints: bool,
    ) -> None:
        super().__init__(dtype="float32", name="distiller")
        pairs = _HINTS if hints else ()
        maps = {made: student.get_layer(made).output for made, _ in pairs}
        self._student = _inside(student, {_FEATURES: student.get_layer(EMBEDDING).input, **maps})
        self._teacher = _inside(teacher, {made: teacher.get_layer(told).input for made, told in pairs})
        self._teacher.trainable = False
        self._hints = {
            made: keras.layers.Conv2D(self._teacher.output[made].shape[-1], 1) for made, _ in pairs
        }
        for made, layer in self._hints.items():
            layer.build(self._student.output[made].shape)
        self._changes = FaceVariations(count, CHIP_PX, seed)
        self._judged_px = self._learnt_px = student_px
        self._strength, self._mixed, self._hint = (
            self.add_weight(name=name, shape=(), initializer="zeros", trainable=False)
            for name in ("strength", "mixed", "hint")
        )
        self.built = True

    @property
    def learnt(self) -> list[Any]:
        """All variables but the teacher's."""
        told = {id(one) for one in self._teacher.variables}
        return [one for one in self.variables if id(one) not in told]

    def look_at(self, student_px: int) -> None:
        """Learn from pictures of this side from now on."""
        if student_px != self._learnt_px:
            self._learnt_px = student_px
            self.make_train_function(force=True)

    def ask(self, *, strength: float, mixed: float, hint: float) -> None:
        """Set how much faces are changed, how many are mixed, and what the hints weigh from now on."""
        for variable, value in ((self._strength, strength), (self._mixed, mixed), (self._hint, hint)):
            variable.assign(value)

    def call(self, chips: Any, training: bool = False) -> dict[str, Any]:
        """Answers of both; the faces are changed first when training."""
        x = self._changes(chips, self._strength, self._mixed) if training else ops.cast(chips, "float32")
        told = self._teacher(x, training=False)
        smaller = area_matrix(CHIP_PX, self._learnt_px if training else self._judged_px)
        small = ops.einsum("kl,nilc->nikc", smaller, ops.einsum("ij,njkc->nikc", smaller, x))
        made = self._student(small, training=training)
        answers = {"student": ops.cast(made[_ANSWER], "float32"), "teacher": ops.stop_gradient(told[_ANSWER])}
        if not training:
            answers[_FEATURES] = ops.cast(made[_FEATURES], "float32")
        elif self._hints:
            answers["hints"] = [
                _pair(layer(made[name]), ops.stop_gradient(told[name])) for name, layer in self._hints.items()
            ]
        return answers

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """How far the student is off: values, directions from the mean, and hints. See `distance`."""
        del x, y, sample_weight, training
        loss = distance(y_pred["student"], y_pred["teacher"])
        for made, told in y_pred.get("hints", ()):
            loss = loss + self._hint * _relative(made, told)
        return loss


def distance(student: Any, teacher: Any) -> Any:
    """Of a batch of answers, a scalar.

    dlib's vectors lie close around their mean, so that a student that always says the mean looks near. The first
    term is the mean squared error as a share of the batch's variance, which is 1 for such a student; the second is 1
    minus the cosine of unit vectors as seen from their mean, which counts every face alike, however near the mean.

    Args:
        student: float32 (N, D), before normalization.
        teacher: likewise; what is learnt are its unit vectors.
    """
    wanted = ops.normalize(teacher, axis=-1)
    mean = ops.mean(wanted, axis=0, keepdims=True)
    directions = [ops.normalize(one - mean, axis=-1) for one in (ops.normalize(student, axis=-1), wanted)]
    return _relative(student, wanted) + 1 - ops.mean(ops.sum(directions[0] * directions[1], axis=-1))


def _relative(made: Any, told: Any) -> Any:
    mean = ops.mean(told, axis=0, keepdims=True)
    return ops.mean(ops.square(made - told)) / (ops.mean(ops.square(told - mean)) + _SMALL)


def _pair(made: Any, told: Any) -> tuple[Any, Any]:
    """Both maps at the student's size, float32."""
    height, width = made.shape[1:3]
    return ops.cast(made, "float32"), ops.image.resize(told, (height, width), antialias=True)


def _inside(network: keras.Model, maps: dict[str, Any]) -> keras.Model:
    """A network's values before normalization, and the maps asked for."""
    answers = {_ANSWER: network.get_layer(EMBEDDING).output, **maps}
    return keras.Model(network.input, answers, name=f"{network.name}_inside")


def error_and_variance(student: np.ndarray, teacher: np.ndarray) -> tuple[float, float]:
    """Of some faces: mean squared L2 of the student's unit vectors to the teacher's, and the variance of the latter.

    Args:
        student: float (N, D), before normalization.
        teacher: likewise.
    """
    made, told = (one / np.linalg.norm(one, axis=1, keepdims=True) for one in (student, teacher))
    variance = np.square(told - told.mean(axis=0)).sum(axis=1).mean()
    return float(np.square(made - told).sum(axis=1).mean()), float(variance)
