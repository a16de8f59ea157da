// A connection's life: its last events as a band of states, and as a list.

import { h, svg } from "./dom.js";
import { colourOf, HELD, stateWord } from "./states.js";
import { clock, iso, span, worded } from "./words.js";

/** The state that an event begins, where it says none itself. */
const BEGINS = {
  Held: "WAITING", RetryScheduled: "WAITING", DialStarted: "DIALING", HandshakeDone: "OPEN", Ready: "READY",
  Closing: "CLOSING", GaveUp: "GIVEN_UP", Stopped: "STOPPED",
};

/** Stretches of one state each, oldest first: `{state, from, to}`. Events come newest first. */
export function stretches(events, now) {
  const life = [];
  for (const event of [...events].reverse()) {
    const state = event.state ?? BEGINS[event.event];
    const at = Date.parse(event.at);
    if (!state || life.at(-1)?.state === state) continue;
    if (life.length > 0) life.at(-1).to = at;
    life.push({ state, from: at, to: now });
  }
  return life;
}

/** Hours beside milliseconds: widths grow with the logarithm of the time, which the caption says. */
export function band(events, now, width) {
  const life = stretches(events, now);
  if (life.length === 0) return h("p", { class: "calm" }, "Nothing has happened to it yet.");
  const weights = life.map(({ from, to }) => 1 + Math.log10(1 + (to - from) / 100));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const picture = svg("svg", { class: "band", viewBox: `0 0 ${width} 40`, width, height: 40, role: "img",
    "aria-label": `Its last states, oldest first: ${life.map(({ state, from, to }) => `${stateWord(state)} for ${span(to - from)}`).join(", ")}` });
  let x = 0;
  life.forEach(({ state, from, to }, i) => {
    const wide = (weights[i] / whole) * width;
    const words = `${stateWord(state)} ${span(to - from)}`;
    const part = svg("g", {}, svg("title", {}, `${words}, from ${clock(from)}`),
      svg("rect", { x, y: 0, width: Math.max(1, wide - 2), height: 22, rx: 3, fill: colourOf(state) }));
    const lasted = span(to - from);
    if (wide > stateWord(state).length * 6.8 + 10) part.append(svg("text", { x: x + 5, y: 15, class: "inside" }, stateWord(state)));
    if (wide > lasted.length * 6.8) part.append(svg("text", { x: x + 1, y: 36 }, lasted));
    picture.append(part);
    x += wide;
  });
  return picture;
}

/** The events as a list, newest first, each with what it said. */
export function eventList(events) {
  if (events.length === 0) return h("p", { class: "calm" }, "No event yet.");
  return h("ol", { class: "events" }, events.map((event) => {
    const bad = event.failure && event.failure.verdict !== "DONE";
    return h("li", { class: bad ? "bad" : null },
      h("time", { dateTime: event.at }, clock(event.at)),
      h("span", { class: "what" }, worded(event.event)),
      h("span", { class: "detail" }, detail(event)),
      h("span", { class: "generation", title: "The number of the dial" }, `#${event.generation}`));
  }));
}

function detail(event) {
  const parts = [];
  if (event.endpoint) parts.push(`to ${event.endpoint}`);
  if (event.protocol) parts.push(`subprotocol ${event.protocol}`);
  if (event.failure) parts.push(failureWords(event.failure));
  if (event.delay) parts.push(`dials again in ${span(iso(event.delay))}`);
  if (event.by) parts.push(`held by ${HELD[event.by] ?? event.by}`);
  if (event.until) parts.push(`until ${clock(event.until)}`);
  if (event.because) parts.push(event.because);
  if (event.why) parts.push(event.why);
  if (event.thrown) parts.push(event.thrown);
  return parts.join("; ");
}

export function failureWords(failure) {
  const parts = [failure.kind];
  if (failure.closeCode) parts.push(`close ${failure.closeCode}${failure.closeReason ? ` "${failure.closeReason}"` : ""}`);
  if (failure.httpStatus) parts.push(`HTTP ${failure.httpStatus}`);
  if (failure.detail) parts.push(failure.detail);
  return parts.join(": ");
}
