"""Result card: the two models side by side, and what to do now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale

from facecam.core.errors import FacecamError
from facecam.gui.core.translation import engine_text
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.train.words import decimal, percent
from facecam.gui.widgets.card import Card
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import label, set_look
from facecam.gui.widgets.layouts import below, beside, fill

if TYPE_CHECKING:
    from facecam.engine.training_jobs.request import TrainOutcome
    from facecam.training.gate.verification import GateReport, ModelScores

#: The rate the two models are compared at.
_RATE = 0.01


class ResultCard(Card):
    """Shown when a training has ended."""

    def __init__(self) -> None:
        super().__init__()
        self._title = label(role="heading", wrap=True)
        self._text = label(wrap=True)
        self._hint = label(role="muted", wrap=True)
        self.meaning = label(role="muted", wrap=True)
        self.explain_button = push_button(
            self.tr("Wh&at does this mean?"),
            self.tr("How many photos, how sure, what the figures are"),
            kind="plain",
        )
        self.explain_button.setCheckable(True)
        self.explain_button.toggled.connect(self.meaning.setVisible)
        self.try_button = push_button(
            self.tr("&Try it live"),
            self.tr("Both models side by side on the camera or a film, before you decide"),
        )
        self.deploy_button = push_button(self.tr("&Deploy"), kind="primary")
        self.keep_button = push_button(self.tr("&Keep the current one"))
        self.close_button = push_button(self.tr("&Close"))
        self._arrange()

    def show_outcome(self, outcome: TrainOutcome) -> None:
        """The outcome of a training that was not interrupted by a fault."""
        model = outcome.model
        if model is None and not outcome.stopped:
            self._show(
                self.tr("No better model was found"),
                self.tr("The model in use is as it was. The log below says why."),
            )
            return
        if outcome.stopped or model is None:
            self._show(
                self.tr("The training was stopped"),
                self.tr("The model in use is as it was. Nothing is lost: the training can be continued."),
            )
            return
        if outcome.deployed:
            self._show(
                self.tr("{0} is in use now").format(model),
                "" if outcome.gate is None else self._gate_words(outcome.gate),
                self._strangers_words(outcome),
                role="accent",
            )
            return
        if outcome.gate is None:
            self._show(
                self.tr("{0} is ready").format(model),
                self.tr("It could not be compared with the model in use: no photos were kept aside."),
            )
        else:
            self._show_gate(outcome.gate)
        more = f"{self._strangers_words(outcome)} {engine_text(outcome.caution)}".strip()
        if more:
            self._hint.setText(f"{self._hint.text()} {more}".strip())
            self._hint.show()
        if outcome.usable:
            self._offer(better=outcome.gate is not None and outcome.gate.passes and not outcome.caution)
            return
        cure = self.tr("It cannot be used: too few photos were kept aside to find its threshold. Add photos.")
        self._text.setText(f"{cure}\n{self._text.text()}")

    def show_fault(self, error: FacecamError, *, resumable: bool) -> None:
        """A training that failed."""
        text, hint = engine_text(error.message), engine_text(error.hint)
        self._show(self.tr("The training failed"), f"{text[:1].upper()}{text[1:]}.", hint, role="fault")
        if resumable:
            self._hint.setText(f"{hint} " + self.tr("The training can be continued where it ended."))

    def show_deploying(self, done: int, total: int) -> None:
        """The gallery is being made anew."""
        for button in (self.deploy_button, self.keep_button, self.try_button):
            button.setEnabled(False)
        words = self.tr("The gallery is made anew with the new model…")
        if total:
            words += " " + self.tr("{0} of {1}").format(done, total)
        self._hint.setText(words)
        self._hint.show()

    def show_deployed(self, people: int, left_out: tuple[str, ...]) -> None:
        """It is in use."""
        self._hint.setText(self.tr("In use now, also by Live: %n person(s) are known.", "", people))
        if left_out:
            names = ", ".join(left_out[:5])
            self._hint.setText(f"{self._hint.text()} " + self.tr("Without usable photos: {0}.").format(names))
        self._show_buttons(deploy=False, close=True)

    def show_in_use(self) -> None:
        """It was put in use elsewhere: after a trial, or by the menu of models."""
        self._hint.setText(self.tr("In use now, also by Live."))
        self._hint.show()
        self._show_buttons(deploy=False, close=True)

    def show_failed_to_deploy(self) -> None:
        """Putting it in use did not work; the banner says why."""
        for button in (self.deploy_button, self.keep_button, self.try_button):
            button.setEnabled(True)
        self._hint.setText(self.tr("The model in use is as it was."))

    def _show_gate(self, gate: GateReport) -> None:
        title = {
            "better": self.tr("The new model is better"),
            "as good": self.tr("The new model cannot be told apart from the current one"),
            "worse": self.tr("The new model is worse"),
            "too few": self.tr("Too few photos to compare the two models"),
        }[gate.verdict]
        role = {"better": "accent", "worse": "unknown"}.get(gate.verdict, "")
        self._show(title, self._gate_words(gate), self._gate_hint(gate), role=role)
        self.meaning.setText(self._meaning_words(gate))
        self.explain_button.show()

    def _gate_words(self, gate: GateReport) -> str:
        new = self._figure(gate.candidate, gate.candidate_range)
        old = self._figure(gate.deployed, gate.deployed_range)
        sure = gate.probability_better if gate.verdict != "worse" else 1 - gate.probability_better
        verdict = {
            "better": self.tr("better ({0} sure)"),
            "as good": self.tr("the difference may be chance"),
            "worse": self.tr("worse ({0} sure)"),
            "too few": self.tr("no evidence either way"),
        }[gate.verdict].format(percent(round(sure, 2)))
        held_out = self.tr("%n held-out photo(s)", "", gate.photos)
        words = self.tr("New model {new}, current {old} on {photos}: {verdict}")
        return words.format(new=new, old=old, photos=held_out, verdict=verdict)

    def _figure(self, scores: ModelScores, interval: tuple[float, float] | None) -> str:
        tar = scores.tar_at_far.get(_RATE)
        show = decimal if tar is None else percent
        figure = show(scores.auc if tar is None else tar)
        if interval is None:
            return figure
        return self.tr("{0} ({1} to {2})").format(figure, show(interval[0]), show(interval[1]))

    def _gate_hint(self, gate: GateReport) -> str:
        if gate.candidate.tar_at_far.get(_RATE) is None:
            measure = self.tr("Figures: area under the ROC curve.")
        else:
            measure = self.tr("Figures: pairs of one person recognised when 1 % of strangers are accepted.")
        people = self.tr("Of %n person(s), none of these photos was trained on.", "", gate.people)
        return f"{measure} {people}"

    def _meaning_words(self, gate: GateReport) -> str:
        """The one sentence taken apart: how many photos, what the percentages are, how sure."""
        number = QLocale().toString
        how_many = self.tr(
            "How many: {photos} photos of {people} people were kept aside and not trained on. They make "
            "{same} pairs of one person and {different} pairs of two people."
        ).format(
            photos=number(gate.photos),
            people=number(gate.people),
            same=number(gate.candidate.pairs_same),
            different=number(gate.candidate.pairs_different),
        )
        if gate.candidate.tar_at_far.get(_RATE) is None:
            figures = self.tr(
                "The figures: the chance that a pair of one person looks more alike to the model than a pair of two; "
                "0.5 is guessing, 1 is perfect."
            )
        else:
            figures = self.tr(
                "The percentages: the limit is set so that 1 in 100 pairs of two people would be taken for one. "
                "That share of the pairs of one person is then recognised."
            )
        if gate.candidate_range is not None:
            figures += " " + self.tr(
                "In brackets: where the figure would lie in 95 of 100 repetitions with other people."
            )
        sure = self.tr(
            "How sure: people were drawn again and again from these; in {share} of the drawings the new model was "
            "ahead. It is called better from 97.5 %, worse below 2.5 %."
        ).format(share=percent(round(gate.probability_better, 3)))
        return "\n".join((how_many, figures, sure))

    def _strangers_words(self, outcome: TrainOutcome) -> str:
        report = outcome.strangers
        if report is None:
            return ""
        words = self.tr(
            "Strangers that get a name: new model {new}, current {old} of {photos}; known people missed: "
            "{missed}, {missed_before}."
        )
        return words.format(
            new=percent(report.candidate.named.value),
            old=percent(report.deployed.named.value),
            photos=self.tr("%n photo(s)", "", report.strangers),
            missed=percent(report.candidate.missed.value),
            missed_before=percent(report.deployed.missed.value),
        )

    def _offer(self, *, better: bool) -> None:
        self._show_buttons(deploy=True, close=False)
        self.deploy_button.setText(self.tr("&Deploy") if better else self.tr("&Deploy anyway"))
        set_look(self.deploy_button, "kind", "primary" if better else "")
        set_look(self.keep_button, "kind", "" if better else "primary")
        self.deploy_button.setToolTip(self.tr("Use the new model from now on; the gallery is made anew"))
        self.keep_button.setToolTip(self.tr("The new model stays in weights/ and is not used"))

    def _show(self, title: str, text: str, hint: str = "", *, role: str = "") -> None:
        self._title.setText(title)
        look = {"accent": "banner-info", "unknown": "banner-warning", "fault": "banner-fault"}
        set_look(self, "kind", look.get(role, "card"))
        self._text.setText(text)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.explain_button.setChecked(False)
        self.explain_button.hide()
        self.meaning.hide()
        self._show_buttons(deploy=False, close=True)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)

    def _show_buttons(self, *, deploy: bool, close: bool) -> None:
        for button in (self.deploy_button, self.keep_button, self.try_button):
            button.setVisible(deploy)
            button.setEnabled(True)
        self.close_button.setVisible(close)

    def _arrange(self) -> None:
        words = below(self._title, self._text, self._hint, self.meaning, spacing=GRID_PX // 2)
        answers = (self.try_button, self.keep_button, self.close_button, self.deploy_button)
        fill(self.body, words, beside(self.explain_button, 1, *answers, spacing=GRID_PX))
