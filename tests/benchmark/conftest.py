"""Fixtures of the tests of benchmarks."""

from tests.engine.fixtures import enrolled, faces, heads, models_opened_once, studio

__all__ = ["enrolled", "faces", "heads", "models_opened_once", "studio"]
