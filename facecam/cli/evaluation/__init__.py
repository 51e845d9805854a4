"""The kinds of `evaluate`."""
