// The meeting's clock. [data-clock] with data-minutes (the time there is), data-started-at (ISO; absent: it stands
// still), data-spent (seconds used before), data-now (the server's time when the page was made) and data-over (the words
// for overtime). Inside: [data-clock-left] m:ss, progress[data-clock-bar], [data-clock-note].
// data-clock="minutes" counts whole minutes instead, with [data-clock-within], and [data-clock-beyond] holding
// [data-clock-over] once they are used up. Nothing blinks.
// It counts by the server's time: what this device believes the time to be, and when that is put right, does not matter.
const LASTS = 60000; // an old measurement gives way to a new one
let best; // { ahead: the server's time less our own steady one, unsure: by how much that may be wrong, at }

function note(serverTime, unsure) {
  const at = performance.now();
  const ahead = serverTime - at;
  const differs = best && Math.abs(ahead - best.ahead) > unsure + best.unsure; // this device has slept
  if (!best || unsure <= best.unsure || differs || at - best.at > LASTS) best = { ahead, unsure, at };
}

// the server said its time (milliseconds) in the answer to what was sent at that moment of performance.now()
export function heard(serverTime, sentAt) {
  if (!serverTime) return;
  const halfway = (performance.now() - sentAt) / 2;
  note(Number(serverTime) + halfway, halfway);
}

function serverNow() {
  if (!best) {
    const made = document.querySelector("[data-clock][data-now]")?.dataset.now;
    note(made ? Date.parse(made) : Date.now(), LASTS);
  }
  return performance.now() + best.ahead;
}

export function secondsLeft(element, at = serverNow()) {
  const { minutes, startedAt, spent } = element.dataset;
  const running = startedAt ? Math.max(0, at - Date.parse(startedAt)) / 1000 : 0;
  return Math.round(Number(minutes) * 60 - Number(spent ?? 0) - running);
}

const minutesSeconds = (seconds) => {
  const whole = Math.abs(seconds);
  return `${seconds < 0 ? "−" : ""}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
};

function put(element, selector, said) {
  const text = element.querySelector(selector);
  if (text && text.textContent !== said) text.textContent = said;
}

function show(element) {
  const left = secondsLeft(element);
  const isOver = left < 0;
  if (element.dataset.clock === "minutes") {
    put(element, "[data-clock-left]", String(Math.max(0, Math.ceil(left / 60))));
    put(element, "[data-clock-over]", String(Math.max(1, Math.floor(-left / 60))));
    element.querySelector("[data-clock-within]")?.toggleAttribute("hidden", isOver);
    element.querySelector("[data-clock-beyond]")?.toggleAttribute("hidden", !isOver);
  } else {
    put(element, "[data-clock-left]", minutesSeconds(left));
    if (isOver && element.dataset.over) put(element, "[data-clock-note]", element.dataset.over);
  }
  const bar = element.querySelector("[data-clock-bar]");
  if (bar) {
    bar.max = Number(element.dataset.minutes) * 60;
    bar.value = Math.min(bar.max, bar.max - left);
    bar.classList.toggle("over", isOver);
  }
  element.classList.toggle("is-over", isOver);
}

export const tick = () => document.querySelectorAll("[data-clock]").forEach(show);
tick();
setInterval(tick, 1000);
document.addEventListener("htmx:afterSettle", tick);
