"""Tests of the Live tab."""
