"""Settings, declared once: type, default, help and unit stand at the field.

Command-line flags and the TOML file are derived from these declarations.
Order: defaults < `facecam.toml` < flags.
"""

from __future__ import annotations

import dataclasses
import difflib
import functools
import itertools
import re
import types
import typing
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from facecam.core.errors import ConfigError
from facecam.core.home import HOME, settings_path
from facecam.core.parameter_file import float_in, path_in, read_parameters
from facecam.core.paths import printable, resolved
from facecam.core.server_address import folder_or_address, is_address, require_usable

_FLAG = re.compile(r"--([a-z][a-z-]*[a-z])")
#: What a value of a file should be, for people.
_KINDS = {bool: "true or false", int: "a whole number", float: "a number", str: "text", Path: "a path"}
#: A hundred years: longer than anything is kept.
MOST_DAYS = 36_500
#: The fields of `Settings` that say how long something is kept.
TIMES = ("keep_visits_days", "keep_unknown_days", "keep_recordings_days", "keep_runs_days")
#: No flag and no key of its own: it stands where the folder of the database would.
SERVER = "server"


def setting(
    default: Any,
    *,
    help: str,
    choices: tuple[str, ...] = (),
    within: tuple[float, float] | None = None,
    unit: str = "",
    group: str = "",
) -> Any:
    """A dataclass field that is also a flag and a TOML key.

    Args:
        default: its value where nothing is said.
        help: what it is for.
        choices: the only words it may be; empty where any will do.
        within: smallest and largest number it may be; None of a value is always right.
        unit: of the value.
        group: the heading it is shown under.
    """
    return dataclasses.field(
        default=default,
        metadata={"help": help, "choices": choices, "within": within, "unit": unit, "group": group},
    )


def flag(name: str) -> str:
    """The command-line flag of a field."""
    return f"--{name.replace('_', '-')}"


def check_settings(options: Any) -> None:
    """Refuse words that are none of a field's choices, and numbers outside its range.

    Args:
        options: a dataclass whose fields were declared by `setting`.

    Raises:
        ConfigError: names the flag and what it may be.
    """
    for field in dataclasses.fields(options):
        value, metadata = getattr(options, field.name), field.metadata
        if metadata["choices"] and value not in metadata["choices"]:
            raise ConfigError(
                f"{flag(field.name)} is {value!r}", hint=f"Choose one of {', '.join(metadata['choices'])}."
            )
        if metadata["within"] is None or value is None:
            continue
        low, high = metadata["within"]
        if not low <= value <= high:  # False for NaN, too
            raise ConfigError(
                f"{flag(field.name)} is {value}", hint=f"Give a number from {low:g} to {high:g}."
            )


