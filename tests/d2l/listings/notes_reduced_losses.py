# ruff: noqa: B007, E731, E741  (names as in lecture notes)
"""Lecture-note variants of regression: the loss reduced or not, updated by hand or by an optimizer."""

# %%
import torch
from torch import nn

from helpers import d2l

true_w, true_b = d2l.ones((8, 1)) * 0.5, 0.1
train_data = d2l.synthetic_data(true_w, true_b, 43)
train_iter = d2l.load_array(train_data, 10)

# %%
ends = {}
for reduction in ("none", "mean", "sum"):
    net = nn.Sequential(nn.Linear(8, 1))
    loss = nn.MSELoss(reduction=reduction)
    trainer = torch.optim.SGD(net.parameters(), lr=0.02 if reduction == "sum" else 0.1)
    animator = d2l.Animator(xlabel="epoch", ylabel="loss", yscale="log", legend=["train"])
    for epoch in range(40):
        train_loss, _ = d2l.train_epoch_ch3(net, train_iter, loss, trainer)
        animator.add(epoch + 1, train_loss)
    ends[reduction] = d2l.evaluate_loss(net, train_iter, loss)

# %%
w = torch.zeros((8, 1), requires_grad=True)
b = torch.zeros(1, requires_grad=True)
net = lambda X: d2l.linreg(X, w, b)
loss = lambda y_hat, y: d2l.squared_loss(y_hat, y) + 0.001 * (w**2).sum() / 2
for epoch in range(40):
    d2l.train_epoch_ch3(net, train_iter, loss, lambda batch_size: d2l.sgd([w, b], 0.1, batch_size))
ends["scratch"] = d2l.evaluate_loss(net, train_iter, d2l.squared_loss)

# %%
for epoch in range(2):
    for X, y in train_iter:
        l = d2l.squared_loss(net(X), y)
        l.mean().backward()
        d2l.sgd([w, b], 0.1, 1)
    with torch.no_grad():
        print(f"epoch {epoch + 1}, norm {torch.norm(w).item():.1f}, {torch.norm(w, 2) > 0}")

# %%
d2l.plot(
    list(range(1, 6)),
    [[1.0 / (k + i) for i in range(1, 6)] for k in range(6)],
    xlabel="epoch",
    ylabel="loss",
    xlim=[1, 5],
    yscale="log",
    legend=[f"fold {k + 1}" for k in range(6)],
)
