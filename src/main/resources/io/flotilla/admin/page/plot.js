// A plot over time, by hand: stacked areas or lines, axes with units, a tooltip for pointers and arrow keys.

import { h, put, svg } from "./dom.js";
import { read } from "./states.js";
import { onTheme } from "./theme.js";
import { clock, minute, short } from "./words.js";

const HEIGHT = 148;
const LEFT = 46;
const RIGHT = 6;
const TOP = 8;
const BOTTOM = 20;

/** The next round number: 1, 2 or 5 times a power of ten. */
export function roundUp(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const digit = value / power;
  return (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10) * power;
}

export class Plot {
  #title;
  #unit;
  #stacked;
  #svg = svg("svg", { tabindex: 0, role: "img" });
  #legend = h("ul", { class: "legend" });
  #tip = h("div", { class: "tip", hidden: true });
  #said = h("p", { class: "unseen", role: "status", aria: { live: "polite" } });
  #times = [];
  #series = [];
  #at = null;
  #most = 1;
  #end;

  /** @param unit as it stands behind a number, such as `dials/s` */
  constructor(title, unit, { stacked = false } = {}) {
    this.#title = title;
    this.#unit = unit;
    this.#stacked = stacked;
    this.element = h("figure", { class: "plot" },
      h("figcaption", {}, h("span", { class: "title" }, title), h("span", { class: "unit" }, unit)),
      h("div", { class: "stage" }, this.#svg, this.#tip), this.#legend, this.#said);
    this.#svg.addEventListener("pointermove", (move) => this.#point(move));
    this.#svg.addEventListener("pointerleave", () => this.#look(null));
    this.#svg.addEventListener("blur", () => this.#look(null));
    this.#svg.addEventListener("keydown", (press) => this.#key(press));
    const resized = new ResizeObserver(() => this.#draw());
    resized.observe(this.element);
    const watched = onTheme(() => this.#draw());
    this.#end = () => { resized.disconnect(); watched(); };
  }

  end() {
    this.#end();
  }

  /** @param series `[{name, colour (a CSS variable), values}]`, a value for each time; drawn from the bottom up where stacked; those that are nothing all the time are left out */
  show(times, series) {
    this.#times = times.map((time) => Date.parse(time));
    const told = series.filter((one) => one.values.some((value) => value > 0));
    this.#series = told.length > 0 ? told : series.slice(0, 1);
    this.#draw();
  }

  #draw() {
    const width = this.#svg.parentElement.clientWidth;
    if (width === 0) return;
    this.#svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    this.#svg.setAttribute("width", width);
    this.#svg.setAttribute("height", HEIGHT);
    this.#width = width;
    const count = this.#times.length;
    if (count < 2) {
      put(this.#legend);
      this.#svg.setAttribute("aria-label", `${this.#title}: nothing yet`);
      this.#svg.replaceChildren(...["Nothing yet", "Steps of 10 s are being counted."].map((line, i) =>
        svg("text", { x: width / 2, y: HEIGHT / 2 + i * 16, "text-anchor": "middle" }, line)));
      return;
    }
    const sums = this.#times.map((_, i) => this.#stacked
      ? this.#series.reduce((sum, one) => sum + one.values[i], 0)
      : Math.max(...this.#series.map((one) => one.values[i])));
    this.#most = roundUp(Math.max(...sums));
    this.#svg.replaceChildren(...this.#axes(), ...this.#shapes(), svg("g", { class: "crosshair" }));
    const last = (one) => `${short(one.values.at(-1))} ${this.#unit}`;
    put(this.#legend, this.#series.map((one) => h("li", {}, this.#swatch(one), one.name, h("b", {}, last(one)))));
    this.#svg.setAttribute("aria-label",
      `${this.#title} over the last ${Math.round((this.#times.at(-1) - this.#times[0]) / 60_000)} minutes; at the most ${short(Math.max(...sums))} ${this.#unit}; now ${this.#series.map((one) => `${one.name} ${last(one)}`).join(", ")}. Left and right read single steps.`);
    if (this.#at !== null) this.#look(Math.min(this.#at, count - 1));
  }

  #width = 0;

  #swatch(one) {
    const swatch = h("i");
    swatch.style.background = read(one.colour);
    return swatch;
  }

  /** A span of an hour at the least: a young fleet has its steps at the right. */
  #x(time) {
    const end = this.#times.at(-1);
    const begin = Math.min(this.#times[0], end - 600_000);
    return LEFT + ((time - begin) / (end - begin)) * (this.#width - LEFT - RIGHT);
  }

  #y(value) {
    return TOP + (1 - value / this.#most) * (HEIGHT - TOP - BOTTOM);
  }

  #axes() {
    const lines = [];
    for (const share of [0, 0.5, 1]) {
      const y = Math.round(this.#y(this.#most * share)) + 0.5;
      lines.push(svg("line", { x1: LEFT, x2: this.#width - RIGHT, y1: y, y2: y, class: "grid" }));
      lines.push(svg("text", { x: LEFT - 6, y: y + 4, "text-anchor": "end" }, short(this.#most * share)));
    }
    const end = this.#times.at(-1);
    const begin = Math.min(this.#times[0], end - 600_000);
    const step = [2, 5, 10, 20].map((n) => n * 60_000).find((millis) => (end - begin) / millis * 52 < this.#width - LEFT) ?? 1_800_000;
    for (let time = Math.ceil(begin / step) * step; time <= end; time += step) {
      const x = Math.round(this.#x(time)) + 0.5;
      lines.push(svg("line", { x1: x, x2: x, y1: HEIGHT - BOTTOM, y2: HEIGHT - BOTTOM + 4, class: "tick" }));
      if (x > LEFT + 12 && x < this.#width - 18) lines.push(svg("text", { x, y: HEIGHT - 4, "text-anchor": "middle" }, minute(time)));
    }
    return lines;
  }

  #shapes() {
    const below = this.#times.map(() => 0);
    return this.#series.map((one) => {
      const points = this.#times.map((time, i) => [this.#x(time), this.#y(below[i] + one.values[i])]);
      if (!this.#stacked) {
        return svg("polyline", { points: points.map((p) => p.map((n) => n.toFixed(1)).join(",")).join(" "), class: "line", stroke: read(one.colour) });
      }
      const floor = this.#times.map((time, i) => [this.#x(time), this.#y(below[i])]).reverse();
      one.values.forEach((value, i) => { below[i] += value; });
      return svg("polygon", { points: [...points, ...floor].map((p) => p.map((n) => n.toFixed(1)).join(",")).join(" "), class: "area", fill: read(one.colour) });
    });
  }

  #point(move) {
    if (this.#times.length < 2) return;
    const x = move.clientX - this.#svg.getBoundingClientRect().left;
    let best = 0;
    this.#times.forEach((time, i) => { if (Math.abs(this.#x(time) - x) < Math.abs(this.#x(this.#times[best]) - x)) best = i; });
    this.#look(best);
  }

  #key(press) {
    if (this.#times.length < 2) return;
    const last = this.#times.length - 1;
    const at = this.#at ?? last + 1;
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, PageUp: at - 30, PageDown: at + 30, Home: 0, End: last }[press.key];
    if (to === undefined) return;
    press.preventDefault();
    this.#look(Math.max(0, Math.min(last, to)));
    this.#said.textContent = this.#words(this.#at).join(", ");
  }

  #words(at) {
    return [clock(this.#times[at]), ...this.#series.map((one) => `${one.name} ${short(one.values[at])} ${this.#unit}`)];
  }

  #look(at) {
    this.#at = at;
    const crosshair = this.#svg.querySelector(".crosshair");
    this.#tip.hidden = at === null || !crosshair;
    if (!crosshair) return;
    if (at === null) {
      crosshair.replaceChildren();
      return;
    }
    const x = this.#x(this.#times[at]);
    crosshair.replaceChildren(svg("line", { x1: x, x2: x, y1: TOP, y2: HEIGHT - BOTTOM }));
    put(this.#tip, h("strong", {}, clock(this.#times[at])),
      [...this.#series].reverse().filter((one) => one.values[at] > 0 || !this.#stacked)
        .map((one) => h("span", {}, this.#swatch(one), `${one.name} ${short(one.values[at])} ${this.#unit}`)));
    const left = x > this.#width / 2 ? x - this.#tip.offsetWidth - 10 : x + 10;
    this.#tip.style.left = `${Math.max(0, left)}px`;
    this.#tip.style.top = "0px";
  }
}
