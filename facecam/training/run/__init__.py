"""A run folder, and the protocol between program and worker. No TensorFlow."""
