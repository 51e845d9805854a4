"""From a fresh clone to a working program. Standard library only."""
