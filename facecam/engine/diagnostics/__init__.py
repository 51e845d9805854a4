"""Diagnostics: the state of everything, and what is missing."""
