"""Training: losses, miners, data, optimizers and the trainer. Imports TensorFlow, as networks/ does."""
