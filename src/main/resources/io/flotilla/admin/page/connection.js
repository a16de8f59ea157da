// The page of one connection: how it is, why, what it did, what it said, and what can be done.

import { actionButtons, sendForm } from "./actions.js";
import { connectionPath, get } from "./api.js";
import { announce, h, put } from "./dom.js";
import { Frames } from "./frames.js";
import { band, eventList, failureWords } from "./life.js";
import { HELD, MEANING, sign, stateWord } from "./states.js";
import { onTheme } from "./theme.js";
import { ago, ahead, bytes, clock, count, plural, span } from "./words.js";

const REFRESH_MILLIS = 5000;
const SOON_MILLIS = 250;

export class ConnectionPage {
  #fleet;
  #id;
  #head = h("div", { class: "head" });
  #why = h("section", { class: "panel why", aria: { labelledby: "why-title" } });
  #life = h("section", { class: "panel life", aria: { labelledby: "life-title" } });
  #facts = h("section", { class: "panel facts", aria: { labelledby: "facts-title" } });
  #frames = null;
  #status = null;
  #events = [];
  #soon = null;
  #ends = [];

  constructor(fleet, id) {
    this.#fleet = fleet;
    this.#id = id;
    this.element = h("div", { class: "connection" },
      h("p", { class: "back" }, h("a", { href: "#/" }, "← The fleet")), this.#head);
    const told = ({ detail }) => { if (detail.id === id) this.#refreshSoon(); };
    fleet.addEventListener("event", told);
    const timer = setInterval(() => { if (!document.hidden) this.#refresh(); }, REFRESH_MILLIS);
    const ticking = setInterval(() => this.#tick(), 1000);
    const resized = new ResizeObserver(() => this.#drawLife());
    resized.observe(this.#life);
    this.#ends = [
      () => fleet.removeEventListener("event", told), () => clearInterval(timer), () => clearInterval(ticking),
      () => clearTimeout(this.#soon), () => resized.disconnect(), onTheme(() => this.#drawLife()), () => this.#frames?.end(),
    ];
    this.#refresh();
  }

  end() {
    this.#ends.forEach((end) => end());
  }

  #refreshSoon() {
    this.#soon ??= setTimeout(() => {
      this.#soon = null;
      this.#refresh();
    }, SOON_MILLIS);
  }

  async #refresh() {
    try {
      const status = await get(connectionPath(this.#id));
      const [why, history] = await Promise.all(["/why", "/history"].map((part) => get(connectionPath(this.#id, part)).catch(refused)));
      this.#show(status, why, history?.items ?? []);
    } catch (thrown) {
      if (thrown.status === 404 || thrown.status === 400) this.#absent(thrown.message);
      else if (!this.#status) put(this.#head, h("p", { class: "calm" }, thrown.message));
      // otherwise the line at the top says that the server is away, and what is here stays
    }
  }

  #absent(message) {
    this.#frames?.end();
    this.#frames = null;
    this.#status = null;
    put(this.element, h("p", { class: "back" }, h("a", { href: "#/" }, "← The fleet")), this.#head);
    put(this.#head, h("h1", {}, this.#id), h("p", { class: "calm" }, message, " It may have been removed, or never was. The fleet has those that are there."));
  }

  #show(status, why, events) {
    const before = this.#status;
    this.#status = status;
    this.#events = events;
    if (!this.#frames) {
      this.#frames = new Frames(this.#id);
      this.element.append(
        h("div", { class: "column" }, this.#why, this.#facts, h("section", { class: "panel speak" }, sendForm(this.#id))),
        h("div", { class: "column" }, this.#life, this.#frames.element));
    }
    if (before && before.state !== status.state) announce(`${status.id} is ${stateWord(status.state)}`);
    this.#showHead(status);
    this.#showWhy(why);
    this.#showFacts(status);
    this.#drawLife();
    this.#tick();
  }

  #showHead(status) {
    const focused = this.#head.contains(document.activeElement) ? document.activeElement.dataset.action : null;
    put(this.#head,
      h("div", { class: "title" },
        h("h1", {}, status.id),
        h("p", { class: "now", data: { state: status.state }, title: MEANING[status.state] },
          sign(status.state, 16), h("b", {}, stateWord(status.state)), h("span", { data: { since: status.since } }),
          status.rotating ? h("span", {}, "rotating") : null,
          status.heldBy ? h("span", {}, `held by ${HELD[status.heldBy] ?? status.heldBy}`) : null,
          status.nextDialAt && status.state === "WAITING" ? h("span", { data: { until: status.nextDialAt } }) : null),
        h("p", { class: "labels" }, Object.entries(status.labels).map(([key, value]) => h("span", { class: "label" }, `${key}=${value}`)))),
      h("div", { class: "buttons", role: "group", aria: { label: "Actions" } }, actionButtons(status, () => this.#refreshSoon())));
    if (focused) this.#head.querySelector(`[data-action="${focused}"]`)?.focus();
  }

  /** Times that run. */
  #tick() {
    const now = Date.now();
    for (const place of this.#head.querySelectorAll("[data-since]")) place.textContent = `for ${span(now - Date.parse(place.dataset.since))}`;
    for (const place of this.element.querySelectorAll("[data-until]")) place.textContent = `${place.dataset.before ?? "asks for its turn "}${ahead(place.dataset.until, now)}`;
  }

  #showWhy(why) {
    if (!why) {
      put(this.#why, h("h2", { id: "why-title" }, "Why"), h("p", { class: "calm" }, "The server gave no explanation."));
      return;
    }
    put(this.#why,
      h("h2", { id: "why-title" }, "Why"),
      h("p", { class: "summary" }, why.summary),
      h("ol", { class: "chain" }, why.chain.map((line) => h("li", {}, line.at ? h("time", { dateTime: line.at }, clock(line.at)) : null, h("span", {}, line.text)))),
      h("dl", {},
        h("dt", {}, "Rule"), h("dd", {}, why.rule),
        h("dt", {}, "Next"), h("dd", {}, why.next.action, " ", why.next.at ? h("span", { data: { until: why.next.at, before: "" } }) : null),
        ...(why.wouldChange.length > 0 ? [h("dt", {}, "Would change it"), h("dd", {}, h("ul", {}, why.wouldChange.map((way) => h("li", {}, way))))] : []),
        ...(why.shared ? [h("dt", {}, "Shared"), h("dd", {}, `${why.shared.sentence} (${plural(why.shared.connections, "connection")})`)] : [])));
  }

  #drawLife() {
    if (!this.#status) return;
    const width = Math.max(200, this.#life.clientWidth - 32);
    put(this.#life,
      h("h2", { id: "life-title" }, "Life"),
      band(this.#events, Date.now(), width),
      h("p", { class: "fine" }, "Oldest at the left; widths grow with the logarithm of the time."),
      eventList(this.#events));
  }

  #showFacts(status) {
    const counters = status.counters;
    const failure = status.lastFailure;
    const facts = [
      ["Address", h("code", {}, status.uri)],
      ["Host", status.host],
      ["Owned by", status.where ? `${status.source}, ${status.where}` : `${status.source}${status.kept === "memory" ? ", kept in memory: a restart of the process forgets it" : ""}`],
      ["Dial", `#${status.generation}, ${plural(counters.dials, "dial")} in all`],
      ["Ready since", status.readyAt ? `${clock(status.readyAt)} (${ago(status.readyAt)})` : "not ready"],
      ["Round trip", status.rttMillis == null ? "not measured yet" : `${status.rttMillis.toFixed(1)} ms`],
      ["Received", `${plural(counters.messagesIn, "message")}, ${bytes(counters.bytesIn)}`],
      ["Sent", `${plural(counters.messagesOut, "message")}, ${bytes(counters.bytesOut)}`],
      ["Not sent", ["refused", "unsent", "expired"].filter((key) => counters[key] !== undefined).map((key) => `${count(counters[key])} ${key}`).join(", ")],
      ["Failures in a row", plural(status.failuresInARow, "failure")],
      ["Last failure", failure ? `${failureWords(failure)} (${failure.phase}, ${failure.verdict}${failure.at ? `, ${ago(failure.at)}` : ""})` : "none"],
      ["Held back", status.degraded.length > 0 ? status.degraded.join("; ") : null],
    ];
    put(this.#facts, h("h2", { id: "facts-title" }, "Facts"),
      h("dl", {}, facts.filter(([, value]) => value).flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])));
  }
}

/** One part that cannot be told does not take the others away. */
function refused(thrown) {
  if (thrown.status) return null;
  throw thrown;
}
