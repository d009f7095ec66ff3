"""Training a whole axis of λ or of p, or a grid of both, at once. A slider then looks up, and never trains."""

import math
import os
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from functools import partial
from itertools import product

import numpy as np

from helpers.data.records import ImageData, RegressionData
from helpers.seeding import check_seeds
from helpers.sweeps.blocks import run
from helpers.sweeps.linear import train_decay
from helpers.sweeps.mlp import check_hiddens, train_nets
from helpers.sweeps.run import Train, Training
from helpers.sweeps.store import Store
from helpers.sweeps.sweep import Sweep, Value
from helpers.validation import check_count, check_decay, check_probability


def sweep_weight_decay(
    data: RegressionData | Callable[[int], RegressionData],
    lambdas: Iterable[float],
    *,
    num_epochs: int = 100,
    lr: float = 0.003,
    batch_size: int = 5,
    init_std: float = 1.0,
    num_seeds: int = 1,
    seed: int = 0,
    record_every: int = 5,
    executor: Executor | None = None,
    store: str | os.PathLike | None = None,
    values_per_task: int | None = None,
) -> Sweep:
    """Train linear regression with weight decay for every λ and seed at once (book, section 4.5).

    ``w ← (1 − ηλ) w − η ∇L(w)``, with L half the mean squared error of a minibatch; the bias is not decayed. All λ of a
    seed have one start and one order of minibatches, those of chapter 1.

    Parameters
    ----------
    data : RegressionData, or function seed -> RegressionData
        With a function, each seed draws its own data, all of one shape.
    lambdas : iterable of float, at least one, each at least 0
        ``lr * lambd`` must be below 2.
    num_epochs, batch_size, num_seeds, record_every : int, at least 1
        The last epoch is always recorded.
    lr : float, above 0
        The η above.
    init_std : float, at least 0
        Standard deviation of the initial weights, which are normal.
    seed : int, 0 to 999
        The first seed; the others follow it and must not exceed 999 either.
    executor : concurrent.futures.Executor, optional
        Where to train, one task a seed: `helpers.sweeps.processes` of this machine, or ``client.get_executor()`` of
        Dask. Other processes must find a function at the top level of a module, and set their threads. A task that runs
        out of memory trains its values in halves, and a warning says so.
    store : path, optional
        A directory that keeps each task as soon as it is done, under a hash of data, arguments and the version of
        torch. A sweep that was stopped goes on from there, one that was done is only read. Each seed is trained by
        itself, as with an executor: on one machine the numbers are the same to the bit as with any executor of one
        thread a task, and the same up to rounding as without, where all seeds train together.
    values_per_task : int, at least 1, optional
        Cut each seed into tasks of so many values, for few seeds and many processes, or for little memory. By default a
        task is a seed with all its values. All values of a seed share start and draws, also across its tasks, so that
        the numbers depend on the size of tasks only by rounding: tests allow 1e-4. With tasks of the same size, none of
        which ran out of memory, they are the same to the bit wherever tasks are computed. Without executor and store,
        tasks are trained here, one after the other.

    Returns
    -------
    Sweep
        Losses that are not finite stay in it; see `Sweep.diverged`. After an interrupt, it holds the epochs that were
        recorded (with several tasks, the seeds that were done); see `Sweep.stopped`.

    Raises
    ------
    ValueError, TypeError
        If an argument is out of its range.
    MemoryError
        If a task of a single value needs more memory than there is.
    RuntimeError
        If a process of the executor dies, as it does when the system stops it for lack of memory.

    Warns
    -----
    UserWarning
        If a file of the store is damaged, or another; it is trained anew. If a task was trained in halves.
    """
    if not 0 <= init_std < math.inf:
        raise ValueError(f"init_std must be finite and at least 0, got {init_std}: it is a standard deviation")
    training = Training(num_epochs, lr, batch_size, record_every)
    lambdas = [check_decay(float(lambd), lr) for lambd in lambdas]
    train = partial(train_decay, data=data, values=lambdas, init_std=init_std)
    return sweep_of("λ", lambdas, train, training, _seeds(seed, num_seeds), executor, store, values_per_task)


