// What makes slides of a deck, and shares the keys between slides and labs.

const LARGEST = 1.3, SMALLEST = 0.6; // of the size of the letters
const LEGIBLE = 0.75; // of that of code: 18 of 720 pixels, and about a hundred letters on a line
const PAGE_KEYS = { PageDown: "next", PageUp: "prev" }; // a presenter's remote control sends them

/** Say whether something on a slide uses the keys itself. */
const takesKeys = (target) => target.closest?.(".widget, a, button, input, summary, [tabindex]") !== null;

/** Let the letters of code and output be as small as its longest line needs, and break lines that need smaller ones. */
function narrow(pre, size) {
  pre.classList.remove("wrapped");
  pre.style.setProperty("--code", 1);
  const fits = Math.min(1, pre.parentElement.clientWidth / pre.offsetWidth);
  pre.classList.toggle("wrapped", size * fits < LEGIBLE);
  pre.style.setProperty("--code", Math.max(fits, Math.min(1, LEGIBLE / size)));
}

/** Let letters be as large as they can be with all of a slide in sight. */
function fit(slide) {
  const room = slide?.querySelector(":scope > .slide");
  if (!room) return;
  const overfull = () => room.scrollHeight > room.clientHeight + 1 || room.scrollWidth > room.clientWidth + 1;
  for (let size = room.querySelector(".picture, .widget") ? 1 : LARGEST; size >= SMALLEST; size -= 0.05) {
    room.style.setProperty("--size", size.toFixed(2));
    room.querySelectorAll("pre").forEach((pre) => narrow(pre, size));
    if (!overfull()) return;
  }
}

document.addEventListener("keydown", (event) => {
  if (!takesKeys(event.target)) return;
  if (event.key === "Escape" && !document.fullscreenElement) event.target.blur();
  else if (!(event.key in PAGE_KEYS)) return;
  else Reveal[PAGE_KEYS[event.key]]();
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

Reveal.on("ready", ({ currentSlide }) => fit(currentSlide));
Reveal.on("slidechanged", ({ currentSlide }) => {
  if (takesKeys(document.activeElement)) document.activeElement.blur();
  fit(currentSlide);
});
document.addEventListener("click", () => requestAnimationFrame(() => fit(Reveal.getCurrentSlide()))); // longer sentences
Reveal.on("pdf-ready", () => document.querySelectorAll(".slides section").forEach(fit));
for (const widget of document.querySelectorAll(".widget")) widget.dataset.preventSwipe = "";

Reveal.initialize({ width: 1280, height: 720, margin: 0, maxScale: 6, center: false, hash: true, slideNumber: "c/t",
  navigationMode: "linear", controls: false, transition: "none", backgroundTransition: "none",
  scrollActivationWidth: 0, pdfSeparateFragments: false, keyboardCondition: ({ target }) => !takesKeys(target),
  plugins: [RevealNotes] });
