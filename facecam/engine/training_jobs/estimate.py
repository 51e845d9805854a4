"""Estimate of a training's duration."""

from __future__ import annotations

import os
import shutil
from typing import Final

from facecam.core.config import Settings
from facecam.engine.training_jobs.request import DataSummary, TimeEstimate
from facecam.runtime.compiled import processor_precisions
from facecam.training.config.options import TrainOptions

#: Forward and backward pass of one picture on one core in float32, ms, by backbone at its own input size. dlib-resnet,
#: resnet50 and resnet8-crops were measured, the others follow from their multiplications.
_STEP_MS: Final = {
    "resnet50": 195.0,
    "resnet8": 3.0,
    "resnet8-crops": 13.0,
    "resnet18": 70.0,
    "resnet34": 135.0,
    "resnet101": 370.0,
    "inception-v3": 240.0,
    "inception-resnet-v1": 160.0,
    "inception-resnet-v2": 360.0,
    "squeezenet": 35.0,
    "mobilefacenet": 65.0,
    "dlib-resnet": 55.0,
    "tiny": 1.0,
}
#: Input sizes other than 112 px.
_OWN_PX: Final = {
    "resnet8": 64,
    "resnet8-crops": 128,
    "inception-v3": 139,
    "inception-resnet-v1": 160,
    "inception-resnet-v2": 139,
    "dlib-resnet": 150,
}
_BFLOAT16_GAIN: Final = 2.5
#: Of a step in which most layers only compute forwards.
_FROZEN_SHARE: Final = 0.5
_GPU_GAIN: Final = 60.0
#: Starting the process, comparing and rebuilding, s.
_AROUND_S: Final = 40.0
_HEAD_S_PER_PHOTO: Final = 0.05
#: Looking at a photo for the first time, s, on one core.
_PHOTO_S: Final = 0.25


def estimate(settings: Settings, options: TrainOptions, summary: DataSummary) -> TimeEstimate:
    """How long, where, and why there.

    Args:
        settings: device.
        options: what is trained.
        summary: on what.
    """
    cores = max(1, os.cpu_count() or 1)
    photos = max(1, round(summary.usable_count * (1 - options.hold_out_share)))
    prepare_s = summary.photos_count * _PHOTO_S / cores
    if options.method == "head":
        seconds = 5.0 + prepare_s + photos * _HEAD_S_PER_PHOTO
        return TimeEstimate(seconds, "CPU", "A small layer is trained on vectors: the processor is enough.")
    device, why = _device(settings)
    photo_ms = _STEP_MS[options.backbone]
    if options.input_px is not None:
        photo_ms *= (options.input_px / _OWN_PX.get(options.backbone, 112)) ** 2
    if device == "GPU":
        photo_ms /= _GPU_GAIN
    else:
        fast = options.arithmetic == "mixed_bfloat16" or (
            options.arithmetic == "auto" and "bf16" in processor_precisions()
        )
        photo_ms /= cores * (_BFLOAT16_GAIN if fast else 1.0)
    if options.freeze != "none":
        photo_ms *= _FROZEN_SHARE
    faces = float(photos)
    if options.batches_per_epoch is not None:
        everybody = sum(min(person.usable, options.photos_per_person) for person in summary.people)
        faces = options.batches_per_epoch * float(min(options.photos_in_batch, everybody))
    if options.generic_faces is not None and options.anchor_weight:
        faces *= 1 + options.generic_share
    training_s = faces * options.epochs * photo_ms / 1000
    if options.max_minutes is not None:
        training_s = min(training_s, options.max_minutes * 60)
    return TimeEstimate(_AROUND_S + prepare_s + training_s, device, why)


def _device(settings: Settings) -> tuple[str, str]:
    if settings.device == "cpu":
        return "CPU", "Training on the processor, as asked for."
    if shutil.which("nvidia-smi") is None:
        return "CPU", "Training on the processor: there is no NVIDIA graphics card."
    return (
        "GPU",
        "Training on the graphics card, if TensorFlow was installed with CUDA; else on the processor.",
    )
