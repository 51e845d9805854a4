"""Progress and results in the Train tab."""
