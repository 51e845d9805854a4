"""The application: window, tabs, settings, reports, maintenance."""
