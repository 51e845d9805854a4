"""Fixtures every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the checkout; the test is skipped where it is absent."""
    folder = Path(os.environ.get("FACECAM_SHARED_DATA", SHARED_DATA))
    if not folder.is_dir():
        pytest.skip(f"real data not present at {folder}")
    return folder
