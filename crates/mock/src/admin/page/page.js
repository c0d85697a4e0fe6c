// Shows the journal and keeps it fresh. Every text of a request or a response becomes a text node, never markup.
"use strict";

const INTERVAL = 1000;
const LATEST = 200;
const MASK = "***";
const KEY = '"$API_KEY"';
// curl makes these itself, and they would contradict what it sends.
const OF_CURL = new Set(["host", "content-length", "connection", "transfer-encoding", "expect"]);

const find = (selector) => document.querySelector(selector);
const rows = () => [...find("#requests tbody").rows];
const filter = find("#filter");
const detail = find("#detail");

let tag = null; // of the journal that is shown
let epoch = null;
let timer = null;
let asked = 0; // a response to an earlier question than the last is of no use
let lost = false;
let selected = null;

function element(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

// A live region that says the same again says nothing.
function say(text) {
  if (find("#message").textContent !== text) find("#message").textContent = text;
}

// Asks for what is new, and again after a while.

async function refresh() {
  clearTimeout(timer);
  const question = ++asked;
  try {
    const wanted = ["operation", "status"].map((name) => [name, filter.elements[name].value]);
    const filters = wanted.filter(([, value]) => value !== "*");
    const response = await journal(filters, tag === null ? {} : { "If-None-Match": tag });
    const entries = response.status === 200 ? await response.json() : null;
    // Other statuses than those that are shown can be chosen, too.
    const others = entries !== null && filters.length > 0 ? await (await journal([], {})).json() : [];
    if (question !== asked) return;
    if (lost) say("The server is back.");
    lost = false;
    if (entries !== null) {
      const newTag = response.headers.get("ETag") ?? "";
      offer([...entries, ...others], newTag);
      show(entries, newTag);
    } else if (response.status !== 304) say("The server has no such journal any more; load the page again.");
  } catch {
    if (question !== asked) return;
    lost = true;
    say("The server does not respond; the page goes on trying.");
  }
  schedule();
}

function journal(filters, headers) {
  const query = new URLSearchParams([["limit", LATEST], ...filters]);
  return fetch(`/__mock/journal?${query}`, { headers, cache: "no-store" });
}

function schedule() {
  clearTimeout(timer);
  timer = document.visibilityState === "hidden" ? null : setTimeout(refresh, INTERVAL);
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") schedule();
  else refresh();
});

filter.addEventListener("change", () => {
  [tag, epoch] = [null, null];
  refresh();
});
filter.addEventListener("submit", (event) => event.preventDefault());

// The statuses to choose from. One that was seen stays until the journal is reset, and one that is chosen until another is.

function offer(entries, newTag) {
  const group = find("#statuses");
  const newEpoch = newTag.split("-")[0];
  const options = () => [...group.children];
  if (group.dataset.epoch !== newEpoch) for (const option of options()) if (!option.selected) option.remove();
  group.dataset.epoch = newEpoch;
  for (const { status } of entries) {
    if (status === null || options().some((option) => option.value === String(status))) continue;
    const next = options().find((option) => Number(option.value) > status);
    group.insertBefore(element("option", status), next ?? null);
  }
  group.hidden = group.children.length === 0;
}

// The list, the latest first. Rows stay in place while their entries do, so that the focus stays, too.

function show(entries, newTag) {
  const newEpoch = newTag.split("-")[0];
  const body = find("#requests tbody");
  if (newEpoch !== epoch) body.replaceChildren();
  [tag, epoch] = [newTag, newEpoch];
  const wanted = new Set(entries.map((entry) => String(entry.sequence)));
  const focused = rows().indexOf(document.activeElement);
  for (const row of rows()) if (!wanted.has(row.dataset.sequence)) row.remove();
  const last = Number(rows()[0]?.dataset.sequence ?? 0);
  for (const entry of entries) if (entry.sequence > last) body.prepend(line(entry));
  if (selected !== null) mark();
  const left = rows();
  if (!left.some((row) => row.tabIndex === 0) && left.length > 0) left[0].tabIndex = 0;
  if (focused >= 0 && !left.includes(document.activeElement)) focus(left[Math.min(focused, left.length - 1)]);
  follow();
  find("#count").textContent = entries.length === LATEST ? `the latest ${LATEST}` : `${entries.length} shown`;
}

