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
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from facecam.core.errors import ConfigError
from facecam.core.home import HOME, settings_path
from facecam.core.parameter_file import float_in, path_in, read_parameters
from facecam.core.paths import printable, resolved
from facecam.core.server_address import is_address, require_usable

_FLAG = re.compile(r"--([a-z][a-z-]*[a-z])")
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
    upsample: int = setting(0, help="double the picture this many times to see smaller faces (0-3)")
    min_face_px: int | None = setting(
        None, help="smallest face looked for; below the detector's own the picture is enlarged", unit="px"
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
    keep_visits_days: int | None = setting(
        None, help="delete visits of people from the log after this long (default: kept)", unit="days"
    )
    keep_unknown_days: int | None = setting(
        None, help="delete visits of unknown faces from the log after this long (default: kept)", unit="days"
    )
    keep_recordings_days: int | None = setting(
        None,
        help="delete recordings and pictures that Live saved after this long (default: kept)",
        unit="days",
    )
    keep_runs_days: int | None = setting(
        None, help="delete records of trainings after this long (default: kept)", unit="days"
    )
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
        if not 0 <= self.upsample <= 3:
            raise ConfigError(f"--upsample is {self.upsample}", hint="Give a whole number from 0 to 3.")
        if self.min_face_px is not None and not 10 <= self.min_face_px <= 2000:
            raise ConfigError(f"--min-face-px is {self.min_face_px}", hint="Give a width from 10 to 2000 px.")
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
        self._check_times()
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

    def _check_times(self) -> None:
        for name in TIMES:
            days = getattr(self, name)
            if days is not None and not 1 <= days <= MOST_DAYS:
                raise ConfigError(
                    f"{flag(name)} is {days}",
                    hint=f"Give a number of days from 1 to {MOST_DAYS}, or leave it out to keep everything.",
                )

    def _refuse_one_folder_for_two(self) -> None:
        """What the database and the models keep in theirs would be taken for people, and be deleted as such."""
        folders = {"--data": self.data, "--database": self.database, "--weights": self.weights}
        for (one, first), (other, second) in itertools.combinations(folders.items(), 2):
            if resolved(first) == resolved(second):
                raise ConfigError(
                    f"{one} and {other} are the same folder, {printable(second)}",
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
    return {key: _checked(path, key, value) for key, value in content.items()}


def _checked(path: Path, key: str, value: Any) -> Any:
    fields = {field.name: field for field in dataclasses.fields(Settings) if field.name != SERVER}
    if key == "database" and is_address(str(value)):
        return value
    if key not in fields:
        close = difflib.get_close_matches(key, fields, n=1)
        hint = f"Did you mean {close[0]}?" if close else f"Known keys: {', '.join(fields)}."
        raise ConfigError(f"{path}: unknown setting {key}", hint=hint)
    kind, field = value_type(Settings, key), fields[key]
    wanted = str if kind is Path else kind
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        value = float_in(str(path), key, value)
    wanted_words = "true or false" if wanted is bool else f"a {wanted.__name__}"
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        raise ConfigError(
            f"{path}: {key} = {value!r} is not {wanted_words}", hint=f"{key}: {field.metadata['help']}."
        )
    if field.metadata["choices"] and value not in field.metadata["choices"]:
        raise ConfigError(
            f"{path}: {key} = {value!r}", hint=f"Choose one of {', '.join(field.metadata['choices'])}."
        )
    return path_in(str(path), key, str(value)) if kind is Path else value


def value_type(owner: type, name: str) -> type:
    """The type of a settings field with `| None` taken off."""
    hint = _type_hints(owner)[name]
    if isinstance(hint, types.UnionType):
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
    return typing.cast(type, hint)


@functools.cache  # Compiles every annotation of the class; asked for each field of each file that is read.
def _type_hints(owner: type) -> dict[str, Any]:
    return typing.get_type_hints(owner)
