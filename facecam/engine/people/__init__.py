"""Enrolled people: listed, renamed, merged, deleted, and their pages."""
