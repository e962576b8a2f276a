// What every page shares: texts, elements, requests, and the live snapshot.

export const boot = JSON.parse(document.getElementById("boot").textContent);

const LANGUAGE = { vi: 0, en: 1 };
const STALE_AFTER_MS = 8000;
const DEAD_AFTER_MS = 12000;
const REREAD_EVERY_MS = 15000;
const BEAT_EVERY_MS = 10000;

function text(key, values, language) {
  const pair = boot.texts[key];
  if (!pair) throw new Error(`no text ${key}`);
  return pair[language].replace(/\{(\w+)\}/g, (_, name) => values?.[name] ?? "…");
}

export const t = (key, values) => text(key, values, LANGUAGE.vi);
export const en = (key, values) => text(key, values, LANGUAGE.en);
export const has = (key) => key in boot.texts;

export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== false));
  return element;
}

// Vietnamese with small English under it.
export function both(key, values) {
  return [
    h("span", { class: "vi" }, t(key, values)),
    h("span", { class: "en", lang: "en" }, en(key, values)),
  ];
}

export function named(name, english) {
  return [
    h("span", { class: "vi" }, name),
    english ? h("span", { class: "en", lang: "en" }, english) : null,
  ];
}

// A drawing from the sprite of the page frame.
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("viewBox", "0 0 24 24");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `/static/img/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

// Rebuild a region only when what it shows changed; keep the focus on the same control.
const drawn = new WeakMap();
export function draw(root, model, build) {
  const key = JSON.stringify(model);
  if (drawn.get(root) === key) return false;
  drawn.set(root, key);
  const focused = root.contains(document.activeElement) ? document.activeElement.id : "";
  root.replaceChildren(...[build()].flat().filter(Boolean));
  if (focused) document.getElementById(focused)?.focus();
  return true;
}

const two = (n) => String(n).padStart(2, "0");
const zone = "Asia/Ho_Chi_Minh";
const hourMinute = new Intl.DateTimeFormat("vi-VN", {
  hour: "2-digit", minute: "2-digit", hour12: false, timeZone: zone,
});
const longDay = new Intl.DateTimeFormat("vi-VN", {
  weekday: "long", day: "2-digit", month: "2-digit", year: "numeric", timeZone: zone,
});
export const clockTime = (ms) => hourMinute.format(ms);
export const dayName = (ms) => longDay.format(ms);
export const isoDay = (iso) => iso.split("-").reverse().join("/");
export const spanText = (ms) => {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
};

// The office's time: the server's clock, carried on by this page's own.
let offset = 0;
export const officeNow = () => Date.now() + offset;

function freshKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
}

const OFFLINE = { ok: false, status: 0, data: { code: "network", field: "" } };

export async function get(url) {
  try {
    const answer = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(5000) });
    return { ok: answer.ok, status: answer.status, data: await answer.json() };
  } catch {
    return { ...OFFLINE, data: { ...OFFLINE.data, message: t("error.network") } };
  }
}

// A POST is repeated with the same key when no answer came: it is carried out once.
export async function post(url, body = {}) {
  const key = freshKey();
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      const answer = await fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "Idempotency-Key": key },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(8000),
      });
      return { ok: answer.ok, status: answer.status, data: await answer.json() };
    } catch {
      await new Promise((done) => setTimeout(done, 300 * (attempt + 1)));
    }
  }
  return { ...OFFLINE, data: { ...OFFLINE.data, message: t("error.network") } };
}

// Keep a snapshot on the screen: read on connect, on change, and every 15 s.
// `calm`: changes are read no more often than this, for views that are costly and not urgent.
export function live(url, show, { refused = () => {}, stale = () => {}, calm = 0 } = {}) {
  let busy = false;
  let again = false;
  let version = -1;
  let contact = performance.now();
  let contactAt = Date.now();
  let isStale = false;
  let source = null;
  let readAt = -Infinity;
  let planned = 0;

  function heard() {
    contact = performance.now();
    contactAt = Date.now();
    if (isStale) {
      isStale = false;
      stale(false, contactAt);
    }
  }

  async function read() {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    readAt = performance.now();
    do {
      again = false;
      const answer = await get(typeof url === "function" ? url() : url);
      if (answer.ok) {
        version = answer.data.version;
        offset = answer.data.now - Date.now();
        showTime();
        heard();
        show(answer.data);
      } else if (answer.status) {
        heard();
        refused(answer);
      }
    } while (again);
    busy = false;
  }

  function soon() {
    clearTimeout(planned);
    planned = setTimeout(read, Math.max(0, readAt + calm - performance.now()));
  }

  function listen() {
    source?.close();
    source = new EventSource("/api/v1/stream");
    source.addEventListener("open", () => read());
    // Only word that nothing is newer than what is shown counts as contact.
    const news = (event) => (Number(event.data) === version ? heard() : calm ? soon() : read());
    source.addEventListener("state", news);
    source.addEventListener("beat", news);
  }

  function watch() {
    const silence = performance.now() - contact;
    if (silence > STALE_AFTER_MS && !isStale) {
      isStale = true;
      stale(true, contactAt + offset);
    }
    if (source.readyState === EventSource.CLOSED || silence > DEAD_AFTER_MS) {
      contact = Math.max(contact, performance.now() - STALE_AFTER_MS);
      listen();
    }
  }

  read();
  listen();
  setInterval(watch, 1000);
  setInterval(read, REREAD_EVERY_MS);
  return { read, age: () => performance.now() - contact };
}

// A screen's heartbeat: it is there, it paints, and what it paints is fresh. `age` gives the ms
// since the office was last heard. The address may name the screen: ?screen=hall
export function present(kind, age) {
  const named = new URLSearchParams(location.search).get("screen") ?? "";
  const screen = /^[a-z0-9-]{1,32}$/.test(named) ? `${kind}-${named}` : kind;
  let painted = performance.now();
  let touched = null;
  const beat = () => post("/api/v1/presence", {
    screen,
    painted_ms: Math.round(Math.max(performance.now() - painted, age())),
    touched_ms: touched === null ? null : Math.round(performance.now() - touched),
  });
  document.addEventListener("pointerdown", () => { touched = performance.now(); }, true);
  setInterval(() => requestAnimationFrame(() => { painted = performance.now(); }), 1000);
  setInterval(beat, BEAT_EVERY_MS);
  setTimeout(beat, 1000);
}

let toastTimer = 0;
export function toast(message, kind = "info") {
  const place = document.getElementById("toast");
  place.className = `toast ${kind}`;
  place.textContent = message;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => {
    place.className = "toast";
    place.textContent = "";
  }, 7000);
}

function showTime() {
  const clock = document.getElementById("clock");
  const day = document.getElementById("day");
  if (clock) clock.textContent = clockTime(officeNow());
  if (day) day.textContent = dayName(officeNow());
}

export function runClock() {
  showTime();
  setInterval(showTime, 1000);
}
