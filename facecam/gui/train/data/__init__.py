"""Training photos in the Train tab."""
