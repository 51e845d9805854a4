"""`train` and `runs` on the command line: flags become options, events become lines."""

from __future__ import annotations

import _thread
import argparse
import dataclasses
import json
import time
from pathlib import Path

import pytest

from facecam.cli import train
from facecam.cli.actions import legacy, legacy_train, train_sweep
from facecam.cli.main import main
from facecam.cli.terminal.flags import Parser
from facecam.core.config import Settings
from facecam.core.encryption.data_keys import MAGIC
from facecam.core.errors import ConfigError, FacecamError
from facecam.core.events import Metrics, Notice, Progress
from facecam.engine.runs.lock import held
from facecam.engine.training_jobs.request import TrainOutcome
from facecam.engine.training_jobs.sweep import SweepTrial
from facecam.training.config.options import TrainOptions
from facecam.training.config.preset import find_preset
from facecam.training.gate.verification import GateReport, ModelScores
from facecam.training.run.folder import RunFolder, write_json
from tests.cli.conftest import Run

GATE = GateReport(
    ModelScores("new", {1e-2: 0.9, 1e-3: None}, 0.99, 0.02, 10, 1000),
    ModelScores("old", {1e-2: 0.8, 1e-3: None}, 0.98, 0.03, 10, 1000),
    "better",
    0.97,
    5,
    3,
    "new is better than old.",
)


def parsed(*flags: str) -> argparse.Namespace:
    parser = Parser(prog="main.py train", allow_abbrev=False)
    train.add_arguments(parser)
    return parser.parse_args(flags)


def older(*flags: str) -> argparse.Namespace:
    parser = Parser(prog="main.py", allow_abbrev=False)
    legacy.add_arguments(parser)
    return parser.parse_args(["-t", "True", *flags])


def test_every_option_has_its_flag_and_flags_beat_the_preset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rates.txt").write_text("0: 0.1", encoding="utf-8")
    arguments = parsed(
        "--margin", "0.3", "--ema", "--augment", "no", "--schedule", "file", "--schedule-file", "rates.txt"
    )
    assert all(hasattr(arguments, field.name) for field in dataclasses.fields(TrainOptions))
    preset = find_preset("fine-tune")
    options = train.options_from(arguments, preset)
    assert (options.margin, options.ema, options.augment) == (0.3, True, False)
    assert options.schedule_file == Path("rates.txt") and options.backbone == preset.options.backbone


def test_without_a_preset_the_flags_say_which_is_meant() -> None:
    assert train.preset_name(parsed()) == train.preset_name(parsed("--hold-out", "person")) == "quick"
    assert train.preset_name(parsed("--epochs", "3")) == train.preset_name(parsed("--method", "network"))
    assert train.preset_name(parsed("--epochs", "3")) == "fine-tune"
    assert train.preset_name(parsed("--wrong-labels", "leave_out", "--stranger-photos", "others")) == "quick"
    assert train.preset_name(parsed("--preset", "att-scratch", "--epochs", "3")) == "att-scratch"
    with pytest.raises(ConfigError, match="--epochs is for training a network"):
        train.preset_name(parsed("--method", "head", "--epochs", "3"))


def test_an_unknown_flag_is_answered_with_a_similar_one() -> None:
    with pytest.raises(ConfigError) as caught:
        parsed("--learning-rat", "1")
    assert "--learning-rate" in caught.value.hint


def test_older_flags_become_options(tmp_path: Path) -> None:
    preset = find_preset("fine-tune").options
    options = legacy_train.older_options(older("-e", "3", "-bs", "32", "-lr", "0.001", "-m", "0.4"), preset)
    assert (options.epochs, options.batch_size, options.learning_rate, options.margin) == (3, 32, 0.001, 0.4)
    plain = legacy_train.older_options(older(), preset)
    assert plain.epochs == 20 and plain.learning_rate == preset.learning_rate
    (tmp_path / "weights.npz").write_bytes(b"")
    named = legacy_train.older_options(older("-wp", str(tmp_path)), preset)
    assert named.start == str(tmp_path / "weights.npz")
    with pytest.raises(ConfigError, match="no weights"):
        legacy_train.older_options(older("-wp", str(tmp_path / "other")), preset)


