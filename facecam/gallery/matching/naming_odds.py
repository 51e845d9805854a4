"""How probable a name is among many: the one place that says what stands beside it.

The scores of a face to P people, and what they say of pairs, give the
probability of each name by Bayes: with L the ratio of the likelihoods that two
faces are one person or two, and strangers a given share of the faces,

    P(k) = L_k / (Σ_j L_j + P · strangers / (1 − strangers))

The more people are enrolled, the more of them somebody may resemble by chance,
and the less the same score says.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from facecam.core.types import FloatArray

Knots = tuple[tuple[float, float], ...]
#: Share of strangers among the faces where nobody says another one.
USUAL_STRANGERS = 0.5
#: What no number of pairs has shown: probabilities of 0 and 1.
_LEAST = 1e-8


@dataclass(frozen=True, slots=True)
class NamingOdds:
    """What the scores of a model say of names.

    Attributes:
        by_distance: (squared_l2, probability of one person where same and
            different pairs are equally likely) knots of the model card; None where it has none.
        by_score: the same for scores by its cohort.
        strangers: share of the faces that are nobody enrolled, in [0, 1).
    """

    by_distance: Knots | None = None
    by_score: Knots | None = None
    strangers: float = USUAL_STRANGERS

    def of_best(self, scores: FloatArray, *, scored: bool) -> list[float | None]:
        """The probability, of each face, that it is the person with the lowest score.

        Args:
            scores: float32 (N, P), of faces to people; inf for people out of the question.
            scored: whether they are scores by a cohort, not distances.

        Returns:
            N values in [0, 1]; None where the card has no such knots, or nobody is enrolled.
        """
        knots = self.by_score if scored else self.by_distance
        if knots is None or not scores.shape[1]:
            return [None] * len(scores)
        ratios = _ratios(scores, knots)
        people = scores.shape[1]
        strangers = people * self.strangers / (1 - self.strangers)
        best = ratios[np.arange(len(scores)), scores.argmin(axis=1)]
        found = best / np.maximum(ratios.sum(axis=1) + strangers, 1e-300)
        return [float(one) for one in found]


def _ratios(scores: FloatArray, knots: Knots) -> np.ndarray:
    """The likelihood ratios, float64 (N, P); 0 for people out of the question."""
    values, probabilities = np.array(knots, np.float64).T
    logits = np.log(np.clip(probabilities, _LEAST, 1 - _LEAST))
    logits -= np.log(np.clip(1 - probabilities, _LEAST, 1 - _LEAST))
    # Between knots the logarithm is linear: the probability itself would be too coarse near 0 and 1.
    ratios = np.zeros(scores.shape)
    finite = np.isfinite(scores)  # In a very large gallery few are.
    ratios[finite] = np.exp(np.interp(scores[finite], values, logits))
    return ratios
