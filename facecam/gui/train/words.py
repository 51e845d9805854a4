"""Names of durations, stages and kinds in the window's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from facecam.gui.core.marked import QT_TRANSLATE_NOOP
from facecam.gui.core.translation import engine_text, figure, short_figure

if TYPE_CHECKING:
    from facecam.engine.training_jobs.request import RunState
    from facecam.training.gate.verification import ModelScores

#: The rate at which models are compared.
_RATE = 0.01

#: Where this tab's words are translated.
CONTEXT = "Train"

_KINDS = {
    "same person": QT_TRANSLATE_NOOP("Train", "two names, one person"),
    "several people": QT_TRANSLATE_NOOP("Train", "mixed people"),
    "suspicious label": QT_TRANSLATE_NOOP("Train", "suspicious labels"),
    "unreadable": QT_TRANSLATE_NOOP("Train", "unreadable photos"),
    "duplicate": QT_TRANSLATE_NOOP("Train", "duplicates"),
    "no face": QT_TRANSLATE_NOOP("Train", "no face found"),
    "blurred": QT_TRANSLATE_NOOP("Train", "blurred photos"),
    "poor photo": QT_TRANSLATE_NOOP("Train", "poor photos"),
    "few photos": QT_TRANSLATE_NOOP("Train", "too few photos"),
}
_STAGES = {
    "photos": QT_TRANSLATE_NOOP("Train", "Looking at the photos"),
    "prepare": QT_TRANSLATE_NOOP("Train", "Preparing the photos"),
    "labels": QT_TRANSLATE_NOOP("Train", "Looking for wrong names"),
    "noise": QT_TRANSLATE_NOOP("Train", "Leaving out photos that do not fit"),
    "vectors": QT_TRANSLATE_NOOP("Train", "Looking at the faces with the model in use"),
    "calibration": QT_TRANSLATE_NOOP("Train", "Finding the threshold"),
    "start": QT_TRANSLATE_NOOP("Train", "Starting the training"),
    "train": QT_TRANSLATE_NOOP("Train", "Training"),
    "epochs": QT_TRANSLATE_NOOP("Train", "Training"),
    "cross-validation": QT_TRANSLATE_NOOP("Train", "Finding the best layer"),
    "head": QT_TRANSLATE_NOOP("Train", "Finding the best layer"),
    "export": QT_TRANSLATE_NOOP("Train", "Saving the model"),
    "evaluate": QT_TRANSLATE_NOOP("Train", "Comparing with the model in use"),
    "people": QT_TRANSLATE_NOOP("Train", "Rebuilding the gallery"),
}
_STATES = {
    "running": QT_TRANSLATE_NOOP("Train", "running"),
    "finished": QT_TRANSLATE_NOOP("Train", "finished"),
    "stopped": QT_TRANSLATE_NOOP("Train", "stopped"),
    "failed": QT_TRANSLATE_NOOP("Train", "failed"),
    "interrupted": QT_TRANSLATE_NOOP("Train", "interrupted"),
}


def say(text: str, number: int = -1) -> str:
    """A text of this tab in the window's language."""
    return QCoreApplication.translate(CONTEXT, text, None, number)


def kind_words(kind: str) -> str:
    """What a warning is about, plural."""
    return say(_KINDS.get(kind, kind))


def stage_words(stage: str) -> str:
    """What is being done."""
    return say(_STAGES.get(stage, stage))


def preset_words(name: str) -> str:
    """What kind of training it was: the title of a preset that comes with the program, else its name."""
    from facecam.training.config.preset import presets

    return next((engine_text(one.title) for one in presets() if one.name == name), name)


def state_words(state: RunState) -> str:
    """What became of a run."""
    return say(_STATES.get(state, state))


def duration_words(seconds: float) -> str:
    """`40 s`, `6 min`, `2 h 10 min`: as exact as such an estimate can be.

    Example:
        >>> duration_words(370)
        '6 min'
    """
    if seconds < 55:
        return QCoreApplication.translate("Train", "{0} s").format(max(5, 5 * round(seconds / 5)))
    minutes = round(seconds / 60)
    if minutes < 60:
        return QCoreApplication.translate("Train", "{0} min").format(max(1, minutes))
    hours, rest = divmod(5 * round(minutes / 5), 60)
    return (
        QCoreApplication.translate("Train", "{0} h {1} min").format(hours, rest)
        if rest
        else QCoreApplication.translate("Train", "{0} h").format(hours)
    )


def percent(share: float) -> str:
    """`97.1 %`, or `97,1 %` where people write it so."""
    shown = short_figure(100 * share, 3) if share < 0.9995 else "100"
    return QCoreApplication.translate("Train", "{0} %").format(shown)


def model_figure(scores: ModelScores) -> str:
    """How good a model is, in one figure: TAR where it was measured, else the area under the curve."""
    tar = scores.tar_at_far.get(_RATE)
    return decimal(scores.auc) if tar is None else percent(tar)


def decimal(value: float) -> str:
    """`0.9812`, or `0,9812` where people write it so."""
    return figure(value, 4)
