"""What can be chosen for settings, in words; a test compares with their declarations."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from facecam.gui.core.marked import QT_TRANSLATE_NOOP

#: By setting.
VALUES: dict[str, dict[str, str]] = {
    "method": {
        "network": QT_TRANSLATE_NOOP("SettingEditor", "the network itself"),
        "head": QT_TRANSLATE_NOOP("SettingEditor", "a small layer"),
    },
    "backbone": {
        "resnet50": "ResNet50",
        "resnet8": "ResNet8",
        "resnet8-crops": QT_TRANSLATE_NOOP("SettingEditor", "ResNet8 on face parts"),
        "resnet18": "ResNet18",
        "resnet34": "ResNet34",
        "resnet101": "ResNet101",
        "inception-v3": "Inception-v3",
        "inception-resnet-v1": "Inception-ResNet-v1",
        "inception-resnet-v2": "Inception-ResNet-v2",
        "squeezenet": "SqueezeNet",
        "mobilefacenet": "MobileFaceNet",
        "dfc-vae": "DFC-VAE",
        "dlib-resnet": "dlib-ResNet",
        "tiny": QT_TRANSLATE_NOOP("SettingEditor", "tiny, for trying out"),
    },
    "freeze": {
        "none": QT_TRANSLATE_NOOP("SettingEditor", "nothing"),
        "early": QT_TRANSLATE_NOOP("SettingEditor", "all but the last stage"),
        "backbone": QT_TRANSLATE_NOOP("SettingEditor", "all but the embedding"),
    },
    "batch_norm": {
        "frozen": QT_TRANSLATE_NOOP("SettingEditor", "keeps its statistics"),
        "train": QT_TRANSLATE_NOOP("SettingEditor", "learns"),
    },
    "hold_out": {
        "photo": QT_TRANSLATE_NOOP("SettingEditor", "some photos of each"),
        "person": QT_TRANSLATE_NOOP("SettingEditor", "all photos of some people"),
    },
    "wrong_labels": {
        "keep": QT_TRANSLATE_NOOP("SettingEditor", "keep them"),
        "leave_out": QT_TRANSLATE_NOOP("SettingEditor", "leave them out"),
    },
    "pool": {
        "online": QT_TRANSLATE_NOOP("SettingEditor", "in the batch"),
        "semi_online": QT_TRANSLATE_NOOP("SettingEditor", "in several batches"),
        "offline": QT_TRANSLATE_NOOP("SettingEditor", "in the whole set"),
    },
    "loss": {
        "triplet": QT_TRANSLATE_NOOP("SettingEditor", "triplet"),
        "softmax": "Softmax",
        "cosface": "CosFace",
        "arcface": "ArcFace",
        "vae": "VAE",
    },
    "mining": {
        "batch_all": QT_TRANSLATE_NOOP("SettingEditor", "all (batch all)"),
        "batch_hard": QT_TRANSLATE_NOOP("SettingEditor", "the hardest (batch hard)"),
        "semi_hard": QT_TRANSLATE_NOOP("SettingEditor", "semi-hard"),
        "batch_random": QT_TRANSLATE_NOOP("SettingEditor", "random (batch random)"),
        "min_min": "min-min",
        "min_max": "min-max",
        "adaptive": QT_TRANSLATE_NOOP("SettingEditor", "adaptive"),
    },
    "distance": {
        "squared_l2": QT_TRANSLATE_NOOP("SettingEditor", "squared"),
        "l2": QT_TRANSLATE_NOOP("SettingEditor", "not squared"),
    },
    "joint": {
        "none": QT_TRANSLATE_NOOP("SettingEditor", "none"),
        "softmax": "Softmax",
        "cosface": "CosFace",
        "arcface": "ArcFace",
    },
    "optimiser": {
        "adam": "Adam",
        "adamw": "AdamW",
        "sgd": "SGD",
        "rmsprop": "RMSprop",
        "adagrad": "Adagrad",
        "adadelta": "Adadelta",
    },
    "schedule": {
        "constant": QT_TRANSLATE_NOOP("SettingEditor", "constant"),
        "exponential": QT_TRANSLATE_NOOP("SettingEditor", "exponential"),
        "step": QT_TRANSLATE_NOOP("SettingEditor", "in steps"),
        "cosine": QT_TRANSLATE_NOOP("SettingEditor", "cosine"),
        "one_cycle": QT_TRANSLATE_NOOP("SettingEditor", "one cycle"),
        "plateau": QT_TRANSLATE_NOOP("SettingEditor", "on plateaus"),
        "file": QT_TRANSLATE_NOOP("SettingEditor", "from a file"),
    },
    "arithmetic": {
        "auto": QT_TRANSLATE_NOOP("SettingEditor", "automatic"),
        "float32": "float32",
        "mixed_bfloat16": "bfloat16",
    },
    "deploy": {
        "better": QT_TRANSLATE_NOOP("SettingEditor", "if it is better"),
        "never": QT_TRANSLATE_NOOP("SettingEditor", "never"),
        "always": QT_TRANSLATE_NOOP("SettingEditor", "always"),
    },
    "projection": {
        "none": QT_TRANSLATE_NOOP("SettingEditor", "none"),
        "pca": "PCA",
        "tsne": "t-SNE",
    },
    "detector": {
        "centerface": QT_TRANSLATE_NOOP("SettingEditor", "All faces: small, turned, covered ones too"),
        "blaze": QT_TRANSLATE_NOOP("SettingEditor", "blaze: the fastest, for large faces"),
        "hog": QT_TRANSLATE_NOOP("SettingEditor", "hog: upright faces"),
        "cnn": QT_TRANSLATE_NOOP("SettingEditor", "cnn: turned faces too, slower"),
        "mtcnn": QT_TRANSLATE_NOOP("SettingEditor", "mtcnn: small faces"),
        "yunet": QT_TRANSLATE_NOOP("SettingEditor", "yunet: small and fast, once fetched"),
        "scrfd-500m": QT_TRANSLATE_NOOP("SettingEditor", "scrfd-500m: fast, once fetched"),
        "scrfd-10g": QT_TRANSLATE_NOOP("SettingEditor", "scrfd-10g: slower, once fetched"),
    },
    "device": {
        "auto": QT_TRANSLATE_NOOP("SettingEditor", "automatic"),
        "cpu": "CPU",
        "gpu": "GPU",
    },
    "precision": {
        "auto": QT_TRANSLATE_NOOP("SettingEditor", "automatic"),
        "f32": QT_TRANSLATE_NOOP("SettingEditor", "f32: exact"),
        "bf16": QT_TRANSLATE_NOOP("SettingEditor", "bf16: faster where the processor has it"),
        "f16": QT_TRANSLATE_NOOP("SettingEditor", "f16: faster where the processor has it"),
    },
    "normalize": {
        "auto": QT_TRANSLATE_NOOP("SettingEditor", "automatic"),
        "off": QT_TRANSLATE_NOOP("SettingEditor", "compared like all others"),
    },
    "blur_faces": {
        "nobody": QT_TRANSLATE_NOOP("SettingEditor", "nobody"),
        "strangers": QT_TRANSLATE_NOOP("SettingEditor", "strangers: all without a name"),
        "all": QT_TRANSLATE_NOOP("SettingEditor", "everybody"),
        "all-but": QT_TRANSLATE_NOOP("SettingEditor", "everybody but the chosen people"),
        "only": QT_TRANSLATE_NOOP("SettingEditor", "only the chosen people"),
    },
}
_FLAGS = {
    "true": QT_TRANSLATE_NOOP("SettingEditor", "yes"),
    "false": QT_TRANSLATE_NOOP("SettingEditor", "no"),
}


def option_value(name: str, value: str) -> str:
    """What is set, perhaps as TOML, in the window's language; numbers, names and paths as they are.

    Example:
        >>> option_value("wrong_labels", "leave_out"), option_value("refine: margin", "0.2")
        ('leave them out', '0.2')
    """
    plain = value.strip('"')
    words = VALUES.get(name.rpartition(": ")[2].replace("-", "_"), {}).get(plain) or _FLAGS.get(value)
    return plain if words is None else QCoreApplication.translate("SettingEditor", words)
