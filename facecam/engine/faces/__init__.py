"""The faces of photo files: found, chosen, cut out, embedded."""
