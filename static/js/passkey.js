// A form [data-passkey="create" or "get"] asks the device for a passkey before it is sent, and shows itself only where
// the browser knows passkeys. What to ask for is in the script [data-options], or is fetched from the form's address.
// When the device gives none, it says its words data-failed.
import { show } from "./toast.js";

async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(document.getElementById(form.dataset.options).textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

async function made(form) {
  const publicKey = (await optionsOf(form)).creation_options.publicKey;
  const alone = form.elements.passwordless.checked;
  const selection = { ...publicKey.authenticatorSelection, residentKey: alone ? "required" : "discouraged", requireResidentKey: alone };
  if (alone) selection.userVerification = "required";
  const asked = { ...publicKey, authenticatorSelection: selection };
  return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) });
}

async function given(form) {
  const { publicKey } = (await optionsOf(form)).request_options;
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
}

async function ask(event) {
  event.preventDefault();
  const form = event.target;
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const credential = await (form.dataset.passkey === "create" ? made(form) : given(form));
    form.elements.credential.value = JSON.stringify(credential);
    form.submit();
  } catch {
    button.disabled = false;
    show({ text: form.dataset.failed });
  }
}

const known = "PublicKeyCredential" in window && "parseRequestOptionsFromJSON" in PublicKeyCredential;
for (const form of document.querySelectorAll("[data-passkey]")) {
  form.hidden = !known;
  form.addEventListener("submit", ask);
}
for (const word of document.querySelectorAll("[data-no-passkeys]")) word.hidden = known;
