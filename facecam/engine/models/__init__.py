"""Models: the catalog, preparation, models brought along, cohorts, export."""
