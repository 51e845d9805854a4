"""Tests of facecam/gui/widgets."""
