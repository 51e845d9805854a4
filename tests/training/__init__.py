"""Tests of facecam/training."""
