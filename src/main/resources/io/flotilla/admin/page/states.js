// The states of a connection: word, meaning, and a sign of its own each, because colour alone is no sign.

/** In the order of legends and stacks: what is well at the bottom. */
export const STATES = ["READY", "OPEN", "DIALING", "WAITING", "CLOSING", "GIVEN_UP", "STOPPED"];

/** In the order of lists: what wants somebody first. */
export const SEVERITY = { GIVEN_UP: 0, WAITING: 1, CLOSING: 2, DIALING: 3, OPEN: 4, READY: 5, STOPPED: 6 };

export const MEANING = {
  READY: "Open, and ready for messages",
  OPEN: "The handshake is done; it is not ready yet",
  DIALING: "A dial is under way",
  WAITING: "Wanted up; held by a delay, a limit or a pause",
  CLOSING: "A close is under way",
  GIVEN_UP: "Wanted up, but waiting changes nothing",
  STOPPED: "Wanted down",
};

export const HELD = {
  backoff: "our own backoff",
  hint: "the pause that the peer asked for",
  limit: "a limit of dials",
  breaker: "the breaker of its endpoint",
  paused: "the pause of the fleet",
  credential: "its credential",
};

export const stateWord = (state) => state.toLowerCase().replace("_", " ");

/** The colour of a state in the theme that is on. */
export const colourOf = (state) => read(`--${state.toLowerCase().replace("_", "-")}`);

export const read = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/**
 * Draws the sign of a state into a square: full, a hole, a ring, a half, a bar, a cross, a frame.
 * Told apart at six pixels, and without colour.
 */
export function drawSign(pen, state, x, y, size, colour, ground) {
  const thin = Math.max(1, Math.round(size / 7));
  pen.fillStyle = colour;
  pen.strokeStyle = colour;
  switch (state) {
    case "READY":
      box(pen, x, y, size);
      break;
    case "OPEN":
      box(pen, x, y, size);
      pen.fillStyle = ground;
      pen.fillRect(x + size * 0.36, y + size * 0.36, size * 0.28, size * 0.28);
      break;
    case "DIALING":
      pen.lineWidth = thin * 1.4;
      pen.beginPath();
      pen.arc(x + size / 2, y + size / 2, size / 2 - thin * 0.8, 0, 7);
      pen.stroke();
      break;
    case "WAITING":
      pen.beginPath();
      pen.moveTo(x, y + size);
      pen.lineTo(x + size, y + size);
      pen.lineTo(x + size, y);
      pen.fill();
      pen.globalAlpha *= 0.35;
      box(pen, x, y, size);
      pen.globalAlpha /= 0.35;
      break;
    case "CLOSING":
      pen.fillRect(x, y + size * 0.3, size, size * 0.4);
      break;
    case "GIVEN_UP":
      box(pen, x, y, size);
      pen.strokeStyle = ground;
      pen.lineWidth = Math.max(1.1, size / 6);
      pen.beginPath();
      pen.moveTo(x + size * 0.22, y + size * 0.22);
      pen.lineTo(x + size * 0.78, y + size * 0.78);
      pen.moveTo(x + size * 0.78, y + size * 0.22);
      pen.lineTo(x + size * 0.22, y + size * 0.78);
      pen.stroke();
      break;
    default:
      pen.lineWidth = thin;
      pen.strokeRect(x + thin / 2, y + thin / 2, size - thin, size - thin);
  }
}

function box(pen, x, y, size) {
  if (size < 9) {
    pen.fillRect(x, y, size, size);
    return;
  }
  pen.beginPath();
  pen.roundRect(x, y, size, size, size * 0.18);
  pen.fill();
}

/** The sign as a small picture beside a word. */
export function sign(state, size = 11) {
  const canvas = document.createElement("canvas");
  const scale = Math.max(1, window.devicePixelRatio);
  canvas.className = "sign";
  canvas.width = size * scale;
  canvas.height = size * scale;
  canvas.style.width = `${size}px`;
  canvas.style.height = `${size}px`;
  canvas.setAttribute("aria-hidden", "true");
  canvas.dataset.state = state;
  paint(canvas);
  return canvas;
}

function paint(canvas) {
  const pen = canvas.getContext("2d");
  pen.clearRect(0, 0, canvas.width, canvas.height);
  drawSign(pen, canvas.dataset.state, 0, 0, canvas.width, colourOf(canvas.dataset.state), read("--ground"));
}

/** After the theme has changed. */
export function repaintSigns() {
  document.querySelectorAll("canvas.sign").forEach(paint);
}
