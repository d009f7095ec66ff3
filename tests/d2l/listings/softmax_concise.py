# ruff: noqa: E721  (the book's way to find the layers)
"""Softmax regression, concise: `nn.CrossEntropyLoss` that is not reduced, and the library's `train_ch3`."""

# %%
import torch
from torch import nn

from helpers import d2l

batch_size = 256
num_epochs = 10
train_iter, test_iter = d2l.load_data_fashion_mnist(batch_size)

# %%
X, y = next(iter(train_iter))
d2l.show_images(X[:18].reshape(18, 28, 28), 2, 9, titles=d2l.get_fashion_mnist_labels(y[:18]))

# %%
net = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))


def init_weights(m):
    if type(m) == nn.Linear:
        nn.init.normal_(m.weight, std=0.01)


net.apply(init_weights)

# %%
loss = nn.CrossEntropyLoss(reduction="none")
trainer = torch.optim.SGD(net.parameters(), lr=0.1)

# %%
d2l.train_ch3(net, train_iter, test_iter, loss, num_epochs, trainer)

# %%
d2l.predict_ch3(net, test_iter)

# %%
large_iter, _ = d2l.load_data_fashion_mnist(32, resize=64)
for X, y in large_iter:
    print(X.shape, X.dtype, y.shape, y.dtype)
    break
