"""dlib's five facial landmarks: a forest of regression trees."""
