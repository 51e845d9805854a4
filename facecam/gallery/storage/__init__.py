"""Storage of galleries: generations on disk, imports, exports, the audit trail."""
