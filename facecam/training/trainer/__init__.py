"""The trainer: phases, steps, checkpoints, validation. Imports TensorFlow."""
