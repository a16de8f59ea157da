// What is looked for: words with an optional key. `desk=spot` is a label, `host:`, `kind:` and `held:` name a field, anything
// else is a part of the id, the host or a label's value. All must hold. Pure.

const WORD = /[^\s"]*"[^"]*"?|\S+/g;

/** @param text what was typed @param states a Set of states; empty for all */
export function filterOf(text, states) {
  const tests = (text.match(WORD) ?? []).map(testOf);
  return (cell) => (states.size === 0 || states.has(cell.state)) && tests.every((test) => test(cell));
}

function testOf(word) {
  const [, key, by, quoted] = /^([a-z][a-z0-9_-]*)([=:])(.*)$/i.exec(word) ?? [];
  const value = (quoted ?? word).replaceAll('"', "");
  if (by === "=") return (cell) => cell.labels[key] === value;
  switch (by && key.toLowerCase()) {
    case "host": return (cell) => cell.host === value || cell.host.startsWith(`${value}:`);
    case "kind": return (cell) => cell.kind === value.toUpperCase() && cell.state !== "READY";
    case "held": return (cell) => cell.heldBy === value.toLowerCase();
    default: return partOf(word.replaceAll('"', "").toLowerCase());
  }
}

function partOf(part) {
  return (cell) =>
    cell.id.toLowerCase().includes(part) ||
    cell.host.toLowerCase().includes(part) ||
    Object.values(cell.labels).some((value) => value.toLowerCase().includes(part));
}

/** A word that finds exactly this. */
export function wordFor(key, by, value) {
  return `${key}${by}${/[\s"]/.test(value) ? `"${value.replaceAll('"', "")}"` : value}`;
}
