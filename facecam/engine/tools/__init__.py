"""Tools on folders of photos: compare, cluster, classify, crop, export."""
