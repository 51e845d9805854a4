from facecam.core.config import Settings as Settings
from facecam.core.errors import FacecamError as FacecamError
from facecam.core.types import Box as Box
from facecam.core.types import Detection as Detection
from facecam.engine.enrollment.enroller import EnrollReport as EnrollReport
from facecam.gallery.gallery import Gallery as Gallery
from facecam.library.faces import RecognizedFace as RecognizedFace
from facecam.library.faces import RecognizedFrame as RecognizedFrame
from facecam.library.pictures import FaceComparison as FaceComparison
from facecam.library.pictures import cluster as cluster
from facecam.library.pictures import compare as compare
from facecam.library.pictures import detect as detect
from facecam.library.pictures import embed as embed
from facecam.library.recognizer import FaceRecognizer as FaceRecognizer

__version__: str
