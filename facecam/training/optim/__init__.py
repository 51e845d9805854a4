"""Optimizers, learning-rate schedules, regularizers, weight averages."""
