// What is wrong now, grouped by cause, the worst first.

import { get } from "./api.js";
import { announce, h, put } from "./dom.js";
import { wordFor } from "./filter.js";
import { ago, count, plural } from "./words.js";

const REFRESH_MILLIS = 4000;
const SOON_MILLIS = 700;

/** Verdicts that wait for somebody, and not for time. */
const GRAVE = new Set(["PERMANENT", "SUSPECT"]);

const MEANS = {
  TRANSIENT: "tried again by itself",
  TRANSIENT_HINTED: "waits as the peer asked",
  REPAIRABLE: "tried again after a repair",
  SUSPECT: "tried rarely: look at it",
  PERMANENT: "given up: needs you",
};

export class Troubles {
  #find;
  #list = h("ol", { class: "troubles" });
  #note = h("p", { class: "note", hidden: true });
  #timer;
  #soon = null;
  #sentences = null;

  /** @param find called with words of a search */
  constructor(fleet, find) {
    this.#find = find;
    this.#fleet = fleet;
    this.element = h("section", { class: "wrong", aria: { labelledby: "wrong-title" } },
      h("h2", { id: "wrong-title" }, "What is wrong now"), this.#note, this.#list);
    this.#timer = setInterval(() => { if (!document.hidden) this.#refresh(); }, REFRESH_MILLIS);
    this.#refresh();
  }

  #fleet;

  end() {
    clearInterval(this.#timer);
    clearTimeout(this.#soon);
  }

  /** Something happened: not each event asks by itself. */
  changed() {
    this.#soon ??= setTimeout(() => {
      this.#soon = null;
      this.#refresh();
    }, SOON_MILLIS);
  }

  async #refresh() {
    try {
      const { items } = await get("/api/v1/troubles");
      this.#note.hidden = true;
      this.#show(items);
    } catch (thrown) {
      this.#note.hidden = false;
      put(this.#note, `Not up to date: ${thrown.message}`);
    }
  }

  #show(items) {
    const open = this.#list.querySelector("details[open]")?.dataset.key;
    if (items.length === 0) {
      put(this.#list, h("li", { class: "calm" }, !this.#fleet.complete
        ? "Reading the fleet…"
        : this.#fleet.cells.size === 0 ? "There is no connection yet. Add one to the configuration, or PUT one to the API."
        : "Nothing. Every connection that is wanted up is ready or on its way, and no failure goes on."));
    } else {
      put(this.#list, items.map((item) => this.#item(item, open)));
    }
    const sentences = items.map((item) => `${item.kind} ${item.subject}`);
    if (this.#sentences) {
      const news = items.filter((_, i) => !this.#sentences.includes(sentences[i]));
      if (news.length > 0) announce(`New: ${news.map((item) => item.sentence).join(". ")}`);
      else if (items.length === 0 && this.#sentences.length > 0) announce("Nothing is wrong any more.");
    }
    this.#sentences = sentences;
  }

  #item(trouble, open) {
    const key = `${trouble.kind} ${trouble.subject}`;
    const grave = GRAVE.has(trouble.verdict);
    return h("li", { class: grave ? "trouble grave" : "trouble", data: { kind: trouble.kind } },
      h("div", { class: "measure" }, h("b", {}, count(trouble.connections)), h("span", {}, trouble.connections === 1 ? "connection" : "connections")),
      h("div", { class: "told" },
        h("p", { class: "sentence" }, trouble.sentence),
        h("p", { class: "fine" },
          h("span", { class: "verdict" }, MEANS[trouble.verdict] ?? trouble.verdict), " ", h("code", {}, trouble.kind),
          ` began ${ago(trouble.since)}, last ${ago(trouble.last)}`),
        h("details", { data: { key }, open: open === key },
          h("summary", {}, "Connections"),
          h("ul", { class: "sample" }, trouble.sample.map((id) => h("li", {}, h("a", { href: `#/connections/${encodeURIComponent(id)}` }, id)))),
          trouble.connections > trouble.sample.length ? h("p", { class: "fine" }, `and ${plural(trouble.connections - trouble.sample.length, "other")}`) : null,
          h("button", { type: "button", class: "small", onclick: () => this.#find(this.#words(trouble)) }, "Show in the field"))));
  }

  #words(trouble) {
    const kind = wordFor("kind", ":", trouble.kind);
    return trouble.scope === "ENDPOINT" && trouble.subject ? `${kind} ${wordFor("host", ":", trouble.subject)}` : kind;
  }
}
