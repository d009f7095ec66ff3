"""Right and wrong answers to the exercises on ℓ1; each wrong one with words of its diagnosis."""

import numpy as np
import torch
from sklearn.linear_model import Lasso
from torch.nn import functional as F

from helpers import elastic_net, ridge


def steps(w, grad, lr, lambd):
    moved = w - lr * grad
    return moved - lr * lambd * w.sign(), F.softshrink(moved, lr * lambd)


def steps_by_autograd(w, grad, lr, lambd):
    v = w.clone().requires_grad_()
    ((grad * v).sum() + lambd * v.abs().sum()).backward()
    moved = w - lr * grad
    return [(w - lr * v.grad).numpy(), np.sign(moved) * np.maximum(np.abs(moved) - lr * lambd, 0)]


def changed(sub=None, prox=None):
    """Return an answer with one of the two steps replaced."""

    def answer(w, grad, lr, lambd):
        right = steps(w, grad, lr, lambd)
        return [other(w, grad, lr, lambd) if other else one for one, other in zip(right, (sub, prox), strict=True)]

    return answer


def train(X, y, lambd, factor=10.0, half=0.5, weight_decay=0.0, subgradient=False, lr=0.1, num_steps=1500):
    """Train with momentum 0.9; by default each threshold counts as often as each gradient."""
    w = v = torch.zeros(X.shape[1], 1, dtype=X.dtype)
    for _ in range(num_steps):
        gradient = 2 * half * X.T @ (X @ w - y) / len(X) + weight_decay * w + (lambd * w.sign() if subgradient else 0)
        v = 0.9 * v + gradient
        w = F.softshrink(w - lr * v, lr * lambd * factor)
    return w


def train_ahead(X, y, lambd, lr=0.1, momentum=0.9):
    """Nesterov's form: the proximal step comes last, with the plain threshold."""
    w = before = torch.zeros(X.shape[1], 1, dtype=X.dtype)
    for _ in range(1500):
        ahead = w + momentum * (w - before)
        w, before = F.softshrink(ahead - lr * X.T @ (X @ ahead - y) / len(X), lr * lambd), w
    return w


def solved(X, y, lambd):
    return elastic_net(X, y, lambd)[0]


def descend(X, y, lambd, num_rounds, order=lambda d: range(d), weight=None, own=False, at_once=True):
    """Run coordinate descent; ``weight(z, scale, n)`` is the new weight, z the gradient of the others' residual."""
    weight = weight or (lambda z, scale, n: F.softshrink(z, lambd) / scale)
    w, scale = torch.zeros(X.shape[1], dtype=X.dtype), (X**2).mean(dim=0)
    for _ in range(num_rounds):
        old = w.clone()
        for j in order(len(w)):
            source = (w if at_once else old).clone()
            if not own:
                source[j] = 0
            w[j] = weight(X[:, j] @ (y[:, 0] - X @ source) / len(X), scale[j], len(X))
    return w[:, None]


def descend_by_residual(X, y, lambd, num_rounds):
    """Keep the residual up to date, in numpy."""
    X, residual = X.numpy(), y.numpy()[:, 0].copy()
    w, scale = np.zeros(X.shape[1]), (X**2).mean(axis=0)
    for _ in range(num_rounds):
        for j in range(len(w)):
            z = X[:, j] @ residual / len(X) + scale[j] * w[j]
            new = np.sign(z) * max(abs(z) - lambd, 0) / scale[j]
            residual += X[:, j] * (w[j] - new)
            w[j] = new
    return w[:, None]


def descend_by_scikit(X, y, lambd, num_rounds):
    lasso = Lasso(alpha=lambd, fit_intercept=False, max_iter=num_rounds, tol=0.0)
    return lasso.fit(X.numpy(), y.numpy().ravel()).coef_[:, None]


RIGHT = [
    ("l1_steps", steps),
    ("l1_steps", steps_by_autograd),
    ("logistic_c", lambda lambd, n: 1 / (n * lambd)),
    ("logistic_c", lambda strength, count: torch.tensor([1 / strength / count])),
    ("momentum_lasso", train),
    ("momentum_lasso", train_ahead),
    ("momentum_lasso", solved),
    ("coordinate_descent", descend),
    ("coordinate_descent", descend_by_residual),
    ("coordinate_descent", descend_by_scikit),
]

