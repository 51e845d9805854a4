"""Encryption of what is kept: streams, files at rest, where the key comes from."""
