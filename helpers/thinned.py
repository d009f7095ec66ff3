"""The thinned nets of a net with dropout: all of them, one by one, or some, drawn at random."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn.modules.dropout import _DropoutNd

from helpers.validation import check_probability

MAX_UNITS = 16  # 65,536 masks take a minute, and each further unit doubles that


def thinned_masks(num_units: int, p: float) -> tuple[Tensor, Tensor]:
    """Return every mask over some units, and its probability under dropout.

    A mask that keeps k of n units has the probability ``(1 − p)^k p^(n − k)``.

    Parameters
    ----------
    num_units : int, 1 to 16
    p : float in [0, 1]
        Probability of dropping a unit.

    Returns
    -------
    masks : Tensor, (2^num_units, num_units)
        1 where a unit is kept, 0 where it is dropped.
    probabilities : Tensor, (2^num_units,)
        They sum to 1.

    Raises
    ------
    ValueError
        If p is not a probability, or there are too few or too many units.

    Source: Srivastava et al. (2014), section 1: a net with n units is 2^n thinned nets that share their weights.
    """
    check_probability(p)
    if not 1 <= num_units <= MAX_UNITS:
        raise ValueError(f"num_units must be in [1, {MAX_UNITS}], got {num_units}: there are 2^num_units masks")
    masks = torch.cartesian_prod(*[torch.tensor([0.0, 1.0])] * num_units).reshape(-1, num_units)
    return masks, torch.where(masks.bool(), torch.tensor(1 - p, dtype=torch.double), p).prod(dim=1)


def exact_expectation(function: Callable[[Tensor], Tensor], num_units: int, p: float) -> Tensor:
    """Return the expectation of a function of the mask, a sum over all masks: ``Σ_m π(m) f(m / (1 − p))``.

    Parameters
    ----------
    function : factors (num_units,) -> Tensor
        Its argument is what dropout multiplies the units by, each 0 or ``1 / (1 − p)``.
    num_units : int, 1 to 16
    p : float in [0, 1)
        Probability of dropping a unit.

    Returns
    -------
    Tensor
        Of the shape that the function returns, float64.

    Raises
    ------
    ValueError
        If p is not a probability or is 1, or there are too few or too many units.
    """
    if p == 1:
        raise ValueError("p must be below 1, got 1: what is kept is divided by 1 - p")
    masks, probabilities = thinned_masks(num_units, p)
    return sum(pi * function(mask / (1 - p)).double() for mask, pi in zip(masks, probabilities, strict=True))


@contextmanager
def dropout_on(net: nn.Module) -> Iterator[nn.Module]:
    """Put only the dropout layers of a net into training mode; restore the mode of every module afterwards.

    Everything else is in eval mode: batch normalization would use the statistics of the batch, and update its own.

    Raises
    ------
    ValueError
        If the net has no dropout layer: all its predictions would be the same.
    """
    layers = [module for module in net.modules() if isinstance(module, _DropoutNd)]
    if not layers:
        raise ValueError(f"net must hold a dropout layer, such as nn.Dropout, got {type(net).__name__} without any")
    modes = {module: module.training for module in net.modules()}
    try:
        net.eval()
        for layer in layers:
            layer.train()
        yield net
    finally:
        for module, mode in modes.items():
            module.training = mode  # not module.train(mode), which would set its children too


@torch.no_grad()
def mc_dropout(net: nn.Module, X: Tensor, num_draws: int, *, seed: int = 0) -> Tensor:
    """Return the outputs of a net with dropout on, for several masks of each example: Monte Carlo dropout.

    Averages over the first dimension, of the outputs or of a function of them, estimate expectations over the masks.

    Parameters
    ----------
    net : Module
        Its modes and the global random state are restored.
    X : Tensor, (n, ...)
    num_draws : int, at least 1
    seed : int
        Determines the masks.

    Returns
    -------
    Tensor, (num_draws, n, ...)
        The outputs of the net; of a classifier usually logits.

    Raises
    ------
    ValueError
        If the net has no dropout layer, or `num_draws` is below 1.

    Source: Gal and Ghahramani, Dropout as a Bayesian approximation, ICML (2016).
    """
    if num_draws < 1:
        raise ValueError(f"num_draws must be at least 1, got {num_draws}: it is the number of masks for each example")
    copies = X.repeat(num_draws, *[1] * (X.ndim - 1))  # each row of a batch has a mask of its own
    with dropout_on(net), torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        outputs = net(copies)
    return outputs.unflatten(0, (num_draws, len(X)))


def entropy(probs: Tensor) -> Tensor:
    """Return the entropy of each distribution, ``H = −Σ_k q_k log q_k``, in nats: 0 if certain, log K if uniform.

    Parameters
    ----------
    probs : Tensor, (..., K)
        Probabilities that sum to 1 over the last dimension.

    Returns
    -------
    Tensor, (...)

    Raises
    ------
    ValueError
        If they do not sum to 1.
    """
    sums = probs.sum(dim=-1)
    if not torch.allclose(sums, torch.ones_like(sums), atol=1e-3):
        raise ValueError(f"probs must sum to 1, got a sum of {sums.flatten()[0]:g}: logits need a softmax first")
    return torch.special.entr(probs).sum(dim=-1)  # exact at 0; `Categorical.entropy` gives 1.2e-7 for (1, 0)


def mutual_information(probs: Tensor) -> Tensor:
    """Return the mutual information of mask and class: ``I = H(mean over masks) − mean over masks of H``, in nats.

    It is 0 where all thinned nets agree, certain or not, and large where each is certain of a different class.

    Parameters
    ----------
    probs : Tensor, (T, ..., K)
        Class probabilities for each of T masks.

    Returns
    -------
    Tensor, (...)

    Raises
    ------
    ValueError
        If they do not sum to 1 over the last dimension.

    Source: Houlsby, Huszár, Ghahramani and Lengyel, Bayesian active learning, arXiv 1112.5745 (2011).
    """
    return entropy(probs.mean(dim=0)) - entropy(probs).mean(dim=0)
