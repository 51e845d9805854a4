"""The photos in `data/`: folders, names, notes, choices, and what is remembered about files."""
