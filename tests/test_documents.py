"""Paths that the documents name are there: whoever follows them finds a file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
_ROOMS = {path.name for path in (ROOT / "facecam").iterdir() if path.is_dir() and path.name != "__pycache__"}
_NAMED = re.compile(r"`((?:facecam|tests|docs|assets|\w+)/[\w./-]*\w)(?::\w+)?`")


def _is_one_of_ours(name: str) -> bool:
    return name.startswith(("facecam/", "tests/", "docs/")) or name.split("/")[0] in _ROOMS - {"core"}


def _is_there(name: str) -> bool:
    places = (ROOT / name, ROOT / "facecam" / name, ROOT / "facecam" / "engine" / name)
    return any(place.exists() or place.with_name(place.name + ".py").exists() for place in places)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_paths_in_documents_lead_somewhere(document: Path) -> None:
    if document.name == "CHANGELOG.md":
        pytest.skip("it tells of files of their time")
    named = [name for name in _NAMED.findall(document.read_text(encoding="utf-8")) if _is_one_of_ours(name)]
    assert [name for name in named if not _is_there(name)] == []


def test_the_architecture_names_files() -> None:
    names = _NAMED.findall((ROOT / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8"))
    assert len([name for name in names if _is_there(name)]) > 15


#: Of models, exports and what else is named by the folder it is in, or by the person who asked for it.
_NOT_KEPT_OF_PEOPLE = frozenset(
    (
        "weights.npz",
        "cohort.npz",
        "model.xml",
        "published",
        "refused.json",
        "settings",
        "ungrouped",
        "bounding_boxes.txt",
    )
)
_NAME_OF_A_FILE = re.compile(
    r'^_?[A-Z_]*(?:FILE|FOLDER|PREFIX|CHIPS|VECTORS|UNFINISHED|PASSING|_NOTES)(?:: Final)? = "([^"]+)"',
    re.MULTILINE,
)


def test_privacy_names_whatever_the_program_keeps() -> None:
    """By the constants with which files and folders of people, their database and their caches are called."""
    page = (ROOT / "docs" / "PRIVACY.md").read_text(encoding="utf-8")
    table = page.partition("## Where everything is")[2].partition("## Rights")[0]
    rooms = [ROOT / "facecam" / room for room in ("core", "gallery", "engine")]
    names = {
        name
        for room in rooms
        for module in room.rglob("*.py")
        if not {"runs", "training_jobs"} & set(module.parts)  # Their folder is `runs/`.
        for name in _NAME_OF_A_FILE.findall(module.read_text(encoding="utf-8"))
    }
    assert {"photos-seen", "no-faces.json", "CURRENT"} <= names
    missing = {
        name for name in names - _NOT_KEPT_OF_PEOPLE if not name.endswith(".lock") and name not in table
    }
    missing -= {"person-"}  # How folders of people are called while they are encrypted.
    assert missing == set()
