"""What figures of labs say by themselves, without being told by a lab: to translate it, translate this file."""

WORDS = {
    "epoch": "epoch",
    "best": "best",
    "weight": "weight number",
    "curves": {"train": "train", "test": "test"},  # by the first word of the curve's name
    "loss_map": "final test loss (bold: within 1% of the lowest)",
    "map": "final test accuracy in % (bold: within 0.5 of the best)",
}
