"""Training jobs: from photos to a model in use."""
