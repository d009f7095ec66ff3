"""The plumbing of *Regularization, hands on*: data, live plots, and the book's names on today's packages.

The public names are handed on lazily (PEP 562), so that ``import helpers`` costs next to nothing:
``from helpers import Animator`` loads matplotlib, ``from helpers import load_digits`` does not.
"""

from importlib import import_module

_HOME = {
    "Animator": "animator",
    "Batches": "data",
    "BiasVarianceLab": "bias_variance_lab",
    "ConstraintLab": "constraint_lab",
    "DataUnavailableError": "data",
    "DecayDropoutLab": "decay_dropout_lab",
    "DropoutLab": "dropout_lab",
    "DropoutMaskLab": "mask_lab",
    "Frames": "frames",
    "ImageData": "data",
    "PathLab": "path_lab",
    "RegressionData": "data",
    "Sweep": "sweeps",
    "load_digits": "data",
    "load_fashion_mnist": "data",
    "load_images": "data",
    "ridge": "linear",
    "synthetic_regression": "data",
    "UncertaintyLab": "uncertainty_lab",
    "WeightDecayLab": "weight_decay_lab",
    "check_decay": "regularizers",
    "check_probability": "regularizers",
    "degrees_of_freedom": "linear",
    "dropout_layer": "regularizers",
    "elastic_net": "linear",
    "elastic_net_penalty": "regularizers",
    "l1_penalty": "regularizers",
    "l2_penalty": "regularizers",
    "lambda_slider": "sliders",
    "p_slider": "sliders",
    "soft_threshold": "linear",
    "squared_loss": "regularizers",
    "sweep_decay_and_dropout": "grid_sweep",
    "sweep_dropout": "sweeps",
    "sweep_weight_decay": "sweeps",
    "dropout_mlp": "classifier",
    "train_classifier": "classifier",
    "rotate_images": "rotation",
    "entropy": "thinned",
    "exact_expectation": "thinned",
    "mc_dropout": "thinned",
    "mutual_information": "thinned",
    "thinned_masks": "thinned",
    "dropout_on": "thinned",
}

__all__ = sorted(_HOME)


def __getattr__(name: str):
    """Import the module that owns `name` the first time it is asked for."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(__all__)}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
