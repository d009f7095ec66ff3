"""The cells of a notebook that shows `Frames`, and what counts the pictures that its page holds."""

MAKE = """
import io
from IPython.display import display
from ipywidgets import Button, VBox
from PIL import Image, ImageDraw, ImageFont
from helpers.labs.frames import Frames
from helpers.sliders import axis

def png(i, kind):
    image = Image.new("RGB", (1000, 500), f"hsl({5 * i}, 60%, 60%)")
    ImageDraw.Draw(image).text((500, 250), f"{kind} {i}", "black", ImageFont.load_default(150), anchor="mm")
    file = io.BytesIO()
    image.quantize(32).save(file, "png")
    return file.getvalue()

def texts(n, kind):
    names = [f"{kind} {i}" for i in range(n)]
    return {"alt": [f"{name}, drawn" for name in names], "readout": [f"{name} is shown." for name in names]}

def made(n, kind):
    return {"pngs": [png(i, kind) for i in range(n)], **texts(n, kind)}
"""
ONE_AXIS = """
frames = Frames(made(64, "first")["pngs"], axis("λ", range(64)), **texts(64, "first"), width=500)
frames
"""
GRID = """
axes = axis("row", range(3)), axis("column", range(4))
grid = Frames(made(12, "cell")["pngs"], *axes, **texts(12, "cell"), width=250)
grid
"""
BUTTONS = """
def replace(button):
    frames.show(**made(64, button.description))

def explain(button):
    frames.message = "" if frames.message else "That did not work, and this is why."

buttons = [Button(description=text) for text in ("new", "explain")]
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
