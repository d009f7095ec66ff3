"""`sweep_nets`: a sweep over λ and p of any network, made by a function of yours."""

import math
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from functools import partial
from itertools import product

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.optim import AdamW, Optimizer

from helpers.data.records import ImageData, RegressionData
from helpers.seeding import check_seeds
from helpers.sweeps.axes import sweep_of
from helpers.sweeps.linear import draw_data
from helpers.sweeps.modules import MakeNet, build
from helpers.sweeps.nets import Loss, Recipe, can_stack, decays, half_mse, train_modules
from helpers.sweeps.run import Training
from helpers.sweeps.sweep import Sweep
from helpers.validation import check_count, check_decay, check_probability

Data = ImageData | RegressionData


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
    device: str = "cpu",
    executor: Executor | None = None,
) -> Sweep:
    """Train a network of yours for every λ, p and seed.

    All values of a seed have one start, one order of minibatches, and one uniform draw per dropout layer and step: what
    a small p drops, a larger one drops too. Nets that allow it are trained in one stack (`torch.func.vmap`), which gives
    the same numbers faster; others, such as nets with batch normalization, one by one. A warning says so.

    Parameters
    ----------
    make_net : function of p, or of nothing -> Module
        Called for every seed. A function of nothing makes ordinary ``nn.Dropout`` layers, whose p is replaced by that of
        the sweep.
    data : ImageData or RegressionData, or function seed -> one of them
    p : iterable of float in [0, 1], optional
    lambd : iterable of float, each at least 0, optional
        With both, the sweep is a grid: λ by λ, and for each all p.
    optimizer : class of torch.optim, or partial of one
        Called with the parameters, ``lr=`` and ``weight_decay=0.0``.
    decay : "l2" or "decoupled", optional
        Whether λw is added to the gradient, or weights are multiplied by 1 − ηλ. By default decoupled for AdamW.
    decays : function of a name and a parameter -> bool
        What λ acts on. By default what has two dimensions or more: weights, and neither biases nor scales.
    loss : function of y_hat and y, optional
        By default cross-entropy for classes, and half the mean squared error for numbers.
    num_epochs, lr, batch_size, num_seeds, seed, record_every, executor
        As in `sweep_weight_decay`.
    device : str
        Where the nets are trained.

    Returns
    -------
    Sweep
        Its weights are the parameters, (num_seeds, L, ...) each, by their names.

    Raises
    ------
    ValueError, TypeError
        If an argument is out of its range, the net puts out a wrong shape, its loss is not finite at the start, or p is
        given to a net without dropout.
    """
    training = Training(num_epochs, lr, batch_size, record_every)
    check_count("num_seeds", num_seeds)
    seeds = check_seeds(seed, num_seeds)
    if decay not in (None, "l2", "decoupled"):
        raise ValueError(f"decay must be l2 or decoupled, got {decay!r}: λ acts in the gradient or beside it")
    is_adamw = getattr(optimizer, "func", optimizer) is AdamW
    decoupled = decay == "decoupled" or (decay is None and is_adamw)
    name, values, points = _axis(p, lambd, lr)
    drawn = draw_data(data, seeds, (ImageData, RegressionData))
    loss = loss or (F.cross_entropy if isinstance(drawn[0], ImageData) else half_mse)
    recipe = Recipe(make_net, points, loss, optimizer, decoupled, decays, device)
    _check_net(recipe, drawn[0])
    train = partial(train_modules, data=drawn, recipe=recipe, stack=can_stack(recipe, drawn[0].X_train[:4]))
    return sweep_of(name, values, train, training, seeds, executor)


def _axis(p: Iterable[float] | None, lambd: Iterable[float] | None, lr: float) -> tuple[str, list, tuple]:
    """Return the name of the axis, its values, and the λ and p of each."""
    lambdas = None if lambd is None else [check_decay(float(value), lr) for value in lambd]
    ps = None if p is None else [check_probability(float(value)) for value in p]
    if lambdas is None and ps is None:
        raise ValueError("p or lambd must be given, got neither: a sweep goes along at least one of them")
    if lambdas is None:
        return "p", ps, tuple((0.0, value) for value in ps)
    if ps is None:
        return "λ", lambdas, tuple((value, None) for value in lambdas)
    pairs = list(product(lambdas, ps))
    return "(λ, p)", pairs, tuple(pairs)


def _check_net(recipe: Recipe, data: Data) -> None:
    """Raise unless the net puts out what the loss needs, and the loss is finite at the start."""
    net = build(recipe.make_net, 0, recipe.values[0][1] if recipe.values else None)
    X, y = data.X_train[:8], data.y_train[:8]
    with torch.no_grad():
        y_hat = net.eval()(X)
    wanted = (len(X), len(data.class_names)) if isinstance(data, ImageData) else tuple(y.shape)
    if tuple(y_hat.shape) != wanted:
        raise ValueError(f"the net must put out {wanted} for {len(X)} examples, got {tuple(y_hat.shape)}")
    value = recipe.loss(y_hat, y)
    if value.dim() or not math.isfinite(value):
        raise ValueError(
            f"loss must be one finite number at the start, got {value}: training could not go down from it"
        )
