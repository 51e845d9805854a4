"""What every part of the window shares: context, background jobs, preferences, translation."""
