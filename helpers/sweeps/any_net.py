"""`sweep_nets`: a sweep over λ and p of any network, which your own function builds."""

import math
import os
import warnings
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from functools import partial
from itertools import product

import torch
from torch import Tensor
from torch.nn import Module
from torch.nn import functional as F
from torch.optim import AdamW, Optimizer

from helpers.data.records import ImageData, RegressionData
from helpers.seeding import check_seeds
from helpers.sweeps.axes import sweep_of
from helpers.sweeps.linear import draw_data
from helpers.sweeps.modules import MakeNet, build, decays, is_faster_stacked, why_not_stacked
from helpers.sweeps.nets import Data, Loss, Recipe, half_mse, train_modules
from helpers.sweeps.run import Training
from helpers.sweeps.sweep import Sweep
from helpers.validation import check_count, check_decay, check_probability


def sweep_nets(
    make_net: MakeNet,
    data: Data | Callable[[int], Data],
    *,
    p: Iterable[float] | None = None,
    lambd: Iterable[float] | None = None,
    num_epochs: int = 20,
    lr: float = 0.1,
    batch_size: int = 50,
    optimizer: Callable[..., Optimizer] = torch.optim.SGD,
    decay: str | None = None,
    decays: Callable[[str, Tensor], bool] = decays,
    loss: Loss | None = None,
    num_seeds: int = 1,
    seed: int = 0,
    record_every: int = 1,
    stack: bool | None = None,
    device: str = "cpu",
    max_bytes: int = 2**30,
    executor: Executor | None = None,
    store: str | os.PathLike | None = None,
    values_per_task: int | None = None,
) -> Sweep:
    """Train your own network for every λ, p and seed.

    All values of a seed have one start, one order of minibatches, and one uniform draw per dropout layer and step: what
    a small p drops, a larger p drops too. Nets are trained in one stack (`torch.func.vmap`) where that is faster:
    always, except for convolutions over large images on a CPU. Nets that cannot be stacked, such as those with batch
    normalization, are trained one by one, and a warning says why. The numbers are the same up to rounding.

    Parameters
    ----------
    make_net : function of p, or of nothing -> Module
        Called for every seed. A function of nothing makes ordinary ``nn.Dropout`` layers; the sweep replaces their p.
    data : ImageData or RegressionData, or function seed -> one of them
    p : iterable of float in [0, 1], optional
    lambd : iterable of float, each at least 0, optional
        With both, the sweep is a grid: λ by λ, and for each all p.
    optimizer : class of torch.optim, or partial of one
        Called with the parameters, ``lr=`` and ``weight_decay=0.0``.
    decay : "l2" or "decoupled", optional
        Whether λw is added to the gradient, or weights are multiplied by 1 − ηλ. By default decoupled for AdamW.
    decays : function of a name and a parameter -> bool
        What λ acts on. By default parameters with two or more dimensions: weights, but neither biases nor scales.
    loss : function of y_hat and y, optional
        By default cross-entropy for classes, and half the mean squared error for numbers.
    num_epochs, lr, batch_size, num_seeds, seed, record_every, executor, store, values_per_task
        As in `sweep_weight_decay`.
    stack : bool, optional
        Whether to train the nets in one stack; by default, if it is faster.
    device : str
        Where the nets are trained.
    max_bytes : int
        Approximate limit of the memory for training: values that do not fit together are trained in turn at each step.

    Returns
    -------
    Sweep
        Its weights are the parameters, (num_seeds, L, ...) each, by their names.

    Raises
    ------
    ValueError, TypeError
        If an argument is out of its range, the net returns a wrong shape, its loss is not finite at the start, or p is
        given to a net without dropout.
    """
    training = Training(num_epochs, lr, batch_size, record_every)
    check_count("num_seeds", num_seeds)
    check_count("max_bytes", max_bytes)
    seeds = check_seeds(seed, num_seeds)
    if decay not in (None, "l2", "decoupled"):
        raise ValueError(f"decay must be l2 or decoupled, got {decay!r}: λ acts in the gradient or beside it")
    is_adamw = getattr(optimizer, "func", optimizer) is AdamW
    decoupled = decay == "decoupled" or (decay is None and is_adamw)
    name, values, points = _axis(p, lambd, lr)
    if not points:
        raise ValueError(f"a sweep over {name} must have at least one value, got none: there is nothing to train")
    (first,) = draw_data(data, seeds[:1], (ImageData, RegressionData))
    loss = loss or (F.cross_entropy if isinstance(first, ImageData) else half_mse)
    recipe = Recipe(make_net, loss, optimizer, decoupled, decays, device, max_bytes)
    net = _checked_net(recipe, points[0][1], first)
    stack = _is_stacked(net, recipe, first, stack)
    train = partial(train_modules, data=data, values=points, recipe=recipe, stack=stack)
    return sweep_of(name, values, train, training, seeds, executor, store, values_per_task)


def _axis(p: Iterable[float] | None, lambd: Iterable[float] | None, lr: float) -> tuple[str, list, tuple]:
    """Return the name of the axis, its values, and the λ and p of each."""
    lambdas = None if lambd is None else [check_decay(float(value), lr) for value in lambd]
    ps = None if p is None else [check_probability(float(value)) for value in p]
    if lambdas is None and ps is None:
        raise ValueError("p or lambd must be given, got neither: a sweep needs at least one of them")
    if lambdas is None:
        return "p", ps, tuple((0.0, value) for value in ps)
    if ps is None:
        return "λ", lambdas, tuple((value, None) for value in lambdas)
    pairs = list(product(lambdas, ps))
    return "(λ, p)", pairs, tuple(pairs)


def _checked_net(recipe: Recipe, p: float | None, data: Data) -> Module:
    """Return a net, or raise if its output does not have the shape that the loss needs, or its loss is not finite."""
    net = build(recipe.make_net, 0, p)
    X, y = data.X_train[:8], data.y_train[:8]
    with torch.no_grad():
        y_hat = net.eval()(X)
    wanted = (len(X), len(data.class_names)) if isinstance(data, ImageData) else tuple(y.shape)
    if tuple(y_hat.shape) != wanted:
        why = "a column per class" if isinstance(data, ImageData) else "a number per example, as y has"
        shape = tuple(y_hat.shape)
        raise ValueError(f"the output of the net must be {wanted} for {len(X)} examples, got {shape}: {why}")
    value = recipe.loss(y_hat, y)
    if value.dim() or not math.isfinite(value):
        raise ValueError(f"loss must be one finite number at the start, got {value}: training could not begin")
    return net


def _is_stacked(net: Module, recipe: Recipe, data: Data, stack: bool | None) -> bool:
    """Return whether to train in one stack; warn once why not, where a stack could be expected."""
    if stack is False or (stack is None and recipe.device == "cpu" and not is_faster_stacked(net, data.X_train[:2])):
        return False
    reason = why_not_stacked(net, data.X_train[:4], data.y_train[:4], recipe.loss)
    if reason:
        warnings.warn(f"the nets are trained one by one, which takes longer: {reason}", stacklevel=3)
    return not reason
