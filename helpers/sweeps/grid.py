"""A grid of λ and p: weight decay and dropout in the same nets, all of them trained at once."""

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from functools import partial
from itertools import product

from helpers.data.records import ImageData
from helpers.sweeps.mlp import check_hiddens, train_dropout
from helpers.sweeps.sweep import Sweep, sweep_all
from helpers.validation import check_decay, check_probability


def sweep_decay_and_dropout(
    data: ImageData | Callable[[int], ImageData],
    lambdas: Iterable[float],
    ps: Iterable[float],
    *,
    num_hiddens: tuple[int, int] = (48, 48),
    num_epochs: int = 60,
    lr: float = 0.3,
    batch_size: int = 50,
    num_seeds: int = 1,
    seed: int = 0,
    record_every: int = 3,
    executor: Executor | None = None,
) -> Sweep:
    """Train a ReLU network with dropout after both hidden layers and weight decay, for every pair of a λ and a p.

    ``W ← (1 − ηλ) W − η ∇L(W)`` for the three matrices, as ``torch.optim.SGD(weight_decay=λ)`` does; the biases are not
    decayed. All pairs of a seed have one start, one order of minibatches and one uniform draw for the masks, so that
    they can be compared pair by pair (Srivastava et al. 2014, section 6.5, combine the two likewise).

    Parameters
    ----------
    data : ImageData, or function seed -> ImageData
    lambdas : iterable of float, at least one, each at least 0
        ``lr * lambd`` must be below 2.
    ps : iterable of float in [0, 1], at least one
        One p for both layers.
    num_hiddens, num_epochs, lr, batch_size, num_seeds, seed, record_every, executor
        As in `sweep_dropout`.

    Returns
    -------
    Sweep
        Its values are the pairs, (L, 2), row by row: λ by λ, and for each all p.

    Raises
    ------
    ValueError, TypeError
        If an argument is out of its range.
    """
    check_hiddens(num_hiddens)
    lambdas, ps = [check_decay(float(lambd), lr) for lambd in lambdas], [check_probability(float(p)) for p in ps]
    pairs = list(product(lambdas, ps))
    options = {"num_hiddens": num_hiddens, "num_epochs": num_epochs, "lr": lr, "batch_size": batch_size}
    options |= {"record_every": record_every, "lambdas": [lambd for lambd, _ in pairs]}
    train = partial(train_dropout, [p for _, p in pairs], data=data, **options)
    return sweep_all("(λ, p)", pairs, train, num_seeds, seed, executor)
