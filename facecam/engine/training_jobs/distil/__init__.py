"""Distillation: a start for ResNet50 from unlabeled faces."""
