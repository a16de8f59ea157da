// Where each cell stands: groups as blocks on shelves, cells in rows within a block. Pure.

/** More groups than anybody can look at become one. */
const MOST_GROUPS = 150;

const HEADING = 22;
const GAP = 14;
const NARROWEST = 150;
/** Rows of a shelf of several groups, at the most. */
const HIGHEST = 22;

const NONE = "(none)";

/** @param by `host`, `state`, `label:KEY`, or `none` */
export function groupsOf(cells, by) {
  const groups = new Map();
  for (const cell of cells) {
    const name = nameOf(cell, by);
    const group = groups.get(name);
    if (group) group.push(cell);
    else groups.set(name, [cell]);
  }
  const all = [...groups].map(([name, members]) => ({ name, cells: members, rest: false }));
  all.sort((a, b) => (a.name === NONE) - (b.name === NONE) || a.name.localeCompare(b.name, "en", { numeric: true }));
  if (all.length <= MOST_GROUPS) return all;
  const largest = new Set([...all].sort((a, b) => b.cells.length - a.cells.length).slice(0, MOST_GROUPS));
  const kept = all.filter((group) => largest.has(group));
  const rest = all.filter((group) => !largest.has(group));
  kept.push({ name: `${rest.length} smaller groups`, cells: rest.flatMap((group) => group.cells), rest: true });
  return kept;
}

function nameOf(cell, by) {
  if (by === "none") return "";
  if (by === "host") return cell.host;
  if (by === "state") return cell.state;
  return cell.labels[by.slice("label:".length)] ?? NONE;
}

/**
 * Shelf by shelf: the blocks of one are equally high and fill the width together.
 *
 * @param width of the field, in pixels
 * @param tall about how tall it should be, in pixels: the size of a cell follows from it
 * @returns pitch (pixels from cell to cell), blocks `{name, cells, x, y, columns, room (for its heading, in pixels)}`, height
 */
export function layout(groups, width, tall) {
  const total = groups.reduce((sum, group) => sum + group.cells.length, 0);
  const headed = groups.length > 1 || (groups[0]?.name ?? "") !== "";
  const room = Math.max(120, tall - (headed ? Math.ceil((groups.length * NARROWEST) / width) * (HEADING + GAP) : 0));
  const pitch = Math.max(6, Math.min(20, Math.floor(Math.sqrt((width * room) / Math.max(1, total)))));
  const blocks = [];
  let y = 0;
  for (let rest = groups; rest.length > 0; ) {
    const shelf = shelfOf(rest, width, pitch);
    rest = rest.slice(shelf.length);
    const rows = rowsOf(shelf, width, pitch);
    const top = y + (headed ? HEADING : 0);
    let x = 0;
    for (const [i, group] of shelf.entries()) {
      const columns = columnsOf(group, rows, pitch);
      const room = i === shelf.length - 1 ? width - x : columns * pitch;
      blocks.push({ ...group, x, y: top, columns, room });
      x += columns * pitch + GAP;
    }
    y = top + rows * pitch + GAP;
  }
  return { pitch, blocks, height: Math.max(0, y - GAP), headed, heading: HEADING };
}

/** As many groups as stand beside each other without becoming a tower. */
function shelfOf(groups, width, pitch) {
  let size = 1;
  while (size < groups.length && rowsOf(groups.slice(0, size + 1), width, pitch) <= HIGHEST) size++;
  return groups.slice(0, size);
}

/** The fewest rows with which they fit beside each other; Infinity where they do not. */
function rowsOf(shelf, width, pitch) {
  const room = width - (shelf.length - 1) * GAP;
  if (shelf.length > 1 && shelf.length * leastColumns(pitch) * pitch > room) return Infinity;
  const cells = shelf.reduce((sum, group) => sum + group.cells.length, 0);
  const fits = (rows) => shelf.reduce((sum, group) => sum + columnsOf(group, rows, pitch), 0) * pitch <= room;
  const most = Math.max(...shelf.map((group) => group.cells.length));
  for (let rows = Math.max(1, Math.floor((cells * pitch) / room)); rows <= most; rows++) {
    if (fits(rows)) return rows;
  }
  return most;
}

/** Never narrower than a heading can be read. */
const leastColumns = (pitch) => Math.ceil(NARROWEST / pitch);
const columnsOf = (group, rows, pitch) => Math.max(leastColumns(pitch), Math.ceil(group.cells.length / rows));

/** The cell at a place, and where it stands: `{block, index}` or null. */
export function hit(plan, x, y) {
  for (const block of plan.blocks) {
    const column = Math.floor((x - block.x) / plan.pitch);
    const row = Math.floor((y - block.y) / plan.pitch);
    if (column < 0 || row < 0 || column >= block.columns) continue;
    const index = row * block.columns + column;
    if (index < block.cells.length) return { block, index };
  }
  return null;
}
