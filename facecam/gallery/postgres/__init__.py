"""PostgreSQL with pgvector as the home of a gallery that many stations share."""
