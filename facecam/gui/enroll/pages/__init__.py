"""Pages of the Enroll tab."""
