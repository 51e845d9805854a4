"""Everything a user can ask for, a room per topic. Plain Python: no Qt, no printing."""
