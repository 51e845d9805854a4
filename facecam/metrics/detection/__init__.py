"""Metrics of detection, and formats of marked boxes."""
