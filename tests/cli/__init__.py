"""Tests of facecam/cli."""