def _days(what: str) -> Any:
    help = f"delete {what} after this long (default: kept)"
    return setting(None, help=help, within=(1, MOST_DAYS), unit="days")


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """What every command shares."""

    data: Path = setting(HOME / "data", help="folder of photos, one folder per person")
    database: Path = setting(
        HOME / "database",
        help="folder of the saved .npy database, or the address of a PostgreSQL server that stations share: "
        "postgresql://NAME@HOST/DATABASE",
    )
    weights: Path = setting(HOME / "weights", help="folder of the models")
    detector: str = setting(
        "centerface",
        help="centerface: small, turned, covered and blurred faces, from 12 px; blaze: the fastest, large faces; "
        "hog: upright faces from 80 px, as dlib; cnn: turned ones too, slow; mtcnn: from 40 px; yunet, scrfd-500m "
        "and scrfd-10g once they were fetched with `models get`",
        choices=("centerface", "blaze", "hog", "cnn", "mtcnn", "yunet", "scrfd-500m", "scrfd-10g"),
    )
    model: str | None = setting(None, help="embedding model (default: the deployed one)")
    threshold: float | None = setting(
        None,
        help="accept a name below this plain distance, whatever was measured (default: the one measured on "
        "one's own people, else by --strangers and the number of people)",
        unit="squared_l2",
    )
    device: str = setting("auto", help="where training computes", choices=("auto", "cpu", "gpu"))
    precision: str = setting(
        "auto", help="arithmetic of the networks", choices=("auto", "f32", "bf16", "f16")
    )
    upsample: int = setting(
        0, help="double the picture this many times to see smaller faces (0-3)", within=(0, 3)
    )
    min_face_px: int | None = setting(
        None,
        help="smallest face looked for; below the detector's own the picture is enlarged",
        within=(10, 2000),
        unit="px",
    )
    same_person_twice: bool = setting(
        False,
        help="name a person on several faces of a picture, for mirrors and pictures on the wall; "
        "else only the face most like them has the name",
    )
    require_live: bool = setting(
        False,
        help="live: name people only once they were seen to be alive, by their eyes or mouth; keeps photos held to "
        "the camera from being taken for people, mostly, but no film of them: no login",
    )
    live_challenge: bool = setting(
        False, help="live: with --require-live, also ask for a blink and a turn of the head"
    )
    liveness_model: str | None = setting(
        None,
        help="live: with --require-live, also ask this anti-spoofing model, see `models add --task liveness`; "
        "both must say that somebody is alive",
    )
    strangers: float = setting(
        0.03,
        help="promised share of strangers' photos that may get a name; the default threshold follows it and "
        "the number of people enrolled",
    )
    normalize: str = setting(
        "auto",
        help="auto: allow for faces that are like everybody, where the model can; off: compare plain distances",
        choices=("auto", "off"),
    )
    strangers_expected: float = setting(
        0.5,
        help="share of the faces that come by who are nobody enrolled; the percentage beside a name allows for it",
    )
    keep_visits_days: int | None = _days("visits of people from the log")
    keep_unknown_days: int | None = _days("visits of unknown faces from the log")
    keep_recordings_days: int | None = _days("recordings and pictures that Live saved")
    keep_runs_days: int | None = _days("records of trainings")
    blur_faces: str = setting(
        "nobody",
        help="whose faces are made unrecognisable in recordings, saved pictures and on the screen; all-but and only "
        "go by --blur-people",
        choices=("nobody", "strangers", "all", "all-but", "only"),
    )
    blur_people: str = setting(
        "", help="names for --blur-faces all-but and only, with semicolons: 'Ada; Eve'"
    )

    server: str = setting(
        "", help="address of the server that has the people; empty: the database folder has"
    )

    def __post_init__(self) -> None:
        if self.server:
            require_usable(self.server)
        check_settings(self)
        if not 0 < self.strangers <= 0.5:
            raise ConfigError(
                f"--strangers is {self.strangers}",
                hint="Give a share above 0 and up to 0.5, such as 0.01 for one in a hundred.",
            )
        if not 0 <= self.strangers_expected < 1:
            raise ConfigError(
                f"--strangers-expected is {self.strangers_expected}",
                hint="Give a share from 0 (all are enrolled) and below 1, such as 0.5 for half of the faces.",
            )
        if self.threshold is not None and not 0 < self.threshold <= 4:
            raise ConfigError(
                f"--threshold is {self.threshold}",
                hint="Give a squared distance above 0 and up to 4, such as 0.2.",
            )
        if self.blur_faces in ("all-but", "only") and not self.blur_people.strip(" ;"):
            raise ConfigError(
                f"--blur-faces {self.blur_faces} needs names",
                hint="Name people with --blur-people 'Ada; Eve', or choose nobody, strangers or all.",
            )
        self._refuse_one_folder_for_two()

    @property
    def deletes_what_is_old(self) -> bool:
        """Whether a time is set after which something is deleted."""
        return any(getattr(self, name) is not None for name in TIMES)

    def _refuse_one_folder_for_two(self) -> None:
        """What the database and the models keep in theirs would be taken for people, and be deleted as such."""
        folders = {"--data": self.data, "--database": self.database, "--weights": self.weights}
        for (one, first), (other, second) in itertools.combinations(folders.items(), 2):
            if resolved(first) == resolved(second):
                raise ConfigError(
                    f"{one} and {other} are the same folder, {printable(second)}",
                    hint="Give each a folder of its own.",
                )
            inside = resolved(second).parts[len(resolved(first).parts) :]
            if one == "--data" and resolved(first) in resolved(second).parents and inside[0][0] != ".":
                raise ConfigError(
                    f"{other} lies in the folder of {one}, where {inside[0]} would be taken for a person",
                    hint="Give each a folder of its own.",
                )


