"""The checks of the exercises on ℓ1."""

import torch
from torch import Tensor

from helpers.checks.exercise import Answer, NotYetError, compare, exercise, read
from helpers.linear import elastic_net, ridge, soft_threshold


@exercise
def l1_steps(answer: Answer) -> str:
    """Check ``l1_steps(w, grad, lr, lambd)``: w after a subgradient step, and after a proximal step, on ℓ1."""
    w, grad, lr, lambd = torch.tensor([2.0, -4.0, 0.1, 0.0]), torch.tensor([3.0, 1.0, 4.0, 1.0]), 0.1, 2.0
    steps = answer(w=w, grad=grad, lr=lr, lambd=lambd)
    if not isinstance(steps, tuple | list) or len(steps) != 2:
        raise NotYetError("it must return two tensors: after the subgradient step, and after the proximal step")
    by_subgradient, by_proximal = (read(step, w.shape) for step in steps)
    moved, t = w - lr * grad, lr * lambd
    right, proximal = moved - t * w.sign(), soft_threshold(moved, t)
    of_subgradient = {
        "the two are swapped: the subgradient step comes first": proximal,
        "that is the step of ℓ2: the slope of λ |w| is λ times the sign of w, however large w is": moved - t * w,
        "the sign of w is missing: a negative weight must go up": moved - t,
        "the weights move away from 0: subtract the gradient of the penalty": moved + t * w.sign(),
        "it climbs: descent subtracts lr * grad": w + lr * grad - t * w.sign(),
        "the slope of the penalty lacks the learning rate": moved - lambd * w.sign(),
        "take the sign of the old w, where both gradients are taken": moved - t * moved.sign(),
        "lambd plays no part": moved,
    }
    of_proximal = {
        "first the gradient step, then the threshold: you did the threshold first": soft_threshold(w, t) - lr * grad,
        "the threshold must be lr * lambd, not lambd": soft_threshold(moved, lambd),
        "the threshold acts on what the subgradient step returned: λ counts twice": soft_threshold(right, t),
        "that is a hard threshold: the weights that stay must shrink as well": moved * (moved.abs() > t),
        "no clamp at 0: small weights are pushed through zero to the other side": moved - t * moved.sign(),
        "the gradient of the loss is missing": soft_threshold(w, t),
        "that is the step of ℓ2: it divides, and never reaches zero": moved / (1 + t),
        "that is the subgradient step once more": right,
        "no threshold: lambd plays no part": moved,
    }
    compare("the subgradient step gives", by_subgradient, right, of_subgradient)
    compare("the proximal step gives", by_proximal, proximal, of_proximal)
    return "the proximal step left two weights at exactly 0; the subgradient step pushed one of them across"


@exercise
def logistic_c(answer: Answer) -> str:
    """Check ``logistic_c(lambd, n)``: scikit-learn's C for the *mean* logistic loss plus λ ‖w‖₁."""
    lambd, n = 0.3, 20
    known = {
        "that is the λ of a sum: C multiplies the loss, not the penalty, so take the inverse": n * lambd,
        "its loss is a sum over the examples, yours is a mean": 1 / lambd,
        "to make a mean of its sum, divide by n": n / lambd,
        "C multiplies the loss: a large λ needs a small C": lambd / n,
        "λ unchanged: C multiplies the loss, not the penalty, and its loss is a sum": lambd,
        "half of what it must be: neither objective has a ½": 1 / (2 * n * lambd),
        "twice too much: neither objective has a ½": 2 / (n * lambd),
    }
    compare("it returned", read(answer(lambd=lambd, n=n)), 1 / (n * lambd), known)
    return "so its default, C = 1, is a λ of 1/n: with few examples it regularizes strongly, with many hardly at all"


def _columns(num: int) -> tuple[Tensor, Tensor]:
    """Return centred inputs of different scales, (30, num), and centred targets that need the first two, (30, 1)."""
    generator = torch.Generator().manual_seed(5)
    X, y = (torch.randn(30, k, generator=generator, dtype=torch.double) for k in (num, 1))
    X = X * torch.linspace(1.0, 2.0, num, dtype=torch.double) + X[:, :1] / 2
    y = y / 2 + X @ torch.tensor([[2.0], [-1.0], *[[0.0]] * (num - 2)], dtype=torch.double)
    return X - X.mean(dim=0), y - y.mean()


