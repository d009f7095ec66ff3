// What brings a page's widgets to life. Their renderers are those of JupyterLab; the model is a few lines of ours.

const narrow = matchMedia("(max-width: 600px)");

/** Make a model, as renderers know it, of a state that nobody else holds. */
function makeModel(state) {
  const listeners = new Set();
  const change = (values) => {
    Object.assign(state, values);
    listeners.forEach((listener) => listener());
  };
  return { change, get: (name) => state[name], set: (name, value) => change({ [name]: value }), save_changes() {},
    on: (_, listener) => listeners.add(listener), off: (_, listener) => listeners.delete(listener) };
}

/** Choose the pictures for the width of the screen; the place on the axes stays. */
function choosePictures(model) {
  const sets = model.get("sets"), number = model.get("shape").reduce((a, b) => a * b);
  const { folder, width, height } = (narrow.matches && sets.narrow) || sets.wide;
  const _urls = Array.from({ length: number }, (_, i) => `${folder}${i}.webp`);
  model.change({ width, height, _urls, _version: (model.get("_version") ?? 0) + 1 });
}

/** Put the widget itself in the place of its still picture. */
function start(place) {
  const model = makeModel(JSON.parse(document.getElementById(`${place.id}-state`).textContent));
  if (model.get("sets")) {
    choosePictures(model);
    narrow.addEventListener("change", () => choosePictures(model));
  }
  place.replaceChildren();
  renderers[place.dataset.widget]({ model, el: place });
}

const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    start(target);
  }
}, { rootMargin: "600px 0px" });
for (const place of document.querySelectorAll("[data-widget]")) near.observe(place);

/** Let keys scroll what is wider than the page, and nothing else stop the Tab key. */
function markScrollers() {
  for (const part of document.querySelectorAll("pre, .scroll")) {
    const wide = part.scrollWidth > part.clientWidth + 1;
    if (wide) Object.assign(part, { tabIndex: 0, role: "group", ariaLabel: document.body.dataset.wide });
    else ["tabindex", "role", "aria-label"].forEach((name) => part.removeAttribute(name));
  }
}
new ResizeObserver(markScrollers).observe(document.documentElement);
document.addEventListener("toggle", markScrollers, true);

const contents = document.querySelector(".contents details");
if (contents) contents.open = matchMedia("(min-width: 1180px)").matches;

const line = document.querySelector(".embed input");
if (line) {
  line.value = line.value.replace(/src="[^"]*"/, `src="${location.href.replace(/#.*/, "")}"`);
  line.onfocus = () => line.select();
}
document.documentElement.classList.toggle("embedded", window.top !== window);
