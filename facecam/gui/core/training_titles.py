"""Names of settings, so that they can be translated; a test compares them with their declarations."""

from __future__ import annotations

from facecam.gui.core.marked import QT_TRANSLATE_NOOP
from facecam.gui.core.translation import engine_text

TITLES: tuple[str, ...] = (
    QT_TRANSLATE_NOOP("engine", "Backbone"),
    QT_TRANSLATE_NOOP("engine", "Start"),
    QT_TRANSLATE_NOOP("engine", "Embedding size"),
    QT_TRANSLATE_NOOP("engine", "Input px"),
    QT_TRANSLATE_NOOP("engine", "Freeze"),
    QT_TRANSLATE_NOOP("engine", "Batch norm"),
    QT_TRANSLATE_NOOP("engine", "Hold out"),
    QT_TRANSLATE_NOOP("engine", "Hold out share"),
    QT_TRANSLATE_NOOP("engine", "Min photos"),
    QT_TRANSLATE_NOOP("engine", "Noise percentile"),
    QT_TRANSLATE_NOOP("engine", "Wrong labels"),
    QT_TRANSLATE_NOOP("engine", "Chip padding"),
    QT_TRANSLATE_NOOP("engine", "Generic faces"),
    QT_TRANSLATE_NOOP("engine", "Stranger photos"),
    QT_TRANSLATE_NOOP("engine", "Generic share"),
    QT_TRANSLATE_NOOP("engine", "Augment"),
    QT_TRANSLATE_NOOP("engine", "Flip"),
    QT_TRANSLATE_NOOP("engine", "Crop"),
    QT_TRANSLATE_NOOP("engine", "Rotation degrees"),
    QT_TRANSLATE_NOOP("engine", "Brightness low"),
    QT_TRANSLATE_NOOP("engine", "Brightness high"),
    QT_TRANSLATE_NOOP("engine", "Gamma"),
    QT_TRANSLATE_NOOP("engine", "Side light"),
    QT_TRANSLATE_NOOP("engine", "Erase"),
    QT_TRANSLATE_NOOP("engine", "Blur"),
    QT_TRANSLATE_NOOP("engine", "Downscale"),
    QT_TRANSLATE_NOOP("engine", "People per batch"),
    QT_TRANSLATE_NOOP("engine", "Photos per person"),
    QT_TRANSLATE_NOOP("engine", "Batch size"),
    QT_TRANSLATE_NOOP("engine", "Batches per epoch"),
    QT_TRANSLATE_NOOP("engine", "Pool"),
    QT_TRANSLATE_NOOP("engine", "Pool scale"),
    QT_TRANSLATE_NOOP("engine", "Pool epochs"),
    QT_TRANSLATE_NOOP("engine", "Mining"),
    QT_TRANSLATE_NOOP("engine", "Margin"),
    QT_TRANSLATE_NOOP("engine", "Soft margin"),
    QT_TRANSLATE_NOOP("engine", "Distance"),
    QT_TRANSLATE_NOOP("engine", "Adaptive weight"),
    QT_TRANSLATE_NOOP("engine", "Joint"),
    QT_TRANSLATE_NOOP("engine", "Joint weight"),
    QT_TRANSLATE_NOOP("engine", "Scale"),
    QT_TRANSLATE_NOOP("engine", "Class margin"),
    QT_TRANSLATE_NOOP("engine", "Centre weight"),
    QT_TRANSLATE_NOOP("engine", "Centre alfa"),
    QT_TRANSLATE_NOOP("engine", "Prelogits weight"),
    QT_TRANSLATE_NOOP("engine", "Prelogits p"),
    QT_TRANSLATE_NOOP("engine", "Anchor weight"),
    QT_TRANSLATE_NOOP("engine", "Class warm up epochs"),
    QT_TRANSLATE_NOOP("engine", "Epochs"),
    QT_TRANSLATE_NOOP("engine", "Learning rate"),
    QT_TRANSLATE_NOOP("engine", "Momentum"),
    QT_TRANSLATE_NOOP("engine", "Xla"),
    QT_TRANSLATE_NOOP("engine", "Divergence weight"),
    QT_TRANSLATE_NOOP("engine", "Epsilon"),
    QT_TRANSLATE_NOOP("engine", "Weight decay"),
    QT_TRANSLATE_NOOP("engine", "Schedule"),
    QT_TRANSLATE_NOOP("engine", "Schedule file"),
    QT_TRANSLATE_NOOP("engine", "Warm up epochs"),
    QT_TRANSLATE_NOOP("engine", "Decay factor"),
    QT_TRANSLATE_NOOP("engine", "Decay epochs"),
    QT_TRANSLATE_NOOP("engine", "Clip norm"),
    QT_TRANSLATE_NOOP("engine", "Ema"),
    QT_TRANSLATE_NOOP("engine", "Ema decay"),
    QT_TRANSLATE_NOOP("engine", "Interpolation"),
    QT_TRANSLATE_NOOP("engine", "Seed"),
    QT_TRANSLATE_NOOP("engine", "Arithmetic"),
    QT_TRANSLATE_NOOP("engine", "Threads"),
    QT_TRANSLATE_NOOP("engine", "Checkpoint minutes"),
    QT_TRANSLATE_NOOP("engine", "Max minutes"),
    QT_TRANSLATE_NOOP("engine", "Patience epochs"),
    QT_TRANSLATE_NOOP("engine", "Deploy"),
    QT_TRANSLATE_NOOP("engine", "Projection"),
    QT_TRANSLATE_NOOP("engine", "Tensorboard"),
    QT_TRANSLATE_NOOP("engine", "Wandb"),
    # --- units
    QT_TRANSLATE_NOOP("engine", "degrees"),
    # --- of the program
    QT_TRANSLATE_NOOP("engine", "Threshold"),
    QT_TRANSLATE_NOOP("engine", "Detector"),
    QT_TRANSLATE_NOOP("engine", "Precision"),
    QT_TRANSLATE_NOOP("engine", "Device"),
    QT_TRANSLATE_NOOP("engine", "Model"),
    QT_TRANSLATE_NOOP("engine", "Database"),
    QT_TRANSLATE_NOOP("engine", "Weights"),
    QT_TRANSLATE_NOOP("engine", "Upsample"),
    QT_TRANSLATE_NOOP("engine", "Min face px"),
    QT_TRANSLATE_NOOP("engine", "Strangers expected"),
    QT_TRANSLATE_NOOP("engine", "Blur faces"),
    QT_TRANSLATE_NOOP("engine", "Blur people"),
    QT_TRANSLATE_NOOP("engine", "Name"),
)


def option_title(name: str) -> str:
    """`learning_rate` → `Learning rate` in the window's language; a phase before it stays as it is.

    Example:
        >>> option_title("refine: learning_rate")
        'refine: Learning rate'
    """
    phase, between, own = name.rpartition(": ")
    return f"{phase}{between}{engine_text(own.replace('_', ' ').replace('-', ' ').capitalize())}"