def load_settings(flags: Mapping[str, Any], file: Path | None = None) -> Settings:
    """Defaults, overlaid by a TOML file, overlaid by the flags that were given.

    Args:
        flags: values by field name; None means the flag was not given.
        file: a TOML file; None: `home.settings_path` if it is there.

    Raises:
        ConfigError: the file is missing or broken, a key is unknown, a value has the wrong type.
    """
    values = _from_toml(file)
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings(**with_server({**values, **given}, values))
    except ConfigError as error:
        raise _blamed_on_file(error, settings_path(file), set(values) - set(given)) from error


def with_server(wanted: dict[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Values of fields, where `database` may be an address: then it is the `server`, and the folder is as before."""
    if isinstance(wanted.get("database"), str):
        folder = {"database": before["database"]} if isinstance(before.get("database"), Path) else {}
        return {**{name: value for name, value in wanted.items() if name != "database"}, **folder} | {
            SERVER: wanted["database"]
        }
    return wanted


def _blamed_on_file(error: ConfigError, file: Path, keys: set[str]) -> ConfigError:
    """The same of a value that stands in the file: a flag that nobody gave is not to blame."""
    named = {name.replace("-", "_") for name in _FLAG.findall(error.message)}
    if not named & keys:
        return error
    words = _FLAG.sub(lambda found: found[1].replace("-", "_"), error.message)
    return ConfigError(f"{printable(file)}: {words}", hint=error.hint)


def _from_toml(file: Path | None) -> dict[str, Any]:
    path = settings_path(file)
    if file is None and not path.is_file():
        return {}
    content = read_parameters(path, "the settings in", "Mend the file or leave --config out.")
    refuse_unknown(str(path), content, _KEYS)
    return {
        key: folder_or_address(value)
        if key == "database" and isinstance(value, str) and ("://" in value or is_address(value))
        else value_in(str(path), Settings, key, value)
        for key, value in content.items()
    }


_KEYS = tuple(field.name for field in dataclasses.fields(Settings) if field.name != SERVER)


def did_you_mean(word: str, known: Collection[str], otherwise: str, *, prefix: str = "") -> str:
    """A hint for a misspelled word: the known one that is most like it, after `prefix`; else `otherwise`."""
    close = difflib.get_close_matches(word, known, n=1)
    return f"Did you mean {prefix}{close[0]}?" if close else otherwise


def refuse_unknown(where: str, keys: Iterable[str], known: Collection[str]) -> None:
    """Raise `ConfigError` for a key of a file that is none of those known; `where` names the file."""
    for key in keys:
        if key not in known:
            hint = did_you_mean(key, known, f"Known keys: {', '.join(known)}.")
            raise ConfigError(f"{where}: unknown key {key}", hint=hint)


def value_in(where: str, owner: type, name: str, value: Any) -> Any:
    """The value of a field as a file has it, in the type that the field wants.

    Args:
        where: names the file.
        owner: a dataclass whose fields were declared by `setting`.
        name: of the field.
        value: as TOML, JSON or YAML gives it.

    Raises:
        ConfigError: it is of another type.
    """
    kind, is_number = value_type(owner, name), isinstance(value, int | float) and not isinstance(value, bool)
    if kind is Path and isinstance(value, str):
        return path_in(where, name, value)
    if kind is float and is_number and isinstance(value, int):
        return float_in(where, name, value)
    if kind is str and is_number:
        return str(value)  # interpolation = 0.5
    if isinstance(value, kind) and (kind is bool) == isinstance(value, bool):
        return value
    raise ConfigError(
        f"{where}: {name} = {value!r} is not {_KINDS[kind]}",
        hint=f"{name}: {owner.__dataclass_fields__[name].metadata['help']}.",  # type: ignore[attr-defined]
    )


def value_type(owner: type, name: str) -> type:
    """The type of a settings field with `| None` taken off."""
    hint = _type_hints(owner)[name]
    if isinstance(hint, types.UnionType):
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
    return typing.cast(type, hint)


@functools.cache  # Compiles every annotation of the class; asked for each field of each file that is read.
def _type_hints(owner: type) -> dict[str, Any]:
    return typing.get_type_hints(owner)
