"""Distillation: a student network learns the vectors of a teacher from unlabelled faces."""
