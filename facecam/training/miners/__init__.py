"""Mining: which triplets of a batch are trained on. NumPy and Numba only."""
