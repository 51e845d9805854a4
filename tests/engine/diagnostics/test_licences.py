"""The page of licences: every model that is prepared, every package that is pinned and installed."""

from __future__ import annotations

from facecam.engine.diagnostics.licences import installed_packages, licence_page
from facecam.engine.models.catalog import RECIPES


def test_every_model_and_installed_package_has_a_line_with_its_licence() -> None:
    lines = list(licence_page())
    tables = [line for line in lines if line.startswith("|")]
    assert all(line.count(" | ") == 2 for line in tables if not line.startswith("|---"))
    for recipe in RECIPES:
        title, licence = recipe.values["title"], recipe.values["licence"]
        assert any(line.startswith(f"| {title} | {licence} | ") for line in tables)
    packages = installed_packages()
    assert {"numpy", "openvino", "PySide6_Essentials"} <= {name for name, _, _ in packages}
    for name, version, licence in packages:
        assert f"| {name} | {version} | {licence} |" in tables
    # Sets of non-commercial faces are named as what they are.
    assert any(line.startswith("| cohort for scores | no commercial use") for line in tables)
