// The fleet as this page knows it: a cell for each connection, kept true by the stream of events.

import { get } from "./api.js";
import { readStream } from "./stream.js";

const PAGE = 1000;
const RETRY_MILLIS = [500, 1000, 2000, 4000, 8000];
const SUMMARY_MILLIS = 2000;
const SOON_MILLIS = 400;

/** So many connections that nobody told us of are asked for one by one; for more the whole list is read anew. */
const FEW = 20;

/**
 * Dispatches `loaded` (all cells are new), `changed` (detail: a Set of cells), `event` (detail: an event of the API),
 * `summary` and `link` (detail: connecting, live or lost).
 */
export class Fleet extends EventTarget {
  cells = new Map();
  summary = null;
  link = "connecting";
  lostSince = null;
  complete = false;
  #after = null;
  #changed = new Set();
  #strangers = new Set();
  #loading = null;
  #loadAgain = false;
  #meanwhile = new Map();
  #mismatches = 0;
  #running = null;

  /** From the beginning; also after a log-in. */
  start() {
    this.stop();
    this.#running = new AbortController();
    const { signal } = this.#running;
    this.#follow(signal);
    this.#watch(signal);
  }

  stop() {
    this.#running?.abort();
    this.#running = null;
  }

  get running() {
    return this.#running !== null;
  }

  /** The stream, again and again. What happened between two of them the server still knows, or says that it does not. */
  async #follow(signal) {
    for (let failures = 0; !signal.aborted; ) {
      try {
        if (!this.complete) await this.#load(signal);
        await readStream("/api/v1/events", {
          after: this.#after,
          signal,
          on: {
            open: () => { failures = 0; this.#setLink("live"); },
            event: (told) => this.#told(told, signal),
          },
        });
      } catch (thrown) {
        if (signal.aborted || thrown.status === 401) return;
        console.info(`The stream of events ended: ${thrown.message}`);
      }
      if (signal.aborted) return;
      this.#setLink("lost");
      await pause(RETRY_MILLIS[Math.min(failures++, RETRY_MILLIS.length - 1)], signal);
    }
  }

