"""The side panel of the Live tab."""
