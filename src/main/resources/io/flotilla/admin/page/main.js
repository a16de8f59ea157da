// Starts the page: address to view, the line at the top, log-in and log-out.

import { get, onUnauthorized, post } from "./api.js";
import { ConnectionPage } from "./connection.js";
import { loggedIn } from "./dialog.js";
import { announce, h, put, say } from "./dom.js";
import { Fleet } from "./fleet.js";
import { Overview } from "./overview.js";
import { read, STATES, stateWord } from "./states.js";
import { onTheme, startTheme } from "./theme.js";
import { clock, plural, span } from "./words.js";

const main = document.getElementById("main");
const link = document.getElementById("link");
const alarm = document.getElementById("alarm");
const waterline = document.getElementById("waterline");
const logout = document.getElementById("logout");
const fleet = new Fleet();
const SESSION = "flotilla-session-open";
let page = null;

/** `#/`, `#/?q=…&state=…&group=…&view=…` or `#/connections/ID`. */
function route() {
  const [path, query] = location.hash.replace(/^#/, "").split("?");
  const id = /^\/connections\/([^/]+)$/.exec(path)?.[1];
  if (id) {
    let named = id;
    try {
      named = decodeURIComponent(id);
    } catch {
      // shown as it stands: there is no connection of that name
    }
    leave(new ConnectionPage(fleet, named), `${named} · Flotilla`);
    return;
  }
  const asked = new URLSearchParams(query ?? "");
  const place = {
    q: asked.get("q") ?? "",
    states: new Set(asked.getAll("state").filter((state) => STATES.includes(state))),
    group: asked.get("group") ?? "host",
    view: asked.get("view") === "list" ? "list" : "field",
  };
  if (page instanceof Overview) page.move(place);
  else leave(new Overview(fleet, place, open, go), "Flotilla");
}

function leave(next, title) {
  const first = page === null;
  page?.end();
  page = next;
  document.title = title;
  put(main, next.element);
  if (first) return;
  main.focus({ preventScroll: true });
  scrollTo(0, 0);
}

const open = (id) => { location.hash = `#/connections/${encodeURIComponent(id)}`; };

function go({ q, states, group, view }) {
  const query = new URLSearchParams();
  if (q) query.set("q", q);
  for (const state of states) query.append("state", state);
  if (group !== "host") query.set("group", group);
  if (view !== "field") query.set("view", view);
  const text = query.toString();
  history.replaceState(null, "", text ? `#/?${text}` : "#/");
  route();
}

/** The line under the header: the fleet in proportion, what is well at the left. */
function drawWaterline() {
  const { states } = fleet.summary ?? {};
  if (!states) return;
  put(waterline, STATES.map((state) => {
    const part = h("span", { title: stateWord(state) });
    part.style.flexGrow = states[state] ?? 0;
    part.style.background = read(`--${state.toLowerCase().replace("_", "-")}`);
    return part;
  }));
}

function showLink() {
  link.dataset.link = fleet.link;
  document.body.classList.toggle("stale", fleet.link === "lost");
  if (fleet.link === "lost") {
    link.textContent = "Lost";
    alarm.hidden = false;
    alarm.textContent = `The server cannot be reached since ${clock(fleet.lostSince)}. What is shown is from then; it is tried again by itself.`;
  } else {
    link.textContent = fleet.link === "live" ? "Live" : "Connecting…";
    if (!alarm.hidden) announce("The server is back.");
    alarm.hidden = true;
  }
}

fleet.addEventListener("link", showLink);
fleet.addEventListener("summary", () => {
  drawWaterline();
  const { build, since, draining } = fleet.summary;
  document.getElementById("build").textContent = `${build.version} · up ${span(Date.now() - Date.parse(since))}`;
  if (draining) document.body.dataset.draining = "true";
});
fleet.addEventListener("event", ({ detail }) => {
  if (detail.event === "DrainStarted") announce(`The fleet drains: ${plural(detail.alive ?? 0, "connection")} close.`);
  if (detail.event === "SinkDegraded") announce(`Sink ${detail.sink} is degraded: ${detail.reason}`);
});

/** Nothing is asked for by panels before it is known that the API answers. */
async function begin() {
  try {
    await get("/api/v1/fleet");
  } catch (thrown) {
    if (thrown.status === 401) return; // the form that is shown now begins anew
  }
  logout.hidden = !isRemembered();
  leaveAnew();
  fleet.start();
}

/** That there is a session to end; the cookie cannot be seen from here, and the token is kept nowhere. */
function remember(session) {
  try {
    if (session) localStorage.setItem(SESSION, session);
    else localStorage.removeItem(SESSION);
  } catch {
    logout.hidden = false; // a browser that keeps nothing for this page: until it is left
  }
}

function isRemembered() {
  try {
    return localStorage.getItem(SESSION) !== null;
  } catch {
    return !logout.hidden;
  }
}

let entering = false;
onUnauthorized(async () => {
  if (entering) return;
  entering = true;
  fleet.stop();
  link.dataset.link = "locked";
  link.textContent = "Logged out";
  await loggedIn();
  entering = false;
  remember("yes");
  fleet.complete = false;
  begin();
});

function leaveAnew() {
  page?.end();
  page = null;
  route();
}

logout.addEventListener("click", async () => {
  try {
    await post("/logout");
    remember(null);
    fleet.stop();
    location.reload();
  } catch (thrown) {
    say(thrown.message, true);
  }
});

startTheme(document.getElementById("theme"));
onTheme(drawWaterline);
addEventListener("hashchange", () => { if (page) route(); });
begin();
