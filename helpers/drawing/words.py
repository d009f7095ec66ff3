"""The texts that figures of labs contain by default: to translate them, translate this file."""

WORDS = {
    "epoch": "epoch",
    "best": "best",
    "weight": "weight number",
    "curves": {"train": "train", "test": "test"},  # by the first word of the curve's name
    "loss_map": "final test loss (bold: within 1% of the lowest)",
    "map": "final test accuracy in % (bold: within 0.5 of the best)",
}
