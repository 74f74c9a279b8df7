// What is typed and not yet sent stays on this device until the server has it: form[data-keep] (its name here) with
// data-keep-base (the round it belongs to). After a reload without a connection it is put back, and [data-kept] says so;
// [data-kept-for] beside a closed form says that there is something. Another round, or thirty days: it is dropped.
const PREFIX = "ogsm.kept.";
const DAYS = 30 * 24 * 3600 * 1000;
const UNSAID = new Set(["csrfmiddlewaretoken", "token", "back"]);

const nameOf = (form) => PREFIX + form.dataset.keep;
const fieldsOf = (form) => [...new FormData(form)].filter(([name, value]) => !UNSAID.has(name) && typeof value === "string");

// storage may be full or switched off: then there is only the server's draft
function stored(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

export function keep(form) {
  try {
    const { keepBase: base } = form.dataset;
    localStorage.setItem(nameOf(form), JSON.stringify({ base, at: Date.now(), fields: fieldsOf(form) }));
  } catch { /* as above */ }
}

export function drop(form) {
  try {
    localStorage.removeItem(nameOf(form));
  } catch { /* as above */ }
}

function put(form, fields) {
  const said = new Map(fields);
  let changed = false;
  for (const field of form.elements) {
    if (!field.name || UNSAID.has(field.name) || field.type === "hidden" || field.type === "submit") continue;
    if (field.type === "radio" || field.type === "checkbox") {
      const wanted = said.get(field.name) === field.value;
      changed ||= wanted !== field.checked;
      field.checked = wanted;
    } else if (said.has(field.name) && field.value !== said.get(field.name)) {
      field.value = said.get(field.name);
      changed = true;
    }
  }
  return changed;
}

// puts back what was kept; true when that differs from what the server sent
function restore(form) {
  const kept = stored(nameOf(form));
  if (!kept) return false;
  if (kept.base !== form.dataset.keepBase || !put(form, kept.fields)) {
    drop(form);
    return false;
  }
  const note = form.querySelector("[data-kept]");
  if (note) {
    const when = new Date(kept.at).toLocaleString(document.documentElement.lang, { weekday: "long", hour: "2-digit", minute: "2-digit" });
    const words = note.querySelector("[data-kept-words]");
    words.textContent = words.dataset.keptWords.replace("{when}", when);
    note.hidden = false;
  }
  return true;
}

// in a page or in a piece of it that just came in; `saved` is told of each form that was filled
export function look(root, saved) {
  for (const form of root.querySelectorAll("form[data-keep]")) {
    if (!("keptSeen" in form.dataset)) {
      form.dataset.keptSeen = "";
      if (restore(form)) saved(form);
    }
  }
  for (const mark of root.querySelectorAll("[data-kept-for]")) {
    mark.hidden = stored(PREFIX + mark.dataset.keptFor)?.base !== mark.dataset.keepBase;
  }
}

// throws away what was put back: the form is as the server sent it
export function forget(form) {
  drop(form);
  form.reset();
  form.querySelector("[data-kept]").hidden = true;
}

export function sweep() {
  try {
    for (const name of Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))) {
      if (!(Date.now() - stored(name)?.at < DAYS)) localStorage.removeItem(name);
    }
  } catch { /* as above */ }
}
