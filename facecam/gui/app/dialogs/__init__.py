"""Dialogs of the application: settings, help, backup, encryption, erasure."""
