"""Main window: header, banner, one tab at a time, status line."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QByteArray, QEvent, QRect, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices, QIcon, QShowEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from facecam.core.events import CancelToken, EventSink
from facecam.gui.app.demo_profile import DemoProfile
from facecam.gui.app.header import Header
from facecam.gui.app.maintenance import Housekeeping
from facecam.gui.app.status_line import StatusLine
from facecam.gui.app.tabs import PLANS, TabPlan, as_tab
from facecam.gui.core.context import AppContext, TabName
from facecam.gui.theme.stylesheet import ICON_FOLDER
from facecam.gui.widgets import shortcuts
from facecam.gui.widgets.banner import Banner
from facecam.gui.widgets.empty_state import EmptyState
from facecam.gui.widgets.layouts import vertical
from facecam.gui.widgets.look_dialog import Question, show

if TYPE_CHECKING:
    from facecam.engine.diagnostics.overview import Overview

_SIZE = QSize(1280, 800)
_LEAST_SIZE = QSize(960, 600)
#: Title bar and borders of most window managers, px.
_FRAME = QSize(2, 40)
_GOODBYE_S = 10.0
_log = logging.getLogger(__name__)


class MainWindow(QMainWindow):
    """Shows itself at once; what is slow to import or to read comes afterwards, in threads.

    Args:
        context: shared by all tabs; shut down by the window when it closes.
        plans: how the tabs are made.
    """

    closed = Signal()
    #: The user wants to tell of a problem.
    report_wanted = Signal()

    def __init__(self, context: AppContext, plans: tuple[TabPlan, ...] = PLANS) -> None:
        super().__init__()
        #: What all tabs share.
        self.context, self._plans = context, plans
        self._index = self._remembered_tab()
        self._wanted: dict[str, object] = {}
        self._pages: list[QWidget | None] = [None] * len(self._plans)
        #: The tab that is shown; None while there is only the first page or none is ready.
        self.current_tab: QWidget | None = None
        #: Whether everything slow has been imported.
        self.ready = False
        self._closed = False
        self._asks = True
        self.setWindowTitle("facecam")
        self.setWindowIcon(QIcon(str(ICON_FOLDER / "facecam.svg")))
        self._header = Header()
        self._stack = QStackedWidget()
        self._waiting = EmptyState("facecam", self.tr("One moment…"))
        self._status = StatusLine()
        self.housekeeping = Housekeeping(context, self)
        self.demo = DemoProfile(context, self)
        self._arrange()
        self._connect()
        self._install_keys()
        self._restore()

    def warm_up(self) -> None:
        """After the first paint: import what the tabs need, in a thread."""
        modules = [module for plan in self._plans for module in plan.modules]

        def work(on_event: EventSink, cancel: CancelToken) -> None:
            for module in ("facecam.engine.diagnostics.overview", *modules):
                cancel.check()
                importlib.import_module(module)

        self.context.run(work, done=lambda _: self.housekeeping.look(), owner=self)

    def show_tab(self, name: TabName, what: dict[str, object] | None = None) -> None:
        """Show a tab and tell it `what`."""
        names = [plan.name for plan in self._plans]
        self._index, self._wanted = names.index(name), dict(what or {})
        self._header.choose_tab(self._index)
        self.context.preferences.put("tab", name)
        if self.ready:
            self._show_page()

    def toggle_full_screen(self) -> None:
        """F11."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def close_unasked(self) -> None:
        """As after Ctrl-C and a polite kill: whoever sends them does not look at the screen."""
        self._asks = False
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask when something is going on; then stop everything and remember the place."""
        if self._closed or not self._may_close():
            event.setAccepted(self._closed)
            return
        self._closed = True
        preferences = self.context.preferences
        preferences.put_state("window", self.saveGeometry())
        self.hide()
        # Before the tabs, which throw away what a job may be working on.
        if not self.context.shut_down(_GOODBYE_S):
            _log.warning("some work did not stop in %.0f s", _GOODBYE_S)
        for page in self._pages:
            if page is not None:
                as_tab(page).shut_down()
        preferences.save()  # Tabs put theirs there, too.
        self.demo.remove_folder()
        super().closeEvent(event)
        self.closed.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """Once the frame is known: the whole window is on the screen it is on."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self._fit_screen)

    def _fit_screen(self) -> None:
        if self.isMaximized() or self.isFullScreen():
            return
        frame, room = self.frameGeometry(), self.screen().availableGeometry()
        wanted = fitted(frame, room)
        if wanted != frame:
            self.resize(self.size() - frame.size() + wanted.size())
            self.move(wanted.topLeft())

    def changeEvent(self, event: QEvent) -> None:
        """Coming back from another program: somebody may have changed folders there."""
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow() and self.ready:
            self.housekeeping.look_soon()
        super().changeEvent(event)

    def _arrange(self) -> None:
        body = QWidget()
        vertical(body, self._header, (self._stack, 1), self._status, margins=0, spacing=0)
        self._stack.addWidget(self._waiting)
        self.setCentralWidget(body)
        self._banner = Banner(body)
        self._header.choose_tab(self._index)
        # Somewhere, or the tab bar would have the focus and look as if somebody had gone there by keyboard.
        self._waiting.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._waiting.setFocus()

    def _connect(self) -> None:
        context, keeping = self.context, self.housekeeping
        context.message_shown.connect(self._banner.show_message)
        context.message_withdrawn.connect(self._banner.withdraw)
        context.erased.connect(self._banner.clear)
        context.controls_moved.connect(self._banner.place)
        context.tab_wanted.connect(self.show_tab)
        keeping.overview_taken.connect(self._on_overview)
        keeping.job_shown.connect(self._status.show_job)
        self._status.stop.clicked.connect(keeping.stop)
        self._header.tab_chosen.connect(self._on_tab_chosen)
        self._header.model_chosen.connect(keeping.use_model)
        context.model_wanted.connect(keeping.use_model)
        context.activity_changed.connect(self._header.show_training)
        context.activity_changed.connect(self._status.show_training)
        self._status.training.clicked.connect(lambda: self.show_tab("train", {"page": "training"}))
        self._header.command_chosen.connect(self._on_command)
        self.demo.entered.connect(lambda: context.preferences.put("welcomed", True))

    def _install_keys(self) -> None:
        for plan in self._plans:
            shortcuts.install(self, f"window.{plan.name}", lambda name=plan.name: self.show_tab(name))  # type: ignore[misc]
        for command in ("settings", "fullscreen", "shortcuts", "quit"):
            shortcuts.install(self, f"window.{command}", lambda command=command: self._on_command(command))  # type: ignore[misc]
        shortcuts.install(self, "live.panel", self._toggle_panel)

    def _restore(self) -> None:
        geometry = self.context.preferences.state("window")
        room = self.screen().availableSize() - _FRAME
        # A small screen with large letters has less room; the foot of the window would be below it.
        self.setMinimumSize(_LEAST_SIZE.boundedTo(room))
        self.resize(_SIZE.boundedTo(room))
        if not geometry.isEmpty():
            self.restoreGeometry(QByteArray(geometry))

    def _remembered_tab(self) -> int:
        names = tuple(plan.name for plan in self._plans)
        return names.index(cast(TabName, self.context.preferences.text("tab", "enroll", names)))

    def _on_overview(self, overview: Overview) -> None:
        self._status.show_overview(overview)
        self._header.show_models(overview)
        if self.ready:
            return
        self.ready = True
        newcomer = not (overview.people or overview.photos)
        if newcomer and not self.context.preferences.flag("welcomed", False):
            self._show_welcome()
        else:
            self._show_page()

    def _show_welcome(self) -> None:
        from facecam.gui.app.welcome import WelcomePage

        page = WelcomePage()
        page.enroll.clicked.connect(lambda: self.show_tab("enroll"))
        page.tab_wanted.connect(self.show_tab)
        page.demo.clicked.connect(self.demo.enter)
        self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        page.setFocus()

    def _on_tab_chosen(self, index: int) -> None:
        self.show_tab(self._plans[index].name)
        if self.ready:
            self.housekeeping.look_soon()  # The command line and services change people, too.

    def _show_page(self) -> None:
        page = self._page(self._index)
        what, self._wanted = self._wanted, {}
        self.context.preferences.put("welcomed", True)
        if self.current_tab is not None and self.current_tab is not page:
            as_tab(self.current_tab).deactivate()
        self.current_tab = page
        self._stack.setCurrentWidget(page)
        as_tab(page).activate(**what)
        self._banner.stand_on(self._clearance_px)

    def _clearance_px(self) -> int:
        """What messages leave free below them: the status line, and the controls of the tab that is shown."""
        return self._status.height() + int(getattr(self.current_tab, "clearance_px", 0))

    def _page(self, index: int) -> QWidget:
        page = self._pages[index]
        if page is None:
            page = self._pages[index] = self._plans[index].make(self.context)
            self._stack.addWidget(page)
        return page

    def _may_close(self) -> bool:
        running = self.context.busy_with
        if not running or not self._asks:
            return True
        lines = [
            self.tr("Still running: {what}").format(what=", ".join(running)),
            self.tr("It is stopped safely; what was saved before stays."),
        ]
        stop, stay = self.tr("&Stop and quit"), self.tr("&Go on working")
        return Question(self.tr("Quit facecam?"), lines, stop, parent=self, keep=stay).confirmed()

    def _toggle_panel(self) -> None:
        preferences = self.context.preferences
        preferences.stage_panel = not preferences.stage_panel

    def _on_command(self, command: str) -> None:
        actions: dict[str, Callable[[], object]] = {
            "settings": self._show_settings,
            "shortcuts": lambda: show(shortcuts.ShortcutSheet(self)),
            "fullscreen": self.toggle_full_screen,
            "photos": self._open_photos,
            "demo": self.demo.enter,
            "about": self._show_about,
            "help": self._show_help,
            "report": self.report_wanted.emit,
            "models": self._show_models,
            "train": lambda: self.show_tab("train"),
            "quit": self.close,
        }
        actions[command]()

    def _show_settings(self) -> None:
        from facecam.gui.app.dialogs.settings_dialog import SettingsDialog

        show(SettingsDialog(self.context, self))

    def _show_models(self) -> None:
        from facecam.gui.app.dialogs.models_dialog import ModelsDialog

        dialog = ModelsDialog(self.context, self)
        dialog.changed.connect(self.housekeeping.look_soon)
        dialog.open()

    def _show_help(self) -> None:
        from facecam.gui.app.dialogs.help_dialog import HelpDialog

        show(HelpDialog(self))

    def _show_about(self) -> None:
        from facecam.gui.app.dialogs.about import AboutDialog

        show(AboutDialog(self.context, self))

    def _open_photos(self) -> None:
        folder = self.context.settings.data
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self.context.show_notice(self.tr("The photos are in {folder}").format(folder=folder))


def fitted(frame: QRect, room: QRect) -> QRect:
    """A window of the size and place of `frame`, no larger than `room` and inside it.

    Example:
        >>> fitted(QRect(100, 60, 1280, 800), QRect(0, 0, 1366, 728))
        PySide6.QtCore.QRect(86, 0, 1280, 728)
    """
    size = frame.size().boundedTo(room.size())
    left = min(max(frame.left(), room.left()), room.right() + 1 - size.width())
    top = min(max(frame.top(), room.top()), room.bottom() + 1 - size.height())
    return QRect(left, top, size.width(), size.height())
