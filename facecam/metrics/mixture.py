"""A mixture fitted to the vectors of many faces: what faces are like, without any of them."""

from __future__ import annotations

import warnings
from typing import Final

import numpy as np

from facecam.core.types import FloatArray
from facecam.gallery.matching.cohort import Mixture

#: With 12,000 faces these many Gaussians do as well as the faces themselves, one alone half as well.
MOST_COMPONENTS: Final = 32
#: Faces for each: with fewer the covariances would describe single faces.
FACES_PER_COMPONENT: Final = 375
#: Added to every variance, so that few faces leave no direction without any.
_LEAST_VARIANCE = 1e-6
_ROUNDS = 100


def components_for(faces: int) -> int:
    """How many Gaussians so many faces support; 0: too few for one."""
    return min(MOST_COMPONENTS, faces // FACES_PER_COMPONENT)


def fit_mixture(vectors: FloatArray, components: int, seed: int = 0) -> Mixture:
    """Fit full Gaussians by expectation and maximisation, begun by k-means.

    Takes minutes for 32 of them and 12,000 faces.

    Args:
        vectors: float32 (N, D), unit rows, one of each face; N above the components.
        components: of the mixture.
        seed: of the beginning.
    """
    from sklearn.exceptions import ConvergenceWarning  # Takes a second to import: only to fit.
    from sklearn.mixture import GaussianMixture

    model = GaussianMixture(
        components, covariance_type="full", random_state=seed, reg_covar=_LEAST_VARIANCE, max_iter=_ROUNDS
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # Near enough: it is sampled from, not looked at.
        model.fit(vectors.astype(np.float64))
    factors = np.linalg.cholesky(model.covariances_)
    return Mixture(model.weights_, model.means_.astype(np.float32), factors.astype(np.float32))
