"""Colors, icons and the stylesheet."""
