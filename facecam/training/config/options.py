"""Training options, declared once: flags, TOML keys and the Train tab follow from here.

No TensorFlow: the command line and the window read this module.
"""

from __future__ import annotations

import dataclasses
import math
from functools import partial
from pathlib import Path
from typing import Final

from facecam.core.config import check_settings, setting
from facecam.core.errors import ConfigError

#: That of dlib's chips, on which the shipped networks stand.
CHIP_PADDING: Final = 0.25
#: As `networks.crops` has them, which imports TensorFlow.
_CROPS_BACKBONE, _CROPS = "resnet8-crops", 5
_VAE_BACKBONE: Final = "dfc-vae"

METHODS: Final = ("network", "head")
BACKBONES: Final = (
    "resnet50",
    "resnet8",
    "resnet8-crops",
    "resnet18",
    "resnet34",
    "resnet101",
    "inception-v3",
    "inception-resnet-v1",
    "inception-resnet-v2",
    "squeezenet",
    "mobilefacenet",
    "dfc-vae",
    "dlib-resnet",
    "tiny",
)
LOSSES: Final = ("triplet", "softmax", "cosface", "arcface", "vae")
JOINT_LOSSES: Final = ("none", "softmax", "cosface", "arcface")
MININGS: Final = ("batch_all", "batch_hard", "semi_hard", "batch_random", "min_min", "min_max", "adaptive")
#: Those whose triplets are found in a graph of fixed shapes.
DENSE_MININGS: Final = ("semi_hard", "batch_hard", "batch_all")
POOLS: Final = ("online", "semi_online", "offline")
OPTIMIZERS: Final = ("adam", "adamw", "sgd", "rmsprop", "adagrad", "adadelta")
SCHEDULES: Final = ("constant", "exponential", "step", "cosine", "one_cycle", "plateau", "file")
_method, _data, _augmentation, _batches, _loss, _optimizer, _run, _records = (
    partial(setting, group=group)
    for group in ("Method", "Data", "Augmentation", "Batches", "Loss", "Optimiser", "Run", "Records")
)


