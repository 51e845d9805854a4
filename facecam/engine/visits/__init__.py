"""Visits: who was seen when."""