WRONG = {
    "l1_steps": [
        (lambda *a: steps(*a)[::-1], "swapped"),
        (lambda *a: steps(*a)[0], "must return two tensors"),
        (changed(sub=lambda w, g, lr, lam: w - lr * (g + lam * w)), "subgradient step gives .*the step of ℓ2"),
        (changed(sub=lambda w, g, lr, lam: w - lr * (g + lam)), "the sign of w is missing"),
        (changed(sub=lambda w, g, lr, lam: w - lr * (g - lam * w.sign())), "away from 0"),
        (changed(sub=lambda w, g, lr, lam: w + lr * g - lr * lam * w.sign()), "it climbs"),
        (changed(sub=lambda w, g, lr, lam: w - lr * g - lam * w.sign()), "lacks the learning rate"),
        (changed(sub=lambda w, g, lr, lam: w - lr * g - lr * lam * (w - lr * g).sign()), "sign of the old w"),
        (changed(sub=lambda w, g, lr, lam: w - lr * g), "lambd plays no part"),
        (
            changed(prox=lambda w, g, lr, lam: F.softshrink(w, lr * lam) - lr * g),
            "proximal step gives .*threshold first",
        ),
        (changed(prox=lambda w, g, lr, lam: F.softshrink(w - lr * g, lam)), "must be lr \\* lambd"),
        (changed(prox=lambda *a: F.softshrink(steps(*a)[0], a[2] * a[3])), "counts twice"),
        (changed(prox=lambda w, g, lr, lam: F.hardshrink(w - lr * g, lr * lam)), "a hard threshold"),
        (changed(prox=lambda w, g, lr, lam: (w - lr * g) - lr * lam * (w - lr * g).sign()), "no clamp at 0"),
        (changed(prox=lambda w, g, lr, lam: F.softshrink(w, lr * lam)), "gradient of the loss is missing"),
        (changed(prox=lambda w, g, lr, lam: (w - lr * g) / (1 + lr * lam)), "step of ℓ2: it divides"),
        (changed(prox=lambda *a: steps(*a)[0]), "the subgradient step once more"),
        (changed(prox=lambda w, g, lr, lam: w - lr * g), "no threshold"),
        (lambda w, grad, lr, lambd: steps(w.sub_(lr * grad), 0 * grad, lr, lambd), "changed w in place"),
    ],
    "logistic_c": [
        (lambda lambd, n: n * lambd, "take the inverse"),
        (lambda lambd, n: 1 / lambd, "its loss is a sum"),
        (lambda lambd, n: n / lambd, "divide by n"),
        (lambda lambd, n: lambd / n, "a large λ needs a small C"),
        (lambda lambd, n: lambd, "λ unchanged"),
        (lambda lambd, n: 1 / (2 * n * lambd), "half of what it must be"),
        (lambda lambd, n: 2 / (n * lambd), "twice too much"),
        (lambda lambd, n: n + lambd, r"it returned 20\.3, expected 0\.1667$"),
    ],
    "momentum_lasso": [
        (lambda X, y, lambd: train(X, y, lambd, factor=1), "minimum for a smaller λ; elastic_net tells for which$"),
        (lambda X, y, lambd: train(X, y, lambd, half=1.0), "lasso of λ/2"),
        (lambda X, y, lambd: train(X, y, lambd, factor=1, half=1.0), "for which, and the loss has a ½"),
        (lambda X, y, lambd: train(X, y, lambd, factor=100), "every weight is 0"),
        (lambda X, y, lambd: train(X, y, lambd, factor=0, weight_decay=lambd), "that is ridge"),
        (lambda X, y, lambd: train(X, y, lambd, factor=0), "least squares"),
        (lambda X, y, lambd: train(X, y, lambd, factor=0, subgradient=True, lr=1e-3, num_steps=4000), "not exactly 0"),
        (lambda X, y, lambd: ridge(X, y, 5 * lambd)[0], r"it returned \[[-.\d]+, [-.\d]+\], expected \[[-.\d, ]+\]$"),
        (lambda X, y, lambd: train(X, y, lambd).ravel(), r"returned shape \(6,\), expected \(6, 1\)"),
    ],
    "coordinate_descent": [
        (lambda *a: descend(*a, at_once=False), "old values of the others"),
        (lambda *a: descend(*a, weight=lambda z, scale, n: F.softshrink(z, a[2])), "divide by the mean square"),
        (
            lambda *a: descend(*a, weight=lambda z, scale, n: F.softshrink(z / scale, a[2])),
            "divide after the threshold",
        ),
        (lambda *a: descend(*a, weight=lambda z, s, n: F.softshrink(z * n, a[2]) / (s * n)), "divide by n"),
        (lambda *a: descend(*a, own=True), "leave out the weight's own part"),
        (lambda *a: descend(*a, weight=lambda z, scale, n: z / scale), "that is least squares"),
        (lambda *a: descend(*a, weight=lambda z, scale, n: z / (scale + a[2])), "the weight under ℓ2"),
        (lambda *a: descend(*a, order=lambda d: reversed(range(d))), "from the first to the last"),
        (lambda *a: descend(*a[:3], 1), "one round only"),
        (lambda *a: descend(*a[:3], a[3] + 1), "one round too many"),
        (lambda *a: descend(*a[:3], 2), "num_rounds = 200 it returned"),
        (lambda *a: solved(*a[:3]), r"num_rounds = 2 it returned \[[-.\d, ]+\], expected \[[-.\d, ]+\]$"),
        (lambda *a: descend(*a).ravel(), r"returned shape \(4,\), expected \(4, 1\)"),
    ],
}
