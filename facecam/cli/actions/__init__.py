"""Actions of commands that have several."""
