"""The Train tab: photos, training, result, and the test on one's own people."""
