"""Learning rates by hand, and files of them."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from facecam.core.errors import ConfigError, DataError
from facecam.training.config.options import TrainOptions
from facecam.training.optim.schedule_file import read_schedule
from facecam.training.optim.schedules import Schedule, build_schedule


def built(name: Any, **options: Any) -> Schedule:
    flags = {
        "factor": "decay_factor",
        "every": "decay_epochs",
        "warm_up": "warm_up_epochs",
        "file": "schedule_file",
    }
    given = {flags[short]: value for short, value in options.items()}
    return build_schedule(TrainOptions(schedule=name, learning_rate=0.1, epochs=20, **given))


def rates(schedule: Schedule, *epochs: float) -> list[float | None]:
    return [schedule.rate(epoch) for epoch in epochs]


class TestByName:
    def test_constant(self) -> None:
        assert rates(built("constant"), 0, 7.5, 1e6) == [0.1, 0.1, 0.1]

    def test_exponential_is_a_staircase(self) -> None:
        found = rates(built("exponential", factor=0.5, every=4), 0, 3.99, 4, 8, 400)
        assert found[:4] == pytest.approx([0.1, 0.1, 0.05, 0.025])
        assert found[4] == pytest.approx(0.1 * 0.5**100)

    def test_step_drops_at_multiples_and_not_after_the_end(self) -> None:
        assert rates(built("step", every=8), 0, 7.9, 8, 16, 23) == pytest.approx(
            [0.1, 0.1, 0.01, 0.001, 0.001]
        )

    def test_cosine_halves_in_the_middle_and_ends_at_nothing(self) -> None:
        found = rates(built("cosine"), 0, 5, 10, 20, 25)
        assert found == pytest.approx([0.1, 0.1 * (1 + math.cos(math.pi / 4)) / 2, 0.05, 0, 0])

    def test_cosine_with_warm_up_rises_to_the_wave(self) -> None:
        schedule = built("cosine", warm_up=2)
        top = built("cosine").rate(2)
        assert top is not None
        assert rates(schedule, 1, 2) == pytest.approx([top / 2, top])
        assert 0 < (schedule.rate(0) or 0) < 0.001
        assert schedule.rate(10) == pytest.approx(0.05)

    def test_one_cycle_up_and_down(self) -> None:
        assert rates(built("one_cycle"), 0, 6, 20) == pytest.approx([0.1 / 25, 0.1, 0.1 / 25e4])
        assert built("one_cycle", warm_up=10).rate(10) == pytest.approx(0.1)

    def test_unknown(self) -> None:
        with pytest.raises(ConfigError) as caught:
            built("linear")
        assert "one_cycle" in caught.value.hint

    def test_file_without_a_file(self) -> None:
        with pytest.raises(ConfigError) as caught:
            built("file")
        assert "--schedule-file" in caught.value.hint


class TestPlateau:
    def test_drops_after_epochs_without_progress(self) -> None:
        schedule = built("plateau", every=2)
        seen = []
        for metric in (0.5, 0.6, 0.6, 0.55, 0.7, 0.7, 0.7, 0.7):
            schedule.observe(metric)
            seen.append(schedule.rate(0))
        assert seen == pytest.approx([0.1, 0.1, 0.1, 0.01, 0.01, 0.01, 0.001, 0.001])

    def test_nan_is_no_progress(self) -> None:
        schedule = built("plateau", factor=0.5, every=1)
        for metric, expected in ((-3.0, 0.1), (-2.0, 0.1), (math.nan, 0.05), (-2.5, 0.025), (-1.0, 0.025)):
            schedule.observe(metric)
            assert schedule.rate(0) == expected

    def test_goes_on_where_it_was_saved(self) -> None:
        whole, resumed = built("plateau", every=2, warm_up=1), built("plateau", every=2, warm_up=1)
        for metric in (0.5, 0.4, 0.4, 0.4):
            whole.observe(metric)
        resumed.set_state(json.loads(json.dumps(whole.get_state())))
        for metric in (0.45, 0.6, 0.6, 0.6):
            whole.observe(metric)
            resumed.observe(metric)
            assert resumed.rate(3) == whole.rate(3)

    def test_the_others_have_no_state(self) -> None:
        for name in ("constant", "exponential", "step", "cosine", "one_cycle"):
            schedule = built(name)
            schedule.observe(0.1)
            assert schedule.get_state() == {}
            schedule.set_state({})


class TestFile:
    def read(self, folder: Path, text: str | bytes) -> tuple[tuple[int, float], ...]:
        path = folder / "rates 🙂.txt"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_schedule(path)

    def test_the_last_line_that_is_not_later_counts(self, tmp_path: Path) -> None:
        self.read(tmp_path, "\ufeff# rates\n0: 0.1\n\n 3 : 1e-2 # less\r\n5:0.001\n8: -1\n")
        file = tmp_path / "rates 🙂.txt"
        schedule = built("file", file=file)
        assert rates(schedule, 0, 2.9, 3, 4.5, 5, 7.99, 8, 100) == [
            0.1,
            0.1,
            0.01,
            0.01,
            0.001,
            0.001,
            None,
            None,
        ]
        assert built("file", file=file, warm_up=2).rate(1) == 0.05

    def test_files_that_count_from_one(self, tmp_path: Path) -> None:
        assert self.read(tmp_path, "1: 0.1\n4: 0.2") == ((0, 0.1), (4, 0.2))

    def test_by_name(self, tmp_path: Path) -> None:
        self.read(tmp_path, "0: 0.3\n")
        assert built("file", file=tmp_path / "rates 🙂.txt").rate(1) == 0.3

    @pytest.mark.parametrize(
        ("text", "message", "hint"),
        [
            ("0: 0.1\n# x\n3 0.2\n", "line 3: '3 0.2' is not `epoch: rate`", "lines such as"),
            ("0: 0.1\n3: 0.2: 1\n", "line 2", "lines such as"),
            ("0: 0.1\nx: 0.2\n", "line 2: 'x' is not an epoch", "whole number"),
            ("0: 0.1\n-3: 0.2\n", "line 2: '-3' is not an epoch", "whole number"),
            ("0: 0.1\n²: 0.2\n", "line 2: '²' is not an epoch", "whole number"),
            ("0: 0.1\n3: 0,2\n", "line 2: '0,2' is not a learning rate", "decimal point"),
            ("0: 0.1\n3: 0\n", "line 2: '0' is not a learning rate", "above 0"),
            ("0: 0.1\n3: -2\n", "line 2: '-2' is not a learning rate", "-1 to stop"),
            ("0: nan\n", "line 1: 'nan' is not a learning rate", "above 0"),
            ("0: inf\n", "line 1: 'inf' is not a learning rate", "above 0"),
            ("0: 0.1\n5: 0.2\n5: 0.3\n", "line 3: epoch 5 comes after epoch 5", "Sort"),
            ("0: 0.1\n5: 0.2\n3: 0.3\n", "line 3: epoch 3 comes after epoch 5", "Sort"),
            ("7: 0.1\n", "line 1: the first epoch is 7", "epoch 0"),
            ("0: -1\n", "stops before it starts", "above 0"),
            ("# nothing\n\n", "no learning rate", "lines such as"),
            ("", "no learning rate", "lines such as"),
            (b"\xff\xfe0\x00", "cannot read", "--schedule-file"),
            ("#" * 1_000_001, "larger than 1 MB", "lines such as"),
        ],
    )
    def test_faults_say_the_line_and_the_cure(
        self, tmp_path: Path, text: str | bytes, message: str, hint: str
    ) -> None:
        with pytest.raises((ConfigError, DataError)) as caught:
            self.read(tmp_path, text)
        assert message in caught.value.message
        assert hint in caught.value.hint

    @pytest.mark.parametrize("name", ["missing.txt", "", "a\0b", "x" * 300])
    def test_files_that_cannot_be_read(self, tmp_path: Path, name: str) -> None:
        with pytest.raises((ConfigError, DataError), match="(cannot|could not) read"):
            read_schedule(tmp_path / name)
