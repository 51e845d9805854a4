"""Models to choose from: those that are here and those that can be fetched by name; deleting one."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, FacecamError
from facecam.core.paths import readable_os_errors
from facecam.engine import components
from facecam.engine.models.catalog import RECIPES
from facecam.engine.models.published import fetched_file
from facecam.engine.models.published_catalog import PUBLISHED

_SHIPPED = frozenset(recipe.name for recipe in RECIPES)
#: Whose faces can be looked for or told apart by.
_TASKS = ("embedding", "detection")


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """What a list of models shows.

    Attributes:
        name: in `weights/`.
        title: what people read.
        detects: whether it finds faces; else it tells them apart.
        size: bytes, on disk or to be fetched.
        licence: its terms.
        free: whether everybody may use it for anything; nobody is asked about those that are here.
        about: where it comes from and what it was trained on.
        here: whether it is in `weights/`.
        in_use: whether it is used now.
        shipped: whether it comes with the program.
        ready: whether it could be used: not an embedder without a threshold.
    """

    name: str
    title: str
    detects: bool
    size: int
    licence: str
    free: bool
    about: str
    here: bool
    in_use: bool
    shipped: bool = False
    ready: bool = True

    @property
    def obtainable(self) -> bool:
        """Whether it can be got by name: it is not here, or could not be calibrated yet."""
        return self.name in PUBLISHED and not (self.here and self.ready)

    @property
    def removable(self) -> bool:
        """Whether it may be deleted."""
        return self.here and not self.in_use and not self.shipped


def models_to_choose(settings: Settings) -> tuple[ModelChoice, ...]:
    """Those that are here, then those that can be fetched."""
    store, used = components.open_weights(settings), _in_use(settings)
    found: dict[str, ModelChoice] = {}
    for name in store.names():
        # Damaged ones, also those without a file, are said by `models verify` and the doctor.
        with contextlib.suppress(FacecamError, OSError):
            card = store.card(name)
            if card.task in _TASKS:
                size = sum((store.path(name) / file).stat().st_size for file in card.sha256)
                title = PUBLISHED[name].title if name in PUBLISHED else card.title
                found[name] = ModelChoice(
                    name, title, card.task == "detection", size, card.licence, True, card.lineage,
                    here=True, in_use=name in used, shipped=name in _SHIPPED,
                    ready=card.task != "embedding" or card.threshold is not None,
                )  # fmt: skip
    for name, model in PUBLISHED.items():
        if name not in found:
            found[name] = ModelChoice(
                name, model.title, model.detects, model.file.size, model.file.licence, model.free,
                f"{model.lineage}; {model.source}", here=False, in_use=False,
            )  # fmt: skip
    return tuple(found.values())


def require_deletable(settings: Settings, name: str) -> None:
    """Raise `ConfigError` if a model is in use, or comes with the program."""
    if name in _SHIPPED:
        raise ConfigError(f"{name} comes with the program", hint="It stays; use another one if you like.")
    if name in _in_use(settings):
        raise ConfigError(f"{name} is in use", hint="Use another one first, then delete this one.")


def delete_model(settings: Settings, name: str) -> None:
    """Delete a model that is neither in use nor shipped, and what was fetched for it alone.

    Raises:
        ConfigError: see `require_deletable`.
        WeightsError: it is not here.
        DataError: it cannot be deleted.
    """
    require_deletable(settings, name)
    store = components.open_weights(settings)
    store.remove(name)
    file = fetched_file(settings, name)
    others = [one for one in store.names() if fetched_file(settings, one) == file]
    if file is not None and not others:
        with readable_os_errors("remove", file):
            file.unlink(missing_ok=True)


def _in_use(settings: Settings) -> frozenset[str]:
    names = {settings.detector}
    with contextlib.suppress(FacecamError):
        names.add(components.model_in_use(settings))
    return frozenset(names)
