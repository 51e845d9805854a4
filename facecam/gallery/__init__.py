"""Vectors → names, and the saved database of people."""
