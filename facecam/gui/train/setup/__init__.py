"""Training settings in the Train tab."""
