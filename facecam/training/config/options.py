"""Training options, declared once: flags, TOML keys and the Train tab follow from here.

No TensorFlow: the command line and the window read this module.
"""

from __future__ import annotations

import dataclasses
import math
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
_METHOD, _DATA, _AUGMENT, _BATCH = "Method", "Data", "Augmentation", "Batches"
_LOSS, _OPTIMIZER, _RUN, _RECORDS = "Loss", "Optimiser", "Run", "Records"


@dataclasses.dataclass(frozen=True, slots=True)
class TrainOptions:
    """Everything a training depends on besides the photos.

    Every field is a flag of `train` (`people_per_batch` → `--people-per-batch`), a key of a preset and a
    field of the Train tab; `metadata` holds help, choices, unit and the group it is shown under.

    Raises:
        ConfigError: a value that cannot be meant; the message names the flag.
    """

    method: str = setting(
        "network",
        help="network: train the network itself; head: train a small layer on the vectors of the model in use, "
        "in a minute",
        choices=METHODS,
        group=_METHOD,
    )
    backbone: str = setting(
        "resnet50",
        help="which network is trained; tiny is for trying things out",
        choices=BACKBONES,
        group=_METHOD,
    )
    start: str = setting(
        "auto",
        help="weights to start from: auto (pretrained where there are any), random, a model's name, a run or a file",
        group=_METHOD,
    )
    embedding_size: int = setting(
        128, help="values in a vector (64 to 1024)", group=_METHOD, within=(2, 1024)
    )
    input_px: int | None = setting(
        None,
        help="side of the network's input; default: the backbone's own",
        unit="px",
        group=_METHOD,
        within=(16, 512),
    )
    freeze: str = setting(
        "none",
        help="what stays as it is: none; early: all but the last stage and the embedding layer; backbone: all but "
        "the embedding layer",
        choices=("none", "early", "backbone"),
        group=_METHOD,
    )
    batch_norm: str = setting(
        "frozen",
        help="frozen: batch normalisation keeps its statistics, better for small batches; train: it learns",
        choices=("frozen", "train"),
        group=_METHOD,
    )

    hold_out: str = setting(
        "photo",
        help="what is kept aside for measuring: some photos of everybody, or all photos of some people",
        choices=("photo", "person"),
        group=_DATA,
    )
    hold_out_share: float = setting(
        0.2, help="share of the photos or people kept aside", group=_DATA, within=(0.0, 0.9)
    )
    min_photos: int = setting(
        2, help="people with fewer usable photos are left out", group=_DATA, within=(1, 1_000_000)
    )
    noise_percentile: float | None = setting(
        None,
        help="leave out the photos farthest from their person's mean: keep those below this percentile",
        unit="%",
        group=_DATA,
        within=(1.0, 100.0),
    )
    wrong_labels: str = setting(
        "keep",
        help="photos that look like somebody else than their folder says are named before the training; leave_out: "
        "they take no part, and stay in data/",
        choices=("keep", "leave_out"),
        group=_DATA,
    )
    chip_padding: float = setting(
        CHIP_PADDING,
        help="room around the face, as a share of the face's side: 0.25 as dlib-ResNet sees faces, 0.7 with the hair",
        group=_DATA,
        within=(0.0, 2.0),
    )
    generic_faces: Path | None = setting(
        None, help="folder of faces of other people, no names needed, that keeps the old space", group=_DATA
    )
    stranger_photos: Path | None = setting(
        None,
        help="folder with a folder of photos per person, nobody of yours: both models are tried on them, and the "
        "threshold is found there",
        group=_DATA,
    )
    generic_share: float = setting(
        0.5, help="such faces in a batch, as a share of its photos", group=_DATA, within=(0.0, 10.0)
    )

    augment: bool = setting(True, help="vary the pictures while training", group=_AUGMENT)
    flip: bool = setting(True, help="mirror half of the pictures", group=_AUGMENT)
    crop: float = setting(
        0.08, help="largest shift and zoom, as a share of the side", group=_AUGMENT, within=(0.0, 0.5)
    )
    rotation_degrees: float = setting(
        7.0, help="largest rotation", unit="degrees", group=_AUGMENT, within=(0.0, 180.0)
    )
    brightness_low: float = setting(
        0.4, help="darkest factor of brightness", group=_AUGMENT, within=(0.05, 1.0)
    )
    brightness_high: float = setting(
        1.8, help="brightest factor of brightness", group=_AUGMENT, within=(1.0, 10.0)
    )
    gamma: float = setting(
        0.0,
        help="largest change of gamma: brightness to the power of e to ± this",
        group=_AUGMENT,
        within=(0.0, 3.0),
    )
    side_light: float = setting(
        0.0,
        help="largest gain of light on one side, and loss on the other, as a share",
        group=_AUGMENT,
        within=(0.0, 1.0),
    )
    erase: float = setting(
        0.0, help="share of the pictures of which a square is made grey", group=_AUGMENT, within=(0.0, 1.0)
    )
    blur: float = setting(
        0.15, help="share of the pictures that are blurred", group=_AUGMENT, within=(0.0, 1.0)
    )
    downscale: float = setting(
        0.15,
        help="share of the pictures that are made smaller and enlarged again",
        group=_AUGMENT,
        within=(0.0, 1.0),
    )

    people_per_batch: int = setting(16, help="people in a batch (P)", group=_BATCH, within=(2, 100_000))
    photos_per_person: int = setting(4, help="photos of each of them (K)", group=_BATCH, within=(1, 10_000))
    batch_size: int | None = setting(
        None,
        help="photos in a batch; default: people × photos per person",
        group=_BATCH,
        within=(2, 1_000_000),
    )
    batches_per_epoch: int | None = setting(
        None,
        help="batches that make an epoch; default: everybody once",
        group=_BATCH,
        within=(1, 10_000_000),
    )
    pool: str = setting(
        "online",
        help="where triplets are looked for: in the batch, in several batches, in the whole set",
        choices=POOLS,
        group=_BATCH,
    )
    pool_scale: int = setting(4, help="batches of a semi_online pool", group=_BATCH, within=(1, 1000))
    pool_epochs: int = setting(
        1, help="an offline pool is mined anew every so many epochs", group=_BATCH, within=(1, 1000)
    )

    loss: str = setting("triplet", help="what is minimised", choices=LOSSES, group=_LOSS)
    mining: str = setting("semi_hard", help="which triplets are used", choices=MININGS, group=_LOSS)
    margin: float = setting(
        0.2, help="margin of the triplet loss", unit="squared_l2", group=_LOSS, within=(0.0, 4.0)
    )
    soft_margin: bool = setting(False, help="log(1 + exp(…)) instead of a margin", group=_LOSS)
    distance: str = setting(
        "squared_l2",
        help="distance inside the triplet loss",
        choices=("squared_l2", "l2"),
        group=_LOSS,
    )
    adaptive_weight: float = setting(
        0.1,
        help="weight λ of the second term of adaptive mining, which is a sum over the people of a batch: large "
        "weights pull everything into one point",
        group=_LOSS,
        within=(0.0, 1e6),
    )
    joint: str = setting(
        "none", help="a classification loss added to the triplets", choices=JOINT_LOSSES, group=_LOSS
    )
    joint_weight: float = setting(0.5, help="its weight", group=_LOSS, within=(0.0, 1e6))
    scale: float = setting(64.0, help="scale s of cosface and arcface", group=_LOSS, within=(0.1, 1000.0))
    class_margin: float | None = setting(
        None,
        help="margin m of cosface (default 0.25; its paper: 0.35) and arcface (default 0.5, as in its paper)",
        group=_LOSS,
        within=(0.0, math.pi),
    )
    centre_weight: float = setting(0.0, help="weight of the centre loss", group=_LOSS, within=(0.0, 1e6))
    centre_alfa: float = setting(
        0.95, help="inertia of the centres of the centre loss", group=_LOSS, within=(0.0, 1.0)
    )
    prelogits_weight: float = setting(
        0.0,
        help="weight of the norm of the values before normalisation",
        group=_LOSS,
        within=(0.0, 1e6),
    )
    prelogits_p: float = setting(1.0, help="which norm", group=_LOSS, within=(1.0, 10.0))
    anchor_weight: float = setting(
        0.0,
        help="weight of the squared_l2 to the vectors of the start model: keeps the old space",
        group=_LOSS,
        within=(0.0, 1e6),
    )
    divergence_weight: float = setting(
        1e-3,
        help="weight of the divergence from the normal distribution, nats, in the loss vae: less draws faces sharper, "
        "more makes those between two faces look like faces",
        group=_LOSS,
        within=(0.0, 1e6),
    )
    class_warm_up_epochs: int = setting(
        0, help="first epochs that train only the class centres", group=_LOSS, within=(0, 100_000)
    )

    epochs: int = setting(20, help="how often everybody is seen", group=_OPTIMIZER, within=(1, 100_000))
    optimiser: str = setting("adam", help="rule of the steps", choices=OPTIMIZERS, group=_OPTIMIZER)
    learning_rate: float = setting(1e-4, help="length of the steps", group=_OPTIMIZER, within=(0.0, 100.0))
    momentum: float = setting(0.9, help="momentum of sgd and rmsprop", group=_OPTIMIZER, within=(0.0, 1.0))
    epsilon: float = setting(
        1e-7,
        help="added to the mean squared gradient or its root, by all optimisers but sgd; 0.1 makes long steps bearable",
        group=_OPTIMIZER,
        within=(1e-12, 10.0),
    )
    weight_decay: float = setting(
        0.0, help="pull of the weights towards 0", group=_OPTIMIZER, within=(0.0, 10.0)
    )
    schedule: str = setting(
        "constant", help="how the learning rate changes", choices=SCHEDULES, group=_OPTIMIZER
    )
    schedule_file: Path | None = setting(
        None, help="lines `epoch: learning rate` for --schedule file; −1 stops", group=_OPTIMIZER
    )
    warm_up_epochs: float = setting(
        0.0,
        help="epochs in which the learning rate rises from 0",
        group=_OPTIMIZER,
        within=(0.0, 1e5),
    )
    decay_factor: float = setting(
        0.1,
        help="factor of exponential, step and plateau schedules",
        group=_OPTIMIZER,
        within=(0.0, 1.0),
    )
    decay_epochs: int = setting(
        10, help="epochs between two decays, or without progress", group=_OPTIMIZER, within=(1, 100_000)
    )
    clip_norm: float | None = setting(
        None,
        help="shorten gradients longer than this; default: never",
        group=_OPTIMIZER,
        within=(1e-06, 1e9),
    )
    ema: bool = setting(
        False, help="keep and deploy the running mean of the weights instead of the last", group=_OPTIMIZER
    )
    ema_decay: float = setting(0.9999, help="inertia of that mean", group=_OPTIMIZER, within=(0.0, 1.0))
    interpolation: str = setting(
        "off",
        help="mix of start (0) and trained (1) weights that is kept: off, a number, or auto: the best on the "
        "photos kept aside",
        group=_OPTIMIZER,
    )

    seed: int = setting(
        0,
        help="of everything random; same seed, same first epoch on one device",
        group=_RUN,
        within=(0, 2**31 - 1),
    )
    arithmetic: str = setting(
        "auto",
        help="numbers used while training; auto: bfloat16 where the device gains by it",
        choices=("auto", "float32", "mixed_bfloat16"),
        group=_RUN,
    )
    xla: bool = setting(
        False,
        help="compile the step with XLA and choose triplets inside it (semi_hard, batch_hard, batch_all): no word "
        "between card and processor; the first step takes a minute",
        group=_RUN,
    )
    threads: int | None = setting(None, help="processor threads; default: all", group=_RUN, within=(1, 1024))
    checkpoint_minutes: float = setting(
        10.0,
        help="what a crash may cost at most, besides each epoch's end",
        unit="min",
        group=_RUN,
        within=(0.0, 1e5),
    )
    max_minutes: float | None = setting(
        None, help="stop by then, keeping the best", unit="min", group=_RUN, within=(0.01, 1e6)
    )
    patience_epochs: int | None = setting(
        None,
        help="stop after so many epochs without progress on the photos kept aside",
        group=_RUN,
        within=(1, 100_000),
    )
    deploy: str = setting(
        "better",
        help="put the model in use by itself: better: where it is shown to be, and to do strangers and known people no "
        "harm; never; always",
        choices=("better", "never", "always"),
        group=_RUN,
    )

    projection: str = setting(
        "pca",
        help="map of the vectors before and after",
        choices=("none", "pca", "tsne"),
        group=_RECORDS,
    )
    tensorboard: bool = setting(False, help="write event files for TensorBoard", group=_RECORDS)
    wandb: bool = setting(
        False, help="report to Weights & Biases (sends figures to its server)", group=_RECORDS
    )

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
