// The cells of a grid: which there are, how one gets the focus, and the one beside it.
export const CELLS = ":is(td, th):not([scope=rowgroup])";
export const rows = (table) => [...table.rows].filter((row) => !row.matches(".group"));

export function dress(row) {
  for (const cell of row.querySelectorAll(CELLS)) {
    cell.tabIndex = -1;
    if (!row.closest("thead")) cell.setAttribute("aria-readonly", String(!cell.dataset.edits));
    for (const inner of cell.querySelectorAll("a, input")) inner.tabIndex = -1;
  }
}

export function go(cell) {
  if (!cell) return;
  for (const stop of cell.closest("table").querySelectorAll("[tabindex='0']")) stop.tabIndex = -1;
  cell.tabIndex = 0;
  cell.focus();
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
}

// the cell some rows and columns away; itself at the edge
export function beside(cell, down, right) {
  const all = rows(cell.closest("table"));
  const row = all[Math.min(Math.max(all.indexOf(cell.parentElement) + down, 0), all.length - 1)];
  return row.cells[Math.min(Math.max(cell.cellIndex + right, 0), row.cells.length - 1)];
}
