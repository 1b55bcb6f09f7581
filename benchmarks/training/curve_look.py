"""The look at the curve of a movement itself, by networks (docs/decisions/0024).

They learn from what trees leave open that never saw the clip's condition, nor anything of its renderer, as the look at
neighbours does; from each movement as it is, and somewhat quicker, slower, earlier and later.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from balance import copies_apart
from gather import JERK, UNUSED, Clip
from sklearn.model_selection import GroupKFold

from detector.classify.model_file import CurveLook
from detector.classify.network import FARTHEST, Layer, Network, compressed
from detector.classify.predict import Curves, odds_by_curve
from detector.events.curves import CURVE_FEATURES, CURVE_SHAPE, ONSET

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["LOOK", "curve_odds_out_of_fold", "curve_values", "fit_curve_look", "with_curve_look"]

# One hidden layer or two, of 48 to 192, penalties of 0.001 to 1, 3 or 6 rounds, 1 to 4 networks, 3 to 7 varied
# copies: no difference beyond that of two fits. Half is theirs: 0.4 to 0.7 do as well (docs/decisions/0024).
# Networks of the curves and some sizes alone are better in scenes unlike those they learned from, those that see every
# feature in scenes like them; the mean of both is nearly as good as the better one everywhere. One of each sort looks
# along the curves: larger ones, other rates and more variety change no more than two fits do (docs/decisions/0025).
LOOK: dict[str, Any] = {
    "shapes": (
        {"curves": (24, 32, 32), "every": (1, 2, 2), "moments": 5, "hidden": (48,)},
        {"curves": (), "every": (), "moments": 0, "hidden": (96, 48)},
    ),
    "rounds": 3, "batch": 512, "rate": 0.002, "floor": -3.5, "share": 0.5,
    "varied": 3, "stretch": 0.25, "shift_s": 0.012, "blurred": 0.4,
}  # fmt: skip

SIZES = (
    "speed", "amplitude", "snr", "area", "extent", "edge", "coherence", "interval_s", "duration_s", "rise_s", "share",
)  # fmt: skip
LEFT_OUT = ("texture", "strength", "followed_s")  # of every network, as of every tree: they show how a track was cut

_OF_CURVES = CURVE_SHAPE[0] * CURVE_SHAPE[1]
_FLAT = 0.05  # added to an input's deviation: what hardly varies says little
_LEAST_UNIT = 0.01  # in the unit of each feature: below it a median of 0 would bend everything
_ACROSS = CURVE_FEATURES.index("across_0") // CURVE_SHAPE[1]  # which curve; its sign is as the zone happens to lie
_EVERY_S = 0.04  # the moments of detector.events.curves

FloatArray = npt.NDArray[np.float64]
Inputs = npt.NDArray[np.float32]


def fit_curve_look(clips: Sequence[Clip], odds: Sequence[FloatArray]) -> CurveLook:
    """Return the networks fitted to candidates whose log odds by the trees are above the floor."""
    from curve_network import fitted  # noqa: PLC0415  (needs JAX, which whoever trains onto a model does without)

    parts = [
        (clip, np.flatnonzero((first > LOOK["floor"]) & (clip.labels != UNUSED)))
        for clip, first in zip(clips, odds, strict=True)
    ]
    curves = np.concatenate([clip.curves[which] for clip, which in parts])
    jerk = np.concatenate([clip.labels[which] == JERK for clip, which in parts])
    weights = np.concatenate([clip.weights[which] for clip, which in parts])
    unit = _units(curves)
    curves = compressed(curves, unit)
    mean, scale = curves.mean(axis=0), curves.std(axis=0) + np.float32(_FLAT)
    rng, times = np.random.default_rng(0), LOOK["varied"] + 1
    inputs = np.concatenate([curves, *(_varied(curves, rng) for _ in range(LOOK["varied"]))])
    inputs = np.clip((inputs - mean) / scale, -FARTHEST, FARTHEST)
    jerk, weights = np.tile(jerk, times), np.tile(weights / weights.mean(), times)
    networks = []
    for seen in _inputs():
        names, scaling = tuple(CURVE_FEATURES[i] for i in seen), (unit[seen], mean[seen], scale[seen])
        for seed, shape in enumerate(LOOK["shapes"]):
            convolutions, layers = fitted(inputs[:, seen], jerk, weights, seed, LOOK, shape)
            networks.append(Network(names, *scaling, layers, CURVE_SHAPE, convolutions))
    return CurveLook(LOOK["floor"], LOOK["share"], tuple(networks))


def _units(curves: Inputs) -> Inputs:
    """Return for each feature its median size, for the curves 0."""
    unit = np.zeros(curves.shape[1], np.float32)
    unit[_OF_CURVES:] = np.maximum(np.median(np.abs(curves[:, _OF_CURVES:]), axis=0), _LEAST_UNIT)
    return unit


def _inputs() -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return which columns the networks of either kind see: curves and some sizes, or curves and all."""
    features = CURVE_FEATURES[_OF_CURVES:]
    some, all_ = np.isin(features, SIZES), ~np.isin(features, LEFT_OUT)
    curves = np.arange(_OF_CURVES)
    return tuple(np.concatenate((curves, _OF_CURVES + np.flatnonzero(seen))) for seen in (some, all_))


