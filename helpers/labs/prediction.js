// The view of `helpers.labs.prediction.Prediction`. What was computed is here from the start; the guess stays here.

const TOLERANCE = 0.03; // of the height of the axes

const clamp = (t) => Math.min(1, Math.max(0, t));
const round = (value) => String(Number(value.toPrecision(3)));
const closest = (list, x) => list.reduce((best, v, i) => (Math.abs(v - x) < Math.abs(list[best] - x) ? i : best), 0);

const make = (tag, properties, ...children) => {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
};

const draw = (tag, attributes, ...children) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
  node.append(...children);
  return node;
};

/** Join the places that are set by straight lines; before the first and after the last the line is flat. */
function filled(guess, x) {
  const set = [...guess.keys()].filter((i) => guess[i] !== null);
  return guess.map((value, i) => {
    if (value !== null || !set.length) return value;
    const a = set.findLast((k) => k < i) ?? set[0], b = set.find((k) => k > i) ?? set.at(-1);
    return a === b ? guess[a] : guess[a] + ((x[i] - x[a]) / (x[b] - x[a])) * (guess[b] - guess[a]);
  });
}

/** Return how a line goes from its first place over the first third of the places, and over the last third. */
function directions(line) {
  const last = line.length - 1, third = Math.max(1, Math.round(last / 3));
  const steps = [line[third] - line[0], line[last] - line[last - third]];
  return steps.map((step) => (Math.abs(step) <= TOLERANCE ? "flat" : step > 0 ? "rises" : "falls"));
}

