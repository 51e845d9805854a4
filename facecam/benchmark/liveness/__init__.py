"""Liveness benchmark: photos held to a camera against films of people, by the same camera."""
