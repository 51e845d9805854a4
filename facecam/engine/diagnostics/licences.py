"""Licences of the program's models and packages."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata

from facecam.engine.diagnostics.packages import wanted_packages
from facecam.engine.models.catalog import RECIPES

Package = tuple[str, str, str]

#: A model that is used as dlib published it, and has no card.
_LANDMARKS = (
    "dlib's five landmarks",
    "CC0-1.0",
    "shape_predictor_5_face_landmarks.dat by Davis King, trained on 7,198 faces he marked himself",
)


def installed_packages() -> list[Package]:
    """(name, version, licence) of the packages the program asks for, by name."""
    found = []
    for name in wanted_packages():
        try:
            about = metadata(name)
        except PackageNotFoundError:
            continue
        found.append((name, about["Version"], _licence(about.json)))
    return sorted(found, key=lambda one: one[0].casefold())


def _licence(about: dict[str, str | list[str]]) -> str:
    """The short name: some packages put the whole text into the field."""
    for key in ("license_expression", "license"):
        text = str(about.get(key) or "").strip()
        if text and len(text) < 60 and "\n" not in text:
            return text
    marks = [str(one) for one in about.get("classifier", []) if str(one).startswith("License ::")]
    return ", ".join(mark.rpartition(":: ")[2] for mark in marks) or "-"


def licence_page() -> Iterator[str]:
    """Lines of a Markdown page: the models that set-up prepares, and the packages that are installed."""
    yield from (
        "# Licences",
        "",
        "Written by `make licences`. facecam itself: MIT licence, its icons too.",
        "",
    )
    yield from ("## Models", "", "| model | licence of its weights | where they come from |", "|---|---|---|")
    models = [(one.values["title"], one.values["licence"], one.values["lineage"]) for one in RECIPES]
    for title, licence, lineage in (*models, _LANDMARKS):
        yield f"| {_cell(title)} | {_cell(licence)} | {_cell(lineage)} |"
    cohorts = [one.values["cohort"] for one in RECIPES if one.values.get("cohort") is not None]
    for cohort in cohorts:
        yield f"| cohort for scores | {_cell(cohort.licence)} | {_cell(cohort.fitted_to)} |"
    yield from ("", "## Packages", "", "As each says of itself; `requirements.txt` says what it is for.", "")
    yield from ("| package | version | licence |", "|---|---|---|")
    for name, version, licence in installed_packages():
        yield f"| {_cell(name)} | {_cell(version)} | {_cell(licence)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
