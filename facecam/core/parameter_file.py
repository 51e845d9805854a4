"""Parameter files of the user: TOML, JSON or YAML, by the ending of the name; single values of a TOML file changed.

What is changed leaves the rest of the file, comments included, as it is.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from facecam.core.encryption import at_rest
from facecam.core.errors import ConfigError, DependencyError, reason_of
from facecam.core.held_files import HOLDS_FILES
from facecam.core.paths import atomic_write, printable, readable_os_errors
from facecam.core.private import is_open_to_others

#: What a file of parameters may end in.
ENDINGS = (".toml", ".json", ".yaml", ".yml")
#: Somebody wrote it by hand.
_MOST_BYTES = 4_000_000
#: Editors of Windows put it in front.
_MARK = "\ufeff"
_BACKSLASH_HINT = r"Put a path with \ in single quotes, as in 'C:\faces', or write / in place of it."
_EXPONENT = re.compile(r"[-+]?\d+[eE][-+]?\d+$")


def read_parameters(path: Path, what: str, hint: str) -> dict[str, Any]:
    """The values of a file; what JSON calls null and YAML leaves empty is not given and left out.

    Args:
        path: the file; one with another ending than those of `ENDINGS` is read as TOML.
        what: it is, for the message: `the preset`.
        hint: what to do when it cannot be read.

    Raises:
        ConfigError: missing, no text, not what its ending says, or no table of names and values.
        DependencyError: a YAML file, and PyYAML is not installed.
    """
    try:
        text = at_rest.read_text(path, most=_MOST_BYTES)
        content = _parsed(path.suffix.lower(), text.removeprefix(_MARK))
    except OSError as error:
        reason = reason_of(error)
    except UnicodeDecodeError:
        reason = "it is not text in UTF-8"
    except RecursionError:
        reason = "it is nested too deeply"
    except ValueError as error:  # Errors of TOML and JSON, and names no system can have.
        reason = str(error)
        if "Unescaped '\\'" in reason or "Invalid hex value" in reason:
            hint = _BACKSLASH_HINT
    else:
        if isinstance(content, dict) and all(isinstance(name, str) for name in content):
            return {name: value for name, value in content.items() if value is not None}
        reason = "it is no table of names and values"
    raise ConfigError(f"cannot read {what} {printable(path)}: {reason}", hint=hint)


def _parsed(ending: str, text: str) -> Any:
    if ending == ".json":
        return json.loads(text, parse_constant=_refused, object_pairs_hook=_once)
    if ending in (".yaml", ".yml"):
        return _yaml(text)
    return tomllib.loads(text)


def _refused(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)} stands there twice")
    return table


def _yaml(text: str) -> Any:
    try:
        import yaml
    except ImportError:
        raise DependencyError(
            "YAML files need the package PyYAML",
            hint="Install it: pip install pyyaml, or write TOML or JSON.",
        ) from None

    class Loader(yaml.SafeLoader):
        """Plain values only; 1e-3 is a number as in YAML 1.2, and no name stands twice."""

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            _once([(key.value, None) for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"])
            return super().construct_mapping(node, deep)

    Loader.add_implicit_resolver("tag:yaml.org,2002:float", _EXPONENT, list("-+0123456789"))
    try:
        return yaml.load(text, Loader)  # a SafeLoader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (at line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise ValueError(f"{getattr(error, 'problem', None) or 'no YAML'}{where}") from error


def float_in(where: str, name: str, number: int) -> float:
    """A whole number of a file, which has as many digits as somebody typed, where a float is wanted.

    Raises:
        ConfigError: no float is as large.
    """
    try:
        return float(number)
    except OverflowError as error:
        digits = len(str(abs(number)))
        raise ConfigError(
            f"{where}: {name} is a number of {digits} digits", hint="Give a smaller one."
        ) from error


def path_in(where: str, name: str, text: str) -> Path:
    """A path that stands in a file.

    Raises:
        ConfigError: no system has such a name.
    """
    if HOLDS_FILES and any("\0" < char < " " for char in text):  # "C:\temp" has a tab.
        raise ConfigError(f"{where}: {name} = {text!r} is no path", hint=_BACKSLASH_HINT)
    if "\0" in text:
        raise ConfigError(
            f"{where}: {name} = {text!r} holds a NUL character", hint="Leave it out: no path has one."
        )
    return Path(text)


def save_settings(file: Path, changed: Mapping[str, Any]) -> None:
    """Write values of `Settings` into a TOML file, made if it is not there.

    Args:
        file: the file; its keys are all at the top level.
        changed: values by field name; None removes the key, so that the default is in force.

    Raises:
        DataError: the file cannot be read or written.
    """
    lines: list[str] = []
    with readable_os_errors("read", file):
        if file.is_file():
            lines = file.read_text(encoding="utf-8-sig").splitlines()
    for key, value in changed.items():
        lines = _with(lines, key, value)
    # One that others may read was made so by somebody.
    private = not is_open_to_others(file)
    atomic_write(file, ("\n".join(lines) + "\n").encode() if lines else b"", private=private)


def _with(lines: list[str], key: str, value: Any) -> list[str]:
    assignment = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
    kept = [line for line in lines if not assignment.match(line)]
    if value is None:
        return kept
    at = next((index for index, line in enumerate(lines) if assignment.match(line)), len(kept))
    return [*kept[:at], f"{key} = {toml_value(value)}", *kept[at:]]


def toml_value(value: Any) -> str:
    """One plain value in TOML's spelling."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    # A JSON string is a TOML basic string, except that TOML wants DEL escaped.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