function line(entry) {
  const row = document.createElement("tr");
  row.dataset.sequence = entry.sequence;
  row.tabIndex = -1;
  row.setAttribute("aria-selected", "false");
  const request = element("td", "");
  request.append(element("code", `${entry.method} ${target(entry)}`));
  row.append(
    element("td", entry.sequence),
    request,
    element("td", entry.operation ?? "–"),
    element("td", entry.status ?? entry.fault ?? "–"),
    element("td", entry.violations.map((violation) => violation.message).join("; ")),
  );
  row.addEventListener("click", () => open(entry, row));
  row.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    open(entry, row);
    detail.focus();
  });
  return row;
}

function target(entry) {
  const query = entry.query.map(({ name, value }) => `${name}=${value}`).join("&");
  return query === "" ? entry.path : `${entry.path}?${query}`;
}

function focus(row) {
  if (!row) return;
  for (const other of rows()) other.tabIndex = other === row ? 0 : -1;
  row.focus();
}

find("#requests").addEventListener("keydown", (event) => {
  const all = rows();
  const at = all.indexOf(event.target);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  focus(all[Math.max(0, Math.min(to, all.length - 1))]);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && selected !== null) close();
});

function mark() {
  for (const row of rows()) {
    const is = epoch === selected.epoch && row.dataset.sequence === String(selected.entry.sequence);
    row.setAttribute("aria-selected", String(is));
  }
}

function close() {
  const row = rows().find((row) => row.getAttribute("aria-selected") === "true");
  row?.setAttribute("aria-selected", "false");
  detail.hidden = true;
  selected = null;
  history.replaceState(null, "", location.pathname);
  focus(row ?? rows()[0]);
}
find("#close").addEventListener("click", close);

// One entry, which the fragment of the page's URL has the number of.

let followed = null;

function follow() {
  if (location.hash === followed) return;
  const row = rows().find((row) => `#${row.dataset.sequence}` === location.hash);
  if (row === undefined) return;
  row.click();
  row.scrollIntoView({ block: "nearest" });
}
addEventListener("hashchange", follow);

function open(entry, row) {
  selected = { entry, epoch };
  followed = `#${entry.sequence}`;
  history.replaceState(null, "", followed);
  for (const other of rows()) other.tabIndex = other === row ? 0 : -1;
  mark();
  find("#detail-title").textContent = `#${entry.sequence} ${entry.method} ${entry.path}`;
  find("#curl").textContent = curl(entry);
  find("#refusal").textContent = entry.refusal === null ? "" : `Refused: ${entry.refusal}`;
  find("#request").textContent = message(`${entry.method} ${target(entry)}`, entry.headers, entry.body);
  find("#response").textContent = responseText(entry);
  find("#validated tbody").replaceChildren(...checks(entry));
  const script = find("#script");
  script.hidden = entry.operation === null;
  script.elements.step.value = entry.step ?? "";
  detail.hidden = false;
}

function message(first, headers, body) {
  const lines = headers.map(({ name, value }) => `${name}: ${value}`);
  return [first, ...lines, "", body].join("\n").trimEnd();
}

function responseText(entry) {
  const fault = entry.fault === null ? "" : ` (${entry.fault})`;
  if (entry.response === null) return `none${fault}`;
  const body = entry.response.body ?? "(the body is not kept)";
  return message(`${entry.status}${fault}`, entry.response.headers, body);
}

