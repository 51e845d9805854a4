"""Networks: Keras definitions of those that are trained, and those that only run, for OpenVINO (`ir`).

Which library computes for Keras is chosen here, before any module of this package imports it: TensorFlow, whatever a
user prefers elsewhere by `KERAS_BACKEND`. Distillation alone also runs on JAX, with `FACECAM_KERAS_BACKEND=jax`.
"""

import os

os.environ["KERAS_BACKEND"] = os.environ.get("FACECAM_KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
