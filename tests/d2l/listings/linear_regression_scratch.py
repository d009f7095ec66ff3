# ruff: noqa: E741  (the book's names)
"""Linear regression from scratch: a generator of minibatches, by hand, and the library's parts one by one."""

# %%
import random

import torch

from helpers import d2l


# %%
def synthetic_data(w, b, num_examples):  # @save
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = torch.matmul(X, w) + b
    y += torch.normal(0, 0.01, y.shape)
    return X, y.reshape((-1, 1))


true_w = torch.tensor([2, -3.4])
true_b = 4.2
features, labels = synthetic_data(true_w, true_b, 1000)

# %%
print("features:", features[0], "\nlabel:", labels[0])

# %%
d2l.set_figsize()
d2l.plt.scatter(features[:, (1)].detach().numpy(), labels.detach().numpy(), 1)


# %%
def data_iter(batch_size, features, labels):
    num_examples = len(features)
    indices = list(range(num_examples))
    random.shuffle(indices)
    for i in range(0, num_examples, batch_size):
        batch_indices = torch.tensor(indices[i : min(i + batch_size, num_examples)])
        yield features[batch_indices], labels[batch_indices]


batch_size = 10
for X, y in data_iter(batch_size, features, labels):
    print(X, "\n", y)
    break

# %%
w = torch.normal(0, 0.01, size=(2, 1), requires_grad=True)
b = torch.zeros(1, requires_grad=True)
lr = 0.03
num_epochs = 3
net = d2l.linreg
loss = d2l.squared_loss

# %%
for epoch in range(num_epochs):
    for X, y in data_iter(batch_size, features, labels):
        l = loss(net(X, w, b), y)
        l.sum().backward()
        d2l.sgd([w, b], lr, batch_size)
    with torch.no_grad():
        train_l = loss(net(features, w, b), labels)
        print(f"epoch {epoch + 1}, loss {float(train_l.mean()):f}")

# %%
print(f"error of w: {true_w - w.reshape(true_w.shape)}")
print(f"error of b: {true_b - b}")

# %%
timer = d2l.Timer()
c = d2l.zeros(1000)
for i in range(1000):
    c[i] = features[i, 0] + features[i, 1]
loop_seconds = timer.stop()
timer.start()
d = features[:, 0] + features[:, 1]
timer.stop()
print(f"{timer.sum() > loop_seconds} {timer.avg() < loop_seconds} {len(timer.cumsum())}")
