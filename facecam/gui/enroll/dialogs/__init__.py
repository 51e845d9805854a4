"""Dialogs of the Enroll tab."""