def pretend(monkeypatch: pytest.MonkeyPatch, outcome: TrainOutcome | FacecamError) -> list[object]:
    """A training that is over at once; returns the requests it was given."""
    asked: list[object] = []

    def run_training(settings, request, *, on_event, cancel):  # type: ignore[no-untyped-def]
        asked.append(request)
        on_event(Progress("epochs", 1, 1))
        on_event(
            Metrics("train", 1, {"loss": 0.5, "learning_rate": 1e-4, "epoch": 0.0, "gone": float("nan")})
        )
        on_event(Metrics("validate", 1, {"tar": 0.9, "auc": 0.99, "epoch": 1.0}))
        on_event(Notice("look", "here"))
        if isinstance(outcome, FacecamError):
            raise outcome
        return outcome

    monkeypatch.setattr("facecam.cli.actions.train_run.run_training", run_training)
    return asked


def test_a_training_tells_what_happens_and_what_became_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = pretend(monkeypatch, TrainOutcome(tmp_path, "mine", GATE, True, False))
    assert main(["train", "--epochs", "7", "--name", "mine", "--weights", str(tmp_path)]) == 0
    printed = capsys.readouterr()
    assert asked[0].options.epochs == 7 and asked[0].name == "mine"  # type: ignore[attr-defined]
    assert "model mine: now in use" in printed.out and "97%" in printed.out
    assert "loss 0.5" in printed.err and "TAR at FAR 1 % 90.0%" in printed.err and "look" in printed.err


def test_a_model_kept_out_of_use_says_why_and_how_to_use_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = TrainOutcome(tmp_path, "mine", GATE, False, False, caution="Nobody has tried it.")
    pretend(monkeypatch, kept)
    assert main(["train", "--weights", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "model mine: kept, not in use" and "Nobody has tried it." in lines
    assert "to use it: python main.py models deploy mine, then people rebuild" in lines
    pretend(monkeypatch, dataclasses.replace(kept, usable=False))
    assert main(["train", "--weights", str(tmp_path)]) == 0
    assert (
        "python main.py models calibrate mine --photos DIR, then models deploy mine"
        in capsys.readouterr().out
    )
    pretend(monkeypatch, kept)
    assert main(["train", "--json", "--weights", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["caution"] == "Nobody has tried it."


def test_json_has_stdout_to_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend(
        monkeypatch, TrainOutcome(tmp_path, "mine", dataclasses.replace(GATE, verdict="worse"), False, False)
    )
    assert main(["train", "--json", "--weights", str(tmp_path)]) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["event"] for line in lines] == ["progress", "metrics", "metrics", "notice", "outcome"]
    assert "gone" not in lines[1]["values"]
    assert lines[-1]["gate"]["candidate"]["tar_at_far"]["0.01"] == 0.9 and not lines[-1]["deployed"]


def test_ctrl_c_stops_and_says_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run_training(settings, request, *, on_event, cancel):  # type: ignore[no-untyped-def]
        time.sleep(0.2)  # Into the wait for the end, as a user would.
        _thread.interrupt_main()
        assert cancel.wait(60)
        return TrainOutcome(tmp_path / "2026-01-31-quick-1", None, None, False, True)

    monkeypatch.setattr("facecam.cli.actions.train_run.run_training", run_training)
    assert main(["train", "--weights", str(tmp_path)]) == 0
    assert "train --resume 2026-01-31-quick-1" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        "train --epochs 3", "train --max-minutes 1", "train --preset quick", "train --name x", "train --ema false",
        "distil --steps 3", "distil --images faces.zip", "distil --start random", "distil --name x", "distil --prepare",
    ],
)  # fmt: skip
def test_an_option_that_a_run_which_goes_on_would_not_follow_is_refused(
    words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words.split(), "--resume", "--weights", str(tmp_path / "weights")]) == 2
    assert f"--resume and {words.split()[1]} do not go together\n" in capsys.readouterr().err


def test_in_a_new_home_the_cure_is_to_enroll_and_a_missing_sweep_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = ["--data", str(tmp_path / "data"), "--weights", str(tmp_path)]
    for words, what, cure in (
        (["train"], "no photos of anybody", "enroll NAME"),
        (["people", "check"], "no photos of anybody", "enroll NAME"),
        (["train", "--sweep", str(tmp_path / "gone.toml")], "gone.toml does not exist", "spelling"),
    ):
        assert main([*words, *places]) == 2
        first, second = capsys.readouterr().err.splitlines()
        assert what in first and cure in second


