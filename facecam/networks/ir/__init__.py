"""Networks written straight for OpenVINO from their weight files: nothing here needs TensorFlow."""
