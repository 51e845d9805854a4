"""Tests of facecam/gui."""
