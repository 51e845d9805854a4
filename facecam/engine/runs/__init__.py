"""Training runs on disk: layout, locks, records, and whose photos they learned from."""
