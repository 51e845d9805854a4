"""Training options and presets. No TensorFlow."""
