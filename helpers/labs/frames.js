// The view of `helpers.labs.frames.Frames`: sliders, a read-out, a picture, and the numbers behind it as a table. All
// pictures are here ahead; a slider only changes which of them is visible.

const STYLE = `
  .frames { container-type: inline-size; box-sizing: border-box; width: 100%; line-height: 1.4; padding: 2px;
    color: var(--jp-ui-font-color1, inherit); font: var(--jp-ui-font-size1, 14px) var(--jp-ui-font-family, inherit); }
  .frames > * { max-width: var(--shown, var(--width)); }
  .frames-axes { display: grid; grid-template-columns: max-content minmax(0, 1fr) max-content; column-gap: 12px; }
  .frames-name { align-self: start; min-height: 24px; }
  .frames-name > span { display: inline-block; margin-left: 0.4em; font-weight: 600; }
  .frames-track > input { width: 100%; height: 24px; margin: 0; cursor: pointer; accent-color: #1a73c7; }
  .frames-ticks { position: relative; height: 15px; margin: 0 8px; font-size: 11px; }
  .frames-ticks > span { position: absolute; transform: translateX(-50%); white-space: nowrap; }
  .frames button { min-width: 32px; height: 28px; padding: 0 6px; border: 1px solid #8a8a8a; border-radius: 4px;
    background: transparent; color: inherit; font: inherit; line-height: 1; cursor: pointer; }
  .frames :is(button, input, summary):focus-visible { outline: 2px solid #1a73c7; border-radius: 4px; }
  .frames-text { position: relative; display: grid; }
  .frames-text > * { grid-area: 1 / 1; margin: 0; }
  .frames-text > :first-child { visibility: hidden; }
  .frames .frames-stop { position: absolute; z-index: 1; top: -4px; right: 0; } /* before the picture's margin */
  .frames-live { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .frames-picture { position: relative; width: 100%; aspect-ratio: var(--ratio); overflow: hidden; background: white; }
  .frames-picture > img { position: absolute; inset: 0; width: 100%; height: 100%; max-width: none; margin: 0; }
  .frames-dark .frames-picture { filter: invert(0.93) hue-rotate(180deg); }
  .frames summary { min-height: 24px; width: max-content; cursor: pointer; }
  .frames-table { max-height: 300px; overflow: auto; }
  .frames-table table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
  .frames-table :is(td, th) { padding: 2px 16px 2px 0; text-align: right; white-space: nowrap; }
  .frames-table [aria-current] { font-weight: 600; text-decoration: underline; }
  .frames-note { margin: 4px 0; font-weight: 600; }
  .frames-note:empty { display: none; }
  .frames:fullscreen { overflow: auto; padding: 8px 16px; background: var(--jp-layout-color0, Canvas); font-size: 18px;
    --shown: min(100vw - 32px, (100vh - 190px) * var(--ratio)); }
  .frames:fullscreen > * { margin-inline: auto; }
  @container (max-width: 560px) {
    .frames-axes { grid-template-columns: minmax(0, 1fr); }
    .frames-buttons { grid-row: 1; }
  }
  @media print { .frames :is(button, input, details), .frames-ticks { display: none; } }`;
const STEP = 150, SLOW_STEP = 1000; // milliseconds from picture to picture
const REST = 600; // milliseconds without a change until the sentence is read aloud
const MOST_TICKS = 7;
const GONE = ["unknown", "dead", "terminating"]; // what JupyterLab says of a kernel that does not answer

const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

/** Make something that takes the focus; JupyterLab's own keys (x cuts a cell) are not for it. */
const makeFocusable = (tag, properties, ...children) => {
  const element = make(tag, properties, ...children);
  element.dataset.lmSuppressShortcuts = "true";
  return element;
};

/** Return where the pictures are: files beside a page, or parts of the one buffer that the kernel sent. */
function makeSources(model) {
  if (model.get("_urls")) return model.get("_urls");
  const { buffer, byteOffset, byteLength } = model.get("_buffer"), sizes = model.get("_sizes");
  if (sizes.reduce((a, b) => a + b, 0) !== byteLength) return []; // half of an update
  let end = byteOffset;
  return sizes.map((size) => {
    end += size;
    return URL.createObjectURL(new Blob([new Uint8Array(buffer, end - size, size)], { type: "image/png" }));
  });
}

