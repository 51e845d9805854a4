"""Tests of facecam/setup."""
