"""The detection benchmark: known faces in made scenes, and marked pictures."""
