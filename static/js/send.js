// A POST from script, as htmx would make it: with the CSRF header, and with the events the answer asks for (in
// HX-Trigger, or in `events` of an answer in JSON, which may be longer).
const headers = () => ({
  "HX-Request": "true",
  "HX-Current-URL": location.href,
  ...JSON.parse(document.body.getAttribute("hx-headers") ?? "{}"),
});

// resolves to { ok, status, html, data, triggers }; never rejects (status 0: no connection)
export async function send(url, fields = {}) {
  const body = fields instanceof FormData ? fields : new URLSearchParams(fields);
  try {
    const answer = await fetch(url, { method: "POST", body, headers: headers() });
    if (answer.redirected && answer.url.includes("/accounts/login/")) location.reload();
    const isData = answer.headers.get("Content-Type")?.startsWith("application/json");
    const data = isData ? await answer.json() : null;
    const html = isData ? "" : await answer.text();
    const triggers = { ...parse(answer.headers.get("HX-Trigger")), ...data?.events };
    for (const [name, detail] of Object.entries(triggers)) {
      document.body.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
    }
    return { ok: answer.ok, status: answer.status, html, data, triggers };
  } catch {
    return { ok: false, status: 0, html: "", data: null, triggers: {} };
  }
}

function parse(header) {
  if (!header) return {};
  if (header.startsWith("{")) return JSON.parse(header);
  return Object.fromEntries(header.split(",").map((name) => [name.trim(), {}]));
}

// why a request was refused, in the server's words when it gave any
export function reason(answer) {
  const { failed, forbidden, missing, offline } = document.getElementById("toasts").dataset;
  const { body } = new DOMParser().parseFromString(answer.html, "text/html");
  const isOurs = answer.status === 409 || answer.status === 422;
  const said = (isOurs ? body : body.querySelector("[data-failure]"))?.textContent.trim().replace(/\s+/g, " ");
  if (said) return said.slice(0, 300);
  return { 0: offline, 403: forbidden, 404: missing, 502: offline, 503: offline, 504: offline }[answer.status] ?? failed;
}
