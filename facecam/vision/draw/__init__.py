"""Drawing on images: boxes, text, preview windows, video files."""
