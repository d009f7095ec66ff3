"""One algorithm in three forms: our penalty in the loss, the update of the sweep, and the closed form."""

from itertools import pairwise

import pytest
import torch
from sklearn.linear_model import Ridge

from helpers import l2_penalty, ridge, squared_loss, sweep_weight_decay, synthetic_regression
from helpers.sweeps.linear import train_decay
from helpers.sweeps.run import Training

LAMBDAS = [0.0, 0.1, 3.0, 100.0]
DATA = synthetic_regression(seed=3)  # 20 examples
close = torch.testing.assert_close


class Sgd:
    """A model and ``torch.optim.SGD``, which decays the weights and not the bias."""

    def __init__(self, lambd, lr, seed=0):
        init = torch.Generator().manual_seed(seed)
        self.w = torch.randn(DATA.num_inputs, 1, generator=init).requires_grad_()
        self.b = torch.zeros(1, requires_grad=True)
        groups = [{"params": [self.w], "weight_decay": lambd}, {"params": [self.b]}]
        self.optimizer = torch.optim.SGD(groups, lr=lr)

    def step(self, i):
        self.optimizer.zero_grad()
        (torch.nn.functional.mse_loss(DATA.X_train[i] @ self.w + self.b, DATA.y_train[i]) / 2).backward()
        self.optimizer.step()


@pytest.mark.parametrize("batch_size", [5, 8, 20], ids=["minibatches", "the last one smaller", "all examples"])
def test_the_sweep_steps_as_torch_s_weight_decay_does(batch_size):
    """After every epoch, which is every step if a minibatch holds all examples."""
    training = Training(num_epochs=60, lr=0.003, batch_size=batch_size, record_every=1)
    records = train_decay(training, [0], False, data=DATA, values=LAMBDAS, init_std=1.0)
    models = [Sgd(lambd, training.lr) for lambd in LAMBDAS]
    shuffle = torch.Generator().manual_seed(1000)
    for record in records:
        minibatches = torch.randperm(DATA.num_train, generator=shuffle).split(batch_size)
        for k, model in enumerate(models):
            for i in minibatches:
                model.step(i)
            close(record["weights"][0, k], model.w.detach().flatten(), rtol=1e-4, atol=1e-6)
            test_loss = squared_loss(DATA.X_test @ model.w + model.b, DATA.y_test).mean().detach()  # tells of the bias
            close(record["curves"]["test_loss"][0, k], test_loss, rtol=1e-4, atol=1e-6)
    assert record["epoch"] == 60


@pytest.mark.parametrize("lambd", LAMBDAS)
def test_our_penalty_in_our_loss_steps_as_torch_s_weight_decay_does(lambd):
    model, ours = Sgd(lambd, lr=0.003), Sgd(0.0, lr=0.003)
    for i in torch.randperm(DATA.num_train, generator=torch.Generator().manual_seed(1)).repeat(50).split(5):
        model.step(i)
        loss = squared_loss(DATA.X_train[i] @ ours.w + ours.b, DATA.y_train[i]).mean() + lambd * l2_penalty(ours.w)
        grads = torch.autograd.grad(loss, [ours.w, ours.b])
        with torch.no_grad():
            for param, grad in zip((ours.w, ours.b), grads, strict=True):
                param -= 0.003 * grad
        close(ours.w, model.w, rtol=1e-4, atol=1e-6)
        close(ours.b, model.b, rtol=1e-4, atol=1e-6)


def test_the_sweep_ends_at_the_closed_form():
    """Ours and scikit-learn's, whatever the start: the bias, which does not decay, is the slowest to arrive."""
    options = {"num_epochs": 8000, "lr": 0.08, "batch_size": DATA.num_train, "record_every": 8000, "num_seeds": 2}
    lambdas = [1.0, 3.0]
    sweep = sweep_weight_decay(DATA, lambdas, **options)
    for k, lambd in enumerate(lambdas):
        w, b = ridge(DATA.X_train, DATA.y_train, lambd)
        theirs = Ridge(alpha=DATA.num_train * lambd).fit(DATA.X_train.numpy(), DATA.y_train.numpy().ravel())
        close(w.ravel(), torch.tensor(theirs.coef_), rtol=1e-3, atol=1e-5)
        test_loss = squared_loss(DATA.X_test @ w + b, DATA.y_test).mean()
        for seed in range(2):
            close(sweep.weights[seed, k], w.ravel(), rtol=1e-3, atol=1e-5)
            close(sweep.final("test_loss")[seed, k], test_loss, rtol=1e-3, atol=1e-5)


def test_more_decay_leaves_a_smaller_norm():
    norms = sweep_weight_decay(DATA, [0, 0.3, 3, 30], num_seeds=3).final("w_norm")
    assert all((more < less).all() for less, more in pairwise(norms.unbind(dim=1)))
