"""Changes of people as transactions: written down first, finished or taken back after a crash."""
