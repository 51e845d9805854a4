"""Lists of the Enroll tab: people, photos, verdicts."""
