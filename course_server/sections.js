// A link to a section of a chapter that is not open yet: JupyterLab scrolls there before the pictures above have their
// heights, and the section then slips below the screen. So scroll there again until the chapter has its whole height,
// unless the reader has begun to move.
const PAUSE = 200; // milliseconds
const RESTS = 8; // pauses after all cells are there: their pictures get their heights
const MOVES = ["wheel", "keydown", "pointerdown", "touchstart"];

async function stayAt(panel, fragment) {
  let moved = false;
  const stop = () => (moved = true);
  MOVES.forEach((move) => window.addEventListener(move, stop, { capture: true, once: true }));
  for (let rests = 0; rests < RESTS && !moved && !panel.isDisposed; ) {
    await panel.content.setFragment(fragment);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    rests += panel.content.widgets.every((cell) => cell.node.isConnected);
  }
  MOVES.forEach((move) => window.removeEventListener(move, stop, { capture: true }));
}

const plugin = {
  id: "course-sections:plugin",
  description: "Links to sections of chapters",
  autoStart: true,
  activate: (app) =>
    app.commands.commandExecuted.connect(async (_, { id, args, result }) => {
      if (id !== "rendermime:handle-local-link" || !args.id?.startsWith("#cell-id=")) return;
      await result;
      const panel = app.shell.currentWidget;
      if (panel?.context?.path !== args.path || !panel.content.setFragment) return;
      await panel.context.ready;
      await stayAt(panel, args.id);
    }),
};

// What JupyterLab asks an extension that was built beforehand for: a container of one module.
(window._JUPYTERLAB ??= {})["course-sections"] = { init: () => {}, get: async () => () => ({ __esModule: true, default: plugin }) };
