"""Sources of frames: cameras, streams, films, folders."""
