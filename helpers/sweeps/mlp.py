"""Training networks with weight decay and dropout for every λ, p and seed at once, stacked in tensors, in one loop.

In the shapes below S counts seeds, L values, B the examples of a minibatch, d inputs, h hidden units, K classes.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import torch
from torch import Tensor
from torch.nn import functional as F

from helpers.data.records import ImageData
from helpers.seeding import MASKS, START, seeded
from helpers.sweeps.linear import draw_data, shuffled_epochs, stacked
from helpers.sweeps.run import Record, Training
from helpers.validation import check_count

CHUNK = 1000  # examples evaluated at a time, to bound the memory


def init_mlps(sizes: Sequence[int], seeds: Sequence[int], num_values: int) -> dict[str, Tensor]:
    """Return the parameters of S · L nets, the same for every value of a seed.

    Weights are (outputs, inputs) as in ``nn.Linear``, so that examples are columns. The first layer of the L nets of a
    seed is *one* matrix, (S, L h, d), since they all see the same X; the others are stacked, (S L, outputs, inputs).
    """
    params, inits = {}, seeded(seeds, START)
    for k, (num_in, num_out) in enumerate(pairwise(sizes), start=1):
        draws = [torch.randn(num_in, num_out, generator=init) for init in inits]
        W = torch.stack(draws).mT * (2 / num_in) ** 0.5  # He et al., 2015
        W = W[:, None].repeat(1, num_values, 1, 1)  # (S, L, outputs, inputs)
        params[f"W{k}"] = (W.flatten(1, 2) if k == 1 else W.flatten(0, 1)).requires_grad_()
        params[f"b{k}"] = torch.zeros_like(params[f"W{k}"][..., :1], requires_grad=True)
    return params


def mlps(X: Tensor, params: dict[str, Tensor], dropout: Callable = lambda H, layer: H) -> Tensor:
    """Return the outputs of all nets, (S L, K, B), for X of shape (S, d, B)."""
    W1, b1, W2, b2, W3, b3 = params.values()
    H1 = torch.baddbmm(b1, W1, X).relu_().view(len(W2), W2.shape[2], -1)  # (S L, h, B)
    H2 = torch.baddbmm(b2, W2, dropout(H1, 0)).relu_()
    return torch.baddbmm(b3, W3, dropout(H2, 1))


def paired_dropout(ps: Tensor, seeds: Sequence[int]) -> Callable[[Tensor, int], Tensor]:
    """Return ``dropout(H, layer)`` with *one* uniform draw for all p of a seed: what 0.2 drops, 0.6 drops too."""
    masks = seeded(seeds, MASKS)
    scales = torch.where(ps < 1, 1 / (1 - ps), 0).float()
    p_of, scale_of = (t.float().T[:, :, None, None] for t in (ps, scales))  # (2, L, 1, 1)

    def dropout(H: Tensor, layer: int) -> Tensor:
        num_hiddens, num_examples = H.shape[1:]
        draw = torch.stack([torch.rand(num_examples, num_hiddens, generator=mask).T for mask in masks])  # (S, h, B)
        return H * ((draw[:, None] >= p_of[layer]) * scale_of[layer]).flatten(0, 1)

    return dropout


@torch.no_grad()
def loss_and_accuracy(params: dict[str, Tensor], X: Tensor, y: Tensor) -> list[Tensor]:
    """Return the means over X (S, n, d) and y (S, n), without dropout, (S, L) each."""
    num_values = len(params["W2"]) // len(X)
    loss = hits = 0
    for X_i, y_i in zip(X.split(CHUNK, dim=1), y.split(CHUNK, dim=1), strict=True):
        logits, labels = mlps(X_i.mT, params), y_i.repeat_interleave(num_values, dim=0)
        loss = loss + F.cross_entropy(logits, labels, reduction="none").sum(dim=1)
        hits = hits + (logits.max(dim=1).indices == labels).sum(dim=1)  # max: argmax takes ten times as long here
    return [(total / X.shape[1]).view(-1, num_values) for total in (loss, hits)]


def check_hiddens(num_hiddens: Sequence[int]) -> None:
    """Raise unless these are the units of two hidden layers."""
    if len(num_hiddens) != 2:
        raise ValueError(f"num_hiddens must be two numbers, got {num_hiddens}: there are two hidden layers")
    for units in num_hiddens:
        check_count("num_hiddens", units)


def train_nets(
    training: Training,
    seeds: Sequence[int],
    show_progress: bool,
    *,
    data: ImageData | Callable[[int], ImageData],
    num_hiddens: tuple[int, int],
    values: Sequence[tuple[float, float, float]],
) -> Iterator[Record]:
    """Train a network for every seed and every value, a λ and the p of both layers, and yield what is recorded."""
    lambdas, ps = [lambd for lambd, _, _ in values], [p for _, *p in values]
    drawn = draw_data(data, seeds, ImageData)
    X, y, X_test, y_test = stacked(drawn, len(seeds))
    wrong = wrong_labels(drawn, X, y)
    params = init_mlps([X.shape[2], *num_hiddens, len(drawn[0].class_names)], seeds, len(ps))
    dropout = paired_dropout(torch.tensor(ps, dtype=torch.float64), seeds)
    keep = keep_of(lambdas, training.lr, len(seeds))
    for epoch, minibatches in shuffled_epochs(X, y, training, seeds, show_progress):
        for X_i, y_i in minibatches:
            logits, labels = mlps(X_i.mT, params, dropout), y_i.repeat_interleave(len(ps), dim=0)
            # The sum over all nets: none of them sees another's parameters, so each gets its own gradient.
            loss = F.cross_entropy(logits, labels, reduction="sum") / X_i.shape[1]
            step(params, torch.autograd.grad(loss, list(params.values())), training.lr, keep)
        if training.is_recorded(epoch):
            weights = {name: t.detach().clone().view(len(seeds), len(ps), -1, t.shape[2]) for name, t in params.items()}
            yield {"epoch": epoch, "curves": measure(params, X, y, X_test, y_test, wrong), "weights": weights}


def keep_of(lambdas: Sequence[float], lr: float, num_seeds: int) -> Tensor | None:
    """Return what each step multiplies the weights of each net by, 1 − ηλ, (S L, 1, 1); None if no net has a λ."""
    if not any(lambdas):
        return None
    keep = 1 - lr * torch.tensor(lambdas, dtype=torch.float64)
    return keep.float().repeat(num_seeds)[:, None, None]


@torch.no_grad()
def step(params: dict[str, Tensor], grads: Sequence[Tensor], lr: float, keep: Tensor | None) -> None:
    """Multiply the weights, but not the biases, by `keep`, (S L, 1, 1), then subtract ``lr`` times the gradients."""
    for (name, param), grad in zip(params.items(), grads, strict=True):
        if keep is not None and name.startswith("W"):
            param.view(len(keep), -1, param.shape[-1]).mul_(keep)
        param.sub_(grad, alpha=lr)


def wrong_labels(drawn: Sequence[ImageData], X: Tensor, y: Tensor) -> tuple[Tensor, Tensor] | None:
    """Return the images and labels that are wrong, (S, m, d) and (S, m); None where seeds differ in m, or m is 0."""
    is_wrong = torch.stack([one.is_wrong for one in drawn]).expand(len(X), -1)
    counts = set(is_wrong.sum(dim=1).tolist())
    if len(counts) > 1 or counts == {0}:
        return None
    return X[is_wrong].view(len(X), -1, X.shape[2]), y[is_wrong].view(len(X), -1)


def measure(
    params: dict[str, Tensor],
    X: Tensor,
    y: Tensor,
    X_test: Tensor,
    y_test: Tensor,
    wrong: tuple[Tensor, Tensor] | None = None,
) -> dict[str, Tensor]:
    """Return the curves at one epoch, (S, L) each; with wrong labels, also which share of them is learned."""
    train_loss, train_acc = loss_and_accuracy(params, X, y)
    test_loss, test_acc = loss_and_accuracy(params, X_test, y_test)
    curves = {"train_loss": train_loss, "test_loss": test_loss, "train_acc": train_acc, "test_acc": test_acc}
    if wrong is None:
        return curves
    _, wrong_acc = loss_and_accuracy(params, *wrong)
    n, m = y.shape[1], wrong[1].shape[1]
    return curves | {"wrong_acc": wrong_acc, "right_acc": (n * train_acc - m * wrong_acc) / max(n - m, 1)}
