"""Local service for other programs."""
