// The view of `helpers.labs.question.Question`: answers to choose from, and what is said of the one that is chosen.

const make = (tag, properties, ...children) => {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
};

function render({ model, el }) {
  const [answers, right, words] = ["answers", "right", "words"].map((name) => model.get(name));
  const say = (key, parts = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => parts[name]);

  const inputs = answers.map(() => make("input", { type: "radio", name: "answer" })); // a form keeps them together
  const check = make("button", { className: "first", textContent: say("check"), disabled: true });
  const status = make("p", { className: "guessing-said", role: "status", textContent: say("hint") });
  const choices = answers.map(({ answer }, i) => make("label", { className: "guessing-answer" }, inputs[i], answer));
  const form = make("form", { className: "guessing" },
    make("fieldset", { className: "guessing-answers" },
      make("legend", { className: "guessing-question", textContent: model.get("question") }), ...choices),
    make("div", { className: "guessing-buttons" }, check), status);
  // JupyterLab would take keys for its commands: x cuts a cell.
  [...inputs, check].forEach((node) => { node.dataset.lmSuppressShortcuts = "true"; });

  form.onchange = () => {
    check.disabled = false;
    status.textContent = say("hint");
  };
  form.onsubmit = (event) => {
    event.preventDefault();
    const chosen = inputs.findIndex((input) => input.checked);
    status.textContent = say(chosen === right ? "right" : "wrong", { reason: answers[chosen].reason });
  };
  el.append(form);
}

export default { render };
