// Elements from names, properties and children. Text is always a text node: what a peer said can never become markup.

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element. Keys of `props`: `class`, `on…` listeners, `data` and `aria` objects, properties of the element, else attributes. */
export function h(name, props, ...children) {
  return fill(document.createElement(name), props, children);
}

/** The same for SVG, attributes only. */
export function svg(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value != null) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

function fill(element, props, children) {
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value == null) continue;
    if (key === "class") element.className = value;
    else if (key === "data") Object.assign(element.dataset, value);
    else if (key === "aria") for (const [name, said] of Object.entries(value)) element.setAttribute(`aria-${name}`, said);
    else if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key in element) element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children.flat(2).filter((child) => child != null && child !== false));
  return element;
}

/** Puts children in place of those that are there. */
export function put(parent, ...children) {
  parent.replaceChildren(...children.flat(2).filter((child) => child != null && child !== false));
}

/** Says something to screen readers. The same words twice are told twice. */
export function announce(text) {
  const place = document.getElementById("announcer");
  place.textContent = place.textContent === text ? `${text}\u00a0` : text;
}

let saying;

/** Says to everybody what came of an action, for some seconds. */
export function say(text, bad = false) {
  const place = document.getElementById("said");
  place.textContent = text;
  place.classList.toggle("bad", bad);
  clearTimeout(saying);
  saying = setTimeout(() => { place.textContent = ""; }, bad ? 12000 : 6000);
}
