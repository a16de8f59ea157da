// The last hour: states, dials, failures and messages, as four plots.

import { get } from "./api.js";
import { h, put } from "./dom.js";
import { Plot } from "./plot.js";
import { STATES, stateWord } from "./states.js";
import { iso } from "./words.js";

const STEP_MILLIS = 10_000;

/** Kinds with a colour of their own; all others are one. */
const KINDS = 4;

export class Trend {
  #states = new Plot("Not ready", "connections", { stacked: true });
  #dials = new Plot("Dials", "dials/s");
  #failures = new Plot("Failures", "failures/min", { stacked: true });
  #messages = new Plot("Messages", "messages/s");
  #timer = null;
  #note = h("p", { class: "note", hidden: true });

  constructor() {
    this.#plots = [this.#states, this.#failures, this.#dials, this.#messages];
    this.element = h("section", { class: "trend", aria: { labelledby: "trend-title" } },
      h("h2", { id: "trend-title" }, "The last hour"), this.#note,
      h("div", { class: "plots" }, this.#plots.map((plot) => plot.element)));
    this.#refresh();
    this.#timer = setInterval(() => { if (!document.hidden) this.#refresh(); }, STEP_MILLIS);
  }

  #plots;

  end() {
    clearInterval(this.#timer);
    this.#plots.forEach((plot) => plot.end());
  }

  async #refresh() {
    try {
      this.#show(await get("/api/v1/trend"));
      this.#note.hidden = true;
    } catch (thrown) {
      this.#note.hidden = false;
      put(this.#note, `Not up to date: ${thrown.message}`);
    }
  }

  #show({ step, items }) {
    const seconds = iso(step) / 1000;
    const times = items.map((item) => item.at);
    const rate = (read) => items.map((item) => read(item) / seconds);
    this.#states.show(times, STATES.filter((state) => state !== "READY" && state !== "STOPPED").map((state) => ({
      name: stateWord(state), colour: `--${state.toLowerCase().replace("_", "-")}`, values: items.map((item) => item.states[state] ?? 0),
    })));
    this.#dials.show(times, [{ name: "begun", colour: "--dialing", values: rate((item) => item.dials) }]);
    this.#failures.show(times, this.#byKind(items, 60 / seconds));
    this.#messages.show(times, [
      { name: "in", colour: "--ready", values: rate((item) => item.messagesIn) },
      { name: "out", colour: "--waiting", values: rate((item) => item.messagesOut) },
    ]);
  }

  #byKind(items, perMinute) {
    const totals = new Map();
    for (const item of items) {
      for (const [kind, n] of Object.entries(item.failures)) totals.set(kind, (totals.get(kind) ?? 0) + n);
    }
    const kinds = [...totals].sort((a, b) => b[1] - a[1]).map(([kind]) => kind);
    const series = kinds.slice(0, KINDS).map((kind, i) => ({
      name: kind, colour: `--kind-${i + 1}`, values: items.map((item) => (item.failures[kind] ?? 0) * perMinute),
    }));
    if (kinds.length > KINDS) {
      const rest = kinds.slice(KINDS);
      series.push({
        name: `${rest.length} other kinds`, colour: "--stopped",
        values: items.map((item) => rest.reduce((sum, kind) => sum + (item.failures[kind] ?? 0), 0) * perMinute),
      });
    }
    return series.length > 0 ? series : [{ name: "none", colour: "--stopped", values: items.map(() => 0) }];
  }
}
