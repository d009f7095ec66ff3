// The view of `helpers.frames.Frames`. All pictures are here ahead; a slider only changes which of them is visible.

const STYLE = `
  .frames-picture { position: relative; max-width: 100%; overflow: hidden; background: white; }
  .frames-picture > img { position: absolute; inset: 0; width: 100%; height: 100%; max-width: none; margin: 0; }
  .frames-text { display: grid; margin-top: 4px; max-width: 100%; line-height: 1.4;
    color: var(--jp-ui-font-color1, inherit); font-family: var(--jp-ui-font-family, inherit);
    font-size: var(--jp-ui-font-size1, inherit); }
  .frames-text > * { grid-area: 1 / 1; }`;

const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

/** Cut the one buffer into images, still hidden, that start to load at once. */
function makeImages(model) {
  const { buffer, byteOffset } = model.get("_buffer");
  let end = byteOffset;
  return model.get("_sizes").map((size, i) => {
    const png = new Blob([new Uint8Array(buffer, end, size)], { type: "image/png" });
    end += size;
    // decoding: never paint the place of the picture before the picture
    const image = make("img", { alt: model.get("alt")[i], decoding: "sync", src: URL.createObjectURL(png) });
    image.style.visibility = "hidden";
    return image;
  });
}

/** Wait until an image can be painted; one that is damaged, or no longer needed, is not waited for. */
const decoded = (image) => image.decode().catch(() => {});

/** Decode one picture after the other, so that the first look at each need not. */
async function prepare(images) {
  for (const image of images) await decoded(image);
}

function discard(image) {
  URL.revokeObjectURL(image.src);
  image.remove();
}

function render({ model, el }) {
  const picture = make("div", { className: "frames-picture" });
  const readout = make("output"); // a live region: its changes are read aloud
  const longest = make("span", { ariaHidden: "true" }); // keeps the place, so that nothing below it moves
  const text = make("div", { className: "frames-text" });
  longest.style.visibility = "hidden";
  text.append(longest, readout);
  el.append(make("style", { textContent: STYLE }), picture, text);

  let version, images = [], replaced = [], visible, sentence = "";

  const wanted = () => {
    const [, columns = 1] = model.get("shape");
    return model.get("index") * columns + model.get("index_2");
  };

  function load() {
    version = model.get("_version");
    replaced.push(...images);
    images = makeImages(model);
    picture.append(...images);
    prepare(images);
  }

  function fit() {
    const [width, height] = [model.get("width"), model.get("height")];
    Object.assign(picture.style, { width: `${width}px`, aspectRatio: `${width} / ${height}` });
    text.style.width = `${width}px`;
    longest.textContent = model.get("readout").reduce((a, b) => (b.length > a.length ? b : a), "");
  }

  function swap(i) {
    const first = !images.includes(visible);
    visible?.style.setProperty("visibility", "hidden");
    visible = images[i];
    visible.style.visibility = "visible";
    picture.dataset.index = i;
    sentence = model.get("readout")[i];
    if (first) fit();
    replaced.splice(0).forEach(discard);
  }

  /** Show what the model asks for. Until that can be painted, what was visible stays; the last wish wins. */
  async function update() {
    if (model.get("_version") !== version) load();
    const i = wanted(), image = images[i];
    if (image && image !== visible) {
      if (!image.complete) await decoded(image);
      if (image === images[wanted()]) swap(i);
    }
    readout.textContent = model.get("message") || sentence;
  }

  model.on("change", update);
  fit(); // from the start, so that nothing on the page moves when the picture comes
  update();
  return () => {
    model.off("change", update);
    [...images, ...replaced].forEach(discard);
  };
}

export default { render };