/** Return the pictures, still hidden, that start to load at once. */
function makeImages(model) {
  return makeSources(model).map((src, i) => {
    // decoding: never paint the place of the picture before the picture
    const image = make("img", { alt: model.get("alt")[i], decoding: "sync", src });
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

const longestOf = (texts) => texts.reduce((a, b) => (b.length > a.length ? b : a), "");

/** Make the slider of one axis: its name and value, a track, and some of its values below that. */
function makeSlider(model, k) {
  const axis = () => model.get("axes")[k];
  const id = `frames-${Math.random().toString(36).slice(2)}`;
  const input = makeFocusable("input", { type: "range", id, min: 0, step: 1 });
  const value = make("span", { ariaHidden: "true" });
  const ticks = make("div", { className: "frames-ticks", ariaHidden: "true" });
  const label = make("label", { htmlFor: id, textContent: axis().name });
  input.oninput = () => {
    model.set(axis().moves, input.valueAsNumber);
    model.save_changes();
  };

  function fit() {
    const { labels } = axis(), last = labels.length - 1, count = Math.min(MOST_TICKS, labels.length);
    input.max = last;
    value.style.minWidth = `${longestOf(labels).length + 2}ch`;
    const places = [...Array(count).keys()].map((j) => Math.round((j * last) / Math.max(1, count - 1)));
    ticks.replaceChildren(...places.map((i) => {
      const tick = make("span", { textContent: labels[i] });
      tick.style.left = `${(100 * i) / Math.max(1, last)}%`;
      return tick;
    }));
  }

  function show() {
    const { name, labels, moves } = axis(), i = model.get(moves);
    if (input.valueAsNumber !== i) input.value = i;
    input.setAttribute("aria-valuetext", `${name} = ${labels[i]}`);
    value.textContent = `= ${labels[i]}`;
  }

  return { parts: [make("div", { className: "frames-name" }, label, value),
    make("div", { className: "frames-track" }, input, ticks)], fit, show };
}

/** Make the button that goes along the first axis, until the end or until something else is touched. */
function makePlay(model, root, words) {
  const button = makeFocusable("button", { type: "button" });
  let timer;
  const name = (symbol, title) => Object.assign(button, { textContent: symbol, title, ariaLabel: title });

  function stop() {
    clearInterval(timer);
    timer = undefined;
    name("▶", words.play);
  }

  function step() {
    const last = model.get("shape")[0] - 1;
    model.set("index", Math.min(model.get("index") + 1, last));
    model.save_changes();
    if (model.get("index") === last) stop();
  }

  function start() {
    if (model.get("index") === model.get("shape")[0] - 1) model.set("index", 0);
    name("⏸", words.pause);
    timer = setInterval(step, matchMedia("(prefers-reduced-motion: reduce)").matches ? SLOW_STEP : STEP);
  }

  button.onclick = () => (timer ? stop() : start());
  for (const kind of ["keydown", "pointerdown"]) {
    root.addEventListener(kind, (event) => timer && !button.contains(event.target) && stop());
  }
  stop();
  return { button, stop };
}

/** Make the table of all numbers, which is filled when it is opened. */
function makeTable(model, words) {
  const place = makeFocusable("div", { className: "frames-table", tabIndex: 0, role: "region", ariaLabel: words.numbers });
  const details = make("details", {}, makeFocusable("summary", { textContent: words.numbers }), place);

  function fill() {
    if (!details.open) return;
    const { head, rows } = model.get("table"), titles = make("tr", {});
    const body = rows.map((row) => make("tr", {}, ...row.map((text) => make("td", { textContent: text }))));
    titles.append(...head.map((text) => make("th", { scope: "col", textContent: text })));
    place.replaceChildren(make("table", {}, make("thead", {}, titles), make("tbody", {}, ...body)));
  }

  function mark(i) {
    place.querySelector("[aria-current]")?.removeAttribute("aria-current");
    place.querySelectorAll("tbody tr")[i]?.setAttribute("aria-current", "true");
  }

  return { details, fill, mark };
}

/** Say whether the text around an element is light, and so its background dark. */
const isDark = (element) => /\d+, *\d+, *\d+/.exec(getComputedStyle(element).color)?.[0]
  .split(",").every((part) => Number(part) > 140) ?? false;

/** Call back when the page may have changed its theme. */
function watchTheme(changed) {
  const later = () => [0, 300, 1500].forEach((delay) => setTimeout(changed, delay)); // a theme's sheet is still to load
  const observer = new MutationObserver(later), media = matchMedia("(prefers-color-scheme: dark)");
  for (const part of [document.documentElement, document.body]) observer.observe(part, { attributes: true });
  media.addEventListener("change", later);
  changed();
  return () => {
    observer.disconnect();
    media.removeEventListener("change", later);
  };
}

/** Switch off the widgets beside a view while no kernel would answer them, and say so. */
function watchKernel(el, note, words, forget) {
  const look = () => {
    const box = el.closest(".widget-vbox"), others = [...(box?.children ?? [])].filter((part) => !part.contains(el));
    const status = el.closest(".jp-NotebookPanel")?.querySelector(".jp-Notebook-ExecutionIndicator")?.dataset.status;
    const dead = GONE.includes(status) || el.closest(".jupyter-widgets-disconnected") !== null;
    for (const part of others) Object.assign(part, { inert: dead }).style.opacity = dead ? 0.5 : "";
    note.textContent = dead && others.length ? words.no_kernel : "";
    if (dead) forget();
  };
  const timer = setInterval(look, 1000); // no event tells of every way in which a kernel ends
  return () => clearInterval(timer);
}

function render({ model, el }) {
  const words = model.get("words");
  const root = make("div", { className: "frames" });
  const sliders = model.get("axes").map((_, k) => makeSlider(model, k));
  const play = makePlay(model, root, words), table = makeTable(model, words);
  const stop = makeFocusable("button", { type: "button", className: "frames-stop", textContent: words.stop });
  const enlarge = makeFocusable("button", { type: "button", textContent: "⤢" });
  const buttons = make("div", { className: "frames-buttons" }, play.button, enlarge);
  const longest = make("p", { ariaHidden: "true" }); // keeps the place, so that nothing below it moves
  const readout = make("p", { className: "frames-readout" }), live = make("output", { className: "frames-live" });
  const picture = make("div", { className: "frames-picture" }), note = make("p", { className: "frames-note" });
  const axes = make("div", { className: "frames-axes" });
  sliders.forEach(({ parts }, k) => axes.append(...parts, k ? make("div", {}) : buttons));
  root.append(make("style", { textContent: STYLE }), axes,
    make("div", { className: "frames-text" }, longest, readout, live, stop), picture, table.details, note);
  el.append(root);
  Object.assign(enlarge, { title: words.enlarge, ariaLabel: words.enlarge, hidden: !document.fullscreenEnabled });
  enlarge.onclick = () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen());
  stop.onclick = () => model.send({ stop: true });

  let version, images = [], replaced = [], visible, sentence = "", resting;

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
    root.style.setProperty("--width", `${model.get("width")}px`);
    root.style.setProperty("--ratio", model.get("width") / model.get("height"));
    longest.textContent = longestOf(model.get("readout"));
    sliders.forEach((slider) => slider.fit());
    table.fill();
  }

  function say(text) {
    if (text === readout.textContent) return;
    const first = !readout.textContent;
    readout.textContent = text;
    clearTimeout(resting);
    if (!first) resting = setTimeout(() => (live.textContent = text), REST);
  }

  function swap(i) {
    const first = !images.includes(visible);
    visible?.style.setProperty("visibility", "hidden");
    visible = images[i];
    visible.style.visibility = "visible";
    picture.dataset.index = i;
    sentence = model.get("readout")[i];
    if (first) fit();
    table.mark(i);
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
    sliders.forEach((slider) => slider.show());
    if (document.activeElement === stop && !model.get("stoppable")) root.querySelector("input").focus();
    stop.hidden = !model.get("stoppable");
    say(model.get("message") || sentence);
  }

  table.details.ontoggle = () => (table.fill(), table.mark(wanted()));
  model.on("change", update);
  const ends = [watchTheme(() => root.classList.toggle("frames-dark", isDark(root))),
    watchKernel(el, note, words, () => (model.set("message", ""), model.set("stoppable", false))), play.stop];
  fit(); // from the start, so that nothing on the page moves when the picture comes
  sliders.forEach((slider) => slider.show()); // nor does a slider, whose keys count before that
  update();
  return () => {
    model.off("change", update);
    ends.forEach((end) => end());
    clearTimeout(resting);
    [...images, ...replaced].forEach(discard);
  };
}

export default { render };
