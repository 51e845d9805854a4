"""bfloat16 is used where a trial of it is faster, not where a flag promises so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from facecam.training.trainer import arithmetic_trial
from facecam.training.trainer.arithmetic_trial import bfloat16_is_faster


@pytest.fixture
def processor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, dict[str, float]], None]:
    """A processor of these flags on which a step takes these seconds."""

    def pretend(flags: str, seconds: dict[str, float]) -> None:
        file = tmp_path / "cpuinfo"
        file.write_text(f"flags\t\t: fpu {flags}\n")
        monkeypatch.setattr(arithmetic_trial, "_CPU_FLAGS", file)
        monkeypatch.setattr(arithmetic_trial, "_step", lambda policy, depthwise: policy)
        monkeypatch.setattr(arithmetic_trial, "_fastest_s", lambda policy: seconds[policy])

    return pretend


@pytest.mark.parametrize(
    ("flags", "reduced_s", "expected"),
    [
        ("avx512_bf16", 0.7, True),
        ("avx512_bf16 amx_bf16", 0.3, True),
        ("avx512_bf16", 0.95, False),  # Too little for coarser numbers.
        ("avx512_bf16", 1.5, False),
        ("avx2 avx512f", 0.1, False),  # Not even tried.
    ],
)
def test_the_faster_kind_of_numbers_wins(processor, flags: str, reduced_s: float, expected: bool) -> None:
    processor(flags, {"float32": 1.0, "mixed_bfloat16": reduced_s})
    assert bfloat16_is_faster() is expected


def test_a_system_that_tells_no_flags_keeps_full_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arithmetic_trial, "_CPU_FLAGS", Path("nowhere"))
    assert bfloat16_is_faster() is False


@pytest.mark.parametrize("depthwise", [False, True])
@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
def test_a_trial_takes_time(policy: str, depthwise: bool) -> None:
    seconds = arithmetic_trial._fastest_s(arithmetic_trial._step(policy, depthwise))
    assert np.isfinite(seconds) and seconds > 0
