"""The picture of the Live tab."""
