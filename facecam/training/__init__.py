"""Training: distances, miners, losses, sampling, schedules and the loop. Imports TensorFlow, as networks/ does."""