def test_a_fault_is_two_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend(monkeypatch, ConfigError("what is wrong", hint="what to do"))
    assert main(["train", "--weights", str(tmp_path)]) == 2
    assert capsys.readouterr().err.splitlines()[-2:] == ["facecam: what is wrong", "  what to do"]
    assert main(["train", "--resume", "--weights", str(tmp_path / "weights")]) == 2
    assert "no run to continue" in capsys.readouterr().err


def test_photos_that_cannot_be_used_are_a_fault_in_the_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend(monkeypatch, TrainOutcome(tmp_path, "mine", GATE, True, False, unusable=2))
    assert main(["train", "--json", "--weights", str(tmp_path)]) == 1
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["unusable"] == 2


def test_the_model_in_use_is_not_kept_unused_and_a_quick_run_has_no_epochs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from facecam.engine.runs.records import write_outcome
    from facecam.training.data.split import Split

    shared = ["--weights", str(tmp_path / "weights")]
    run = RunFolder(tmp_path / "runs" / "2026-01-02-quick-1")
    run.path.mkdir(parents=True)
    quick = find_preset("quick")
    job = {"preset": "quick", "name": "quick-1", "started": "2026-01-02T00:00:00+00:00", "epochs": 1}
    run.write_plan(quick, quick.options, Split((), (), (), "photo"), job)
    write_outcome(run, "finished", seconds=3.0, model="quick-1", gate=GATE, deployed=True)
    (tmp_path / "weights" / "quick-1").mkdir(parents=True)
    (tmp_path / "weights" / "quick-1" / "card.json").write_text("{}")
    (tmp_path / "weights" / "deployed.json").write_text('{"model": "quick-1"}')
    assert main(["runs", "list", *shared]) == 0
    line = capsys.readouterr().out
    assert "quick-1 (in use)" in line and "epoch" not in line
    assert main(["runs", "keep", "2026-01-02-quick-1", *shared]) == 2
    assert "is the model in use" in capsys.readouterr().err
    assert "decision" not in run.outcome.read_text()


def test_presets_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--list-presets"]) == 0
    assert capsys.readouterr().out.startswith("quick ")
    assert main(["train", "--list-presets", "--json"]) == 0
    assert {"quick", "fine-tune"} <= {one["name"] for one in json.loads(capsys.readouterr().out)}


