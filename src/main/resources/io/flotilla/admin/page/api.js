// Asks the HTTP API. What it refuses is a Problem, with the words that it gave.

export class Problem extends Error {
  constructor(status, detail, body = {}) {
    super(detail);
    this.status = status;
    this.body = body;
  }
}

/** No answer at all: the server is away. */
export class Away extends Error {}

const PATIENCE_MILLIS = 15_000;
const unauthorized = new Set();

/** Called whenever the API wants a token. */
export function onUnauthorized(listener) {
  unauthorized.add(listener);
}

export const get = (path) => ask("GET", path);
export const post = (path, body) => ask("POST", path, body);
export const connectionPath = (id, rest = "") => `/api/v1/connections/${encodeURIComponent(id)}${rest}`;

async function ask(method, path, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE_MILLIS),
    });
  } catch (thrown) {
    throw new Away(thrown.name === "TimeoutError" ? "The server did not answer in time." : "The server cannot be reached.");
  }
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  throw await problemOf(answer, path);
}

/** Reads what was refused; tells whoever shows the log-in form. */
export async function problemOf(answer, path) {
  let body = {};
  try {
    body = await answer.json();
  } catch {
    // a proxy in between may say it in HTML
  }
  if (answer.status === 401 && path !== "/login") unauthorized.forEach((listener) => listener());
  return new Problem(answer.status, body.detail ?? `The server said ${answer.status}.`, body);
}
