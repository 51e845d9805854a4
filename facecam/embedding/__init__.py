"""Chips to unit vectors."""
