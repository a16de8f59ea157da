// What was said on a connection: recorded frames, and messages as they come.

import { connectionPath, get } from "./api.js";
import { h, put } from "./dom.js";
import { readStream } from "./stream.js";
import { bytes, clock, plural } from "./words.js";

/** Lines of the tail that are kept; older ones go. */
const LINES = 200;

const LONGEST = 2000;

export class Frames {
  #id;
  #recorded = h("div", { class: "recorded" });
  #tail = h("ol", { class: "tail", hidden: true, tabIndex: 0, aria: { label: "Messages as they come, the newest first" } });
  #button = h("button", { type: "button", onclick: () => (this.#following ? this.#stop("Stopped.") : this.#follow()) }, "Follow live");
  #note = h("span", { class: "note", role: "status" });
  #following = null;

  constructor(id) {
    this.#id = id;
    this.element = h("section", { class: "panel frames", aria: { labelledby: "frames-title" } },
      h("h2", { id: "frames-title" }, "Messages"),
      h("div", { class: "row" }, this.#button, h("button", { type: "button", class: "plain", onclick: () => this.refresh() }, "Read the recorder again"), this.#note),
      this.#tail, this.#recorded);
    this.refresh();
  }

  end() {
    this.#following?.abort();
  }

  async refresh() {
    try {
      const { items } = await get(connectionPath(this.#id, "/frames"));
      put(this.#recorded, items.length === 0
        ? h("p", { class: "calm" }, "Nothing is recorded. With record = on in its configuration the last frames stand here.")
        : this.#table(items));
    } catch (thrown) {
      const closed = thrown.status === 403;
      put(this.#recorded, h("p", { class: "calm" }, closed ? `Payloads are not shown: ${thrown.message}` : thrown.message));
      this.#button.disabled = closed;
    }
  }

  #table(items) {
    return h("div", { class: "scroll" }, h("table", {},
      h("caption", {}, `The last ${plural(items.length, "recorded frame")}, the newest first`),
      h("thead", {}, h("tr", {}, ["Time", "Way", "Kind", "Size", "Content"].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, [...items].reverse().map((frame) => h("tr", {},
        h("td", {}, clock(frame.at)), h("td", {}, frame.direction === "in" ? "← in" : "→ out"), h("td", {}, frame.kind),
        h("td", {}, bytes(frame.size)), h("td", { class: "payload" }, content(frame)))))));
  }

  async #follow() {
    const following = new AbortController();
    this.#following = following;
    this.#button.textContent = "Stop following";
    this.#tail.hidden = false;
    put(this.#note, "Waiting for the first message…");
    let seen = 0;
    try {
      await readStream(connectionPath(this.#id, "/messages"), {
        signal: following.signal,
        on: {
          open: () => {},
          event: ({ event, data }) => {
            const told = JSON.parse(data);
            if (event === "left-out") {
              this.#line(h("li", { class: "left-out" }, `${plural(told.count, "message")} left out: this page was too slow for all`));
            } else if (event === "message") {
              put(this.#note, `${plural(++seen, "message")} since you follow`);
              this.#line(h("li", {}, h("time", { dateTime: told.at }, clock(told.at)), h("span", { class: "size" }, bytes(told.size)), h("span", { class: "payload" }, content(told))));
            }
          },
        },
      });
      this.#stop("The server ended it.");
    } catch (thrown) {
      if (!following.signal.aborted) this.#stop(thrown.message);
    }
  }

  #line(line) {
    this.#tail.prepend(line);
    while (this.#tail.childElementCount > LINES) this.#tail.lastElementChild.remove();
  }

  #stop(why) {
    this.#following?.abort();
    this.#following = null;
    this.#button.textContent = "Follow live";
    put(this.#note, why);
  }
}

function content(frame) {
  const text = frame.text ?? (frame.base64 === undefined ? "" : `base64 ${frame.base64}`);
  const cut = frame.cut || text.length > LONGEST;
  return `${text.slice(0, LONGEST)}${cut ? "…" : ""}`;
}
