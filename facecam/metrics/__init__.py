"""Metrics of recognition: pure functions of distances, labels and boxes."""
