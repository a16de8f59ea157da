// Server-sent events over fetch. The browser's own EventSource would hide the kinds that this page does not know yet,
// the status of a refusal, and a stream that has gone silent.

import { problemOf } from "./api.js";

/** Longer than the server is ever silent: it sends a comment before. */
const SILENCE_MILLIS = 45_000;

/**
 * Reads a stream until it ends. Throws a Problem when it is refused, an error when it breaks or is silent for too long.
 * `on.event({id, event, data})` for each event; `on.open()` once.
 */
export async function readStream(path, { after, signal, on }) {
  const gone = new AbortController();
  const stop = () => gone.abort();
  signal.addEventListener("abort", stop);
  let watchdog = setTimeout(stop, SILENCE_MILLIS);
  try {
    const answer = await fetch(path, {
      headers: { Accept: "text/event-stream", ...(after ? { "Last-Event-ID": after } : {}) },
      cache: "no-store",
      signal: gone.signal,
    });
    if (!answer.ok) throw await problemOf(answer, path);
    on.open();
    const parser = new Parser(on.event);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(watchdog);
      watchdog = setTimeout(stop, SILENCE_MILLIS);
      parser.push(value);
    }
  } finally {
    clearTimeout(watchdog);
    signal.removeEventListener("abort", stop);
    gone.abort();
  }
}

/** Lines to events, as the HTML standard has it: a blank line ends one. */
export class Parser {
  #rest = "";
  #data = [];
  #event = "";
  #id;
  #give;

  constructor(give) {
    this.#give = give;
  }

  push(text) {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    for (const line of lines) this.#line(line);
  }

  #line(line) {
    if (line === "") {
      if (this.#data.length > 0) this.#give({ id: this.#id, event: this.#event || "message", data: this.#data.join("\n") });
      this.#data = [];
      this.#event = "";
      this.#id = undefined;
      return;
    }
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") this.#data.push(value);
    else if (field === "event") this.#event = value;
    else if (field === "id") this.#id = value;
  }
}
