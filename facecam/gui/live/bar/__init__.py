"""The control bar of the Live tab."""
