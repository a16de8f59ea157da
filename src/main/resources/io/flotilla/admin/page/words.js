// Numbers, times and durations as people read them; every number with its unit.

const COUNT = new Intl.NumberFormat("en");
const SHORT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const DAY = 86_400_000;

export const count = (n) => COUNT.format(n);
export const short = (n) => (Math.abs(n) < 10_000 ? COUNT.format(Math.round(n * 10) / 10) : SHORT.format(n));
export const plural = (n, one, many = `${one}s`) => `${COUNT.format(n)} ${n === 1 ? one : many}`;

/** A share as percent, never rounded up to a whole that is not reached. */
export function percent(share) {
  if (share >= 1) return "100 %";
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}

/** Milliseconds in the two largest units: `420 ms`, `7 s`, `3 min 12 s`, `2 h 5 min`, `4 d 3 h`. */
export function span(millis) {
  const ms = Math.max(0, millis);
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1).replace(/\.0$/, "")} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return two(Math.floor(seconds / 60), "min", seconds % 60, "s");
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return two(Math.floor(minutes / 60), "h", minutes % 60, "min");
  const hours = Math.round(minutes / 60);
  return two(Math.floor(hours / 24), "d", hours % 24, "h");
}

const two = (a, unit, b, small) => (b === 0 ? `${a} ${unit}` : `${a} ${unit} ${b} ${small}`);

export function bytes(n) {
  if (n < 1000) return plural(n, "byte");
  const units = ["kB", "MB", "GB", "TB", "PB"];
  let size = n;
  let unit = -1;
  do { size /= 1000; unit++; } while (size >= 999.5 && unit < units.length - 1);
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}

/** ISO 8601 as the API writes durations. */
export function iso(text) {
  const parts = /^(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(text ?? "");
  if (!parts) return null;
  const [, sign, d = 0, hours = 0, m = 0, s = 0] = parts;
  return (sign ? -1 : 1) * (d * DAY + hours * 3_600_000 + m * 60_000 + s * 1000);
}

/** Time of day in the reader's zone; with the day when that is another one. */
export function clock(time, now = Date.now()) {
  const at = new Date(time);
  const hours = `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
  return new Date(now).toDateString() === at.toDateString()
    ? hours
    : `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())} ${hours}`;
}

export function minute(time) {
  const at = new Date(time);
  return `${pad(at.getHours())}:${pad(at.getMinutes())}`;
}

const pad = (n) => String(n).padStart(2, "0");

export function ago(time, now = Date.now()) {
  const passed = now - Date.parse(time);
  return passed < 2000 ? "just now" : `${span(passed)} ago`;
}

/** What is to come, or is due. */
export function ahead(time, now = Date.now()) {
  const left = Date.parse(time) - now;
  return left <= 0 ? "now" : `in ${span(left)}`;
}

/** `RetryScheduled` and `CONNECTION_REFUSED` as words. */
export const worded = (name) =>
  name.includes("_") || name === name.toUpperCase()
    ? name.toLowerCase().replaceAll("_", " ")
    : name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
