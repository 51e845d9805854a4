"""Keras definitions of the networks; with `training`, the only importer of TensorFlow."""
