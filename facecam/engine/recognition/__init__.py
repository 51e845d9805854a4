"""Recognition of pictures and streams: detections, tracks, matches, verdicts."""
