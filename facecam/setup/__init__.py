"""Set-up: from a fresh clone to a working program. Standard library only."""
