"""Enrollment: choosing photos, guiding in front of a webcam, rejections, rebuilding the gallery."""
