"""Still images: read, limited, aligned, judged, saved."""
