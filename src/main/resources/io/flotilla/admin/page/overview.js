// The page of the fleet: how many are ready, what is wrong, all of them as a field or a list, and the last hour.

import { h, put } from "./dom.js";
import { Field } from "./field.js";
import { filterOf, wordFor } from "./filter.js";
import { List } from "./list.js";
import { MEANING, sign, STATES, stateWord } from "./states.js";
import { Trend } from "./trend.js";
import { Troubles } from "./troubles.js";
import { count, percent, plural } from "./words.js";

/** Keys of labels that are offered for grouping, the commonest first. */
const KEYS = 12;

export class Overview {
  #fleet;
  #place;
  #open;
  #view = null;
  #viewPlace = h("div", { class: "view" });
  #hero = h("div", { class: "hero" });
  #chips = h("div", { class: "chips", role: "group", aria: { label: "Show only these states" } });
  #search = h("input", {
    type: "search", id: "search", autocomplete: "off", spellcheck: false, placeholder: "id, host, desk=spot, kind:lost",
    oninput: () => this.#searched(),
  });
  #groups = h("select", { id: "group", onchange: () => this.#go({ group: this.#groups.value }) });
  #found = h("p", { class: "found", role: "status" });
  #trend = new Trend();
  #troubles;
  #listeners;
  #chipNodes = new Map();

  /** @param place `{q, states, group, view}` of the address @param open called with an id @param go called with a new place */
  constructor(fleet, place, open, go) {
    this.#fleet = fleet;
    this.#place = place;
    this.#open = open;
    this.#goTo = go;
    this.#troubles = new Troubles(fleet, (words) => {
      this.#go({ q: words, states: new Set(), view: this.#place.view });
      this.#viewPlace.scrollIntoView({ block: "nearest" });
    });
    this.#search.value = place.q;
    const views = h("div", { class: "switch", role: "group", aria: { label: "View" } },
      [["field", "Field"], ["list", "List"]].map(([view, word]) => h("button", {
        type: "button", data: { view }, onclick: () => this.#go({ view }) }, word)));
    this.#views = views;
    this.element = h("div", { class: "overview" },
      h("h1", { class: "unseen" }, "The fleet"), this.#hero, this.#troubles.element,
      h("section", { class: "panel fleet", aria: { labelledby: "fleet-title" } },
        h("div", { class: "tools" }, h("h2", { id: "fleet-title" }, "Connections"),
          h("label", { htmlFor: "search", class: "unseen" }, "Search"), this.#search,
          h("label", { htmlFor: "group" }, "Group by"), this.#groups, views),
        this.#chips, this.#found, this.#viewPlace),
      this.#trend.element);
    for (const state of STATES) this.#chips.append(this.#chip(state));
    this.#listeners = {
      loaded: () => this.#loaded(),
      changed: ({ detail }) => { this.#view?.changed(detail); this.#troubles.changed(); this.#countSoon(); },
      summary: () => this.#count(),
    };
    for (const [name, listener] of Object.entries(this.#listeners)) fleet.addEventListener(name, listener);
    this.#show();
    this.#loaded();
  }

  #views;
  #goTo;
  #counting = false;

  end() {
    for (const [name, listener] of Object.entries(this.#listeners)) this.#fleet.removeEventListener(name, listener);
    this.#view?.end();
    this.#trend.end();
    this.#troubles.end();
  }

  /** Another place of the same page: the address has changed. */
  move(place) {
    const other = place.view !== this.#place.view;
    this.#place = place;
    if (this.#search !== document.activeElement) this.#search.value = place.q;
    this.#show(other);
  }

  #go(change) {
    this.#goTo({ ...this.#place, ...change });
  }

  #searched() {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#go({ q: this.#search.value }), 200);
  }

  #typing;

  #show(other = true) {
    const { view, group, states } = this.#place;
    if (other || !this.#view) {
      this.#view?.end();
      this.#view = view === "list"
        ? new List(this.#fleet, this.#open)
        : new Field(this.#fleet, this.#open, (name, by) => this.#pick(name, by));
      put(this.#viewPlace, this.#view.element);
    }
    for (const button of this.#views.children) button.setAttribute("aria-pressed", String(button.dataset.view === view));
    for (const [state, chip] of this.#chipNodes) chip.button.setAttribute("aria-pressed", String(states.has(state)));
    this.#groups.disabled = view === "list";
    this.#view.show(group, filterOf(this.#place.q, states));
    this.#offer();
    this.#count();
  }

  /** A group's heading finds it; grouped by state it is the filter of that state. */
  #pick(name, by) {
    if (by === "state") this.#go({ states: new Set([name]), view: "list" });
    else if (name !== "(none)") this.#go({ q: by === "host" ? wordFor("host", ":", name) : wordFor(by.slice("label:".length), "=", name), view: "list" });
  }

  #loaded() {
    this.#troubles.changed();
    this.#offer();
    this.#view?.arrange();
    this.#count();
  }

  /** What there is to group by. */
  #offer() {
    const keys = new Map();
    for (const cell of this.#fleet.cells.values()) {
      for (const key of Object.keys(cell.labels)) keys.set(key, (keys.get(key) ?? 0) + 1);
    }
    const common = [...keys].sort((a, b) => b[1] - a[1]).slice(0, KEYS).map(([key]) => key);
    const options = [["host", "host"], ["state", "state"], ...common.map((key) => [`label:${key}`, `label ${key}`]), ["none", "nothing"]];
    if (!options.some(([value]) => value === this.#place.group)) options.push([this.#place.group, this.#place.group.replace(":", " ")]);
    put(this.#groups, options.map(([value, word]) => h("option", { value, selected: value === this.#place.group }, word)));
  }

  #chip(state) {
    const number = h("b");
    const button = h("button", {
      type: "button", class: "chip", title: MEANING[state], data: { state }, aria: { pressed: "false" },
      onclick: () => {
        const states = new Set(this.#place.states);
        if (!states.delete(state)) states.add(state);
        this.#go({ states });
      },
    }, sign(state), ` ${stateWord(state)} `, number);
    this.#chipNodes.set(state, { button, number });
    return button;
  }

  #countSoon() {
    if (this.#counting) return;
    this.#counting = true;
    setTimeout(() => {
      this.#counting = false;
      this.#count();
    }, 200);
  }

  #count() {
    const counts = Object.fromEntries(STATES.map((state) => [state, 0]));
    const matches = filterOf(this.#place.q, this.#place.states);
    let found = 0;
    for (const cell of this.#fleet.cells.values()) {
      counts[cell.state]++;
      if (matches(cell)) found++;
    }
    for (const [state, { button, number }] of this.#chipNodes) {
      number.textContent = this.#fleet.complete ? count(counts[state]) : "";
      button.classList.toggle("none", counts[state] === 0);
    }
    const all = this.#fleet.cells.size;
    const narrowed = this.#place.q.trim() !== "" || this.#place.states.size > 0;
    put(this.#found, !this.#fleet.complete ? "Reading the fleet…"
      : all === 0 ? "No connection yet. Add one under flotilla.connections of the configuration, or PUT one to /api/v1/connections/ID."
      : narrowed ? `${plural(found, "connection")} of ${count(all)}. ` : "",
    narrowed ? h("button", { type: "button", class: "small", onclick: () => { this.#search.value = ""; this.#go({ q: "", states: new Set() }); } }, "Show all") : null);
    this.#showHero(counts);
  }

  #showHero(counts) {
    const { summary } = this.#fleet;
    if (!summary) return;
    const wanted = this.#fleet.cells.size - counts.STOPPED;
    const share = wanted === 0 ? 1 : counts.READY / wanted;
    const { dials, health, draining } = summary;
    put(this.#hero,
      h("p", { class: "big" }, h("b", {}, count(counts.READY)), h("span", {}, ` of ${plural(wanted, "connection")} ready`)),
      h("p", { class: "share" }, wanted === 0 ? "none is wanted up" : percent(share)),
      h("ul", { class: "vitals" },
        h("li", { class: health.ready ? "good" : "bad" }, health.ready ? "✓ healthy" : "✕ not healthy: fewer are ready than wanted"),
        draining ? h("li", { class: "bad" }, "draining: nothing new is dialled") : null,
        dials ? [
          dials.paused ? h("li", { class: "bad" }, "dialling is paused") : null,
          h("li", {}, `${count(dials.perSecond)} dials/s`),
          h("li", {}, `${count(dials.inFlight)} in flight`),
          h("li", {}, `${plural(dials.waiting, "dial")} waiting for a turn`),
          h("li", { class: dials.breakersOpen > 0 ? "bad" : null }, `${plural(dials.breakersOpen, "breaker")} open`),
        ] : null));
  }
}
