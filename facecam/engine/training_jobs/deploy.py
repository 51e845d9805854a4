"""Deployment of a model: put in use, with the database made anew for it."""

from __future__ import annotations

from dataclasses import replace

from facecam.core.config import Settings
from facecam.core.errors import FacecamError
from facecam.core.events import NEVER, CancelToken, EventSink, Notice, ignore
from facecam.engine import components
from facecam.engine.enrollment.rebuild import rebuild
from facecam.engine.models import custom
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.training_jobs.request import GalleryInfo


def deploy_model(
    settings: Settings, name: str, on_event: EventSink = ignore, cancel: CancelToken = NEVER
) -> GalleryInfo:
    """Put a model in use and make the database anew from the photos; Live follows within a second.

    Vectors of another model mean nothing, so the two change together: if the database cannot be made, the model
    before stays in use.

    Raises:
        WeightsError: no such model, damaged, or not an embedder.
        EnrollmentError: no photo in `data/` can be used; nothing has changed.
        Cancelled: stopped; nothing has changed.
    """
    store = components.open_weights(settings)
    before = store.deployed()
    card = custom.deploy(settings, name, on_event)
    own = replace(settings, model=None)
    if not PhotoLibrary(settings.data).people():
        on_event(Notice("There are no photos in data/: enroll people for the new model.", ""))
        return GalleryInfo(card.name, 0, 0)
    try:
        gallery, left_out = rebuild(own, on_event=on_event, cancel=cancel)
    except BaseException as error:
        if before != name:
            store.deploy(before)
        if isinstance(error, FacecamError):
            on_event(Notice(f"{before} stays in use.", ""))
        raise
    return GalleryInfo(card.name, len(gallery), len(gallery.vectors), tuple(left_out))
