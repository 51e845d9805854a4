"""Preview of the noise filter."""

from __future__ import annotations

from facecam.cli.terminal.output import Printer, answer
from facecam.core.config import Settings
from facecam.core.events import CancelToken
from facecam.core.paths import printable
from facecam.core.words import counted
from facecam.engine.faces.chip_cache import prepare_photos
from facecam.engine.training_jobs.label_noise import preview_noise
from facecam.engine.training_jobs.request import TrainingWork


def show_noise(settings: Settings, percentile: float, *, as_json: bool) -> int:
    """Print which photos a training with this percentile would leave out; nothing is changed."""
    printer = Printer()
    people = prepare_photos(settings, on_event=printer).people
    preview = preview_noise(TrainingWork(settings, printer, CancelToken()), people, percentile)
    left_out = [
        {
            "person": one.sample.person,
            "photo": str(one.sample.photo),
            "squared_l2": round(one.squared_l2, 4),
        }
        for one in preview.noisy
    ]
    document = {"percentile": percentile, "limit_squared_l2": preview.limit, "photos": preview.photos}
    return answer(
        as_json,
        {**document, "left_out": left_out},
        *(
            f"{one.squared_l2:.3f}  {printable(one.sample.person)}: {printable(one.sample.photo)}"
            for one in preview.noisy
        ),
        f"{len(preview.noisy)} of {counted(preview.photos, 'photo')} lie farther than {preview.limit:.3f} "
        f"(squared_l2) from their person's others; --noise-percentile {percentile:g} leaves them out of a training, "
        "nothing is deleted",
    )
