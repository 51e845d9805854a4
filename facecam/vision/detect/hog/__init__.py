"""dlib's HOG face detector, read from its own weights."""
