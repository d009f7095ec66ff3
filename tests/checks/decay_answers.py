"""Right and wrong answers to the exercises on weight decay; each wrong one with words of its diagnosis."""

import math

import torch


def sgd_step(w, grad, lr, lambd):
    w = w.detach().clone().requires_grad_()
    w.grad = grad
    torch.optim.SGD([w], lr=lr, weight_decay=lambd).step()
    return w


def norm_after_sgd(norm, lr, lambd, num_steps):
    w = torch.tensor([norm])
    for _ in range(num_steps):
        w = sgd_step(w, torch.zeros(1), lr, lambd)
    return w.norm()


def split(net, decayed, rest, is_weight=lambda name, param: param.ndim >= 2):
    """Make two groups with these further entries: the weights, and all other parameters."""
    params = {kind: [p for n, p in net.named_parameters() if is_weight(n, p) == kind] for kind in (True, False)}
    return [{"params": params[True], **decayed}, {"params": params[False], **rest}]


def weight_by_name(name, param):
    return name.endswith("weight")


def lazy_groups(net, lambd):
    yield {"params": (param for param in net.parameters() if param.ndim < 2)}
    for param in net.parameters():
        if param.ndim >= 2:
            yield {"params": param, "weight_decay": torch.tensor(lambd), "lr": 0.1}


RIGHT = [
    ("decay_step", lambda w, grad, lr, lambd: (1 - lr * lambd) * w - lr * grad),
    ("decay_step", sgd_step),
    ("decay_step", lambda w, grad, lr, lambd: [x - lr * (g + lambd * x) for x, g in zip(w, grad, strict=True)]),
    ("decay_step", lambda weights, g, eta, strength: (weights - eta * (g + strength * weights)).numpy()),
    ("norm_left", lambda norm, lr, lambd, num_steps: norm * (1 - lr * lambd) ** num_steps),
    ("norm_left", norm_after_sgd),
    ("norm_left", lambda norm, lr, lambd, num_steps: torch.tensor([norm * (1 - lr * lambd) ** num_steps])),
    ("param_groups", lambda net, lambd: split(net, {"weight_decay": lambd}, {"weight_decay": 0})),
    ("param_groups", lambda net, lambd: tuple(split(net, {"weight_decay": lambd}, {"decay": 0}))),
    ("param_groups", lazy_groups),
    ("mse_settings", lambda lr, lambd: (lr / 2, 2 * lambd)),
    ("mse_settings", lambda lr, lambd: torch.tensor([lr / 2, 2 * lambd], requires_grad=True)),
]

