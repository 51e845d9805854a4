"""What an alert sets going: a command or a web address of the user's."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import shlex
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from facecam.core.errors import ConfigError, DataError, FacecamError
from facecam.engine.live.alerts import Alert

#: A command or an address that does not answer within this is given up.
TIMEOUT_S = 10.0
#: More than this waiting: the oldest were overtaken anyway.
_MOST_WAITING = 20


@dataclass(frozen=True, slots=True)
class AlertTargets:
    """What to set going; empty for nothing.

    Attributes:
        command: a program and its words; `{name}`, `{time}` and `{source}` in a word are filled in. No shell
            reads it.
        address: `http://` or `https://`; gets a POST with JSON.
    """

    command: str = ""
    address: str = ""

    def words(self) -> list[str]:
        """The command in words.

        Raises:
            ConfigError: a quotation mark is not closed.
        """
        try:
            if os.name != "nt":
                return shlex.split(self.command)
            if self.command.count('"') % 2:
                raise ValueError
            # Backslashes and ' are letters of Windows' paths.
            return [one.replace('"', "") for one in re.findall(r'(?:[^\s"]|"[^"]*")+', self.command)]
        except ValueError as error:
            raise ConfigError(
                "the command to run has a quotation mark that is not closed",
                hint="Put quotation marks around words with blanks, one before and one after.",
            ) from error

    def check(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            ConfigError: an open quotation mark, or an address of another kind.
        """
        self.words()
        parts = urllib.parse.urlsplit(self.address)
        if self.address and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ConfigError(
                "the address to be told is none",
                hint="It begins with http:// or https:// and names a server.",
            )


def filled(words: Sequence[str], alert: Alert) -> list[str]:
    """The command with what happened in it; a name with blanks or quotation marks stays one word.

    Windows reads the words of a batch file as commands: letters with a meaning there become blanks.
    """
    values = {key: value or "unknown" for key, value in alert.as_json().items()}
    if words and words[0].lower().rstrip(". ").endswith((".bat", ".cmd")):
        values = {key: re.sub(r'["%!&|<>^()\r\n]', " ", value) for key, value in values.items()}
    return [re.sub(r"\{(name|time|source|event)\}", lambda found: values[found[1]], word) for word in words]


def run_command(targets: AlertTargets, alert: Alert) -> None:
    """Run the command, without a shell, and wait for its end.

    The environment holds FACECAM_EVENT, FACECAM_NAME, FACECAM_TIME and FACECAM_SOURCE too.

    Raises:
        ConfigError: a quotation mark is not closed.
        DataError: it cannot be started, fails, or does not end in time.
    """
    words = filled(targets.words(), alert)
    told = {f"FACECAM_{key.upper()}": value or "" for key, value in alert.as_json().items()}
    try:
        subprocess.run(
            words,
            env={**os.environ, **told},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=TIMEOUT_S,
            check=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired as error:
        raise _command_fault(words, f"did not end within {TIMEOUT_S:.0f} s") from error
    except subprocess.CalledProcessError as error:
        raise _command_fault(words, f"failed with code {error.returncode}") from error
    except (OSError, ValueError) as error:
        raise _command_fault(words, "cannot be started") from error


def _command_fault(words: Sequence[str], what: str) -> DataError:
    return DataError(
        f"the command of an alert, {words[0]}, {what}", hint="Try it in a terminal, then mend it in Settings."
    )


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """What is sent goes to the address that was given, and to no other."""

    def redirect_request(self, *args: object, **more: object) -> None:
        """Refuse; the answer is then an error."""
        return


def post_json(targets: AlertTargets, alert: Alert) -> None:
    """Send what happened to the address.

    Raises:
        ConfigError: no address of the web.
        DataError: it cannot be reached, or answers with an error.
    """
    targets.check()
    body = json.dumps(alert.as_json(), ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "facecam"}
    request = urllib.request.Request(targets.address, body, headers, method="POST")
    server = urllib.parse.urlsplit(targets.address).hostname
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=TIMEOUT_S):
            pass
    except urllib.error.HTTPError as error:
        error.close()
        raise _address_fault(server, f"answers with error {error.code}") from error
    except (OSError, ValueError) as error:  # URLError and time-outs are of these
        raise _address_fault(server, "cannot be reached") from error


def _address_fault(server: str | None, what: str) -> DataError:
    return DataError(
        f"the address of an alert, at {server}, {what}",
        hint="Check it in Settings, and that the server is running.",
    )


class AlertMessenger:
    """Runs commands and sends JSON in a thread of its own; says each fault once.

    Args:
        targets: what to set going.
        on_fault: hears what did not work, from that thread; again only after it has worked in between.
    """

    def __init__(self, targets: AlertTargets, on_fault: Callable[[FacecamError], None]) -> None:
        self.targets, self._on_fault = targets, on_fault
        self._waiting: queue.Queue[Alert | None] = queue.Queue(_MOST_WAITING)
        self._said: dict[str, str] = {}
        self._thread: threading.Thread | None = None

    def tell(self, alert: Alert) -> None:
        """Set going what is wanted; never waits."""
        if not (self.targets.command.strip() or self.targets.address):
            return
        try:
            self._waiting.put_nowait(alert)
        except queue.Full:
            return  # The program or server hangs: more of the same would not help.
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="facecam-alerts", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Tell no more; what is being told is finished."""
        while self._thread is not None and self._thread.is_alive():
            try:
                self._waiting.put_nowait(None)
                return
            except queue.Full:
                with contextlib.suppress(queue.Empty):
                    self._waiting.get_nowait()

    def _run(self) -> None:
        while (alert := self._waiting.get()) is not None:
            if self.targets.command.strip():
                self._do("command", partial(run_command, self.targets, alert))
            if self.targets.address:
                self._do("address", partial(post_json, self.targets, alert))

    def _do(self, kind: str, act: Callable[[], None]) -> None:
        try:
            act()
            self._said.pop(kind, None)
        except FacecamError as error:
            if self._said.get(kind) != error.message:
                self._said[kind] = error.message
                self._on_fault(error)
