"""The MTCNN face detector: three networks in a cascade."""
