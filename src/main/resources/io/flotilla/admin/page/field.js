// The fleet as a field of cells on a canvas. A change draws the cells that changed, once a frame.

import { announce, h, put } from "./dom.js";
import { groupsOf, hit, layout } from "./layout.js";
import { colourOf, drawSign, HELD, read, STATES, stateWord } from "./states.js";
import { onTheme } from "./theme.js";
import { count, percent, plural } from "./words.js";

const FAINT = 0.14;

/** Browsers refuse canvases that are higher. */
const TALLEST = 16_000;

export class Field {
  #fleet;
  #open;
  #pickGroup;
  #canvas = h("canvas", { class: "cells", aria: { hidden: "true" } });
  #headings = h("div", { class: "headings" });
  #tip = h("div", { class: "tip", hidden: true, role: "tooltip" });
  #cursorBox = h("div", { class: "cursor", hidden: true });
  #plan = null;
  #where = new Map();
  #sprites = new Map();
  #dirty = new Set();
  #whole = false;
  #asked = false;
  #by = "host";
  #filter = () => true;
  #cursor = null;
  #frames = 0;
  #ends = [];

  /** @param open called with an id @param pickGroup called with the name of a group and what it is grouped by */
  constructor(fleet, open, pickGroup) {
    this.#fleet = fleet;
    this.#open = open;
    this.#pickGroup = pickGroup;
    this.element = h("div", {
      class: "field", tabIndex: 0, role: "application",
      aria: {
        roledescription: "field of cells",
        label: "The fleet, a cell for each connection. Arrow keys move from cell to cell, Enter opens one. The list shows the same as a table.",
      },
      onkeydown: (press) => this.#key(press),
      onfocus: () => this.#showCursor(),
      onblur: () => this.#hideTip(),
    }, this.#headings, this.#canvas, this.#cursorBox, this.#tip);
    this.#canvas.addEventListener("pointermove", (move) => this.#point(move));
    this.#canvas.addEventListener("pointerleave", () => this.#hideTip());
    this.#canvas.addEventListener("click", (click) => {
      const found = this.#at(click);
      if (found) this.#open(found.block.cells[found.index].id);
    });
    const resized = new ResizeObserver(() => {
      if (this.element.clientWidth !== this.#width) this.arrange();
    });
    resized.observe(this.element);
    this.#ends = [() => resized.disconnect(), onTheme(() => this.#repaint())];
  }

  end() {
    this.#ends.forEach((end) => end());
  }

  show(by, filter) {
    this.#by = by;
    this.#filter = filter;
    this.arrange();
  }

