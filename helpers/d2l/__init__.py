"""The API of the book *Dive into Deep Learning* on today's packages: ``from helpers import d2l``.

That line takes the place of ``from d2l import torch as d2l``, and the listings of the chapters on preliminaries, linear
networks and multilayer perceptrons (d2l 0.17, Chinese edition 2.0) run unchanged. What works in the installed
d2l 0.17.0 is re-exported as it is; what is broken on today's packages is replaced, and its docstring says why; the
installed module is not changed. torchvision may be missing, present, or present and broken.

Importing this module installs a filter for one warning of torch, "Converting a tensor with requires_grad=True to a
scalar": the listings themselves, not only the library, sum up losses with ``float(l.sum())``.
"""

import warnings
from collections.abc import Callable
from functools import partial

from torch import Tensor, nn

from helpers.d2l.installed import installed
from helpers.d2l.plots import plot, set_axes, set_figsize, show_images, use_svg_display
from helpers.d2l.training import (
    Accumulator,
    evaluate_accuracy,
    evaluate_loss,
    predict_ch3,
    train_ch3,
    train_epoch_ch3,
)
from helpers.data import Batches, load_images
from helpers.drawing.animator import (
    Animator,
)  # the book's clears and redraws at each point, by calls that no longer exist

# Code that the learner types cannot be changed here, and its result is right: torch only warns that no gradient flows
# through the number, as intended.
warnings.filterwarnings("ignore", message="Converting a tensor with requires_grad=True to a scalar")

_HANDED_ON = (
    # modules that listings access through the book's
    *("F", "data", "display", "math", "nn", "np", "os", "pd", "plt", "random", "time", "torch"),
    # torch's own functions and methods
    *("abs", "arange", "argmax", "astype", "concat", "cos", "cosh", "exp", "eye", "float32", "int32", "linspace"),
    *("log", "matmul", "normal", "numpy", "ones", "rand", "reduce_sum", "reshape", "sin", "sinh", "size", "stack"),
    *("tanh", "tensor", "to", "transpose", "zeros"),
    # linear regression
    *("Timer", "linreg", "load_array", "sgd", "squared_loss", "synthetic_data"),
    # softmax regression, and devices
    *("accuracy", "get_fashion_mnist_labels", "try_all_gpus", "try_gpu"),
)
globals().update({name: getattr(installed, name) for name in _HANDED_ON})

__all__ = [
    "Accumulator",
    "Animator",
    "evaluate_accuracy",
    "evaluate_loss",
    "get_dataloader_workers",
    "load_data_fashion_mnist",
    "plot",
    "predict_ch3",
    "set_axes",
    "set_figsize",
    "show_images",
    "train_ch3",
    "train_epoch_ch3",
    "use_svg_display",
]
__all__ += _HANDED_ON


def __getattr__(name: str):
    """Raise an AttributeError that says, for a name of the installed d2l, why it is not here and where it is."""
    reason = f"module {__name__!r} has no attribute {name!r}"
    if not name.startswith("_") and hasattr(installed, name):
        reason += (
            ": it belongs to chapters beyond this course, or is broken on today's packages. "
            f"The installed d2l has it unchanged: `import d2l.torch`, then `d2l.torch.{name}`"
        )
    raise AttributeError(reason)


def __dir__() -> list[str]:
    return sorted(__all__)


def get_dataloader_workers() -> int:
    """Return 0, the number of processes that a `DataLoader` is to start (book, section 3.5).

    Replaced: the book's 4 make torch warn on a machine with fewer cores, and data in memory need none.
    """
    return 0


def load_data_fashion_mnist(batch_size: int, resize: int | tuple[int, int] | None = None) -> tuple[Batches, Batches]:
    """Return minibatches of training and of test images: X (n, 1, 28, 28) in [0, 1] and y (n,) (book, section 3.5).

    Without Fashion-MNIST, `load_images` says so and gives digits; they are enlarged to 28×28, so that the 784 inputs of
    the book's nets fit.

    Replaced: the book's needs torchvision, and decodes each image again in each epoch.

    Parameters
    ----------
    batch_size : int, at least 1
    resize : int or (int, int), optional
        Pixels of a side, or height and width, to which each minibatch is resized.
    """
    images = load_images()
    size = (resize, resize) if isinstance(resize, int) else resize
    transform = _resizer(size) if size else None
    batches = partial(Batches, batch_size=batch_size, transform=transform, class_names=images.class_names)
    train, test = (_as_pictures(X, images.shape) for X in (images.X_train, images.X_test))
    return batches(train, images.y_train, shuffle=True), batches(test, images.y_test, shuffle=False)


def _as_pictures(X: Tensor, shape: tuple[int, int]) -> Tensor:
    """Return rows (n, h * w) as pictures (n, 1, 28, 28)."""
    X = X.reshape(-1, 1, *shape)
    return X if shape == (28, 28) else _resizer((28, 28))(X)


def _resizer(size: tuple[int, int]) -> Callable[[Tensor], Tensor]:
    """Return a function that resizes pictures (n, 1, h, w), and smooths what it shrinks."""
    return partial(nn.functional.interpolate, size=size, mode="bilinear", antialias=True)
