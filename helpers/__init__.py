"""The supporting code of *Regularization, hands on*: data, live plots, and the book's names on today's packages.

The public names are imported lazily (PEP 562), so that ``import helpers`` costs next to nothing:
``from helpers import Animator`` loads matplotlib, ``from helpers import load_digits`` does not.
"""

from importlib import import_module

_NAMES = {  # of each module
    "classifier": ["dropout_mlp", "train_classifier"],
    "data": [
        "Batches",
        "DataUnavailableError",
        "ImageData",
        "RegressionData",
        "load_digits",
        "load_fashion_mnist",
        "load_images",
        "rotate_images",
        "synthetic_regression",
    ],
    "drawing.animator": ["Animator"],
    "exercises": ["progress"],
    "labs.bias_variance": ["BiasVarianceLab"],
    "labs.constraint": ["ConstraintLab"],
    "labs.decay_dropout": ["DecayDropoutLab"],
    "labs.dropout": ["DropoutLab"],
    "labs.dropout_mask": ["DropoutMaskLab"],
    "labs.frames": ["Frames"],
    "labs.memorization": ["MemorizationLab"],
    "labs.net": ["NetLab"],
    "labs.path": ["PathLab"],
    "labs.prediction": ["Prediction"],
    "labs.question": ["Question"],
    "labs.selection": ["SelectionLab"],
    "labs.uncertainty": ["UncertaintyLab"],
    "labs.weight_decay": ["WeightDecayLab"],
    "linear": ["degrees_of_freedom", "elastic_net", "ridge", "soft_threshold"],
    "regularizers": ["dropout_layer", "elastic_net_penalty", "l1_penalty", "l2_penalty", "squared_loss"],
    "sliders": ["lambda_slider", "p_slider"],
    "sweeps": ["Sweep", "sweep_decay_and_dropout", "sweep_dropout", "sweep_nets", "sweep_weight_decay"],
    "thinned": ["dropout_on", "entropy", "exact_expectation", "mc_dropout", "mutual_information", "thinned_masks"],
    "validation": ["check_decay", "check_probability"],
}
_HOME = {name: module for module, names in _NAMES.items() for name in names}
_MODULES = (
    *("animator", "checks", "classifier", "d2l", "data", "exercises", "labs", "linear", "regularizers", "selection"),
    *("sliders", "sweeps", "thinned", "two_weights"),
)

__all__ = sorted(_HOME)


def __getattr__(name: str):
    """Import a public module, or the module that owns a public name, the first time it is asked for."""
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(__all__)}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*__all__, *_MODULES})