function checks(entry) {
  const at = (location) => location.slice(1).join(" ");
  const known = entry.validated.map(({ location }) => at(location));
  // What is wrong with the credentials is said of the request as a whole.
  const place = ({ location, code }) => (location.length === 1 && code === 401 ? "security" : at(location));
  const belongs = (violation, name) => `${place(violation)} `.toLowerCase().startsWith(`${name} `.toLowerCase());
  const row = (...cells) => {
    const made = document.createElement("tr");
    made.append(...cells.map((cell) => element("td", cell)));
    return made;
  };
  const yes = (is) => (is ? "yes" : "no");
  const checked = entry.validated.map((check) => {
    const name = at(check.location);
    const wrong = entry.violations.filter((violation) => belongs(violation, name));
    const made = row(name, yes(check.required), yes(check.given), yes(check.valid), wrong.map(({ message }) => message).join("; "));
    made.className = check.valid ? "hit" : "miss";
    return made;
  });
  const other = entry.violations.filter((violation) => !known.some((name) => belongs(violation, name)));
  return [...checked, ...other.map((violation) => row(at(violation.location), "", "yes", "", violation.message))];
}

// A step that lets happen again what happened, where the server knows one, or another one.

find("#script").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { step, times } = event.target.elements;
  const operation = selected.entry.operation;
  const steps = Array(Number(times.value)).fill(step.value);
  try {
    const response = await fetch("/__mock/scripts", { method: "POST", body: JSON.stringify({ operation, steps }) });
    if (response.ok) say(`The next ${steps.length} of ${operation} get ${step.value}.`);
    else say(`The script is refused: ${(await response.json()).detail}`);
  } catch {
    say("The server does not respond; the script is not added.");
  }
});

// The request for a shell. Masked credentials become a variable; nothing else is expanded, neither by the shell nor by
// curl.

function quote(text) {
  return text.split(MASK).map(quotePart).join(KEY) || "''";
}

function quotePart(text) {
  if (text === "") return "";
  // Control characters could end a terminal's paste, so none is written as it is.
  if (!/[\u0000-\u001f\u007f-\u009f]/.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  const escaped = text.replace(/[\\']/g, "\\$&").replace(/[\u0000-\u001f\u007f-\u009f]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return `$'${escaped}'`;
}

// Encodes a part of a query, of which what is masked is left for the variable.
const encode = (text) => text.split(MASK).map(encodeURIComponent).join(MASK);

function curl(entry) {
  const query = entry.query.map(({ name, value }) => `${encode(name)}=${encode(value)}`).join("&");
  const path = `${entry.path}${query === "" ? "" : `?${query}`}`;
  const words = ["curl --globoff --path-as-is"];
  if (entry.method === "HEAD") words.push("--head");
  else if (entry.method !== "GET" || entry.body !== "") words.push(`--request ${quote(entry.method)}`);
  for (const { name, value } of entry.headers) {
    if (OF_CURL.has(name)) continue;
    const sent = name === "authorization" && value === MASK ? `Bearer ${MASK}` : value;
    words.push(`--header ${quote(sent === "" ? `${name};` : `${name}: ${sent}`)}`);
  }
  if (entry.body !== "") {
    if (!entry.headers.some(({ name }) => name === "content-type")) words.push("--header 'content-type:'");
    words.push(`--data-raw ${quote(entry.body)}`);
  }
  // `OPTIONS *` is about no path.
  if (!path.startsWith("/")) return [...words, `--request-target ${quote(path)}`, `--url ${quote(location.origin)}`].join(" ");
  return [...words, `--url ${quote(location.origin + path)}`].join(" ");
}

find("#copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(find("#curl").textContent);
    const isText = !/[\u0000\ufffd]/.test(selected.entry.body);
    say(isText ? "The command is copied." : "The command is copied, but its body had bytes that are no text.");
  } catch {
    getSelection().selectAllChildren(find("#curl"));
    say("The browser does not allow copying; the command is selected.");
  }
});

refresh();
