"""Fixtures of the tests of vision."""

from tests.engine.fixtures import heads

__all__ = ["heads"]
