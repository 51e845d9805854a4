"""Networks: Keras definitions of those that are trained, and those that only run, for OpenVINO (`ir`)."""