def test_runs_are_listed_shown_and_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from facecam.engine.runs.records import write_outcome
    from facecam.training.config.preset import Preset
    from facecam.training.data.split import Split

    shared = ["--weights", str(tmp_path / "weights")]
    assert main(["runs", "list", *shared]) == 0
    assert "no runs yet" in capsys.readouterr().out
    for number, margin in ((1, 0.2), (2, 0.4)):
        run = RunFolder(tmp_path / "runs" / f"2026-01-0{number}-quick-1")
        run.path.mkdir(parents=True)
        options = TrainOptions(margin=margin)
        run.write_plan(
            Preset("quick", "Quick", "", options),
            options,
            Split((), (), (), "photo"),
            {
                "preset": "quick",
                "name": f"quick-{number}",
                "started": f"2026-01-0{number}T00:00:00+00:00",
                "epochs": 1,
            },
        )
        if number == 2:
            write_outcome(run, "finished", seconds=3.0, model="quick-2", gate=GATE, deployed=True)
    assert main(["runs", "list", *shared]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("2026-01-02-quick-1") and "quick-2 (was in use)" in lines[0]
    assert "interrupted" in lines[1] and "epoch 0/1" in lines[1]
    assert main(["runs", "show", "2026-01-02-quick-1", "--json", *shared]) == 0
    assert json.loads(capsys.readouterr().out)["gate"]["verdict"] == "better"
    assert main(["runs", "compare", "2026-01-01-quick-1", "2026-01-02-quick-1", *shared]) == 0
    assert "margin: 0.2 | 0.4" in capsys.readouterr().out
    assert main(["runs", "keep", "2026-01-02-quick-1", *shared]) == 0
    assert "quick-2 stays unused" in capsys.readouterr().out
    assert main(["runs", "show", "nothing", *shared]) == 2
    write_json(tmp_path / "runs" / "2026-01-01-quick-1" / "job.json", {})
    assert main(["runs", "list", "--json", *shared]) == 0


def test_a_run_is_deleted_after_asking(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "runs" / "2026-01-01-quick-1"
    (folder / "checkpoints").mkdir(parents=True)
    write_json(folder / "job.json", {})
    elsewhere = tmp_path / "mine"
    elsewhere.mkdir()
    write_json(elsewhere / "job.json", {})
    shared = ["--weights", str(tmp_path / "weights")]
    for name in ("nothing", "../mine", str(elsewhere), "", "."):
        assert main(["runs", "delete", name, "--yes", *shared]) == 2
        assert "there is no run" in capsys.readouterr().err
    monkeypatch.setattr("builtins.input", lambda question="": "n")
    assert main(["runs", "delete", folder.name, *shared]) == 0 and folder.is_dir()
    with held(folder):
        assert main(["runs", "delete", folder.name, "--yes", *shared]) == 2 and folder.is_dir()
    capsys.readouterr()
    (tmp_path / "weights" / "quick-1").mkdir(parents=True)
    (tmp_path / "weights" / "quick-1" / "card.json").write_text("{}")
    write_json(folder / "outcome.json", {"model": "quick-1"})
    assert main(["runs", "delete", folder.name, "--yes", "--json", *shared]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out) == {"run": folder.name, "deleted": True}
    assert said.err.startswith("quick-1, which it made, stays; only the run knows on whose photos")
    assert not folder.exists() and elsewhere.is_dir()


def test_a_run_whose_key_is_lost_is_named_beside_the_others_and_can_be_deleted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shared = ["--weights", str(tmp_path / "weights")]
    for name in ("one", "two"):
        (tmp_path / "runs" / name).mkdir(parents=True)
        write_json(tmp_path / "runs" / name / "job.json", {})
    locked = tmp_path / "runs" / "one"
    for name in ("job.json", "outcome.json", "stored.json"):
        (locked / name).write_bytes(MAGIC + bytes(100))
    assert main(["runs", "list", "--json", *shared]) == 1
    said = capsys.readouterr()
    assert [one["run"] for one in json.loads(said.out)] == ["two"]
    what, cure = said.err.splitlines()[-2:]
    assert "the training one cannot be read" in what and "runs delete one" in cure
    assert main(["runs", "show", "one", *shared]) == 2
    assert "runs delete one" in capsys.readouterr().err.splitlines()[1]
    assert main(["runs", "delete", "one", "--yes", *shared]) == 0 and not locked.exists()
    assert main(["runs", "list", *shared]) == 0


def test_a_sweep_says_each_trial_and_the_best(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("[parameters]\nmargin = [0.1, 0.2]\n", encoding="utf-8")
    asked: list[float] = []

    def run_sweep(settings, sweep, options, *, on_event, on_trial):  # type: ignore[no-untyped-def]
        asked.append(options.learning_rate)
        good, bad = (
            SweepTrial(0, {"margin": 0.2}, 0.98, "run-1", "made-1", "complete"),
            SweepTrial(1, {"margin": 0.1}, None, "", "", "pruned"),
        )
        for trial in (good, bad):
            on_trial(trial)
        return good

    monkeypatch.setattr(train_sweep, "run_sweep", run_sweep)
    assert train_sweep.sweep(Settings(), parsed("--sweep", str(file), "--learning-rate", "0.5")) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [
        "trial 1: auc 0.9800 (margin 0.2)",
        "trial 2: pruned (margin 0.1)",
        "best: trial 1: auc 0.9800 (margin 0.2)",
    ]
    assert "models calibrate made-1 --photos DIR, then models deploy made-1" in lines[-1] and asked == [0.5]
    train_sweep.sweep(Settings(), parsed("--sweep", str(file), "--json"))
    documents = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["event"] for one in documents] == ["trial", "trial", "best"] and documents[2]["value"] == 0.98
    with pytest.raises(ConfigError, match="--resume"):
        train_sweep.sweep(Settings(), parsed("--sweep", str(file), "--resume"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--generic-faces", "missing"], "missing does not exist"),
        (["--stranger-photos", "missing"], "missing does not exist"),
        (["--schedule", "file", "--schedule-file", "missing"], "could not read missing"),
        (["--schedule", "file", "--schedule-file", "/dev/zero"], "/dev/zero is larger than"),
        (["--schedule-file", "missing"], "--schedule-file has no effect by itself"),
    ],
)
def test_what_is_not_there_is_said_before_the_photos_are_looked_at(
    run: Run, settings: Settings, arguments: list[str], words: str
) -> None:
    settings.data.mkdir()
    message, _ = run("train", *arguments).two_lines()
    assert words in message
