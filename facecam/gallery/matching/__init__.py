"""Matching: distances and scores from probes to people, verdicts, and groups of faces."""
