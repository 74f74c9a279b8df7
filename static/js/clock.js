// The meeting's clock. [data-clock] with data-minutes (the time there is), data-started-at (ISO; absent: it stands
// still), data-spent (seconds used before), data-now (the server's time when the page was made) and data-over (the words
// for overtime). Inside: [data-clock-left] m:ss, progress[data-clock-bar], [data-clock-note].
// data-clock="minutes" counts whole minutes instead. Nothing blinks.
const offsets = new WeakMap(); // element -> how far this device's clock is ahead of the server's

function offset(element) {
  if (!offsets.has(element)) {
    const { now } = element.dataset;
    offsets.set(element, now ? Date.now() - Date.parse(now) : 0);
  }
  return offsets.get(element);
}

export function secondsLeft(element, at = Date.now()) {
  const { minutes, startedAt, spent } = element.dataset;
  const running = startedAt ? Math.max(0, at - offset(element) - Date.parse(startedAt)) / 1000 : 0;
  return Math.round(Number(minutes) * 60 - Number(spent ?? 0) - running);
}

const minutesSeconds = (seconds) => {
  const whole = Math.abs(seconds);
  return `${seconds < 0 ? "−" : ""}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
};

function show(element) {
  const left = secondsLeft(element);
  const text = element.querySelector("[data-clock-left]");
  const said = element.dataset.clock === "minutes" ? String(Math.max(0, Math.ceil(left / 60))) : minutesSeconds(left);
  if (text && text.textContent !== said) text.textContent = said;
  const bar = element.querySelector("[data-clock-bar]");
  if (bar) {
    bar.max = Number(element.dataset.minutes) * 60;
    bar.value = Math.min(bar.max, bar.max - left);
    bar.classList.toggle("over", left < 0);
  }
  element.classList.toggle("is-over", left < 0);
  const note = element.querySelector("[data-clock-note]");
  if (note && left < 0 && element.dataset.over) note.textContent = element.dataset.over;
}

const tick = () => document.querySelectorAll("[data-clock]").forEach(show);
tick();
setInterval(tick, 1000);
document.addEventListener("htmx:afterSettle", tick);
