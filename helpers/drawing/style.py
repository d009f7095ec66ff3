"""The look that all pictures share: colours, sizes, and matplotlib's settings."""

CSS_DPI = 96  # a browser counts 96 pixels to the inch
DPI = 2 * CSS_DPI  # sharp on screens with two dots per CSS pixel
FONT_SIZE = 11
LINE = 1.3 * FONT_SIZE * DPI / 72  # height of a line of text, in dots
GAP = 0.5 * LINE  # between neighbours: ticks and axis, curve and name, text and edge
INK, EDGE, GRID, ALARM = "#3c3c3c", "#9a9a9a", "#e4e4e4", "#b00020"
RC = {
    "axes.axisbelow": True,
    "axes.edgecolor": EDGE,
    "axes.facecolor": "white",
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.facecolor": "white",
    "font.size": FONT_SIZE,
    "grid.color": GRID,
    "grid.linestyle": "-",
    "lines.linewidth": 2,
    "text.color": INK,
    "text.usetex": False,
    "xtick.color": INK,
    "xtick.major.pad": 6,
    "xtick.major.size": 0,
    "ytick.color": INK,
    "ytick.major.pad": 6,
    "ytick.major.size": 0,
}
# Dark enough for text on white, apart in hue or lightness for every kind of colour vision; dashes differ, too.
COLORS = ("#0063b2", "#c8470a", "#00805e", "#a03a8c", "#3c3c3c", "#8f6a00")
DASHES = ("-", (0, (4, 1.5)), (0, (5, 1.5, 1, 1.5)), (0, (1, 1.2)), (0, (9, 1.5)), (0, (5, 1.5, 1, 1.5, 1, 1.5)))
TRAIN, TEST, CURSOR = *COLORS[:2], INK  # one meaning each in every lab: training, testing, and where the slider is
