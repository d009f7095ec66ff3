"""The checks of the exercises on weight decay."""

import math

import torch
from torch import Tensor, nn

from helpers.checks.exercise import Answer, NotYetError, close, compare, exercise, read


@exercise
def decay_step(answer: Answer) -> str:
    """Check ``decay_step(w, grad, lr, lambd)``, the new w after one step: ``(1 − lr λ) w − lr grad``."""
    w, grad, lr, lambd = torch.tensor([2.0, -4.0]), torch.tensor([3.0, 1.0]), 0.1, 2.0
    decayed = (1 - lr * lambd) * w
    known = {
        "the weights grow: the decay needs a minus sign, 1 - lr * lambd": (1 + lr * lambd) * w - lr * grad,
        "the decay lacks the learning rate, which multiplies both gradients": (1 - lambd) * w - lr * grad,
        "twice the decay: the ½ in λ/2 ‖w‖² cancels the 2 of its derivative": (1 - 2 * lr * lambd) * w - lr * grad,
        "half the decay: the derivative of ½ ‖w‖² is w": (1 - lr * lambd / 2) * w - lr * grad,
        "the step along grad is decayed too: decay only the old w": (1 - lr * lambd) * (w - lr * grad),
        "it climbs: descent subtracts lr * grad": decayed + lr * grad,
        "it climbs both loss and penalty: descent subtracts the gradients": (1 + lr * lambd) * w + lr * grad,
        "the step along grad lacks the learning rate": decayed - grad,
        "no decay: lambd plays no part": w - lr * grad,
    }
    compare("it returned", read(answer(w=w, grad=grad, lr=lr, lambd=lambd), w.shape), decayed - lr * grad, known)
    return "where the data give no gradient (grad = 0), each step multiplies w by 1 - lr * lambd"


@exercise
def norm_left(answer: Answer) -> str:
    """Check ``norm_left(norm, lr, lambd, num_steps)``, what decay alone leaves: ``norm (1 − lr λ)^num_steps``."""
    norm, lr, lambd, num_steps = 10.0, 0.1, 2.0, 3
    keep = 1 - lr * lambd
    known = {
        "that is linear: each step removes a share of the current norm, not of the initial one": norm
        * (1 - lr * lambd * num_steps),
        "exp is the limit of many small steps: close, but not equal": norm * math.exp(-lr * lambd * num_steps),
        "squared: that is how ‖w‖² shrinks; the norm is multiplied once per step": norm * keep ** (2 * num_steps),
        "it grows: each step multiplies by 1 - lr * lambd": norm * (1 + lr * lambd) ** num_steps,
        "twice the decay: the gradient of λ/2 ‖w‖² is λ w": norm * (1 - 2 * lr * lambd) ** num_steps,
        "the learning rate is missing: a step multiplies by 1 - lr * lambd": norm * (1 - lambd) ** num_steps,
        "one step only: num_steps plays no part": norm * keep,
        "one step too few": norm * keep ** (num_steps - 1),
        "one step too many": norm * keep ** (num_steps + 1),
        "that is the share that is left: multiply it by the initial norm": keep**num_steps,
    }
    left = read(answer(norm=norm, lr=lr, lambd=lambd, num_steps=num_steps))
    compare("it returned", left, norm * keep**num_steps, known)
    return "a norm can be small because of lr, λ and the number of steps alone, whatever the data say"


@exercise
def param_groups(answer: Answer) -> str:
    """Check ``param_groups(net, lambd)``: for `torch.optim.SGD`, weights (ndim >= 2) decay by λ and all else by 0."""
    mlp = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
    for net in (nn.Linear(3, 2), mlp, nn.Sequential(nn.Linear(4, 3), nn.LayerNorm(3), nn.Linear(3, 2))):
        groups = list(answer(net=net, lambd=0.3))
        if not all(isinstance(group, dict) for group in groups):
            raise NotYetError("it must return a list of dicts: [{'params': ..., 'weight_decay': ...}, ...]")
        _check_groups(net, 0.3, groups)
    return "SGD adds weight_decay * w to the gradient of the weights only; the biases follow the data alone"


def _check_groups(net: nn.Module, lambd: float, groups: list[dict]) -> None:
    known_keys = {"params", *torch.optim.SGD(net.parameters()).defaults}
    ignored = sorted({key for group in groups if "weight_decay" not in group for key in group} - known_keys)
    # One optimizer per group reads it as SGD does, and does not fail on a parameter that is in two groups.
    read_groups = [torch.optim.SGD([group]).param_groups[0] for group in groups]
    for name, param in net.named_parameters():
        decays = [float(group["weight_decay"]) for group in read_groups for other in group["params"] if other is param]
        if len(decays) != 1:
            raise NotYetError(
                f"{name} is " + ("listed more than once" if decays else "missing: SGD would never train it")
            )
        expected, known = lambd, _weight_mistakes(lambd, ignored)
        if param.ndim < 2:
            expected, known = (
                0.0,
                {"it is decayed: only weights (ndim >= 2) should be, not biases or scales": decays[0]},
            )
        compare(f"the weight_decay of {name} is", torch.tensor(decays[0]), expected, known)


def _weight_mistakes(lambd: float, ignored: list[str]) -> dict[str, float]:
    misspelt = f": SGD silently ignores {', '.join(ignored)}, the key is weight_decay" if ignored else ""
    return {
        f"it is not decayed{misspelt}": 0.0,
        "twice too much: SGD adds weight_decay * w, which is the gradient of λ/2 ‖w‖²": 2 * lambd,
        "half of what it must be: SGD adds weight_decay * w, which is the gradient of λ/2 ‖w‖²": lambd / 2,
    }


@exercise
def mse_settings(answer: Answer) -> str:
    """Check ``mse_settings(lr, lambd)``: the (lr, λ) that give `nn.MSELoss` the steps of ½ MSE with those given."""
    lr, lambd = 0.1, 0.5
    of_lr = {
        0.5: "lr is right",
        1: "lr is unchanged, but the gradient has doubled",
        2: "lr is doubled, but must be halved",
    }
    of_lambd = {2: "λ is right", 1: "λ is unchanged, but the loss has doubled", 0.5: "λ is halved, but must be doubled"}
    known = {f"{a}; {b}": (f * lr, g * lambd) for f, a in of_lr.items() for g, b in of_lambd.items()}
    known["they are swapped: lr first, then lambd"] = (2 * lambd, lr / 2)
    got = read(answer(lr=lr, lambd=lambd), (2,))
    half, full = _train(0.5, lr, lambd), _train(1.0, *got.tolist())
    if not close(full, half):
        compare("training takes different steps: it returned", got, torch.tensor([lr / 2, 2 * lambd]), known)
    return "loss and penalty both double, so the minimum stays the same; half the lr keeps the steps the same"


def _train(factor: float, lr: float, lambd: float) -> Tensor:
    """Return w after each of five steps on ``factor MSE``, (5, 2, 1)."""
    X, y = torch.tensor([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]]), torch.tensor([[1.0], [3.0], [2.0]])
    w = torch.ones(2, 1, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=lr, weight_decay=lambd)
    path = []
    for _ in range(5):
        optimizer.zero_grad()
        (factor * nn.functional.mse_loss(X @ w, y)).backward()
        optimizer.step()
        path.append(w.detach().clone())
    return torch.stack(path)
