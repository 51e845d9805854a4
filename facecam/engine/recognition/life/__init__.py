"""Signs of life of a face: the passive hint, the challenge, networks brought along."""