WRONG = {
    "decay_step": [
        (lambda w, grad, lr, lambd: (1 + lr * lambd) * w - lr * grad, "the weights grow"),
        (lambda w, grad, lr, lambd: (1 - lambd) * w - lr * grad, "the decay lacks the learning rate"),
        (lambda w, grad, lr, lambd: (1 - 2 * lr * lambd) * w - lr * grad, "twice the decay"),
        (lambda w, grad, lr, lambd: (1 - lr * lambd / 2) * w - lr * grad, "half the decay"),
        (lambda w, grad, lr, lambd: (1 - lr * lambd) * (w - lr * grad), "decay only the old w"),
        (lambda w, grad, lr, lambd: (1 - lr * lambd) * w + lr * grad, "it climbs: "),
        (lambda w, grad, lr, lambd: w + lr * (grad + lambd * w), "it climbs both"),
        (lambda w, grad, lr, lambd: (1 - lr * lambd) * w - grad, "the step along grad lacks"),
        (lambda w, grad, lr, lambd: w - lr * grad, "no decay"),
        (lambda w, grad, lr, lambd: w.sub_(lr * (grad + lambd * w)), "changed w in place"),
        (lambda w, grad, lr, lambd: (w.mul_(1 - lr * lambd).sub_(lr * grad), None)[1], "changed w in place"),
        (lambda w, grad, lr, lambd: w[:, None], r"returned shape \(2, 1\), expected \(2,\)"),
        (lambda w, grad, lr, lambd: w * 7, r"it returned \[14, -28\], expected \[1.3, -3.3\]$"),
    ],
    "norm_left": [
        (lambda norm, lr, lambd, num_steps: norm * (1 - lr * lambd * num_steps), "linear"),
        (lambda norm, lr, lambd, num_steps: norm * math.exp(-lr * lambd * num_steps), "exp is the limit"),
        (lambda norm, lr, lambd, num_steps: norm * (1 - lr * lambd) ** (2 * num_steps), "squared"),
        (lambda norm, lr, lambd, num_steps: norm * (1 + lr * lambd) ** num_steps, "it grows"),
        (lambda norm, lr, lambd, num_steps: norm * (1 - 2 * lr * lambd) ** num_steps, "twice the decay"),
        (lambda norm, lr, lambd, num_steps: norm * (1 - lambd) ** num_steps, "learning rate is missing"),
        (lambda norm, lr, lambd, num_steps: norm * (1 - lr * lambd), "num_steps plays no part"),
        (lambda norm, lr, lambd, num_steps: norm * (1 - lr * lambd) ** (num_steps - 1), "too few"),
        (lambda norm, lr, lambd, num_steps: norm * (1 - lr * lambd) ** (num_steps + 1), "too many"),
        (lambda norm, lr, lambd, num_steps: (1 - lr * lambd) ** num_steps, "that is the share"),
    ],
    "param_groups": [
        (
            lambda net, lambd: [{"params": net.parameters(), "weight_decay": lambd}],
            "bias is 0.3, expected 0: it is decayed",
        ),
        (lambda net, lambd: split(net, {"weight_decay": lambd}, {}, weight_by_name), "1.weight is 0.3, expected 0"),
        (lambda net, lambd: split(net, {}, {"weight_decay": lambd}), "weight is 0, expected 0.3: it is not decayed$"),
        (lambda net, lambd: split(net, {"weight_decay": lambd}, {})[:1], "bias is missing"),
        (lambda net, lambd: split(net, {"weight_decay": lambd}, {}) * 2, "weight is listed more than once"),
        (lambda net, lambd: [{"params": [*net.parameters()] * 2}], "weight is listed more than once"),
        (
            lambda net, lambd: split(net, {"decay": lambd}, {"weight_decay": 0}),
            "ignores decay, the key is weight_decay",
        ),
        (lambda net, lambd: split(net, {"wd": lambd}, {"wd": 0}), "ignores wd, the key is weight_decay"),
        (lambda net, lambd: split(net, {"weight_decay": 2 * lambd}, {}), "twice too much"),
        (lambda net, lambd: split(net, {"weight_decay": lambd / 2}, {}), "half of what it must be"),
        (lambda net, lambd: net.parameters(), "must return a list of dicts"),
        (lambda net, lambd: split(net, {"weight_decay": lambd}, {})[0], "must return a list of dicts"),
        (lambda net, lambd: torch.optim.SGD(net.parameters()), "cannot be used: TypeError: 'SGD'"),
        (lambda net, lambd: [{"weight_decay": lambd}], "cannot be used: KeyError: 'params'"),
    ],
    "mse_settings": [
        (lambda lr, lambd: (lr, lambd), "lr is unchanged, .*; λ is unchanged"),
        (lambda lr, lambd: (lr, 2 * lambd), "lr is unchanged, .*; λ is right"),
        (lambda lr, lambd: (lr / 2, lambd), "lr is right; λ is unchanged"),
        (lambda lr, lambd: (lr / 2, lambd / 2), "lr is right; λ is halved, but must be doubled"),
        (lambda lr, lambd: (2 * lr, 2 * lambd), "lr is doubled, but must be halved; λ is right"),
        (lambda lr, lambd: (2 * lr, lambd / 2), "lr is doubled, but must be halved; λ is halved, but must be doubled"),
        (lambda lr, lambd: (2 * lambd, lr / 2), "swapped"),
        (lambda lr, lambd: lr / 2, r"returned shape \(\), expected \(2,\)"),
        (lambda lr, lambd: (-lr, lambd), "cannot be used: ValueError: Invalid learning rate"),
        (lambda lr, lambd: (float("nan"), lambd), r"returned \[nan, 0.5\]"),
    ],
}
