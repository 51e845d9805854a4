"""The Enroll tab: who is known, by which photos, and how somebody becomes known."""
