"""The quick head: a small layer on a frozen model's embeddings. NumPy only."""
