# ruff: noqa: E741  (the book's names)
"""Weight decay, concise: parameter groups of `torch.optim.SGD`, with the loss reduced or not."""

# %%
import torch
from torch import nn

from helpers import d2l

n_train, n_test, num_inputs, batch_size = 20, 100, 200, 5
true_w, true_b = torch.ones((num_inputs, 1)) * 0.01, 0.05
train_data = d2l.synthetic_data(true_w, true_b, n_train)
train_iter = d2l.load_array(train_data, batch_size)
test_data = d2l.synthetic_data(true_w, true_b, n_test)
test_iter = d2l.load_array(test_data, batch_size, is_train=False)


# %%
def train_concise(wd):
    net = nn.Sequential(nn.Linear(num_inputs, 1))
    for param in net.parameters():
        param.data.normal_()
    loss = nn.MSELoss(reduction="none")
    num_epochs, lr = 100, 0.003
    trainer = torch.optim.SGD(
        [{"params": net[0].weight, "weight_decay": wd}, {"params": net[0].bias}],
        lr=lr,
    )
    animator = d2l.Animator(
        xlabel="epochs", ylabel="loss", yscale="log", xlim=[5, num_epochs], legend=["train", "test"]
    )
    for epoch in range(num_epochs):
        for X, y in train_iter:
            trainer.zero_grad()
            l = loss(net(X), y)
            l.mean().backward()
            trainer.step()
        if (epoch + 1) % 5 == 0:
            animator.add(
                epoch + 1,
                (d2l.evaluate_loss(net, train_iter, loss), d2l.evaluate_loss(net, test_iter, loss)),
            )
    print("norm of w:", net[0].weight.norm().item())
    return net[0].weight.norm().item()


# %%
norm_without = train_concise(0)

# %%
norm_with = train_concise(3)

# %%
# d2l 0.17.0's form: the loss reduced, `with torch.enable_grad()` around it
net = nn.Sequential(nn.Linear(num_inputs, 1))
loss = nn.MSELoss()
trainer = torch.optim.SGD([{"params": net[0].weight, "weight_decay": 3}, {"params": net[0].bias}], lr=0.003)
animator = d2l.Animator(xlabel="epochs", ylabel="loss", yscale="log", xlim=[5, 20], legend=["train", "test"])
for epoch in range(20):
    for X, y in train_iter:
        with torch.enable_grad():
            trainer.zero_grad()
            l = loss(net(X), y)
        l.backward()
        trainer.step()
    if (epoch + 1) % 5 == 0:
        animator.add(epoch + 1, (d2l.evaluate_loss(net, train_iter, loss), d2l.evaluate_loss(net, test_iter, loss)))
