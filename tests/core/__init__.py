"""Tests of facecam/core."""
