// The fleet as a table: the same connections, for keyboards, screen readers and whoever likes words.

import { h, put } from "./dom.js";
import { HELD, SEVERITY, sign, stateWord } from "./states.js";
import { count } from "./words.js";

const PAGE = 100;

export class List {
  #fleet;
  #open;
  #filter = () => true;
  #shown = PAGE;
  #focused = null;
  #rows = new Map();
  #body = h("tbody");
  #foot = h("p", { class: "foot" });

  constructor(fleet, open) {
    this.#fleet = fleet;
    this.#open = open;
    this.element = h("div", { class: "list" },
      h("table", {},
        h("caption", { class: "unseen" }, "Connections, those that want somebody first. Up and down move, Enter opens one."),
        h("thead", {}, h("tr", {}, ["State", "Id", "Host", "Labels", "Last failure"].map((name) => h("th", { scope: "col" }, name)))),
        this.#body),
      this.#foot);
    this.element.addEventListener("keydown", (press) => this.#key(press));
  }

  end() {}

  show(by, filter) {
    this.#filter = filter;
    this.#shown = PAGE;
    this.arrange();
  }

  arrange() {
    const found = [...this.#fleet.cells.values()].filter(this.#filter);
    found.sort((a, b) => SEVERITY[a.state] - SEVERITY[b.state] || a.id.localeCompare(b.id, "en", { numeric: true }));
    const rows = found.slice(0, this.#shown);
    const had = this.#body.contains(document.activeElement);
    this.#rows = new Map(rows.map((cell) => [cell.id, this.#row(cell)]));
    put(this.#body, [...this.#rows.values()]);
    const roving = this.#rows.get(this.#focused) ?? this.#body.firstElementChild;
    if (roving) roving.querySelector("a").tabIndex = 0;
    if (had) roving?.querySelector("a").focus();
    put(this.#foot, found.length === 0
      ? "No connection is like that. Take a word out of the search, or a state out of the filter."
      : `${count(rows.length)} of ${count(found.length)} shown. `,
    found.length > rows.length
      ? h("button", { type: "button", onclick: () => { this.#shown += PAGE; this.arrange(); } }, `${Math.min(PAGE, found.length - rows.length)} more`)
      : null);
  }

  /** Rows change where they stand: one that jumps away cannot be clicked. */
  changed(cells) {
    for (const cell of cells) {
      const row = this.#rows.get(cell.id);
      if (row) this.#fill(row, cell);
    }
  }

  #row(cell) {
    const row = h("tr", { data: { id: cell.id } });
    row.addEventListener("click", () => this.#open(cell.id));
    row.append(
      h("td", { class: "state" }),
      h("th", { scope: "row" }, h("a", {
        href: `#/connections/${encodeURIComponent(cell.id)}`, tabIndex: -1,
        onclick: (click) => click.stopPropagation(),
        onfocus: () => { this.#focused = cell.id; },
      }, cell.id)),
      h("td", { class: "host" }), h("td", { class: "labels" }), h("td", { class: "failure" }));
    this.#fill(row, cell);
    return row;
  }

  #fill(row, cell) {
    const [state, , host, labels, failure] = row.children;
    row.dataset.state = cell.state;
    put(state, sign(cell.state), ` ${stateWord(cell.state)}`, cell.heldBy ? h("small", {}, ` ${HELD[cell.heldBy] ?? cell.heldBy}`) : null);
    put(host, cell.host);
    put(labels, Object.entries(cell.labels).map(([key, value]) => h("span", { class: "label" }, `${key}=${value}`)));
    put(failure, cell.kind ?? "");
  }

  #key(press) {
    const links = [...this.#body.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (at < 0) return;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 10, PageUp: at - 10, Home: 0, End: links.length - 1 }[press.key];
    if (to === undefined) return;
    press.preventDefault();
    const next = links[Math.max(0, Math.min(links.length - 1, to))];
    links[at].tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
}
