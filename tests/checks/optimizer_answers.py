"""Right and wrong answers to the exercises on optimizers; each wrong one with words of its diagnosis."""

import math

import torch
from torch import nn


def by_the_steps(lr, num_images, batch_size, num_epochs):
    """Solve (1 - lr λ)^steps = 1 / e exactly."""
    steps = num_images / batch_size * num_epochs
    return (1 - math.exp(-1 / steps)) / lr


def row_by_row(W, c):
    W = W.clone()
    for row in W:
        if row.norm() > c:
            row *= c / row.norm()
    return W


def in_place(W, c):
    W *= (c / W.norm(dim=1, keepdim=True)).clamp(max=1)
    return W


def without_tables(net, lambd, is_weight=lambda name, param: param.ndim >= 2, tables=(nn.Embedding,)):
    """Make two groups: weights that belong to no module of these types, and all other parameters."""
    spared = {id(param) for module in net.modules() if isinstance(module, tables) for param in module.parameters()}
    decayed = {name for name, param in net.named_parameters() if is_weight(name, param) and id(param) not in spared}
    params = [[param for name, param in net.named_parameters() if (name in decayed) is kind] for kind in (True, False)]
    return [{"params": params[0], "weight_decay": lambd}, {"params": params[1], "weight_decay": 0.0}]


def one_group_per_parameter(net, lambd):
    groups = []
    for module in net.modules():
        for param in module.parameters(recurse=False):
            decayed = param.ndim > 1 and not isinstance(module, nn.Embedding)
            groups.append({"params": param if decayed else [param], "weight_decay": lambd if decayed else 0})
    return groups


def by_first_layer(net, lambd):
    """Spare the first parameter, where a table usually stands."""
    first = next(net.parameters())
    return without_tables(net, lambd, lambda name, param: param.ndim >= 2 and param is not first, tables=())


RIGHT = [
    ("sgdw_settings", lambda lr, lambd, momentum: (lr * (1 - momentum), lambd / (1 - momentum))),
    ("sgdw_settings", lambda lr, lambd, momentum: torch.tensor([lr - lr * momentum, lambd / (1 - momentum)])),
    ("adamw_lambd", lambda lr, num_images, batch_size, num_epochs: batch_size / (lr * num_images * num_epochs)),
    ("adamw_lambd", by_the_steps),
    ("max_norm", lambda W, c: W * (c / W.norm(dim=1, keepdim=True)).clamp(max=1)),
    ("max_norm", lambda W, c: torch.renorm(W, 2, 0, c)),
    ("max_norm", row_by_row),
    ("decay_groups", without_tables),
    ("decay_groups", one_group_per_parameter),
]

WRONG = {
    "sgdw_settings": [
        (lambda lr, lambd, momentum: (lr, lambd), "lr is unchanged, .*; λ is unchanged"),
        (lambda lr, lambd, momentum: (lr * (1 - momentum), lambd), "lr is right; λ is unchanged"),
        (lambda lr, lambd, momentum: (lr * (1 - momentum), lambd * (1 - momentum)), "lr is right; λ is smaller"),
        (lambda lr, lambd, momentum: (lr, lambd / (1 - momentum)), "lr is unchanged, .*; λ is right"),
        (lambda lr, lambd, momentum: (lr / (1 - momentum), lambd / (1 - momentum)), "must be smaller; λ is right"),
        (lambda lr, lambd, momentum: (lr * momentum, lambd / momentum), "1 - momentum, not momentum; λ needs 1"),
        (lambda lr, lambd, momentum: (lambd / (1 - momentum), lr * (1 - momentum)), "swapped"),
        (lambda lr, lambd, momentum: lr * (1 - momentum), r"returned shape \(\), expected \(2,\)"),
    ],
    "adamw_lambd": [
        (lambda lr, n, batch_size, num_epochs: 1 / (lr * n * num_epochs), "counts images"),
        (lambda lr, n, batch_size, num_epochs: 1 / (lr * num_epochs), "counts epochs"),
        (lambda lr, n, batch_size, num_epochs: batch_size / (lr * n), "one epoch only"),
        (lambda lr, n, batch_size, num_epochs: 1 / (lr * n * num_epochs * batch_size), "batch_size divides"),
        (lambda lr, n, batch_size, num_epochs: batch_size / (n * num_epochs), "learning rate is missing"),
        (lambda lr, n, batch_size, num_epochs: lr * batch_size / (n * num_epochs), "lr multiplies"),
        (lambda lr, n, batch_size, num_epochs: lr * n * num_epochs / batch_size, "upside down"),
        (lambda lr, n, batch_size, num_epochs: math.log(2) * batch_size / (lr * n * num_epochs), "leaves a half"),
    ],
    "max_norm": [
        (lambda W, c: W * c / W.norm(dim=1, keepdim=True), "scales the short rows up"),
        (lambda W, c: W * (c / W.norm(dim=0, keepdim=True)).clamp(max=1), "by column"),
        (lambda W, c: W * min(1, c / W.norm()), "norm of the whole matrix"),
        (lambda W, c: W.clamp(-c, c), "bounds each entry"),
        (lambda W, c: W * (c / W.norm(dim=1, keepdim=True)).clamp(min=1), "comparison is reversed"),
        (lambda W, c: W * (c / (W**2).sum(dim=1, keepdim=True)).clamp(max=1), "square of the norm"),
        (lambda W, c: W * (c / W.abs().sum(dim=1, keepdim=True)).clamp(max=1), "sums absolute values"),
        (lambda W, c: torch.where(W.norm(dim=1, keepdim=True) > c, W / c, W), "divides by c"),
        (lambda W, c: W * W.norm(dim=1, keepdim=True).clamp(max=c) / W.norm(dim=1, keepdim=True), "divides 0 by 0"),
        (in_place, "changed W in place"),
        (lambda W, c: W.norm(dim=1).clamp(max=c), r"returned shape \(3,\), expected \(3, 3\)"),
    ],
    "decay_groups": [
        (lambda net, lambd: without_tables(net, lambd, tables=()), "0.weight is 0.3, expected 0: .* table"),
        (lambda net, lambd: without_tables(net, lambd, lambda n, p: n.endswith("weight")), "1.weight is 0.3, .*scale"),
        (lambda net, lambd: without_tables(net, lambd, lambda n, p: True), "1.weight is 0.3, .* one dimension"),
        (lambda net, lambd: without_tables(net, 0.0), "3.weight is 0, expected 0.3: it is not decayed"),
        (by_first_layer, "head.0.weight is 0, expected 0.3"),
        (lambda net, lambd: without_tables(net, lambd)[:1], "0.weight is missing"),
        (lambda net, lambd: without_tables(net, lambd) * 2, "listed more than once"),
        (lambda net, lambd: torch.optim.SGD(without_tables(net, lambd)), "must return a list of dicts"),
        (lambda net, lambd: without_tables(net, lambd, lambda n, p: p.ndim == 2), "head.0.weight is 0, expected 0.3"),
    ],
}
