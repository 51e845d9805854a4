"""A live run for a window: session, view, recorder, unknown faces, clicks on faces."""
