// Light, dark, or as the system says. Tells who draws on a canvas when that has changed.

import { repaintSigns } from "./states.js";

const KEY = "flotilla-theme";
const NEXT = { system: "light", light: "dark", dark: "system" };
const WORD = { system: "◐ auto", light: "○ light", dark: "● dark" };
const SAID = { system: "Theme: as the system says", light: "Theme: light", dark: "Theme: dark" };
const SYSTEM = matchMedia("(prefers-color-scheme: dark)");
const watchers = new Set();
let chosen = "system";

export function startTheme(button) {
  chosen = remembered();
  button.addEventListener("click", () => {
    chosen = NEXT[chosen];
    remember();
    show(button);
  });
  SYSTEM.addEventListener("change", () => show(button));
  show(button);
}

export function onTheme(watcher) {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

function show(button) {
  const dark = chosen === "dark" || (chosen === "system" && SYSTEM.matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  button.textContent = WORD[chosen];
  button.setAttribute("aria-label", SAID[chosen]);
  button.title = SAID[chosen];
  repaintSigns();
  for (const watcher of watchers) watcher();
}

// A browser that keeps nothing for this page still shows it.
function remembered() {
  try {
    const kept = localStorage.getItem(KEY);
    return kept in NEXT ? kept : "system";
  } catch {
    return "system";
  }
}

function remember() {
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // only this visit then
  }
}