def _varied(curves: Inputs, rng: np.random.Generator) -> Inputs:
    """Return the curves of movements, each somewhat quicker or slower, and begun somewhat earlier or later.

    Half of them are turned over their line, and as many as `LOOK` says as a slower camera or a recorder that averages
    frames would show them.
    """
    (count, moments), n, size = CURVE_SHAPE, len(curves), _OF_CURVES
    stretch = np.exp(rng.uniform(-LOOK["stretch"], LOOK["stretch"], (n, 1)))
    shift = rng.normal(0, LOOK["shift_s"] / _EVERY_S, (n, 1))
    at = np.clip(ONSET + (np.arange(moments) - ONSET) * stretch + shift, 0, moments - 1)
    low = np.minimum(at.astype(np.intp), moments - 2)
    part = (at - low).astype(np.float32)[:, None, :]
    shaped = curves[:, :size].reshape(n, count, moments)
    before, after = (np.take_along_axis(shaped, low[:, None, :] + step, axis=2) for step in (0, 1))
    varied = before + (after - before) * part
    varied[:, _ACROSS] *= rng.choice(np.float32([-1, 1]), (n, 1))
    some, beside = rng.random(n) < LOOK["blurred"], np.pad(varied, ((0, 0), (0, 0), (1, 1)), mode="edge")
    varied[some] = (varied[some] + (beside[some, :, :-2] + beside[some, :, 2:]) / 2) / 2
    return np.hstack((varied.reshape(n, size), curves[:, size:]))


def curve_odds_out_of_fold(
    clips: list[Clip],
    odds: list[FloatArray],
    copies: list[Clip],
    seen: tuple[list[FloatArray], list[FloatArray]],
    groups: list[str],
    folds: int,
) -> list[FloatArray]:
    """Return `odds` averaged with networks that saw no clip of a clip's group, and no copy of one.

    They learn from clips and copies, and from `seen`: log odds of both by trees that never saw their condition.
    """
    averaged = [first.copy() for first in odds]

    def hold_out(split: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]) -> None:
        train, test = split
        others, _ = copies_apart(clips, copies, test)
        look = fit_curve_look(
            [*(clips[i] for i in train), *(copies[k] for k in others)],
            [*(seen[0][i] for i in train), *(seen[1][k] for k in others)],
        )
        for i in test:
            averaged[i] = odds_by_curve(look, odds[i], _curves(clips[i]))

    splits = GroupKFold(min(folds, len(set(groups)))).split(clips, groups=groups)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(hold_out, splits))
    return averaged


def with_curve_look(look: CurveLook, clips: list[Clip], odds: list[FloatArray]) -> list[FloatArray]:
    """Return `odds` averaged with the networks of a model that is kept."""
    return [odds_by_curve(look, first, _curves(clip)) for clip, first in zip(clips, odds, strict=True)]


def _curves(clip: Clip) -> Curves:
    return Curves(CURVE_FEATURES, lambda which: [(which, clip.curves[which].astype(np.float64))])


def curve_values(look: CurveLook) -> dict[str, Any]:
    """Return the look at the curve as plain numbers, as `detector.classify.model_file` reads it."""
    networks = [
        {
            "features": list(network.features),
            **{name: _short(getattr(network, name)) for name in ("unit", "mean", "scale")},
            "curves": network.curves,
            "convolutions": [
                {**_plain(convolution.layer), "moments": convolution.moments, "every": convolution.every}
                for convolution in network.convolutions
            ],
            "layers": [_plain(layer) for layer in network.layers],
        }
        for network in look.networks
    ]
    return {"floor": look.floor, "share": look.share, "networks": networks}


def _plain(layer: Layer) -> dict[str, Any]:
    return {name: _short(getattr(layer, name)) for name in layer._fields}


def _short(values: Inputs) -> list[Any]:
    """Return numbers of six digits, which is more than they were fitted to."""
    if values.ndim > 1:
        return [_short(row) for row in values]
    return [float(f"{value:.6g}") for value in values.tolist()]
