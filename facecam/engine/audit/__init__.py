"""The audit of photos: unusable ones, near copies, wrong labels."""