def sweep_dropout(
    data: ImageData | Callable[[int], ImageData],
    ps: Iterable[Value],
    *,
    num_hiddens: tuple[int, int] = (64, 64),
    num_epochs: int = 60,
    lr: float = 0.2,
    batch_size: int = 50,
    num_seeds: int = 1,
    seed: int = 0,
    record_every: int = 3,
    executor: Executor | None = None,
    store: str | os.PathLike | None = None,
    values_per_task: int | None = None,
) -> Sweep:
    """Train a ReLU network with dropout after both hidden layers for every p and seed at once (book, section 4.6).

    All p of a seed have one start, one order of minibatches, those of chapter 3, and one uniform draw per layer and
    step: a unit is dropped where the draw is below p.

    Parameters
    ----------
    data : ImageData, or function seed -> ImageData
    ps : iterable of float in [0, 1], or of pairs of them
        One p for both layers, or the p of the first and of the second.
    num_hiddens : two int, at least 1
        Units of the hidden layers.
    num_epochs, lr, batch_size, num_seeds, seed, record_every, executor, store, values_per_task
        As in `sweep_weight_decay`; so is what is returned and raised.
    """
    ps = [tuple(map(float, p)) if np.ndim(p) else float(p) for p in ps]
    if {np.shape(p) for p in ps} not in ({()}, {(2,)}, set()):
        raise ValueError(f"ps must be all numbers, or all pairs, got {ps}: there are two hidden layers")
    training = Training(num_epochs, lr, batch_size, record_every)
    nets = [(0.0, *p) if isinstance(p, tuple) else (0.0, p, p) for p in ps]
    train = _nets_trainer(data, num_hiddens, nets, lr)
    return sweep_of("p", ps, train, training, _seeds(seed, num_seeds), executor, store, values_per_task)


def sweep_decay_and_dropout(
    data: ImageData | Callable[[int], ImageData],
    lambdas: Iterable[float],
    ps: Iterable[float],
    *,
    num_hiddens: tuple[int, int] = (48, 48),
    num_epochs: int = 60,
    lr: float = 0.2,
    batch_size: int = 50,
    num_seeds: int = 1,
    seed: int = 0,
    record_every: int = 3,
    executor: Executor | None = None,
    store: str | os.PathLike | None = None,
    values_per_task: int | None = None,
) -> Sweep:
    """Train the networks of `sweep_dropout` with weight decay too, for every pair of a λ and a p.

    ``W ← (1 − ηλ) W − η ∇L(W)`` for the three matrices, as ``torch.optim.SGD(weight_decay=λ)`` does; the biases are not
    decayed. All pairs of a seed share start, minibatches and uniform draws, so that they can be compared pair by pair
    (Srivastava et al. 2014, section 6.5, combine the two likewise).

    Parameters
    ----------
    data : ImageData, or function seed -> ImageData
    lambdas : iterable of float, at least one, each at least 0
        ``lr * lambd`` must be below 2.
    ps : iterable of float in [0, 1], at least one
        One p for both layers.
    num_hiddens, num_epochs, lr, batch_size, num_seeds, seed, record_every, executor, store, values_per_task
        As in `sweep_dropout`; so is what is raised. The nets are smaller by default, for a grid has many.

    Returns
    -------
    Sweep
        Its values are the pairs, (L, 2), row by row: λ by λ, and for each all p.
    """
    training = Training(num_epochs, lr, batch_size, record_every)
    pairs = list(product(map(float, lambdas), map(float, ps)))
    train = _nets_trainer(data, num_hiddens, [(lambd, p, p) for lambd, p in pairs], lr)
    return sweep_of("(λ, p)", pairs, train, training, _seeds(seed, num_seeds), executor, store, values_per_task)


def _nets_trainer(data: object, num_hiddens: tuple[int, int], nets: list[tuple], lr: float) -> Train:
    """Return what trains networks, each given as its λ, its p of the first layer and its p of the second."""
    check_hiddens(num_hiddens)
    values = [(check_decay(lambd, lr), check_probability(p_1), check_probability(p_2)) for lambd, p_1, p_2 in nets]
    return partial(train_nets, data=data, num_hiddens=num_hiddens, values=values)


def _seeds(seed: int, num_seeds: int) -> range:
    check_count("num_seeds", num_seeds)
    return check_seeds(seed, num_seeds)


def sweep_of(
    name: str,
    values: list,
    train: Train,
    training: Training,
    seeds: range,
    executor: Executor | None = None,
    store: str | os.PathLike | None = None,
    values_per_task: int | None = None,
) -> Sweep:
    """Return the record of a training of all values and seeds, as all sweeps do; raise if there are no values."""
    if not values:
        raise ValueError(f"a sweep over {name} must have at least one value, got none: there is nothing to train")
    if values_per_task is not None:
        check_count("values_per_task", values_per_task)
    blocks = None if store is None else Store(store, train, training, seeds)
    arrays = run(train, training, seeds, executor, blocks, values_per_task)
    planned = {"planned_epochs": np.array(training.num_epochs), "planned_seeds": np.array(len(seeds))}
    return Sweep.from_arrays({"name": np.array(name), "values": np.array(values)} | planned | arrays)
