"""One objective, four ways: penalty in the loss, weight_decay=, shrinking by hand, and the closed form."""

import pytest
import torch
from sklearn.linear_model import Ridge

from helpers import l2_penalty, squared_loss, synthetic_regression

LR = 0.003
data = synthetic_regression(seed=3)


def start():
    w = torch.randn(data.num_inputs, 1, generator=torch.Generator().manual_seed(0), requires_grad=True)
    return w, torch.zeros(1, requires_grad=True)


def data_loss(w, b, i):
    return squared_loss(data.X_train[i] @ w + b, data.y_train[i]).mean()


def penalty_in_the_loss(w, b, i, lr, lambd):
    grads = torch.autograd.grad(data_loss(w, b, i) + lambd * l2_penalty(w), [w, b])
    with torch.no_grad():
        w -= lr * grads[0]
        b -= lr * grads[1]


def shrink_then_learn(w, b, i, lr, lambd):
    grads = torch.autograd.grad(data_loss(w, b, i), [w, b])
    with torch.no_grad():
        w *= 1 - lr * lambd
        w -= lr * grads[0]
        b -= lr * grads[1]


def torch_s_weight_decay(w, b, i, lr, lambd):
    w.grad, b.grad = torch.autograd.grad(data_loss(w, b, i), [w, b])
    torch.optim.SGD([{"params": [w], "weight_decay": lambd}, {"params": [b]}], lr=lr).step()


WAYS = [penalty_in_the_loss, shrink_then_learn, torch_s_weight_decay]


@pytest.mark.parametrize("lambd", [0.0, 0.1, 3.0, 100.0])
def test_three_ways_agree_after_every_step(lambd):
    params = [start() for _ in WAYS]
    shuffle = torch.Generator().manual_seed(1)
    for _ in range(100):
        for i in torch.randperm(data.num_train, generator=shuffle).split(5):
            for step, (w, b) in zip(WAYS, params, strict=True):
                step(w, b, i, LR, lambd)
            for w, b in params[1:]:
                torch.testing.assert_close(w, params[0][0], rtol=1e-4, atol=1e-6)
                torch.testing.assert_close(b, params[0][1], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("lambd", [1.0, 3.0])
@pytest.mark.parametrize("step", WAYS, ids=lambda way: way.__name__)
def test_they_end_at_the_closed_form(step, lambd):
    ridge = Ridge(alpha=data.num_train * lambd).fit(data.X_train.numpy(), data.y_train.numpy().ravel())
    w, b = start()
    for _ in range(8000):  # the bias, which does not decay, is the slowest to arrive
        step(w, b, slice(None), 0.08, lambd)
    torch.testing.assert_close(w.detach().ravel(), torch.tensor(ridge.coef_), rtol=1e-3, atol=1e-5)
    torch.testing.assert_close(b.item(), float(ridge.intercept_), rtol=1e-3, atol=1e-5)


def test_mse_counts_lambda_half():
    """nn.MSELoss has no ½: its minimum at λ is ours at λ / 2."""
    full = slice(None)
    w, b = start()
    for _ in range(4000):
        loss = torch.nn.functional.mse_loss(data.X_train @ w + b, data.y_train) + 3.0 * l2_penalty(w)
        grads = torch.autograd.grad(loss, [w, b])
        with torch.no_grad():
            w -= 0.025 * grads[0]
            b -= 0.025 * grads[1]
    ours, bias = start()
    for _ in range(4000):
        penalty_in_the_loss(ours, bias, full, 0.05, 1.5)
    torch.testing.assert_close(w, ours, rtol=1e-3, atol=1e-5)
