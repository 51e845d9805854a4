"""Training data: splits, chips, samplers, augmentation, input pipelines."""
