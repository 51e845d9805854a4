"""Evaluation of a model on photos: verification, identification, open set, quality limits."""
