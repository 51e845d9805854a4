"""A network ready to run."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
import openvino as ov

from facecam.core.errors import WeightsError
from facecam.core.heap import keeps_memory
from facecam.core.held_files import HOLDS_FILES
from facecam.core.types import FloatArray, ImageArray
from facecam.runtime.card import InputSpec
from facecam.runtime.channel_groups import in_channel_groups
from facecam.runtime.per_thread import PerThread

Precision = Literal["f32", "bf16", "f16"]

#: Inputs with more bytes, such as photos, run one after the other in one request of their network: each request
#: keeps its answers, and the network runs on all cores anyway.
_LARGE_BYTES = 1_000_000
#: Steps made for one size of input that are kept for the next of that size: those of about eight sizes, so that frames
#: and close looks by turns cost nothing. Left alone, OpenVINO keeps 5,000: 4 MB more for each size of photo seen.
_STEPS_KEPT = 256

_log = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def openvino_core() -> ov.Core:
    """The one OpenVINO core of this process."""
    core = ov.Core()
    # Windows neither moves nor deletes what is mapped, and models are replaced while they are in use.
    core.set_property({"ENABLE_MMAP": not HOLDS_FILES})
    core.set_property("CPU", {"CPU_RUNTIME_CACHE_CAPACITY": str(_STEPS_KEPT)})
    return core


# OpenVINO fills its tables of number types at the first call. Two threads whose first calls meet wait for each other
# for ever, one for the interpreter's lock and one for the table's; under the lock of an import there is only one.
ov.Type.f32.to_dtype()
ov.Tensor(np.zeros(1, np.float32))


class RunningModel:
    """A compiled model with one request for each thread, that gives back what it keeps when room is made.

    Args:
        model: see `openvino.Core.compile_model`.
    """

    def __init__(self, model: ov.CompiledModel) -> None:
        self._model = model
        self._requests = PerThread(model.create_infer_request)
        self._counting = threading.Lock()
        self._running = 0
        keeps_memory(self)

    def request(self) -> ov.InferRequest:
        """This thread's own."""
        return self._requests.here()

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Nothing is given back while it runs and its answers are read."""
        with self._counting:
            self._running += 1
        try:
            yield
        finally:
            with self._counting:
                self._running -= 1

    def release_memory(self) -> None:
        """Give back what is kept between two runs, unless it is running just now."""
        with self._counting:
            if not self._running:
                self._release()

    def _release(self) -> None:
        self._model.release_memory()


class CompiledNetwork(RunningModel):
    """A network compiled for this processor, callable from several threads at once.

    Args:
        path: an OpenVINO `.xml` (its `.bin` beside it) or an `.onnx` file.
        precision: arithmetic inside the network; inputs and outputs stay float32.
        threads: processor threads to use; None lets the runtime choose.

    Raises:
        WeightsError: the file is missing or is not a network.

    Example:
        `outputs = CompiledNetwork(Path("weights/x/model.xml"))(chips)`
    """

    def __init__(self, path: Path, *, precision: Precision = "f32", threads: int | None = None) -> None:
        self.path = path
        self.precision = precision
        super().__init__(_compile(in_channel_groups(read_network(path)), path, precision, threads))
        self._large = threading.Lock()
        self._large_request: ov.InferRequest | None = None

    def __call__(self, *inputs: np.ndarray) -> list[np.ndarray]:
        """Run once.

        Args:
            inputs: one array per input of the network, in its order.

        Returns:
            One float32 array per output, in the network's order; the caller owns them.
        """
        with self.in_use():
            return self._answers(inputs)

    def _answers(self, inputs: Sequence[np.ndarray]) -> list[np.ndarray]:
        if sum(one.nbytes for one in inputs) > _LARGE_BYTES:
            with self._large:
                self._large_request = self._large_request or self._model.create_infer_request()
                return self._run(self._large_request, inputs)
        return self._run(self.request(), inputs)

    def _run(self, request: ov.InferRequest, inputs: Sequence[np.ndarray]) -> list[np.ndarray]:
        results = request.infer(dict(enumerate(inputs)), share_inputs=True, share_outputs=True)
        return [np.array(results[index]) for index in range(len(self._model.outputs))]

    def _release(self) -> None:
        self._large_request = None
        super()._release()

    @property
    def input_shapes(self) -> list[str]:
        """Partial shapes of the inputs as text, such as `[?,150,150,3]`."""
        return [str(port.partial_shape) for port in self._model.inputs]


def network_input(pictures: ImageArray, spec: InputSpec) -> FloatArray:
    """What a network is given for pictures uint8 (N, H, W, 3) RGB: float32, colors and axes in its card's order."""
    values = pictures[..., ::-1] if spec.channels == "BGR" else pictures
    batch: FloatArray = values.astype(np.float32)
    if not spec.normalised_inside:
        batch -= np.asarray(spec.mean, np.float32)
        batch /= np.asarray(spec.std, np.float32)
    return np.ascontiguousarray(batch.transpose(0, 3, 1, 2) if spec.layout == "NCHW" else batch)


def read_network(path: Path) -> ov.Model:
    """Read an OpenVINO or ONNX file.

    Raises:
        WeightsError: missing, or not a network.
    """
    if not path.is_file():
        raise WeightsError(
            f"the network file {path} is missing",
            hint="Run `python main.py models prepare` to build the models again.",
        )
    try:
        return openvino_core().read_model(path)
    except (RuntimeError, ValueError) as error:  # ValueError: its message holds bytes that are no text.
        raise WeightsError(
            f"{path} is not a readable network: {_first_line(error)}",
            hint="Run `python main.py models verify` to see which models are damaged.",
        ) from error


def _compile(model: ov.Model, path: Path, precision: Precision, threads: int | None) -> ov.CompiledModel:
    options: dict[str, object] = {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": precision,
    }
    if threads is not None:
        options["INFERENCE_NUM_THREADS"] = threads
    try:
        return openvino_core().compile_model(model, "CPU", options)
    except RuntimeError as error:
        raise WeightsError(
            f"{path} cannot be compiled for this processor: {_first_line(error)}",
            hint="Run `python main.py doctor`; if the file came from elsewhere, export it again.",
        ) from error


def processor_precisions() -> Sequence[Precision]:
    """Reduced precisions this processor computes natively, best first."""
    capabilities = openvino_core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return [name for name in ("bf16", "f16") if {"bf16": "BF16", "f16": "FP16"}[name] in capabilities]


def processor_name() -> str:
    """The processor's name as the runtime reports it."""
    return str(openvino_core().get_property("CPU", "FULL_DEVICE_NAME"))


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
