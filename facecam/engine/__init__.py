"""One module per thing a user can ask for. Plain Python: no Qt, no printing."""