@dataclasses.dataclass(frozen=True, slots=True)
class TrainOptions:
    """Everything a training depends on besides the photos.

    Every field is a flag of `train` (`people_per_batch` → `--people-per-batch`), a key of a preset and a
    field of the Train tab; `metadata` holds help, choices, unit and the group it is shown under.

    Raises:
        ConfigError: a value that cannot be meant; the message names the flag.
    """

    method: str = _method(
        "network",
        help="network: train the network itself; head: train a small layer on the vectors of the model in use, "
        "in a minute",
        choices=METHODS,
    )
    backbone: str = _method(
        "resnet50", help="which network is trained; tiny is for trying things out", choices=BACKBONES
    )
    start: str = _method(
        "auto",
        help="weights to start from: auto (pretrained where there are any), random, a model's name, a run or a file",
    )
    embedding_size: int = _method(128, help="values in a vector (64 to 1024)", within=(2, 1024))
    input_px: int | None = _method(
        None, help="side of the network's input; default: the backbone's own", unit="px", within=(16, 512)
    )
    freeze: str = _method(
        "none",
        help="what stays as it is: none; early: all but the last stage and the embedding layer; backbone: all but "
        "the embedding layer",
        choices=("none", "early", "backbone"),
    )
    batch_norm: str = _method(
        "frozen",
        help="frozen: batch normalisation keeps its statistics, better for small batches; train: it learns",
        choices=("frozen", "train"),
    )

    hold_out: str = _data(
        "photo",
        help="what is kept aside for measuring: some photos of everybody, or all photos of some people",
        choices=("photo", "person"),
    )
    hold_out_share: float = _data(0.2, help="share of the photos or people kept aside", within=(0.0, 0.9))
    min_photos: int = _data(2, help="people with fewer usable photos are left out", within=(1, 1_000_000))
    noise_percentile: float | None = _data(
        None,
        help="leave out the photos farthest from their person's mean: keep those below this percentile",
        unit="%",
        within=(1.0, 100.0),
    )
    wrong_labels: str = _data(
        "keep",
        help="photos that look like somebody else than their folder says are named before the training; leave_out: "
        "they take no part, and stay in data/",
        choices=("keep", "leave_out"),
    )
    chip_padding: float = _data(
        CHIP_PADDING,
        help="room around the face, as a share of the face's side: 0.25 as dlib-ResNet sees faces, 0.7 with the hair",
        within=(0.0, 2.0),
    )
    generic_faces: Path | None = _data(
        None, help="folder of faces of other people, no names needed, that keeps the old space"
    )
    stranger_photos: Path | None = _data(
        None,
        help="folder with a folder of photos per person, nobody of yours: both models are tried on them, and the "
        "threshold is found there",
    )
    generic_share: float = _data(
        0.5, help="such faces in a batch, as a share of its photos", within=(0.0, 10.0)
    )

    augment: bool = _augmentation(True, help="vary the pictures while training")
    flip: bool = _augmentation(True, help="mirror half of the pictures")
    crop: float = _augmentation(
        0.08, help="largest shift and zoom, as a share of the side", within=(0.0, 0.5)
    )
    rotation_degrees: float = _augmentation(7.0, help="largest rotation", unit="degrees", within=(0.0, 180.0))
    brightness_low: float = _augmentation(0.4, help="darkest factor of brightness", within=(0.05, 1.0))
    brightness_high: float = _augmentation(1.8, help="brightest factor of brightness", within=(1.0, 10.0))
    gamma: float = _augmentation(
        0.0, help="largest change of gamma: brightness to the power of e to ± this", within=(0.0, 3.0)
    )
    side_light: float = _augmentation(
        0.0, help="largest gain of light on one side, and loss on the other, as a share", within=(0.0, 1.0)
    )
    erase: float = _augmentation(
        0.0, help="share of the pictures of which a square is made grey", within=(0.0, 1.0)
    )
    blur: float = _augmentation(0.15, help="share of the pictures that are blurred", within=(0.0, 1.0))
    downscale: float = _augmentation(
        0.15, help="share of the pictures that are made smaller and enlarged again", within=(0.0, 1.0)
    )

    people_per_batch: int = _batches(16, help="people in a batch (P)", within=(2, 100_000))
    photos_per_person: int = _batches(4, help="photos of each of them (K)", within=(1, 10_000))
    batch_size: int | None = _batches(
        None, help="photos in a batch; default: people × photos per person", within=(2, 1_000_000)
    )
    batches_per_epoch: int | None = _batches(
        None, help="batches that make an epoch; default: everybody once", within=(1, 10_000_000)
    )
    pool: str = _batches(
        "online",
        help="where triplets are looked for: in the batch, in several batches, in the whole set",
        choices=POOLS,
    )
    pool_scale: int = _batches(4, help="batches of a semi_online pool", within=(1, 1000))
    pool_epochs: int = _batches(
        1, help="an offline pool is mined anew every so many epochs", within=(1, 1000)
    )

    loss: str = _loss("triplet", help="what is minimised", choices=LOSSES)
    mining: str = _loss("semi_hard", help="which triplets are used", choices=MININGS)
    margin: float = _loss(0.2, help="margin of the triplet loss", unit="squared_l2", within=(0.0, 4.0))
    soft_margin: bool = _loss(False, help="log(1 + exp(…)) instead of a margin")
    distance: str = _loss("squared_l2", help="distance inside the triplet loss", choices=("squared_l2", "l2"))
    adaptive_weight: float = _loss(
        0.1,
        help="weight λ of the second term of adaptive mining, which is a sum over the people of a batch: large "
        "weights pull everything into one point",
        within=(0.0, 1e6),
    )
    joint: str = _loss("none", help="a classification loss added to the triplets", choices=JOINT_LOSSES)
    joint_weight: float = _loss(0.5, help="its weight", within=(0.0, 1e6))
    scale: float = _loss(64.0, help="scale s of cosface and arcface", within=(0.1, 1000.0))
    class_margin: float | None = _loss(
        None,
        help="margin m of cosface (default 0.25; its paper: 0.35) and arcface (default 0.5, as in its paper)",
        within=(0.0, math.pi),
    )
    centre_weight: float = _loss(0.0, help="weight of the centre loss", within=(0.0, 1e6))
    centre_alfa: float = _loss(0.95, help="inertia of the centres of the centre loss", within=(0.0, 1.0))
    prelogits_weight: float = _loss(
        0.0, help="weight of the norm of the values before normalisation", within=(0.0, 1e6)
    )
    prelogits_p: float = _loss(1.0, help="which norm", within=(1.0, 10.0))
    anchor_weight: float = _loss(
        0.0,
        help="weight of the squared_l2 to the vectors of the start model: keeps the old space",
        within=(0.0, 1e6),
    )
    divergence_weight: float = _loss(
        1e-3,
        help="weight of the divergence from the normal distribution, nats, in the loss vae: less draws faces sharper, "
        "more makes those between two faces look like faces",
        within=(0.0, 1e6),
    )
    class_warm_up_epochs: int = _loss(
        0, help="first epochs that train only the class centres", within=(0, 100_000)
    )

    epochs: int = _optimizer(20, help="how often everybody is seen", within=(1, 100_000))
    optimiser: str = _optimizer("adam", help="rule of the steps", choices=OPTIMIZERS)
    learning_rate: float = _optimizer(1e-4, help="length of the steps", within=(0.0, 100.0))
    momentum: float = _optimizer(0.9, help="momentum of sgd and rmsprop", within=(0.0, 1.0))
    epsilon: float = _optimizer(
        1e-7,
        help="added to the mean squared gradient or its root, by all optimisers but sgd; 0.1 makes long steps bearable",
        within=(1e-12, 10.0),
    )
    weight_decay: float = _optimizer(0.0, help="pull of the weights towards 0", within=(0.0, 10.0))
    schedule: str = _optimizer("constant", help="how the learning rate changes", choices=SCHEDULES)
    schedule_file: Path | None = _optimizer(
        None, help="lines `epoch: learning rate` for --schedule file; −1 stops"
    )
    warm_up_epochs: float = _optimizer(
        0.0, help="epochs in which the learning rate rises from 0", within=(0.0, 1e5)
    )
    decay_factor: float = _optimizer(
        0.1, help="factor of exponential, step and plateau schedules", within=(0.0, 1.0)
    )
    decay_epochs: int = _optimizer(
        10, help="epochs between two decays, or without progress", within=(1, 100_000)
    )
    clip_norm: float | None = _optimizer(
        None, help="shorten gradients longer than this; default: never", within=(1e-06, 1e9)
    )
    ema: bool = _optimizer(False, help="keep and deploy the running mean of the weights instead of the last")
    ema_decay: float = _optimizer(0.9999, help="inertia of that mean", within=(0.0, 1.0))
    interpolation: str = _optimizer(
        "off",
        help="mix of start (0) and trained (1) weights that is kept: off, a number, or auto: the best on the "
        "photos kept aside",
    )

    seed: int = _run(
        0, help="of everything random; same seed, same first epoch on one device", within=(0, 2**31 - 1)
    )
    arithmetic: str = _run(
        "auto",
        help="numbers used while training; auto: bfloat16 where the device gains by it",
        choices=("auto", "float32", "mixed_bfloat16"),
    )
    xla: bool = _run(
        False,
        help="compile the step with XLA and choose triplets inside it (semi_hard, batch_hard, batch_all): no word "
        "between card and processor; the first step takes a minute",
    )
    threads: int | None = _run(None, help="processor threads; default: all", within=(1, 1024))
    checkpoint_minutes: float = _run(
        10.0, help="what a crash may cost at most, besides each epoch's end", unit="min", within=(0.0, 1e5)
    )
    max_minutes: float | None = _run(
        None, help="stop by then, keeping the best", unit="min", within=(0.01, 1e6)
    )
    patience_epochs: int | None = _run(
        None, help="stop after so many epochs without progress on the photos kept aside", within=(1, 100_000)
    )
    deploy: str = _run(
        "better",
        help="put the model in use by itself: better: where it is shown to be, and to do strangers and known people no "
        "harm; never; always",
        choices=("better", "never", "always"),
    )

    projection: str = _records(
        "pca", help="map of the vectors before and after", choices=("none", "pca", "tsne")
    )
    tensorboard: bool = _records(False, help="write event files for TensorBoard")
    wandb: bool = _records(False, help="report to Weights & Biases (sends figures to its server)")

    def __post_init__(self) -> None:
        check_settings(self)
        _check_together(self)

    @property
    def people_in_batch(self) -> int:
        """P: of `batch_size` where that was given."""
        if self.batch_size is None:
            return self.people_per_batch
        return max(2, self.batch_size // self.photos_per_person)

    @property
    def photos_in_batch(self) -> int:
        """P × K."""
        return self.people_in_batch * self.photos_per_person


def _check_together(options: TrainOptions) -> None:
    """Refuse options that do not fit together.

    Raises:
        ConfigError: says which, and what would do.
    """
    if options.schedule == "file" and options.schedule_file is None:
        raise ConfigError(
            "--schedule file needs a file", hint="Name it with --schedule-file; its lines are `epoch: rate`."
        )
    if options.loss == "triplet" and options.photos_per_person < 2:
        raise ConfigError(
            "--photos-per-person is 1, and triplets need two photos of a person",
            hint="Give 2 or more, or choose --loss softmax.",
        )
    if options.method == "head" and options.chip_padding != CHIP_PADDING:
        raise ConfigError(
            f"--chip-padding is {options.chip_padding:g}, and a head takes the chips of the model it stands on",
            hint=f"Leave it at {CHIP_PADDING:g}, or choose --method network.",
        )
    if options.loss == "vae":
        _check_vae(options)
    if options.xla:
        _check_xla(options)
    if options.backbone == _CROPS_BACKBONE and options.method == "network":
        _check_crops(options)
    if options.interpolation not in ("off", "auto"):
        _check_interpolation(options.interpolation)


def _check_vae(options: TrainOptions) -> None:
    if options.backbone != _VAE_BACKBONE or options.input_px is not None or options.method != "network":
        raise ConfigError(
            f"--loss vae goes with --backbone {_VAE_BACKBONE} and its own input size",
            hint="Choose --preset dfc-vae.",
        )
    if options.ema or options.interpolation != "off":
        raise ConfigError(
            "--loss vae with --ema or --interpolation: encoder and decoder belong together as they are",
            hint="Leave both out.",
        )


def _check_xla(options: TrainOptions) -> None:
    if options.loss == "triplet" and (options.mining not in DENSE_MININGS or options.pool != "online"):
        raise ConfigError(
            f"--xla with --mining {options.mining} --pool {options.pool}: how many triplets there are is not known "
            "beforehand",
            hint=f"Choose --mining {', '.join(DENSE_MININGS)} and --pool online, or leave --xla out.",
        )
    if options.generic_faces is not None:
        raise ConfigError("--xla and --generic-faces do not go together", hint="Leave one of them out.")


def _check_crops(options: TrainOptions) -> None:
    if options.embedding_size % _CROPS:
        raise ConfigError(
            f"--embedding-size is {options.embedding_size}, and {_CROPS_BACKBONE} has vectors of {_CROPS} equal parts",
            hint=f"Give a multiple of {_CROPS}, such as 320; --preset att-scratch has all that belongs together.",
        )
    if options.loss == "triplet" or options.anchor_weight or options.centre_weight:
        raise ConfigError(
            f"--backbone {_CROPS_BACKBONE} leaves out crops at random: distances within a batch say little",
            hint="Choose --loss cosface, arcface or softmax, without --anchor-weight and --centre-weight.",
        )


def _check_interpolation(text: str) -> None:
    try:
        share = float(text)
    except ValueError:
        share = math.nan
    if not 0 <= share <= 1:
        raise ConfigError(
            f"--interpolation is {text!r}", hint="Give off, auto, or a number from 0 (start) to 1 (trained)."
        )