@exercise
def momentum_lasso(answer: Answer) -> str:
    """Check ``momentum_lasso(X, y, lambd)``: SGD with momentum 0.9 and proximal steps that minimize the lasso of λ."""
    (X, y), lambd, share = _columns(6), 0.8, 1 - 0.9
    w = read(answer(X=X, y=y, lambd=lambd), (6, 1))[:, 0]
    fitted = lambda l1: elastic_net(X, y, l1)[0][:, 0]  # noqa: E731
    right = fitted(lambd)
    known = {
        "that is the minimum for a smaller λ; elastic_net tells for which": fitted(lambd * share),
        "that is the lasso of λ/2: without the ½ the gradient of the loss is twice as large": fitted(lambd / 2),
        "that is the minimum for a smaller λ; elastic_net tells for which, and the loss has a ½": fitted(
            lambd * share / 2
        ),
        "that is ridge: ℓ1 needs a threshold, not weight_decay": ridge(X, y, lambd)[0][:, 0],
        "that is least squares: λ plays no part": ridge(X, y, 0.0)[0][:, 0],
        "every weight is 0: is the threshold ten times too large, or was no step taken?": torch.zeros(6),
    }
    compare("it returned", w[:2], right[:2], {text: wrong[:2] for text, wrong in known.items()}, atol=2e-3)
    if (w[right == 0] != 0).any():
        raise NotYetError("weights that should be 0 are not exactly 0: apply the soft threshold after each step")
    compare("it returned", w, right, atol=2e-3)
    return "momentum enlarges the steps along the gradient, but not the threshold: λ must count as often as the loss"


@exercise
def coordinate_descent(answer: Answer) -> str:
    """Check ``coordinate_descent(X, y, lambd, num_rounds)``: in each round every weight in turn is solved exactly."""
    (X, y), lambd = _columns(4), 0.5
    known = {text: _descend(X, y, lambd, 2, kind) for kind, text in _MISTAKES.items()}
    known["one round only: num_rounds plays no part"] = _descend(X, y, lambd, 1)
    known["one round too many"] = _descend(X, y, lambd, 3)
    got = read(answer(X=X, y=y, lambd=lambd, num_rounds=2), (4, 1))
    compare("it returned", got[:, 0], _descend(X, y, lambd, 2), known)
    got = read(answer(X=X, y=y, lambd=lambd, num_rounds=200), (4, 1))
    compare("it returned", got[:, 0], elastic_net(X, y, lambd)[0][:, 0])
    return "no learning rate is needed, and zeros are exact: this is how scikit-learn's Lasso computes its weights"


_MISTAKES = {
    "all at once": "every weight used the old values of the others: use each new value at once",
    "no scale": "divide by the mean square of the input, which is not 1 here",
    "scale first": "divide after the threshold: λ is compared with the gradient",
    "sum": "the loss is a mean over the examples: divide by n",
    "own part left in": "the residual must leave out the weight's own part: set it to 0 first, or add x_j w_j back",
    "no threshold": "that is least squares: lambd plays no part",
    "ridge": "that is the weight under ℓ2: ℓ1 subtracts λ, and stops at zero",
    "backwards": "go through the weights from the first to the last",
}


def _descend(X: Tensor, y: Tensor, lambd: float, num_rounds: int, mistake: str = "") -> Tensor:
    """Return the weights after some rounds of coordinate descent, (d,), made right or with a known mistake."""
    w, scale = torch.zeros(X.shape[1], dtype=X.dtype), X.square().mean(dim=0)
    order = range(len(w) - 1, -1, -1) if mistake == "backwards" else range(len(w))
    for _ in range(num_rounds):
        old = w.clone()
        for j in order:
            others = (old if mistake == "all at once" else w).clone()
            others[j] *= mistake == "own part left in"
            z = X[:, j] @ (y[:, 0] - X @ others) / (1 if mistake == "sum" else len(X))
            w[j] = {
                "no scale": soft_threshold(z, lambd),
                "scale first": soft_threshold(z / scale[j], lambd),
                "sum": soft_threshold(z, lambd) / (scale[j] * len(X)),
                "no threshold": z / scale[j],
                "ridge": z / (scale[j] + lambd),
            }.get(mistake, soft_threshold(z, lambd) / scale[j])
    return w
