# ruff: noqa: E741  (names as in lecture notes)
"""Lecture-note variants of dropout: `is_training` as an argument of a function, and as an attribute of a module."""

# %%
import torch
from torch import nn

from helpers import d2l

train_iter, test_iter = d2l.load_data_fashion_mnist(256)
W1 = torch.normal(0, 0.05, size=(784, 128), requires_grad=True)
b1 = torch.zeros(128, requires_grad=True)
W2 = torch.normal(0, 0.05, size=(128, 10), requires_grad=True)
b2 = torch.zeros(10, requires_grad=True)
params = [W1, b1, W2, b2]


def dropout(X, drop_prob):
    X = X.float()
    keep_prob = 1 - drop_prob
    mask = (torch.rand(X.shape) < keep_prob).float()
    return mask * X / keep_prob


# %%
def net(X, is_training=True):
    X = X.view(-1, 784)
    H1 = (torch.matmul(X, W1) + b1).relu()
    if is_training:
        H1 = dropout(H1, 0.5)
    return torch.matmul(H1, W2) + b2


loss = nn.CrossEntropyLoss(reduction="none")
d2l.train_ch3(net, train_iter, test_iter, loss, 20, lambda batch_size: d2l.sgd(params, 0.5, batch_size))
measured = {d2l.evaluate_accuracy(net, test_iter) for _ in range(3)}


# %%
class Net(nn.Module):
    def __init__(self, is_training=True):
        super().__init__()
        self.is_training = is_training
        self.hidden, self.out = nn.Linear(784, 128), nn.Linear(128, 10)

    def forward(self, X):
        H = self.hidden(X.flatten(1)).relu()
        if self.is_training:
            H = dropout(H, 0.5)
        return self.out(H)


model = Net()
trainer = torch.optim.SGD(model.parameters(), lr=0.5)
num_epochs = 20
animator = d2l.Animator(xlabel="epoch", xlim=[1, num_epochs], ylim=[0, 1], legend=["train loss", "test acc"])
for epoch in range(num_epochs):
    for X, y in train_iter:
        l = loss(model(X), y).mean()
        trainer.zero_grad()
        l.backward()
        trainer.step()
    animator.add(epoch + 1, (l.item(), d2l.evaluate_accuracy(model, test_iter)))

# %%
model.is_training = False
d2l.plt.imshow(model.hidden.weight[0].detach().reshape(28, 28), cmap="gray")
d2l.plt.show()
