// A button [data-copy="id of a field"] copies what is in the field, and says so with its words data-copied; where the
// browser does not let it, the text is selected to copy by hand (data-not-copied).
import { show } from "./toast.js";

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    show({ text: button.dataset.copied });
  } catch {
    show({ text: button.dataset.notCopied });
  }
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}
