# ruff: noqa: E741  (the book's names)
"""Linear regression, concise: `load_array`, `nn.Linear`, `nn.MSELoss`, `torch.optim.SGD`."""

# %%
import numpy as np
import torch
from torch import nn
from torch.utils import data

from helpers import d2l

true_w = torch.tensor([2, -3.4])
true_b = 4.2
features, labels = d2l.synthetic_data(true_w, true_b, 1000)


# %%
def load_array(data_arrays, batch_size, is_train=True):  # @save
    dataset = data.TensorDataset(*data_arrays)
    return data.DataLoader(dataset, batch_size, shuffle=is_train)


batch_size = 10
data_iter = load_array((features, labels), batch_size)
data_iter = d2l.load_array((features, labels), batch_size)
next(iter(data_iter))

# %%
net = nn.Sequential(nn.Linear(2, 1))
net[0].weight.data.normal_(0, 0.01)
net[0].bias.data.fill_(0)

# %%
loss = nn.MSELoss()
trainer = torch.optim.SGD(net.parameters(), lr=0.03)

# %%
num_epochs = 3
for epoch in range(num_epochs):
    for X, y in data_iter:
        l = loss(net(X), y)
        trainer.zero_grad()
        l.backward()
        trainer.step()
    l = loss(net(features), labels)
    print(f"epoch {epoch + 1}, loss {l:f}")

# %%
w = net[0].weight.data
print("error of w:", true_w - w.reshape(true_w.shape))
b = net[0].bias.data
print("error of b:", true_b - b)

# %%
d2l.evaluate_loss(net, data_iter, loss)


# %%
def normal(x, mu, sigma):
    p = 1 / np.sqrt(2 * np.pi * sigma**2)
    return p * np.exp(-0.5 / sigma**2 * (x - mu) ** 2)


x = np.arange(-7, 7, 0.01)
params = [(0, 1), (0, 2), (3, 1)]
d2l.plot(
    x,
    [normal(x, mu, sigma) for mu, sigma in params],
    xlabel="x",
    ylabel="p(x)",
    figsize=(4.5, 2.5),
    legend=[f"mean {mu}, std {sigma}" for mu, sigma in params],
)
