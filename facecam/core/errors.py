"""Errors a user can do something about.

Everything that can go wrong because of input, files, devices or settings is a
`FacecamError`; anything else that escapes is a bug. The command line prints
the message and the hint on two lines and exits with 2.
"""


class FacecamError(Exception):
    """A fault with its cure.

    Args:
        message: what happened, one line, naming the file, flag or device.
        hint: what to do now, one line.
    """

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        # The keyword-only hint would otherwise be lost between processes.
        return _rebuild, (type(self), self.message, self.hint)


def _rebuild(kind: type[FacecamError], message: str, hint: str) -> FacecamError:
    return kind(message, hint=hint)


class ConfigError(FacecamError):
    """A flag, setting or combination of them that cannot be meant."""


class DependencyError(FacecamError):
    """A package or program that is not installed."""


class WeightsError(FacecamError):
    """A model that is missing, damaged, or not what its card says."""


class CameraError(FacecamError):
    """A camera, video or stream that cannot be opened or has stopped."""


class GalleryError(FacecamError):
    """A database of people that is damaged, stale or made by another model."""


class EnrollmentError(FacecamError):
    """Photos from which nobody can be enrolled."""


class DataError(FacecamError):
    """A picture, folder or list that cannot be used."""


class TrainingError(FacecamError):
    """A training that cannot go on: it fell over, was killed, or learns nothing."""


def reason_of(error: BaseException) -> str:
    """What an error says, in words: of one of the operating system without its number and the path."""
    return (error.strerror if isinstance(error, OSError) else "") or str(error) or type(error).__name__
