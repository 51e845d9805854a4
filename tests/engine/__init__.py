"""Tests of facecam/engine."""