  #setLink(link) {
    if (this.link === link) return;
    this.link = link;
    this.lostSince = link === "lost" ? Date.now() : null;
    this.dispatchEvent(new CustomEvent("link", { detail: link }));
    if (link === "live") this.refresh();
  }

  #told({ id, event, data }, signal) {
    if (id) this.#after = id;
    const told = JSON.parse(data);
    if (event === "lost") {
      this.#load(signal).catch((thrown) => this.#loadFailed(thrown));
      return;
    }
    if (told.id !== undefined) {
      if (this.#loading) this.#meanwhile.set(told.id, told);
      this.#apply(told, signal);
    }
    this.dispatchEvent(new CustomEvent("event", { detail: told }));
  }

  #apply(told, signal) {
    const cell = this.cells.get(told.id);
    if (!cell) {
      this.#strangers.add(told.id);
    } else if (told.state) {
      cell.state = told.state;
      cell.heldBy = told.state === "WAITING" ? told.by ?? cell.heldBy : null;
      if (told.failure && told.failure.verdict !== "DONE") {
        cell.kind = told.failure.kind;
        cell.verdict = told.failure.verdict;
      }
      if (told.endpoint) cell.host = told.endpoint;
      this.#changed.add(cell);
      if (told.event === "Stopped") this.#strangers.add(told.id); // it may be gone for good
    }
    if (this.#changed.size + this.#strangers.size === 1) requestAnimationFrame(() => this.#flush(signal));
  }

  /** Once a frame at the most, however many events came. */
  #flush(signal) {
    const changed = this.#changed;
    const strangers = this.#strangers;
    this.#changed = new Set();
    this.#strangers = new Set();
    if (changed.size > 0) {
      this.dispatchEvent(new CustomEvent("changed", { detail: changed }));
      this.#refreshSoon();
    }
    if (strangers.size > FEW) {
      this.#load(signal).catch((thrown) => this.#loadFailed(thrown));
    } else {
      for (const id of strangers) this.#meet(id).catch((thrown) => this.#loadFailed(thrown));
    }
  }

  async #meet(id) {
    let status = null;
    try {
      status = await get(`/api/v1/connections/${encodeURIComponent(id)}`);
    } catch (thrown) {
      if (thrown.status !== 404) throw thrown;
    }
    const known = this.cells.get(id);
    if (status && known) {
      Object.assign(known, brief(status));
      this.dispatchEvent(new CustomEvent("changed", { detail: new Set([known]) }));
    } else if (status) {
      this.cells.set(id, brief(status));
      this.dispatchEvent(new Event("loaded"));
    } else if (known) {
      this.cells.delete(id);
      this.dispatchEvent(new Event("loaded"));
    }
  }

  /** All pages. The stream goes on behind the number that was read before the first page, so nothing falls between. */
  #load(signal) {
    if (this.#loading) {
      this.#loadAgain = true; // what is being read may be too old for whoever asks now
      return this.#loading;
    }
    this.#loading = (async () => {
      do {
        this.#loadAgain = false;
        await this.#loadOnce(signal);
      } while (this.#loadAgain && !signal.aborted);
    })().finally(() => { this.#loading = null; });
    return this.#loading;
  }

  async #loadOnce(signal) {
    const summary = await get("/api/v1/fleet");
    if (!this.complete) this.#after = summary.lastEventId;
    const cells = new Map();
    this.#meanwhile.clear();
    let after = null;
    do {
      const query = new URLSearchParams({ view: "brief", limit: PAGE, ...(after ? { after } : {}) });
      const page = await get(`/api/v1/connections?${query}`);
      if (signal.aborted) return;
      for (const item of page.items) cells.set(item.id, item);
      after = page.next;
    } while (after);
    this.cells = cells;
    this.complete = true;
    for (const told of this.#meanwhile.values()) this.#apply(told, signal); // a page may be older than what was told since
    this.#setSummary(summary);
    this.dispatchEvent(new Event("loaded"));
  }

  #loadFailed(thrown) {
    console.info(`The list was not read: ${thrown.message}`);
    this.complete = false; // the next stream begins with the whole list
  }

  /** Numbers of the whole; and the check that no cell is missing or left over. */
  async #watch(signal) {
    while (!signal.aborted) {
      await pause(SUMMARY_MILLIS, signal);
      if (!signal.aborted && this.link === "live" && !document.hidden) await this.refresh();
    }
  }

  /** Numbers of the whole shall not lag behind the cells that everybody sees change. */
  #refreshSoon() {
    this.#soon ??= setTimeout(() => {
      this.#soon = null;
      if (this.link === "live" && !document.hidden) this.refresh();
    }, SOON_MILLIS);
  }

  #soon = null;

  async refresh() {
    try {
      this.#setSummary(await get("/api/v1/fleet"));
    } catch (thrown) {
      console.info(`The summary was not read: ${thrown.message}`);
      return;
    }
    const all = Object.values(this.summary.states).reduce((sum, n) => sum + n, 0);
    this.#mismatches = this.complete && all !== this.cells.size ? this.#mismatches + 1 : 0;
    if (this.#mismatches >= 2 && this.#running) {
      this.#mismatches = 0;
      await this.#load(this.#running.signal).catch((thrown) => this.#loadFailed(thrown));
    }
  }

  #setSummary(summary) {
    this.summary = summary;
    this.dispatchEvent(new Event("summary"));
  }
}

const brief = (status) => ({
  id: status.id,
  state: status.state,
  host: status.host,
  labels: status.labels,
  heldBy: status.heldBy,
  kind: status.lastFailure?.kind ?? null,
  verdict: status.lastFailure?.verdict ?? null,
});

export function pause(millis, signal) {
  return new Promise((done) => {
    const timer = setTimeout(end, millis);
    signal.addEventListener("abort", end);
    function end() {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      done();
    }
  });
}
