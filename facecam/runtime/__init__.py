"""Running networks fast. OpenVINO only; TensorFlow is never imported here."""
