// Menus are details elements ([data-menu]) and open without script. With it: one at a time, closed by Esc, by a click
// elsewhere and by choosing; arrow keys, Home and End walk through the items.
const ITEMS = "a[href], button, input, select";
const openMenus = () => document.querySelectorAll("details[data-menu][open]");

function close(menu, { focus = false } = {}) {
  menu.open = false;
  if (focus) menu.querySelector("summary").focus();
}

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) {
    const inside = menu.contains(event.target);
    const chosen = inside && event.target.closest(".menu-list a, .menu-list button") && !("stay" in menu.dataset);
    if (!inside || chosen) close(menu);
  }
});

document.addEventListener("toggle", (event) => {
  if (!event.target.matches?.("[data-menu]") || !event.target.open) return;
  for (const menu of openMenus()) if (menu !== event.target && !menu.contains(event.target)) close(menu);
}, true);

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details[data-menu][open]") ?? (event.key === "Escape" && openMenus()[0]);
  if (!menu) return;
  if (event.key === "Escape") {
    event.preventDefault();
    close(menu, { focus: true });
    return;
  }
  const items = [...menu.querySelectorAll(`.menu-list :is(${ITEMS})`)].filter((item) => item.offsetParent);
  const here = items.indexOf(document.activeElement);
  const typing = document.activeElement.matches("input:not([type=checkbox], [type=radio]), select");
  const next = { ArrowDown: here + 1, ArrowUp: here < 0 ? items.length - 1 : here - 1, Home: 0, End: items.length - 1 }[event.key];
  if (next === undefined || typing || !items.length) return;
  event.preventDefault();
  items[(next + items.length) % items.length].focus();
});

document.addEventListener("focusout", (event) => {
  const menu = event.target.closest?.("details[data-menu][open]");
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) close(menu);
});

// a menu that fetches its items when it opens (hx-trigger="toggle") asks for nothing when it closes
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.matches("details[data-menu]:not([open])")) event.preventDefault();
});
