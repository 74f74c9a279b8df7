// How somebody looks at the board: a column is folded to a strip by its button ([data-fold], in every lane), a lane
// ([data-lane]) by its own summary; the server is told and renders it so. On a phone the one column that is shown
// ([name=column]) is kept in a cookie of the board's address.
import { reason, send } from "./send.js";

const page = () => document.getElementById("board-page");

function show(status, folded) {
  const others = page().dataset.folded.split(" ").filter((name) => name && name !== status);
  page().dataset.folded = [...others, ...(folded ? [status] : [])].join(" ");
  for (const column of page().querySelectorAll(`[data-status="${status}"]`)) {
    column.classList.toggle("is-folded", folded);
    const button = column.querySelector("[data-fold]");
    button.name = folded ? "unfold" : "fold";
    button.setAttribute("aria-expanded", String(!folded));
  }
}

async function keep(key, folded) {
  const answer = await send(document.getElementById("board-fold").action, { [folded ? "fold" : "unfold"]: key });
  if (!answer.ok) document.dispatchEvent(new CustomEvent("toast", { detail: { text: reason(answer) } }));
  return answer.ok;
}

export async function fold(button) {
  const [status, folded] = [button.value, button.name === "fold"];
  show(status, folded);
  if (!(await keep(status, folded))) show(status, !folded);
}

export const lane = (details) => keep(details.dataset.lane, !details.open);

export function column(radio) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `board_column=${radio.value}; path=${location.pathname}; samesite=lax${secure}`;
}
