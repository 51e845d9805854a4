"""Presets: named options in files, TOML, JSON or YAML, one or several phases each."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from facecam.core.config import did_you_mean, refuse_unknown, value_in
from facecam.core.errors import ConfigError
from facecam.core.parameter_file import ENDINGS, read_parameters, toml_value
from facecam.training.config.options import TrainOptions

#: Of what was measured it gains most and costs nobody anything: see docs/EXPERIMENTS.md.
DEFAULT_PRESET: Final = "quick"
#: Where the network itself is to be trained.
NETWORK_PRESET: Final = "fine-tune"
_FOLDER = Path(__file__).parent / "presets"
_PRESET_KEYS = ("title", "description", "options", "phases")
#: What one network, one set of photos and one run have in common cannot change between phases.
FIXED: Final = frozenset(
    (
        *("method", "backbone", "start", "embedding_size", "input_px", "hold_out", "hold_out_share"),
        *("min_photos", "noise_percentile", "chip_padding", "generic_faces", "stranger_photos", "seed"),
        *("arithmetic", "threads", "max_minutes", "deploy", "projection", "tensorboard", "wandb"),
        *("interpolation", "ema", "ema_decay"),
    )
)


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of a training with options of its own.

    Attributes:
        name: what it is called in records and progress.
        overrides: option → value; the other options are the preset's.
    """

    name: str
    overrides: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        fixed = sorted(FIXED & set(self.overrides))
        if fixed:
            raise ConfigError(
                f"phase {self.name!r} changes {fixed[0]}",
                hint="Set that for the whole training, not in a phase.",
            )

    def options(self, common: TrainOptions) -> TrainOptions:
        """The options of this phase."""
        return dataclasses.replace(common, **self.overrides)


@dataclass(frozen=True, slots=True)
class Preset:
    """A named way to train.

    Attributes:
        name: of the file, `[a-z0-9-]`.
        title: what people read in lists.
        description: for whom it is, and how long it takes.
        options: of all phases.
        phases: in order; none: one phase with the options as they are.
    """

    name: str
    title: str
    description: str
    options: TrainOptions
    phases: tuple[Phase, ...] = ()


def presets() -> tuple[Preset, ...]:
    """All presets that come with the program, the default first, then by name.

    Raises:
        ConfigError: a file is broken.
    """
    found = [read_preset(path) for path in sorted(_FOLDER.glob("*.toml"))]
    first = (DEFAULT_PRESET, NETWORK_PRESET)
    return tuple(sorted(found, key=lambda preset: (*(preset.name != name for name in first), preset.name)))


def find_preset(name: str) -> Preset:
    """A preset by name, or of a file of the user's own: `.toml`, `.json`, `.yaml`.

    Raises:
        ConfigError: there is none, or it is broken.
    """
    if name.lower().endswith(ENDINGS):
        return read_preset(Path(name))
    names = sorted(path.stem for path in _FOLDER.glob("*.toml"))
    if name not in names:
        hint = did_you_mean(name, names, f"There are: {', '.join(names)}.")
        raise ConfigError(f"there is no preset {name!r}", hint=hint)
    return read_preset(_FOLDER / f"{name}.toml")


def read_preset(path: Path) -> Preset:
    """Read a preset: title, description, options and phases, or nothing but options.

    Raises:
        ConfigError: missing, not what its ending says, without any option, an unknown key (the hint offers a similar
            one) or a wrong value.
    """
    content = read_parameters(path, "the preset", "Mend the file or choose another --preset.")
    if set(content) & {one.name for one in dataclasses.fields(TrainOptions)} and "options" not in content:
        content = {"options": content}
    refuse_unknown(path.name, content, _PRESET_KEYS)
    values = checked_options(path.name, _table(path, content, "options"))
    phases = tuple(_phase(path.name, index, table) for index, table in enumerate(_phases(path, content), 1))
    if not values and not any(phase.overrides for phase in phases):
        # Its defaults would be a training of the whole network, which nobody asked for.
        raise ConfigError(
            f"{path.name}: there is no option in it",
            hint=f'Write some, such as method = "head", or choose --preset {DEFAULT_PRESET}.',
        )
    options = TrainOptions(**values)
    for phase in phases:
        phase.options(options)  # A combination that cannot be meant is found now.
    return Preset(
        path.stem, str(content.get("title", path.stem)), str(content.get("description", "")), options, phases
    )


def checked_options(where: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of options as TOML has them, with the types the fields want.

    Args:
        where: file, for the message.
        values: option → value.

    Raises:
        ConfigError: unknown key or wrong type.
    """
    refuse_unknown(where, values, [one.name for one in dataclasses.fields(TrainOptions)])
    return {name: value_in(where, TrainOptions, name, value) for name, value in values.items()}


def as_toml(options: TrainOptions) -> str:
    """The options as TOML lines; what is not given (None) is left out."""
    lines = []
    for one in dataclasses.fields(options):
        value = getattr(options, one.name)
        if value is not None:
            lines.append(f"{one.name} = {toml_value(value)}")
    return "\n".join(lines) + "\n"


def _table(path: Path, content: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    table = content.get(key, {})
    if not isinstance(table, dict):
        raise ConfigError(f"{path.name}: {key} is not a table", hint=f"Write [{key}] above its lines.")
    return table


def _phases(path: Path, content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    phases = content.get("phases", [])
    if not isinstance(phases, list) or not all(isinstance(one, dict) for one in phases):
        raise ConfigError(f"{path.name}: phases is not a list of tables", hint="Write [[phases]] above each.")
    return phases


def _phase(where: str, index: int, table: Mapping[str, Any]) -> Phase:
    values = dict(table)
    name = str(values.pop("name", f"phase {index}"))
    return Phase(name, checked_options(f"{where}, {name}", values))
