"""Finding faces: several detectors behind one protocol."""
