"""Flags: the shared ones come from the declarations in `Settings`."""

from __future__ import annotations

import argparse
import dataclasses
import functools
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from facecam.cli.terminal.output import say
from facecam.core.config import SERVER, Settings, did_you_mean, flag, load_settings, value_type
from facecam.core.errors import ConfigError
from facecam.core.home import as_typed
from facecam.core.paths import is_there, printable
from facecam.core.server_address import folder_or_address

if TYPE_CHECKING:
    from facecam.core.types import Box

#: No picture is that large; what float32 cannot hold would end up at infinity.
_FARTHEST_PX = 1e6


class _Flags(argparse._ActionsContainer):
    """The kinds of flags there are, in a line each."""

    def switch(self, name: str, words: str, **more: Any) -> None:
        """A flag without a value."""
        self.add_argument(name, action="store_true", help=words, **more)

    def path(self, name: str, metavar: str, words: str, *, there: bool = False, **more: Any) -> None:
        """A file or folder; `there`: it has to exist, and to be a folder where `metavar` is `DIR`."""
        existing = _existing_folder if metavar == "DIR" else _existing
        self.add_argument(name, type=existing if there else Path, metavar=metavar, help=words, **more)

    def count(
        self, name: str, words: str, default: int | None = None, *, metavar: str = "N", **more: Any
    ) -> None:
        """A whole number from 1; its default is told where it has one."""
        told = words if default is None else f"{words} (default: {default})"
        self.add_argument(name, type=positive, default=default, metavar=metavar, help=told, **more)

    def value(
        self, name: str, metavar: str, words: str, kind: Callable[[str], Any] = str, **more: Any
    ) -> None:
        """Something else that is written out, and what `kind` makes of it."""
        self.add_argument(name, type=kind, metavar=metavar, help=words, **more)

    def photos(self, name: str = "paths", words: str = "photos, or folders of photos", **more: Any) -> None:
        """Photos and folders, one of which has to exist at least: what is wrong with others is said in their turn."""
        self.add_argument(name, type=Path, nargs="+", action=_Photos, metavar="PATH", help=words, **more)

    def json(self) -> None:
        """`--json`, of commands that print one document."""
        self.switch("--json", "one JSON document on stdout; what was not done is told on stderr, too")

    def option(self, owner: type, field: dataclasses.Field[Any], told: object = None, **more: Any) -> None:
        """The flag of a field that was declared by `setting`; `told`: its default, where the help is to say it."""
        facts = field.metadata
        unit = f" [{facts['unit']}]" if facts["unit"] else ""
        default = "" if told is None or told is False or told == "" else f" (default: {told})"
        words = f"{facts['help']}{unit}{default}".replace("%", "%%")
        if "action" not in more:
            kind, metavar = value_type(owner, field.name), None if facts["choices"] else field.name.upper()
            if kind is bool:
                more = {"type": boolean, "nargs": "?", "const": True, **more}
            more = {"type": kind, "metavar": metavar, **more}
            more["choices"] = facts["choices"] or None
        self.add_argument(flag(field.name), help=words, **more)


class _Photos(argparse._StoreAction):
    """Paths one of which has to exist."""


class _Group(argparse._ArgumentGroup, _Flags):
    """Flags under a title of their own."""


class Parser(argparse.ArgumentParser, _Flags):
    """An `ArgumentParser` whose complaints are `ConfigError`s: what, and what to do."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for kind in (Path, _existing, folder_or_address):
            self.register("type", kind, functools.partial(_named, kind))
        for number, what in ((float, "number"), (int, "whole number")):
            self.register("type", number, functools.partial(_numbered, number, what))

    def group(self, title: str, description: str | None = None) -> _Group:
        """Flags under a title of their own."""
        return _group_of(self, title, description)

    def format_help(self) -> str:
        """The help, with the program called as it is called here."""
        return as_typed(super().format_help())

    def print_help(self, file: Any = None) -> None:
        """The help is an answer: argparse would pass over one that cannot be written."""
        say(self.format_help().rstrip("\n"), file)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Refuse what is unknown in the parser of the action: argparse leaves it to the command, which knows less."""
        self._given = list(args or ())
        parsed, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        for photos in (getattr(parsed, one.dest) for one in self._actions if isinstance(one, _Photos)):
            if photos and not any(map(is_there, photos)):
                require_path(photos[0])
        return parsed, unknown

    def error(self, message: str) -> NoReturn:
        """Raise instead of printing the whole usage."""
        raise ConfigError(message, hint=self._hint(message))

    def _hint(self, message: str) -> str:
        known = list(self._option_string_actions)
        wrong = message.partition("unrecognized arguments: ")[2].split(" ")[0]
        if choice := re.search(r"invalid choice: '(.*?)' \(choose from (.*)\)", message):
            wrong, known = choice[1], re.findall(r"[\w-]+", choice[2])
        dashed = [one for one in self._given if re.match("-[^-]", one) and one not in known]
        if dashed and ("are required: " in message or (wrong and is_there(Path(wrong)))):
            return f"What begins with a dash is taken for an option: write -- before {dashed[0]}."
        if message.endswith(" required: ACTION"):
            actions = next(one for one in self._actions if isinstance(one, argparse._SubParsersAction))
            return f"Choose one of {', '.join(actions.choices)}: `python {self.prog} --help` tells of them."
        # Alone, `--help` tells of the commands; the older flags have theirs behind one of them.
        prog = self.prog if " " in self.prog else f"{self.prog} -t"
        return did_you_mean(wrong, known, f"See `python {prog} --help`.")


