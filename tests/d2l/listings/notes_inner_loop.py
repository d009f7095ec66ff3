# ruff: noqa: E741  (names as in lecture notes)
"""Lecture-note variant: points added in the inner loop, at fractional epochs, with a timer and an accumulator."""

# %%
import torch
from torch import nn

from helpers import d2l

device = d2l.try_gpu()
train_iter, test_iter = d2l.load_data_fashion_mnist(batch_size=128)
net = nn.Sequential(nn.Flatten(), nn.Linear(784, 64), nn.ReLU(), nn.Dropout(0.2), nn.Linear(64, 10)).to(device)
loss = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=0.2)

# %%
num_epochs = 8
animator = d2l.Animator(xlabel="epoch", xlim=[0, num_epochs], legend=["train loss", "train acc", "test acc"])
timer, num_batches = d2l.Timer(), len(train_iter)
for epoch in range(num_epochs):
    metric = d2l.Accumulator(3)
    net.train()
    for i, (X, y) in enumerate(train_iter):
        timer.start()
        optimizer.zero_grad()
        X, y = X.to(device), y.to(device)
        y_hat = net(X)
        l = loss(y_hat, y)
        l.backward()
        optimizer.step()
        metric.add(l * X.shape[0], d2l.accuracy(y_hat, y), X.shape[0])
        timer.stop()
        train_l, train_acc = metric[0] / metric[2], metric[1] / metric[2]
        animator.add(epoch + (i + 1) / num_batches, (train_l, train_acc, None))
    test_acc = d2l.evaluate_accuracy(net, test_iter)
    animator.add(epoch + 1, (None, None, test_acc))
print(f"{metric[2] * num_epochs / timer.sum() > 0} on {device}")

# %%
# the loss itself, with its graph, handed to the animator
animator = d2l.Animator(xlabel="step", ylabel="loss")
for step, (X, y) in enumerate(train_iter):
    l = loss(net(X), y)
    optimizer.zero_grad()
    l.backward()
    optimizer.step()
    animator.add(step, l)
