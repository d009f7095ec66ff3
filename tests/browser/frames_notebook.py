"""The cells of a notebook that shows `Frames`, and what counts the pictures that its page holds."""

MAKE = """
import io
from IPython.display import display
from ipywidgets import Button, HBox, SelectionSlider, VBox, jslink
from PIL import Image, ImageDraw, ImageFont
from helpers.labs.frames import Frames

def png(i, kind):
    image = Image.new("RGB", (1000, 500), f"hsl({5 * i}, 60%, 60%)")
    ImageDraw.Draw(image).text((500, 250), f"{kind} {i}", "black", ImageFont.load_default(150), anchor="mm")
    file = io.BytesIO()
    image.quantize(32).save(file, "png")
    return file.getvalue()

def made(n, kind):
    names = [f"{kind} {i}" for i in range(n)]
    texts = {"alt": [f"{name}, drawn" for name in names], "readout": [f"{name} is shown." for name in names]}
    return {"pngs": [png(i, kind) for i in range(n)], **texts}

def slider(n, name):
    return SelectionSlider(options=[str(i) for i in range(n)], description=name)
"""
ONE_AXIS = """
frames, axis = Frames(**made(64, "first"), width=500), slider(64, "λ")
link = jslink((axis, "index"), (frames, "index"))
VBox([axis, frames])
"""
GRID = """
grid, row, column = Frames(**made(12, "cell"), width=250, shape=(3, 4)), slider(3, "row"), slider(4, "column")
links = jslink((row, "index"), (grid, "index")), jslink((column, "index"), (grid, "index_2"))
HBox([VBox([row, column]), grid])
"""
BUTTONS = """
def replace(button):
    axis.options = axis.options[:int(button.description)]
    frames.show(**made(int(button.description), "new"))

def explain(button):
    frames.message = "" if frames.message else "That did not work, and this is why."

buttons = [Button(description=text) for text in ("64", "8", "explain")]
for button in buttons:
    button.on_click(explain if button.description == "explain" else replace)
VBox(buttons)
"""
COUNT_URLS = """
window.urls = new Set();
for (const [name, note] of [["createObjectURL", "add"], ["revokeObjectURL", "delete"]]) {
    const original = URL[name];
    URL[name] = thing => { const url = original.call(URL, thing); urls[note](url ?? thing); return url; };
}
"""
