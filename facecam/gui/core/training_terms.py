"""Names and explanations of presets and training settings, so that they can be translated.

They are declared where they belong (`facecam/training/`); a test compares.
"""

from __future__ import annotations

from facecam.gui.core.marked import QT_TRANSLATE_NOOP

FIXED: tuple[str, ...] = (
    QT_TRANSLATE_NOOP("engine", "Method"),
    QT_TRANSLATE_NOOP("engine", "Data"),
    QT_TRANSLATE_NOOP("engine", "Augmentation"),
    QT_TRANSLATE_NOOP("engine", "Batches"),
    QT_TRANSLATE_NOOP("engine", "Loss"),
    QT_TRANSLATE_NOOP("engine", "Optimiser"),
    QT_TRANSLATE_NOOP("engine", "Run"),
    QT_TRANSLATE_NOOP("engine", "Records"),
    QT_TRANSLATE_NOOP(
        "engine",
        "network: train the network itself; head: train a small layer on the vectors of the model in "
        "use, in a minute",
    ),
    QT_TRANSLATE_NOOP("engine", "which network is trained; tiny is for trying things out"),
    QT_TRANSLATE_NOOP(
        "engine",
        "weights to start from: auto (pretrained where there are any), random, a model's name, a run or "
        "a file",
    ),
    QT_TRANSLATE_NOOP("engine", "values in a vector (64 to 1024)"),
    QT_TRANSLATE_NOOP("engine", "side of the network's input; default: the backbone's own"),
    QT_TRANSLATE_NOOP(
        "engine",
        "what stays as it is: none; early: all but the last stage and the embedding layer; backbone: all "
        "but the embedding layer",
    ),
    QT_TRANSLATE_NOOP(
        "engine",
        "frozen: batch normalisation keeps its statistics, better for small batches; train: it learns",
    ),
    QT_TRANSLATE_NOOP(
        "engine", "what is kept aside for measuring: some photos of everybody, or all photos of some people"
    ),
    QT_TRANSLATE_NOOP("engine", "share of the photos or people kept aside"),
    QT_TRANSLATE_NOOP("engine", "people with fewer usable photos are left out"),
    QT_TRANSLATE_NOOP(
        "engine", "leave out the photos farthest from their person's mean: keep those below this percentile"
    ),
    QT_TRANSLATE_NOOP(
        "engine",
        "photos that look like somebody else than their folder says are named before the training; leave_out: "
        "they take no part, and stay in data/",
    ),
    QT_TRANSLATE_NOOP(
        "engine",
        "room around the face, as a share of the face's side: 0.25 as dlib-ResNet sees faces, 0.7 with the hair",
    ),
    QT_TRANSLATE_NOOP("engine", "folder of faces of other people, no names needed, that keeps the old space"),
    QT_TRANSLATE_NOOP(
        "engine",
        "folder with a folder of photos per person, nobody of yours: both models are tried on them, and the "
        "threshold is found there",
    ),
    QT_TRANSLATE_NOOP("engine", "such faces in a batch, as a share of its photos"),
    QT_TRANSLATE_NOOP("engine", "vary the pictures while training"),
    QT_TRANSLATE_NOOP("engine", "mirror half of the pictures"),
    QT_TRANSLATE_NOOP("engine", "largest shift and zoom, as a share of the side"),
    QT_TRANSLATE_NOOP("engine", "largest rotation"),
    QT_TRANSLATE_NOOP(
        "engine",
        "Draws faces: `generate` reconstructs them, goes from one to another, adds a smile or glasses. "
        "It learns from all photos; hundreds give blurred faces, and nobody is recognised better by it.",
    ),
    QT_TRANSLATE_NOOP("engine", "Variational auto-encoder"),
    QT_TRANSLATE_NOOP(
        "engine",
        "compile the step with XLA and choose triplets inside it (semi_hard, batch_hard, batch_all): no word "
        "between card and processor; the first step takes a minute",
    ),
    QT_TRANSLATE_NOOP(
        "engine",
        "weight of the divergence from the normal distribution, nats, in the loss vae: less draws "
        "faces sharper, more makes those between two faces look like faces",
    ),
    QT_TRANSLATE_NOOP("engine", "darkest factor of brightness"),
    QT_TRANSLATE_NOOP("engine", "brightest factor of brightness"),
    QT_TRANSLATE_NOOP("engine", "largest change of gamma: brightness to the power of e to ± this"),
    QT_TRANSLATE_NOOP("engine", "largest gain of light on one side, and loss on the other, as a share"),
    QT_TRANSLATE_NOOP("engine", "share of the pictures of which a square is made grey"),
    QT_TRANSLATE_NOOP("engine", "share of the pictures that are blurred"),
    QT_TRANSLATE_NOOP("engine", "share of the pictures that are made smaller and enlarged again"),
    QT_TRANSLATE_NOOP("engine", "people in a batch (P)"),
    QT_TRANSLATE_NOOP("engine", "photos of each of them (K)"),
    QT_TRANSLATE_NOOP("engine", "photos in a batch; default: people × photos per person"),
    QT_TRANSLATE_NOOP("engine", "batches that make an epoch; default: everybody once"),
    QT_TRANSLATE_NOOP(
        "engine", "where triplets are looked for: in the batch, in several batches, in the whole set"
    ),
    QT_TRANSLATE_NOOP("engine", "batches of a semi_online pool"),
    QT_TRANSLATE_NOOP("engine", "an offline pool is mined anew every so many epochs"),
    QT_TRANSLATE_NOOP("engine", "what is minimised"),
    QT_TRANSLATE_NOOP("engine", "which triplets are used"),
    QT_TRANSLATE_NOOP("engine", "margin of the triplet loss"),
    QT_TRANSLATE_NOOP("engine", "log(1 + exp(…)) instead of a margin"),
    QT_TRANSLATE_NOOP("engine", "distance inside the triplet loss"),
    QT_TRANSLATE_NOOP(
        "engine",
        "weight λ of the second term of adaptive mining, which is a sum over the people of a batch: large "
        "weights pull everything into one point",
    ),
    QT_TRANSLATE_NOOP("engine", "a classification loss added to the triplets"),
    QT_TRANSLATE_NOOP("engine", "its weight"),
    QT_TRANSLATE_NOOP("engine", "scale s of cosface and arcface"),
    QT_TRANSLATE_NOOP(
        "engine",
        "margin m of cosface (default 0.25; its paper: 0.35) and arcface (default 0.5, as in its paper)",
    ),
    QT_TRANSLATE_NOOP("engine", "weight of the centre loss"),
    QT_TRANSLATE_NOOP("engine", "inertia of the centres of the centre loss"),
    QT_TRANSLATE_NOOP("engine", "weight of the norm of the values before normalisation"),
    QT_TRANSLATE_NOOP("engine", "which norm"),
    QT_TRANSLATE_NOOP(
        "engine", "weight of the squared_l2 to the vectors of the start model: keeps the old space"
    ),
    QT_TRANSLATE_NOOP("engine", "first epochs that train only the class centres"),
    QT_TRANSLATE_NOOP("engine", "how often everybody is seen"),
    QT_TRANSLATE_NOOP("engine", "rule of the steps"),
    QT_TRANSLATE_NOOP("engine", "length of the steps"),
    QT_TRANSLATE_NOOP("engine", "momentum of sgd and rmsprop"),
    QT_TRANSLATE_NOOP(
        "engine",
        "added to the mean squared gradient or its root, by all optimisers but sgd; 0.1 makes long steps "
        "bearable",
    ),
    QT_TRANSLATE_NOOP("engine", "pull of the weights towards 0"),
    QT_TRANSLATE_NOOP("engine", "how the learning rate changes"),
    QT_TRANSLATE_NOOP("engine", "lines `epoch: learning rate` for --schedule file; −1 stops"),
    QT_TRANSLATE_NOOP("engine", "epochs in which the learning rate rises from 0"),
    QT_TRANSLATE_NOOP("engine", "factor of exponential, step and plateau schedules"),
    QT_TRANSLATE_NOOP("engine", "epochs between two decays, or without progress"),
    QT_TRANSLATE_NOOP("engine", "shorten gradients longer than this; default: never"),
    QT_TRANSLATE_NOOP("engine", "keep and deploy the running mean of the weights instead of the last"),
    QT_TRANSLATE_NOOP("engine", "inertia of that mean"),
    QT_TRANSLATE_NOOP(
        "engine",
        "mix of start (0) and trained (1) weights that is kept: off, a number, or auto: the best on the "
        "photos kept aside",
    ),
    QT_TRANSLATE_NOOP("engine", "of everything random; same seed, same first epoch on one device"),
    QT_TRANSLATE_NOOP("engine", "numbers used while training; auto: bfloat16 where the device gains by it"),
    QT_TRANSLATE_NOOP("engine", "processor threads; default: all"),
    QT_TRANSLATE_NOOP("engine", "what a crash may cost at most, besides each epoch's end"),
    QT_TRANSLATE_NOOP("engine", "stop by then, keeping the best"),
    QT_TRANSLATE_NOOP("engine", "stop after so many epochs without progress on the photos kept aside"),
    QT_TRANSLATE_NOOP(
        "engine",
        "put the model in use by itself: better: where it is shown to be, and to do strangers and known people no "
        "harm; never; always",
    ),
    QT_TRANSLATE_NOOP("engine", "map of the vectors before and after"),
    QT_TRANSLATE_NOOP("engine", "write event files for TensorBoard"),
    QT_TRANSLATE_NOOP("engine", "report to Weights & Biases (sends figures to its server)"),
    QT_TRANSLATE_NOOP("engine", "Quick"),
    QT_TRANSLATE_NOOP("engine", "Fine-tune"),
    QT_TRANSLATE_NOOP(
        "engine",
        "A small layer on the vectors of the model in use: ready in a minute, strangers are judged as "
        "before.",
    ),
    QT_TRANSLATE_NOOP(
        "engine",
        "The network in use learns your people; not safe with fewer than sixty: strangers get names. Quick is.",
    ),
    QT_TRANSLATE_NOOP("engine", "AT&T from pretrained weights"),
    QT_TRANSLATE_NOOP(
        "engine", "Made for 35 people of the AT&T faces, starting from dlib-ResNet; it trains on your people."
    ),
    QT_TRANSLATE_NOOP("engine", "AT&T from nothing"),
    QT_TRANSLATE_NOOP(
        "engine",
        "Made for 350 grey photos of 35 people (AT&T): five ResNet8 from random weights; it trains on your people.",
    ),
    QT_TRANSLATE_NOOP("engine", "FaceNet_TF-2.0 as it was"),
    QT_TRANSLATE_NOOP(
        "engine",
        "ResNet50, 20 epochs of Adam at 1e-4, margin 0.2, semi-hard triplets, no augmentation but "
        "mirroring: for comparison with the older program.",
    ),
    QT_TRANSLATE_NOOP("engine", "Inception-v3, hard triplets and a pull towards the mean (Facenet-TF)"),
    QT_TRANSLATE_NOOP(
        "engine",
        "Inception-v3 trained on hard triplets and a pull towards the mean. Made for some thousands of "
        "photos and a graphics card.",
    ),
    QT_TRANSLATE_NOOP("engine", "Inception-v3, all triplets (Facenet-TF)"),
    QT_TRANSLATE_NOOP(
        "engine",
        "Inception-v3 trained on all triplets. Made for some thousands of photos and a graphics card.",
    ),
    QT_TRANSLATE_NOOP("engine", "Inception-v3, the hardest triplets (Facenet-TF)"),
    QT_TRANSLATE_NOOP(
        "engine",
        "Inception-v3 trained on the hardest triplets. Made for some thousands of photos and a graphics "
        "card.",
    ),
    QT_TRANSLATE_NOOP("engine", "Inception-ResNet-v1, softmax and centre loss (facenet)"),
    QT_TRANSLATE_NOOP(
        "engine",
        "Classification of all people with a pull towards their centres, running mean of the weights. "
        "Made for thousands of people and a graphics card.",
    ),
    QT_TRANSLATE_NOOP(
        "engine",
        "Two phases: first all people are told apart by class, then the vectors are refined by triplets. "
        "Made for a graphics card.",
    ),
    QT_TRANSLATE_NOOP("engine", "ResNet18 (Face-Unlock)"),
    QT_TRANSLATE_NOOP(
        "engine",
        "ResNet18 with 128 values, batch-hard triplets, Adam and a learning rate that falls on plateaus.",
    ),
    QT_TRANSLATE_NOOP("engine", "ResNet50, semi-hard triplets"),
    QT_TRANSLATE_NOOP(
        "engine",
        "The older program's way: ResNet50 from pretrained weights on semi-hard triplets. Needs 20 "
        "people or more, or a graphics card and patience.",
    ),
    QT_TRANSLATE_NOOP("engine", "MobileFaceNet, CosFace then batch-all triplets (MassFace)"),
    QT_TRANSLATE_NOOP("engine", "MobileFaceNet, CosFace then batch-hard triplets (MassFace)"),
    QT_TRANSLATE_NOOP("engine", "MobileFaceNet, CosFace then batch-random triplets (MassFace)"),
    QT_TRANSLATE_NOOP("engine", "MobileFaceNet, CosFace then min-max triplets (MassFace)"),
    QT_TRANSLATE_NOOP("engine", "MobileFaceNet, CosFace then min-min triplets (MassFace)"),
    # --- plots
    QT_TRANSLATE_NOOP("engine", "ROC: true accepts over false accepts"),
    QT_TRANSLATE_NOOP("engine", "chance"),
    QT_TRANSLATE_NOOP("engine", "false accept rate (FAR); the left edge stands for 0"),
    QT_TRANSLATE_NOOP("engine", "true accept rate (TAR)"),
    QT_TRANSLATE_NOOP("engine", "Errors over the threshold"),
    QT_TRANSLATE_NOOP("engine", "FAR: different people accepted"),
    QT_TRANSLATE_NOOP("engine", "FRR: same person rejected"),
    QT_TRANSLATE_NOOP("engine", "threshold (squared_l2)"),
    QT_TRANSLATE_NOOP("engine", "share of pairs"),
    QT_TRANSLATE_NOOP("engine", "Distances of the pairs"),
    QT_TRANSLATE_NOOP("engine", "distance (squared_l2)"),
    QT_TRANSLATE_NOOP("engine", "share of the pairs of its kind"),
    QT_TRANSLATE_NOOP("engine", "none"),
    QT_TRANSLATE_NOOP("engine", "in use"),
    QT_TRANSLATE_NOOP("engine", "best accuracy"),
    QT_TRANSLATE_NOOP("engine", "best Youden's J"),
    QT_TRANSLATE_NOOP("engine", "equal error"),
)
