"""The gate between a trained model and its use: verification and strangers, with intervals."""
