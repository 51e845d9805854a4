"""Tests of facecam/library."""
