// Patches a live page in place from the site's WebSocket. Text goes in as text, attributes only those named here.

const ATTRIBUTES = new Set([
  "data-kind", "data-group", "data-mode", "data-binding", "data-full", "data-state", "data-unconfirmed",
  "width", "x", "href",
]);
const ANNOUNCE_EVERY_MS = 15_000;
const FETCH_EVERY_MS = 3_000;
const SLOWEST_RETRY_MS = 10_000;
const LOGGED_OUT = 4403;

let live = document.querySelector("[data-live]");
let places = new Map();
let version = live.dataset.version;
let socket = null;
let retryMs = 500;
let heardAt = performance.now();
let ageThen = live.dataset.age === "" ? null : Number(live.dataset.age);
let stale = false;
let announcedAt = -ANNOUNCE_EVERY_MS;
let fetchedAt = -FETCH_EVERY_MS;

function placesOf(key) {
  let found = places.get(key);
  if (found === undefined) {
    found = { texts: new Map(), attributes: new Map() };
    for (const root of live.querySelectorAll(`[data-row="${CSS.escape(key)}"]`)) {
      collect(found, root);
      root.querySelectorAll("[data-f],[data-b]").forEach((element) => collect(found, element));
    }
    places.set(key, found);
  }
  return found;
}

function collect(found, element) {
  if (element.dataset.f) push(found.texts, element.dataset.f, element);
  for (const binding of (element.dataset.b ?? "").split(" ")) {
    const [attribute, name] = binding.split(":");
    if (ATTRIBUTES.has(attribute)) push(found.attributes, name, [element, attribute]);
  }
}

function push(map, name, value) {
  if (map.has(name)) map.get(name).push(value);
  else map.set(name, [value]);
}

function patch(rows) {
  for (const [key, cells] of Object.entries(rows)) {
    const { texts, attributes } = placesOf(key);
    for (const [name, text] of Object.entries(cells)) {
      for (const element of texts.get(name) ?? []) {
        if (element.textContent !== text) element.textContent = text;
      }
      for (const [element, attribute] of attributes.get(name) ?? []) {
        if (attribute === "href" && !text.startsWith("#")) continue;
        element.setAttribute(attribute, text);
      }
    }
  }
}

function hear(message) {
  heardAt = performance.now();
  ageThen = message.age;
  if (message.layout !== undefined && message.layout !== live.dataset.layout) {
    fetchAgain();
  } else if (message.rows !== undefined) {
    patch(message.rows);
    version = message.v;
    announce();
    countShown();
  }
  showAge();
}

// The set of rows has changed: take the page's live part anew, and keep what the reader has done to it.
async function fetchAgain() {
  if (performance.now() - fetchedAt < FETCH_EVERY_MS) return;
  fetchedAt = performance.now();
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (answer.redirected || !answer.ok) {
    location.reload();
    return;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]");
  if (fresh === null) return;
  const focused = live.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  const filter = live.querySelector("[data-show]")?.dataset.show;
  live.replaceWith(document.adoptNode(fresh));
  live = fresh;
  places = new Map();
  version = live.dataset.version;
  if (filter) show(filter);
  openRemembered();
  if (focused) live.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
  // What was said while the page was on its way is asked for again, from the version that the page shows.
  socket.close();
}

function showAge() {
  const silentMs = performance.now() - heardAt;
  const connected = socket !== null && socket.readyState === WebSocket.OPEN;
  const silent = silentMs > live.dataset.staleAfter * 1000;
  const age = Math.round((ageThen ?? 0) + silentMs / 1000);
  const old = ageThen !== null && age > live.dataset.staleAfter;
  const lost = silent || (!connected && silentMs > 1500);
  const begins = live.classList.toggle("is-stale", old || lost) && !stale;
  stale = old || lost;
  let words = "";
  if (lost) words = live.dataset.wordsLost.replace("AGE ", `${Math.round(silentMs / 1000)}\u00a0`);
  else if (old) words = live.dataset.wordsOld.replace("AGE ", `${age}\u00a0`);
  const banner = live.querySelector("[data-banner]");
  if (banner.textContent !== words) banner.textContent = words;
  // The counting seconds are for the eye; a screen reader hears of it once.
  if (begins) live.querySelector("[data-announce]").textContent = words;
}

function announce() {
  const headline = live.querySelector("[data-headline]")?.textContent;
  const region = live.querySelector("[data-announce]");
  const now = performance.now();
  if (!headline || headline === region.textContent || now - announcedAt < ANNOUNCE_EVERY_MS) return;
  announcedAt = now;
  region.textContent = headline;
}

function show(group) {
  const table = live.querySelector("[data-show]");
  table.dataset.show = group;
  for (const chip of live.querySelectorAll("[data-chip]")) {
    if (chip.dataset.chip === group) chip.setAttribute("aria-current", "true");
    else chip.removeAttribute("aria-current");
  }
  countShown();
}

// Chips of a page that shows a part of the site count that part.
function countShown() {
  const table = live.querySelector("[data-show]");
  if (table === null) return;
  const groups = {};
  for (const row of table.querySelectorAll("tbody tr")) groups[row.dataset.group] = (groups[row.dataset.group] ?? 0) + 1;
  for (const chip of live.querySelectorAll("[data-chip]")) {
    const figure = chip.querySelector("b");
    const count = chip.dataset.chip === "all" ? table.tBodies[0].rows.length : groups[chip.dataset.chip] ?? 0;
    if (!figure.dataset.f && figure.textContent !== String(count)) figure.textContent = String(count);
    if (chip.dataset.chip === table.dataset.show) table.toggleAttribute("data-empty", count === 0);
  }
}

function remembered() {
  try {
    return new Set(JSON.parse(localStorage.getItem("evce-open") ?? "[]"));
  } catch {
    return new Set();
  }
}

function openRemembered() {
  const open = remembered();
  for (const details of live.querySelectorAll("details[data-remember]")) details.open = open.has(details.dataset.remember);
}

function connect() {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const query = new URLSearchParams({ lang: live.dataset.language, after: version });
  socket = new WebSocket(`${scheme}//${location.host}${live.dataset.socket}?${query}`);
  socket.addEventListener("message", (event) => {
    retryMs = 500;
    hear(JSON.parse(event.data));
    socket.send("ok");
  });
  socket.addEventListener("close", (event) => {
    if (event.code === LOGGED_OUT) {
      location.reload();
      return;
    }
    setTimeout(connect, retryMs * (0.75 + Math.random() / 2));
    retryMs = Math.min(2 * retryMs, SLOWEST_RETRY_MS);
  });
}

document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-chip]");
  if (chip === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.replaceState(null, "", chip.getAttribute("href"));
  show(chip.dataset.chip);
});

document.addEventListener("toggle", (event) => {
  const key = event.target.dataset?.remember;
  if (key === undefined) return;
  const open = remembered();
  if (event.target.open) open.add(key);
  else open.delete(key);
  try {
    localStorage.setItem("evce-open", JSON.stringify([...open]));
  } catch {
    // Private windows may refuse; then it is forgotten.
  }
}, true);

openRemembered();
countShown();
setInterval(showAge, 1000);
connect();
