"""Fixtures of the tests of embedding."""

from tests.engine.fixtures import heads

__all__ = ["heads"]
