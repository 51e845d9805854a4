"""Losses over embeddings and over classes. Imports TensorFlow."""
