"""People pane, left: who is known."""

from __future__ import annotations

from PySide6.QtCore import (
    QItemSelectionModel,
    QPersistentModelIndex,
    QPoint,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QComboBox, QLineEdit, QListView, QMenu, QWidget

from facecam.engine.people.list import RosterEntry
from facecam.gui.core.translation import filled
from facecam.gui.enroll.lists.people_delegate import PersonDelegate
from facecam.gui.enroll.lists.people_model import ENTRY_ROLE, ORDERS, PeopleModel, key_of, order_word
from facecam.gui.enroll.lists.photo_grid import photos_in
from facecam.gui.theme.icons import icon
from facecam.gui.theme.theme import GRID_PX, color
from facecam.gui.widgets import shortcuts
from facecam.gui.widgets.flow_layout import FlowLayout
from facecam.gui.widgets.icon_button import IconButton, push_button
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import vertical
from facecam.gui.widgets.search_line import SearchLine

_SEARCH_PAUSE_MS = 80


class _PeopleView(QListView):
    """A list that hands Return, Del and F2 on, and takes photos dropped on somebody."""

    delete_wanted = Signal()
    rename_wanted = Signal()
    #: The person, and paths of photos.
    photos_dropped = Signal(object, object)
    empty_text = ""
    _over = QPersistentModelIndex()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, or why there are none; who would get what is held over them."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        if self._over.isValid():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(color("accent"), 2))
            painter.drawRoundedRect(
                self.visualRect(self.model().index(self._over.row(), 0)).adjusted(3, 2, -4, -3), 6, 6
            )
        if self.model() is None or self.model().rowCount():
            return
        painter.setPen(color("muted"))
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(self.viewport().rect().adjusted(16, 32, -16, -16), int(flags), self.empty_text)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Photos of somebody are welcome; files are the tab's."""
        if photos_in(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show who would get them."""
        index = self.indexAt(event.position().toPoint())
        self._over = QPersistentModelIndex(index)
        self.viewport().update()
        if index.isValid() and photos_in(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They went elsewhere."""
        self._over = QPersistentModelIndex()
        self.viewport().update()

    def dropEvent(self, event: QDropEvent) -> None:
        """They are this person's."""
        photos, index = photos_in(event.mimeData()), self.indexAt(event.position().toPoint())
        self._over = QPersistentModelIndex()
        self.viewport().update()
        if photos and index.isValid():
            event.acceptProposedAction()
            self.photos_dropped.emit(index.data(ENTRY_ROLE), photos)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Del deletes, F2 renames."""
        if event.key() == Qt.Key.Key_Delete:
            self.delete_wanted.emit()
        elif event.key() == Qt.Key.Key_F2:
            self.rename_wanted.emit()
        else:
            super().keyPressEvent(event)


class PeoplePane(QWidget):
    """Search, order, list, and the button for somebody new.

    Args:
        model: the people.
    """

    chosen = Signal(object)
    #: Several people are chosen: a tuple of them.
    several_chosen = Signal(object)
    rename_wanted = Signal(object)
    #: Tuples of the chosen people.
    merge_wanted = Signal(object)
    delete_wanted = Signal(object)
    #: People who have photos and were not enrolled, a tuple.
    enroll_wanted = Signal(object)
    photos_dropped = Signal(object, object)

    def __init__(self, model: PeopleModel) -> None:
        super().__init__()
        self.model = model
        self._key = ""
        self.search = SearchLine()
        self.order = QComboBox()
        self.view = _PeopleView()
        self.count = label(role="muted")
        self.new = push_button(self.tr("&New person…"), self.tr("Enroll somebody new (Ctrl+N)"), icon="plus")
        self.undo = IconButton("undo", self.tr("Nothing to take back"))
        self.enroll_all = push_button(
            " ", self.tr("Make all people known who have photos but are not enrolled yet"), icon="enroll"
        )
        self.enroll_all.clicked.connect(lambda: self.enroll_wanted.emit(self.waiting))
        self.enroll_all.hide()
        self._pause = QTimer(self, singleShot=True, interval=_SEARCH_PAUSE_MS)
        self._set_up_search()
        self._set_up_view()
        self._arrange()
        self.set_undo("")

    @property
    def entry(self) -> RosterEntry | None:
        """The chosen person, the first one of several."""
        return next(iter(self.entries), None)

    @property
    def entries(self) -> tuple[RosterEntry, ...]:
        """The chosen people, from top to bottom."""
        chosen = self.view.selectionModel().selectedIndexes()
        return tuple(index.data(ENTRY_ROLE) for index in sorted(chosen, key=lambda one: one.row()))

    def show_people(self, entries: tuple[RosterEntry, ...]) -> None:
        """Show other people; whoever is chosen stays chosen."""
        self.model.set_everybody(entries)
        self._restore()

    def choose(self, key: str) -> None:
        """Choose a person by key; empty chooses nobody. The search gives way if it hides them."""
        self._key = key
        if key and self.model.row_of(key) < 0 and self.search.text():
            self.search.clear()
            self._apply_search()
        self._restore()

    def set_undo(self, what: str) -> None:
        """What the undo button would take back; empty: nothing."""
        self.undo.setEnabled(bool(what))
        tip = filled(self.tr("Take back: %1 (Ctrl+Z)"), what) if what else self.tr("Nothing to take back")
        self.undo.setToolTip(tip)
        self.undo.setAccessibleName(tip)

    # ------------------------------------------------------------------ inside

    def _set_up_search(self) -> None:
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search people"))
        self.search.setToolTip(self.tr("Show only people whose name holds these words (Ctrl+F)"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(lambda text: self._pause.start())
        self.search.list_wanted.connect(self._on_search_return)
        self._pause.timeout.connect(self._apply_search)
        for order in ORDERS:
            self.order.addItem(order_word(order), order)
        self.order.setAccessibleName(self.tr("Order of the list"))
        self.order.setToolTip(self.tr("Order of the list"))
        self.order.currentIndexChanged.connect(self._on_order)

    def _set_up_view(self) -> None:
        view = self.view
        view.setModel(self.model)
        view.setItemDelegate(PersonDelegate(view))
        view.setUniformItemSizes(True)
        view.setMouseTracking(True)
        view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        view.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        view.setAcceptDrops(True)
        view.photos_dropped.connect(self.photos_dropped)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.setAccessibleName(self.tr("People"))
        view.customContextMenuRequested.connect(self._on_menu)
        # Not the current row: a list that gets the focus makes the first row current.
        view.selectionModel().selectionChanged.connect(self._on_selection)
        view.delete_wanted.connect(lambda: self._with_entries(self.delete_wanted))
        view.rename_wanted.connect(lambda: self._with_entry(self.rename_wanted))
        view.doubleClicked.connect(lambda: self._with_entry(self.rename_wanted))

    def _arrange(self) -> None:
        # Large letters take two rows.
        above, below = FlowLayout(self.count, self.order), FlowLayout(self.new, self.undo)
        parts = (self.search, above, self.enroll_all, (self.view, 1), below)
        vertical(self, *parts, margins=2 * GRID_PX, spacing=GRID_PX)

    def _apply_search(self) -> None:
        self._pause.stop()
        self.model.set_query(self.search.text())
        self._restore()

    def _on_search_return(self) -> None:
        self._apply_search()
        if self.model.shown:
            self.view.setCurrentIndex(self.model.index(0))
            self.view.setFocus()

    def _on_order(self) -> None:
        self.model.set_order(self.order.currentData())
        self._restore()

    def _restore(self) -> None:
        """After the list was made anew: the same person is chosen, without telling anybody."""
        selection = self.view.selectionModel()
        selection.blockSignals(True)
        row = self.model.row_of(self._key) if self._key else -1
        if row >= 0:
            index = self.model.index(row)
            selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.view.scrollTo(index)
        else:
            selection.clear()
        selection.blockSignals(False)
        self.view.viewport().update()
        self._show_count()

    def _show_count(self) -> None:
        everybody, shown = len(self.model.everybody), len(self.model.shown)
        text = self.tr("%n people", "", everybody) if everybody != 1 else self.tr("1 person")
        if shown != everybody:
            text = filled(self.tr("%1 of %2"), shown, everybody)
        self.count.setText(text)
        waiting = self.waiting
        self.enroll_all.setVisible(len(waiting) > 1)
        self.enroll_all.setText(self.tr("&Enroll all %n", "", len(waiting)))
        nobody = self.tr("Nobody yet") if not everybody else self.tr("Nobody with such a name")
        self.view.empty_text = nobody

    @property
    def waiting(self) -> tuple[RosterEntry, ...]:
        """Those of the list who have photos and were not enrolled, as when their folders were copied into `data/`."""
        return tuple(one for one in self.model.shown if one.standing == "not enrolled" and one.photos)

    def _on_selection(self) -> None:
        entries = self.entries
        if len(entries) > 1:
            self.several_chosen.emit(entries)
        elif entries:
            self._key = key_of(entries[0])
            self.chosen.emit(entries[0])
        else:
            self._key = ""
            self.several_chosen.emit(())

    def _with_entries(self, signal: object) -> None:
        if self.entries:
            signal.emit(self.entries)  # type: ignore[attr-defined]

    def _with_entry(self, signal: object) -> None:
        if self.entry is not None:
            signal.emit(self.entry)  # type: ignore[attr-defined]

    def _on_menu(self, spot: QPoint) -> None:
        if not self.view.indexAt(spot).isValid():
            return
        menu = QMenu(self)
        one = len(self.entries) == 1
        waiting = tuple(who for who in self.entries if who.standing == "not enrolled" and who.photos)
        for icon_name, words, keys, possible, do in (
            ("edit", self.tr("&Rename…"), "F2", one, lambda: self._with_entry(self.rename_wanted)),
            (
                "merge",
                self.tr("&Merge with…") if one else self.tr("&Make one person…"),
                shortcuts.key("enroll.merge").toString(),
                True,
                lambda: self._with_entries(self.merge_wanted),
            ),
            (
                "enroll",
                self.tr("&Enroll from their photos"),
                "",
                bool(waiting),
                lambda: self.enroll_wanted.emit(waiting),
            ),
            ("delete", self.tr("&Delete…"), "Del", True, lambda: self._with_entries(self.delete_wanted)),
        ):
            if possible:
                action = menu.addAction(icon(icon_name), words)
                action.setShortcut(keys)
                action.triggered.connect(lambda _=False, do=do: do())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.view.viewport().mapToGlobal(spot))