function render({ model, el }) {
  const [x, y, computed, best, colors, words] =
    ["x", "y", "computed", "best", "colors", "words"].map((name) => model.get(name));
  const say = (key, parts = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => parts[name]);
  const scale = y.log ? Math.log : Number, [bottom, top] = y.limits.map(scale);
  const share = (value) => (scale(value) - bottom) / (top - bottom); // of the height of the axes, from below
  const valueOf = (part) => (y.log ? Math.exp : Number)(bottom + part * (top - bottom));
  const [line, low, high] = ["mean", "low", "high"].map((name) => computed[name].map(share));
  const places = x.at.map((i) => x.places[i]), n = places.length, once = computed.runs === 1;
  const at = (i) => say("at", { x: x.label, name: x.names[i] });

  let guess = Array(n).fill(null), shown = "", frame = [], px, py, last, near;

  const svg = draw("svg", { "aria-hidden": "true" });
  const inputs = x.at.map((i) => make("input", { type: "range", min: 0, max: 1, step: "any", tabIndex: -1,
    ariaLabel: say("place", { y: y.label, at: at(i) }) }));
  const plot = make("div", { className: "guessing-plot" }, svg, ...inputs);
  const button = (text, onclick, more) => make("button", { type: "button", textContent: text, onclick, ...more });
  const compare = button(say("compare"), () => finish("compare"), { className: "first" });
  const skip = button(say("skip"), () => finish("skip"));
  const again = button(say("again"), () => { guess.fill(null); shown = ""; update(); focus(0); });
  const status = make("p", { className: "guessing-said", role: "status" });
  const dashes = { "stroke-dasharray": "7 4" }; // so that colour is not the only difference
  const entry = (text, stroke, dash, opacity) => make("span", {},
    draw("svg", { viewBox: "0 0 30 12", "aria-hidden": "true" },
      draw("rect", { width: 30, height: 12, fill: stroke, opacity }),
      draw("path", { d: "M0 6H30", stroke, "stroke-width": 2.5, ...dash })), text);
  const legend = [entry(say("guess"), colors.guess, dashes, 0),
    entry(say(once ? "computed_once" : "computed", computed), colors.computed, {}, once ? 0 : 0.25)];
  el.append(make("div", { className: "guessing", role: "group", ariaLabel: model.get("question") },
    make("p", { className: "guessing-question", textContent: model.get("question") }),
    make("p", { className: "guessing-legend" }, ...legend), plot,
    make("div", { className: "guessing-buttons" }, compare, skip, again), status));
  // JupyterLab would take keys for its commands: x cuts a cell.
  [...inputs, compare, skip, again].forEach((node) => { node.dataset.lmSuppressShortcuts = "true"; });

  const focus = (i) => inputs[Math.min(n - 1, Math.max(0, i))].focus({ preventScroll: true });

  function finish(how) {
    shown = how;
    update();
    again.focus({ preventScroll: true }); // else the focus is lost with the button that is now disabled
  }

  /** Place the axes for the width that there is. */
  function layout() {
    const width = plot.clientWidth, height = Math.round(Math.min(340, Math.max(260, width * 0.55)));
    const labels = y.ticks.map(String), left = 14 + 7 * Math.max(...labels.map((label) => label.length));
    px = (place) => left + 16 + place * (width - left - 32);
    py = (part) => height - 44 - part * (height - 74);
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const room = Math.max(24, Math.min(44, (px(1) - px(0)) / (n - 1)));
    inputs.forEach((input, i) => Object.assign(input.style, { left: `${px(places[i]) - room / 2}px`,
      width: `${room}px`, top: `${py(1)}px`, height: `${py(0) - py(1)}px` }));
    const text = (tx, ty, anchor, words) => draw("text", { x: tx, y: ty, "text-anchor": anchor }, words);
    const rule = (d, opacity) => draw("path", { d, opacity, stroke: "currentColor" });
    const apart = (i, j) => Math.abs(px(x.places[i]) - px(x.places[j])) - 3.5 * (x.names[i].length + x.names[j].length);
    const names = x.at.reduce((kept, i) => (kept.some((j) => apart(i, j) < 6) ? kept : [...kept, i]), []);
    frame = [
      text(0, 15, "start", y.label), text((px(0) + px(1)) / 2, height - 6, "middle", x.label),
      ...y.ticks.map((tick) => rule(`M${left} ${py(share(tick))}H${width}`, 0.15)),
      ...y.ticks.map((tick, i) => text(left - 6, py(share(tick)) + 4, "end", labels[i])),
      rule(`M${left} ${py(0)}H${width}` + places.map((place) => `M${px(place)} ${py(0)}v5`).join(""), 0.6),
      ...names.map((i) => text(px(x.places[i]), py(0) + 19, "middle", x.names[i])),
      ...(x.gap ? [rule(`M${px(x.gap) - 5} ${py(0) + 5}l5-10m5 0l-5 10`, 1)] : [])]; // 0 is not on a log scale
    update();
  }

  const through = (across, parts) => across.map((place, i) => `${px(place)} ${py(parts[i])}`).join("L");

  function curves(full) {
    const band = `M${through(x.places, high)}L${through([...x.places].reverse(), [...low].reverse())}Z`;
    const path = (name, d, look) => draw("path", { class: name, d, "stroke-width": 2.5, fill: "none", ...look });
    const dots = [...guess.keys()].filter((i) => guess[i] !== null);
    return [
      ...(shown ? [path("range", band, { fill: colors.computed, opacity: 0.25 }),
        path("mean", `M${through(x.places, line)}`, { stroke: colors.computed })] : []),
      ...(dots.length ? [path("guess", `M${through(places, full)}`, { stroke: colors.guess, ...dashes })] : []),
      ...dots.map((i) => draw("circle", { cx: px(places[i]), cy: py(guess[i]), r: 4.5, fill: colors.guess }))];
  }

  /** Say in one sentence how the guess, now without gaps, compares with what was computed. */
  function judge(full) {
    const inside = x.at.filter((i, k) => low[i] - TOLERANCE <= full[k] && full[k] <= high[i] + TOLERANCE).length;
    const mine = directions(full), theirs = directions(x.at.map((i) => line[i]));
    const ways = [["left_same", "left_other"], ["right_same", "right_other"]].map(([same, other], i) =>
      say(mine[i] === theirs[i] ? same : other, { guess: say(mine[i]), computed: say(theirs[i]) }));
    const parts = [say(once ? "inside_once" : "inside", { inside, n }), ...ways];
    if (best) {
      const [end, ...keys] = best === "lowest" ? [Math.min, "lowest_same", "lowest_other"]
        : [Math.max, "highest_same", "highest_other"];
      const k = full.indexOf(end(...full)), i = line.indexOf(end(...line));
      parts.push(say(keys[Number(k !== closest(places, x.places[i]))], { guess: at(x.at[k]), computed: at(i) }));
    }
    return say("judgement", { parts: parts.join(say("between")) });
  }

  function told(value, full, i) {
    const now = value === null ? (full === null ? say("unset") : say("passing", { value: round(valueOf(full)) }))
      : say("guessed", { value: round(valueOf(value)) });
    const result = { mean: round(computed.mean[i]), low: round(computed.low[i]), high: round(computed.high[i]) };
    return shown ? [now, say("mean", result)].join(say("between")) : now;
  }

  function update() {
    const full = filled(guess, places), set = guess.filter((value) => value !== null).length;
    svg.replaceChildren(...frame, ...curves(full));
    inputs.forEach((input, i) => Object.assign(input, { value: full[i] ?? 0.5, ariaDisabled: String(shown !== ""),
      ariaValueText: told(guess[i], full[i], x.at[i]) }));
    [compare.disabled, skip.disabled, again.disabled] = [shown || set < 2, shown, !shown && !set].map(Boolean);
    legend[1].hidden = !shown;
    plot.classList.toggle("done", shown !== "");
    const sentence = shown === "compare" ? judge(full) : say(shown ? "skipped" : set < 2 ? "hint" : "ready");
    if (status.textContent !== sentence) status.textContent = sentence; // it is read aloud when it changes
  }

  /** Draw on to where the pointer is: each place takes the height at which the stroke came closest to it. */
  function stroke({ clientX, clientY }) {
    const { left, top: upper, width } = plot.getBoundingClientRect(), zoom = width / plot.clientWidth; // on slides
    const across = (clientX - left) / zoom, down = (clientY - upper) / zoom;
    const to = (across - px(0)) / (px(1) - px(0)), part = clamp((py(0) - down) / (py(0) - py(1)));
    const [from, before] = last ?? [to, part], here = closest(places, to);
    places.forEach((place, i) => {
      const t = from === to ? 1 : clamp((place - from) / (to - from)), away = Math.abs(from + t * (to - from) - place);
      if ((away > 1e-9 && i !== here) || away > near[i] + 0.01) return;
      guess[i] = before + t * (part - before);
      near[i] = Math.min(near[i], away);
    });
    last = [to, part];
    update();
    focus(here);
  }

  plot.onpointerdown = (event) => {
    if (shown || event.button || !event.isPrimary) return;
    event.preventDefault();
    plot.setPointerCapture(event.pointerId);
    [last, near] = [null, Array(n).fill(Infinity)];
    plot.classList.add("pointed");
    stroke(event);
  };
  // else Chrome takes a quick stroke for the start of scrolling, and the next tap, on a button, for its end
  plot.addEventListener("touchstart", (event) => shown || event.preventDefault(), { passive: false });
  plot.onpointermove = (event) => near && event.isPrimary && stroke(event);
  plot.onlostpointercapture = () => { near = null; };
  inputs.forEach((input, i) => {
    input.onfocus = () => inputs.forEach((other) => { other.tabIndex = other === input ? 0 : -1; });
    input.oninput = () => { if (!shown) guess[i] = Number(input.value); update(); };
    input.onkeydown = (event) => {
      plot.classList.remove("pointed");
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (step) { event.preventDefault(); focus(i + step); }
    };
  });
  inputs[0].tabIndex = 0;
  const observer = new ResizeObserver(() => plot.clientWidth && layout());
  observer.observe(plot);
  return () => observer.disconnect();
}

export default { render };
