"""The checks of the exercises on weight decay in different optimizers, and on what decays."""

import math

import torch
from torch import Tensor, nn

from helpers.checks.exercise import Answer, NotYetError, compare, exercise, read


@exercise
def sgdw_settings(answer: Answer) -> str:
    """Check ``sgdw_settings(lr, lambd, momentum)``: the (lr, λ) with which SGDW does what plain SGD does with these."""
    lr, lambd, momentum = 0.2, 0.3, 0.75
    rest = 1 - momentum
    of_lr = {
        rest: "lr is right",
        1: "lr is unchanged, but the buffer uses each gradient 1 / (1 - momentum) times",
        1 / rest: "lr is larger, but must be smaller",
        momentum: "lr needs 1 - momentum, not momentum",
    }
    of_lambd = {
        1 / rest: "λ is right",
        1: "λ is unchanged: right for decay in the optimizer, but here no buffer accumulates the decay",
        rest: "λ is smaller, but the smaller lr already weakens the decay",
        1 / momentum: "λ needs 1 - momentum, not momentum",
    }
    known = {f"{a}; {b}": (f * lr, g * lambd) for f, a in of_lr.items() for g, b in of_lambd.items()}
    known["they are swapped: lr first, then lambd"] = (lambd / rest, rest * lr)
    got = read(answer(lr=lr, lambd=lambd, momentum=momentum), (2,))
    compare("it returned", got, torch.tensor([rest * lr, lambd / rest]), known)
    return "lr * lambd is what it was, so a step still removes the same share of each weight, and the minimum stays"


@exercise
def adamw_lambd(answer: Answer) -> str:
    """Check ``adamw_lambd(lr, num_images, batch_size, num_epochs)``: the λ whose time scale is the whole training."""
    lr, num_images, batch_size, num_epochs = 0.003, 50_000, 100, 40
    num_steps = num_epochs * num_images / batch_size
    known = {
        "it counts images, not steps: a step uses batch_size of them": 1 / (lr * num_epochs * num_images),
        "it counts epochs, not steps": 1 / (lr * num_epochs),
        "it counts the steps of one epoch only": num_epochs / (lr * num_steps),
        "batch_size divides once too often": 1 / (lr * num_epochs * num_images * batch_size),
        "the learning rate is missing: a step multiplies by 1 - lr * lambd": 1 / num_steps,
        "lr multiplies, but must divide: lr * lambd * steps must be 1": lr / num_steps,
        "that is the number of steps that λ = 1 needs: set 1 / (lr * lambd) to the number of steps": 1 / lr,
        "that is upside down: 1 / (lr * lambd) is the number of steps": lr * num_steps,
        "that leaves a half, not 1 / e": math.log(2) / (lr * num_steps),
    }
    inputs = {"lr": lr, "num_images": num_images, "batch_size": batch_size, "num_epochs": num_epochs}
    compare("it returned", read(answer(**inputs)), 1 / (lr * num_steps), known, atol=0.0)
    return "where the data give no gradient, 1 / e of a weight is left at the end: λ acts, and has time to act"


@exercise
def max_norm(answer: Answer) -> str:
    """Check ``max_norm(W, c)``: the rows of W that are longer than c, scaled down to c; the rest as it is."""
    W, c = torch.tensor([[3.0, 4.0, 0.0], [0.3, 0.0, 0.4], [0.0, -2.0, 0.0]]), 2.5
    rows, columns = W.norm(dim=1, keepdim=True), W.norm(dim=0, keepdim=True)
    known = {
        "it also scales the short rows up: only rows longer than c change": W * c / rows,
        "it scales by column: a row holds the weights into one unit": W * (c / columns).clamp(max=1),
        "it bounds the norm of the whole matrix: each row has its own": W * (c / W.norm()).clamp(max=1),
        "it bounds each entry: the norm of a row is one number": W.clamp(-c, c),
        "it changes the short rows only: the comparison is reversed": torch.where(rows > c, W, W * c / rows),
        "that is the square of the norm: its root is missing": W * (c / rows**2).clamp(max=1),
        "the rows have length 1, not c": torch.where(rows > c, W / rows, W),
        "it divides by c, and not by the norm": torch.where(rows > c, W / c, W),
        "it sums absolute values: the norm is the root of the sum of squares": W
        * (c / W.abs().sum(dim=1, keepdim=True)).clamp(max=1),
    }
    got = read(answer(W=W, c=c), W.shape)
    compare("the norms of the rows are", got.norm(dim=1), rows[:, 0].clamp(max=c), _norms(known))
    compare("it returned", got, W * (c / rows).clamp(max=1), known)
    if read(answer(W=torch.zeros(2, 2), c=c), (2, 2)).isnan().any():
        raise NotYetError("it returned nan: for a row of zeros it divides 0 by 0")
    return "a weight that is not too long is left alone: unlike decay, the bound does nothing until it is reached"


def _norms(known: dict[str, Tensor]) -> dict[str, Tensor]:
    return {text: W.norm(dim=1) for text, W in known.items()}


@exercise
def decay_groups(answer: Answer) -> str:
    """Check ``decay_groups(net, lambd)``: λ for all with two or more dimensions that no `nn.Embedding` owns, else 0."""
    words = [nn.Embedding(7, 4), nn.LayerNorm(4), nn.Flatten(), nn.Linear(12, 5), nn.ReLU(), nn.Linear(5, 2)]
    head = nn.Sequential(nn.Conv1d(3, 4, 2), nn.BatchNorm1d(4))
    nested = nn.ModuleDict({"head": head, "tokens": nn.Embedding(5, 3)})
    deep = nn.Sequential(nn.Sequential(nn.Embedding(5, 3), nn.Flatten()), nn.Linear(9, 2))
    for net in (nn.Sequential(*words), nested, deep):
        groups = answer(net=net, lambd=0.3)
        if not isinstance(groups, list) or not all(isinstance(group, dict) for group in groups):
            raise NotYetError("it must return a list of dicts: [{'params': ..., 'weight_decay': ...}, ...]")
        decays = _decays(groups)
        tables = {id(module.weight) for module in net.modules() if isinstance(module, nn.Embedding)}
        for name, param in net.named_parameters():
            _check_decay(name, param, decays.get(id(param), []), is_table=id(param) in tables)
    return "a row of an embedding has a gradient only when its word occurs, but would decay at each step"


def _decays(groups: list[dict]) -> dict[int, list[float]]:
    """Return the weight decays of each parameter, by its id, read as `torch.optim.SGD` reads them."""
    decays: dict[int, list[float]] = {}
    for group in groups:
        params = [group["params"]] if isinstance(group["params"], Tensor) else list(group["params"])
        (of_sgd,) = torch.optim.SGD([group | {"params": params}], lr=0.1).param_groups
        for param in of_sgd["params"]:
            decays.setdefault(id(param), []).append(float(of_sgd["weight_decay"]))
    return decays


def _check_decay(name: str, param: Tensor, decays: list[float], is_table: bool) -> None:
    if len(decays) != 1:
        raise NotYetError(f"{name} is " + ("listed more than once" if decays else "missing: it would never be trained"))
    expected = 0.3 if param.ndim >= 2 and not is_table else 0.0
    known = {"it is not decayed, but is a matrix of weights": 0.0}
    if is_table:
        known = {"it is decayed, but is a table of embeddings": 0.3}
    elif expected == 0:
        known = {"it is decayed, but has one dimension: a bias, or the scale of a normalization": 0.3}
    compare(f"the weight_decay of {name} is", torch.tensor(decays[0]), expected, known)
