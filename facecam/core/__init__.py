"""Words every layer uses. Imports nothing but the standard library and numpy."""

import sys

# OpenVINO brings it along, and would tell its maker of each start and leave a number in the user's folder.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
