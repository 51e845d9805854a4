"""Words every layer uses. Imports nothing but the standard library and numpy."""
