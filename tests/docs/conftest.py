"""Fixtures of the tests of docs."""

from tests.engine.fixtures import heads, models_opened_once

__all__ = ["heads", "models_opened_once"]
