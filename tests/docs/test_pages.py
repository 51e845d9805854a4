"""The pages of the library: they show every public name, and nothing that is not there."""

from __future__ import annotations

import importlib
import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import facecam
from facecam.core.home import PROGRAM_FOLDER

PAGES = PROGRAM_FOLDER / "docs" / "api"


def shown() -> set[str]:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES.glob("*.md"))
    names = set(re.findall(r"^::: ([\w.]+)$", text, re.MULTILINE))
    members = re.search(r"members: \[(.*)\]", text)
    assert members is not None
    return names | {f"facecam.library.pictures.{one}" for one in members[1].split(", ")}


def test_every_public_name_has_its_place() -> None:
    wanted = {f"{place}.{name}" for name, place in facecam._PLACES.items()}
    assert wanted <= shown()


def test_what_is_shown_is_there() -> None:
    for name in shown() - {"facecam.library.pictures"}:
        module, _, member = name.rpartition(".")
        assert getattr(importlib.import_module(module), member).__doc__


def test_every_page_and_every_example_is_in_the_menu() -> None:
    settings = (PROGRAM_FOLDER / "mkdocs.yml").read_text(encoding="utf-8")
    assert all(f": {page.name}" in settings for page in PAGES.glob("*.md"))
    examples = (PAGES / "examples.md").read_text(encoding="utf-8")
    for script in (PROGRAM_FOLDER / "docs" / "examples").glob("*.py"):
        assert f'--8<-- "{script.name}"\n' in examples, "else the page shows this line and no program"


def test_what_makes_them_is_pinned_within_what_the_extra_asks_for() -> None:
    lines = (PROGRAM_FOLDER / "requirements-docs.txt").read_text(encoding="utf-8").splitlines()
    pins = {
        canonicalize_name(one.name): one
        for one in map(Requirement, (line for line in lines if "#" not in line))
    }
    document = tomllib.loads((PROGRAM_FOLDER / "pyproject.toml").read_text(encoding="utf-8"))
    for wanted in map(Requirement, document["project"]["optional-dependencies"]["docs"]):
        (pin,) = pins[canonicalize_name(wanted.name)].specifier
        assert wanted.specifier.contains(pin.version), f"{wanted} is not met by {pin}"