def _group_of(parser: argparse.ArgumentParser, title: str, description: str | None = None) -> _Group:
    group = _Group(parser, title, description)
    parser._action_groups.append(group)
    return group


def boolean(text: str) -> bool:
    """true/false/1/0/yes/no in any case."""
    word = text.strip().lower()
    if word in ("true", "1", "yes"):
        return True
    if word in ("false", "0", "no"):
        return False
    raise argparse.ArgumentTypeError(f"{text!r} is neither true nor false (use true/false, yes/no or 1/0)")


def positive(text: str) -> int:
    """A whole number from 1."""
    return _whole(text, 1, "above 0")


def from_zero(text: str) -> int:
    """A whole number from 0."""
    return _whole(text, 0, "from 0")


def _whole(text: str, least: int, which: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    if number < least:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number {which}")
    return number


def box(text: str) -> Box:
    """Four numbers of pixels: left, top, right, bottom."""
    from facecam.core.types import Box  # With numpy, which the window's first paint does not wait for.

    try:
        left, top, right, bottom = (float(part) for part in text.split(","))
        if not max(abs(side) for side in (left, top, right, bottom)) <= _FARTHEST_PX:
            raise ValueError
        return Box(left, top, right, bottom)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no box: four numbers LEFT,TOP,RIGHT,BOTTOM in pixels, left of right and top above bottom"
        ) from None


def require_path(path: Path) -> None:
    """Raise `ConfigError` unless `path` exists; names no system can have count as missing."""
    if not is_there(path):
        raise ConfigError(f"{printable(path)} does not exist", hint="Check the spelling of the path.")


def _named(kind: Callable[[str], Any], text: str) -> Any:
    if not text:  # Else the folder this was started in: a variable that is not set would name it.
        raise argparse.ArgumentTypeError("an empty name is no file or folder")
    return kind(text)


def _numbered(kind: Callable[[str], Any], what: str, text: str) -> Any:
    try:
        return kind(text)
    except ValueError:
        comma = ": write it with a point" if re.fullmatch(r"\s*[+-]?\d*,\d+\s*", text) else ""
        raise argparse.ArgumentTypeError(f"{text!r} is no {what}{comma}") from None


def _existing(text: str) -> Path:
    require_path(Path(text))
    return Path(text)


def _existing_folder(text: str) -> Path:
    path = _existing(text)
    if not path.is_dir():
        raise ConfigError(f"{printable(path)} is not a folder", hint="Name the folder its photos are in.")
    return path


def refuse_given(
    arguments: argparse.Namespace, names: Iterable[str], why: str, hint: str = "Leave it out."
) -> None:
    """Raise `ConfigError` for flags that were given and would be ignored, which would mislead."""
    for name in names:
        value = getattr(arguments, name)
        if value is not None and value is not False:
            raise ConfigError(f"{flag(name)} {why}", hint=hint)


def require_photos(settings: Settings) -> None:
    """Raise `ConfigError` unless the folder of photos is there, for commands that look at what is in it."""
    if not is_there(settings.data):
        raise ConfigError(
            f"there are no photos of anybody: {printable(settings.data)} does not exist",
            hint="Enroll somebody: python main.py enroll NAME PHOTO… (or name another folder: --data)",
        )
    if not settings.data.is_dir():
        hint = "Name the folder that has one folder per person."
        raise ConfigError(f"{printable(settings.data)} is not a folder", hint=hint)


def add_shared_flags(parser: argparse.ArgumentParser) -> None:
    """One flag per field of `Settings`, and `--config`."""
    group = _group_of(parser, "shared options")
    for field in dataclasses.fields(Settings):
        if field.name == SERVER:
            continue
        told = field.default.name + "/" if isinstance(field.default, Path) else field.default
        more: dict[str, Any] = {}
        if value_type(Settings, field.name) is bool:
            more["action"] = argparse.BooleanOptionalAction
        elif field.name == "database":
            more["type"] = folder_or_address
        group.option(Settings, field, told, **more)
    group.add_argument(
        "--config",
        type=Path,
        help="settings file: .toml, .json or .yaml (default: facecam.toml here, or in FACECAM_HOME, if it is there)",
    )
    taken = "--passphrase-file" in parser._option_string_actions  # `backup` has another passphrase.
    group.add_argument(
        "--folders-passphrase-file" if taken else "--passphrase-file",
        type=Path,
        dest="folders_passphrase_file",
        metavar="FILE",
        help="where folders are encrypted: its first line is their passphrase (default: the variable "
        "FACECAM_PASSPHRASE, else asked for at the terminal)",
    )


def given(arguments: argparse.Namespace, owner: type) -> dict[str, Any]:
    """The fields of a dataclass of settings whose flags were given, and their values."""
    values = {field.name: getattr(arguments, field.name, None) for field in dataclasses.fields(owner)}
    return {name: value for name, value in values.items() if value is not None}


def refuse_beside_resume(arguments: argparse.Namespace, owner: type, *more: str) -> None:
    """Options that a run which goes on would not follow.

    Args:
        arguments: as parsed.
        owner: a dataclass whose fields are options of the run.
        more: further attributes of `arguments`, None or False where they were not given.

    Raises:
        ConfigError: one was given.
    """
    named = [name for name in more if getattr(arguments, name)] + [*given(arguments, owner)]
    if named:
        flag = f"--{named[0].replace('_', '-')}"
        raise ConfigError(
            f"--resume and {flag} do not go together",
            hint=f"A run goes on with the options it began with: leave {flag} out.",
        )


def settings_from(arguments: argparse.Namespace) -> Settings:
    """The settings in force: defaults < file < flags."""
    return load_settings(given(arguments, Settings), getattr(arguments, "config", None))