  /** Places every cell anew: other connections, another width, other groups. */
  arrange() {
    const width = this.element.clientWidth;
    if (width === 0) return;
    this.#width = width;
    const groups = groupsOf(this.#fleet.cells.values(), this.#by);
    if (this.#by === "state") groups.sort((a, b) => STATES.indexOf(a.name) - STATES.indexOf(b.name));
    this.#plan = layout(groups, width, Math.max(320, Math.min(560, window.innerHeight * 0.55)));
    this.#where = new Map();
    for (const block of this.#plan.blocks) {
      block.cells.forEach((cell, index) => this.#where.set(cell.id, { block, index }));
    }
    const scale = Math.min(Math.max(1, window.devicePixelRatio), TALLEST / Math.max(1, this.#plan.height));
    this.#canvas.width = Math.ceil(width * scale);
    this.#canvas.height = Math.max(1, Math.ceil(this.#plan.height * scale));
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${this.#plan.height}px`;
    this.#scale = scale;
    this.#drawHeadings();
    this.#sprites.clear();
    this.#whole = true;
    this.#draw(); // at once: a canvas of another size is empty
    if (this.#cursor && !this.#where.has(this.#cursor)) this.#cursor = null;
  }

  #scale = 1;
  #width = 0;

  /** Some cells have another state. */
  changed(cells) {
    if (this.#by === "state") {
      this.#rearrangeSoon();
      return;
    }
    for (const cell of cells) this.#dirty.add(cell);
    this.#ask();
  }

  /** Grouped by state, a change moves cells: not more often than eyes can follow. */
  #rearrangeSoon() {
    this.#moving ??= setTimeout(() => {
      this.#moving = null;
      this.arrange();
    }, 500);
  }

  #moving = null;

  #repaint() {
    this.#sprites.clear();
    this.#whole = true;
    this.#ask();
  }

  #ask() {
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame(() => {
      this.#asked = false;
      this.#draw();
    });
  }

  #draw() {
    if (!this.#plan) return;
    const pen = this.#canvas.getContext("2d");
    const touched = new Set();
    let drawn = 0;
    if (this.#whole) {
      pen.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
      for (const block of this.#plan.blocks) {
        block.cells.forEach((cell, index) => this.#drawCell(pen, block, index, cell));
        drawn += block.cells.length;
        touched.add(block);
      }
    } else {
      for (const cell of this.#dirty) {
        const place = this.#where.get(cell.id);
        if (!place) continue;
        this.#drawCell(pen, place.block, place.index, cell);
        touched.add(place.block);
        drawn++;
      }
    }
    this.#whole = false;
    this.#dirty.clear();
    for (const block of touched) this.#tell(block);
    // For whoever wants to know what a frame costs, tests for one.
    this.#canvas.dataset.frames = ++this.#frames;
    this.#canvas.dataset.drawn = drawn;
    this.#canvas.dataset.total = Number(this.#canvas.dataset.total ?? 0) + drawn;
  }

  #drawCell(pen, block, index, cell) {
    const step = this.#plan.pitch * this.#scale;
    const x = Math.round((block.x + (index % block.columns) * this.#plan.pitch) * this.#scale);
    const y = Math.round((block.y + Math.floor(index / block.columns) * this.#plan.pitch) * this.#scale);
    pen.clearRect(x, y, Math.ceil(step), Math.ceil(step));
    pen.drawImage(this.#sprite(cell.state, this.#filter(cell)), x, y);
  }

  #sprite(state, plain) {
    const key = `${state}${plain}`;
    let sprite = this.#sprites.get(key);
    if (!sprite) {
      const size = Math.max(1, Math.floor(this.#plan.pitch * this.#scale));
      sprite = new OffscreenCanvas(size, size);
      const pen = sprite.getContext("2d");
      pen.globalAlpha = plain ? 1 : FAINT;
      const gap = Math.max(1, Math.round(size / 8));
      drawSign(pen, state, 0, 0, size - gap, colourOf(state), read("--panel"));
      this.#sprites.set(key, sprite);
    }
    return sprite;
  }

  #drawHeadings() {
    put(this.#headings, this.#plan.headed ? this.#plan.blocks.map((block) => {
      block.said = h("span", { class: "share" });
      block.heading = h("button", {
        type: "button", class: "heading", tabIndex: -1,
        onclick: block.rest || block.name === "" ? null : () => this.#pickGroup(block.name, this.#by),
      }, h("span", { class: "name" }, this.#by === "state" ? stateWord(block.name) : block.name), block.said);
      block.heading.style.left = `${block.x}px`;
      block.heading.style.top = `${block.y - this.#plan.heading}px`;
      block.heading.style.maxWidth = `${block.room}px`;
      return block.heading;
    }) : []);
  }

  #tell(block) {
    if (!block.heading) return;
    const wanted = block.cells.filter((cell) => cell.state !== "STOPPED").length;
    const ready = block.cells.filter((cell) => cell.state === "READY").length;
    block.said.textContent = this.#by === "state"
      ? count(block.cells.length)
      : wanted === 0 ? "all stopped" : `${count(ready)} of ${count(wanted)} ready`;
    block.heading.title = `${block.name}: ${plural(block.cells.length, "connection")}, ${wanted === 0 ? "none wanted up" : `${percent(ready / wanted)} ready`}`;
    block.heading.classList.toggle("hurt", wanted > 0 && ready / wanted < 0.8 && this.#by !== "state");
  }

  #at(move) {
    const box = this.#canvas.getBoundingClientRect();
    return this.#plan && hit(this.#plan, move.clientX - box.left, move.clientY - box.top);
  }

  #point(move) {
    const found = this.#at(move);
    this.#canvas.classList.toggle("over", found !== null);
    if (found) this.#showTip(found);
    else this.#hideTip();
  }

  #showTip({ block, index }) {
    const cell = block.cells[index];
    put(this.#tip,
      h("strong", {}, cell.id),
      h("span", {}, stateWord(cell.state), cell.heldBy ? `, held by ${HELD[cell.heldBy] ?? cell.heldBy}` : ""),
      h("span", {}, cell.host),
      cell.kind && cell.state !== "READY" ? h("span", {}, `after ${cell.kind}`) : null,
      ...Object.entries(cell.labels).map(([key, value]) => h("span", { class: "label" }, `${key}=${value}`)));
    this.#tip.hidden = false;
    const x = block.x + (index % block.columns) * this.#plan.pitch;
    const y = block.y + (Math.floor(index / block.columns) + 1) * this.#plan.pitch + 6;
    const wide = this.element.clientWidth;
    this.#tip.style.left = `${Math.max(0, Math.min(x, wide - this.#tip.offsetWidth))}px`;
    this.#tip.style.top = `${y}px`;
  }

  #hideTip() {
    this.#tip.hidden = true;
    this.#cursorBox.hidden = true;
  }

  #showCursor() {
    const first = this.#plan?.blocks[0]?.cells[0];
    if (!first) return;
    this.#cursor ??= first.id;
    const place = this.#where.get(this.#cursor);
    this.#cursorBox.hidden = false;
    this.#cursorBox.style.left = `${place.block.x + (place.index % place.block.columns) * this.#plan.pitch - 2}px`;
    this.#cursorBox.style.top = `${place.block.y + Math.floor(place.index / place.block.columns) * this.#plan.pitch - 2}px`;
    this.#cursorBox.style.width = `${this.#plan.pitch + 3}px`;
    this.#cursorBox.style.height = `${this.#plan.pitch + 3}px`;
    this.#showTip(place);
    const cell = place.block.cells[place.index];
    announce(`${cell.id}, ${stateWord(cell.state)}, ${cell.host}`);
  }

  #key(press) {
    if (press.target !== this.element || !this.#plan || press.altKey || press.ctrlKey || press.metaKey) return;
    const place = this.#cursor && this.#where.get(this.#cursor);
    if (press.key === "Enter" && place) {
      this.#open(this.#cursor);
    } else if (press.key === "Escape") {
      this.#hideTip();
    } else if (place) {
      const next = this.#next(press.key, place);
      if (next === undefined) return;
      if (next) this.#cursor = next.id;
      this.#showCursor();
      this.#cursorBox.scrollIntoView({ block: "nearest" });
    } else {
      return;
    }
    press.preventDefault();
  }

  /** The cell that a key leads to; undefined for a key that leads nowhere. */
  #next(key, { block, index }) {
    const blocks = this.#plan.blocks;
    const which = blocks.indexOf(block);
    switch (key) {
      case "ArrowRight": return block.cells[index + 1] ?? blocks[which + 1]?.cells[0] ?? null;
      case "ArrowLeft": return block.cells[index - 1] ?? blocks[which - 1]?.cells.at(-1) ?? null;
      case "ArrowDown": return block.cells[index + block.columns] ?? blocks[which + 1]?.cells[0] ?? null;
      case "ArrowUp": return block.cells[index - block.columns] ?? blocks[which - 1]?.cells.at(-1) ?? null;
      case "PageDown": return blocks[which + 1]?.cells[0] ?? null;
      case "PageUp": return blocks[which - 1]?.cells[0] ?? null;
      case "Home": return blocks[0].cells[0];
      case "End": return blocks.at(-1).cells.at(-1);
      default: return undefined;
    }
  }
}
