/* Keeps a page live: re-reads its parts every few seconds and replaces those that changed.
 *
 * The server renders every part; nothing is composed here. A page asks for this with
 * <main data-live="/live/…">. When the hub does not answer, the page says since when it is old.
 */
(() => {
  "use strict";

  const TIMEOUT_MS = 8000;
  const main = document.querySelector("main");
  const everyMs = Number(main.dataset.every) || 3000;
  const relative = new Intl.RelativeTimeFormat("vi", { numeric: "always", style: "short" });
  const applied = new Map();
  /* Ages are told by the hub's clock: the one of this computer may be wrong. */
  let skew = Number(main.dataset.now) - Date.now() || 0;
  let timer = 0;
  let running = null;
  let etag = "";

  const ago = (ms) => {
    const seconds = Math.round((ms - (Date.now() + skew)) / 1000);
    const size = Math.abs(seconds);
    if (size < 60) return relative.format(seconds, "second");
    if (size < 3600) return relative.format(Math.round(seconds / 60), "minute");
    if (size < 86400) return relative.format(Math.round(seconds / 3600), "hour");
    return relative.format(Math.round(seconds / 86400), "day");
  };

  const tellAges = () => {
    for (const place of document.querySelectorAll("[data-ago]")) {
      const text = ago(Number(place.dataset.ago));
      if (place.textContent !== text) place.textContent = text;
    }
  };

  const keepFocus = (place, change) => {
    const inside = place.contains(document.activeElement) ? document.activeElement.id : "";
    const opened = [...place.querySelectorAll("details[open][id]")].map((one) => one.id);
    change();
    for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
    if (inside) document.getElementById(inside)?.focus({ preventScroll: true });
  };

  const applyPart = (id, html) => {
    const place = document.getElementById(id);
    if (!place || applied.get(id) === html) return;
    applied.set(id, html);
    keepFocus(place, () => { place.innerHTML = html; });
  };

  const mark = (place) => {
    place.classList.remove("fresh");
    void place.offsetWidth;
    place.classList.add("fresh");
  };

  /* A list's children are keyed by id; rows that did not change keep their element. */
  const applyList = (id, rows) => {
    const list = document.getElementById(id);
    if (!list) return;
    keepFocus(list, () => {
      const wanted = new Set(rows.map((row) => row.id));
      for (const child of [...list.children]) if (!wanted.has(child.id)) child.remove();
      rows.forEach((row, index) => placeRow(list, row, index));
    });
  };

  const placeRow = (list, row, index) => {
    let element = document.getElementById(row.id);
    const known = applied.get(row.id);
    if (!element || known !== row.html) {
      const holder = document.createElement("template");
      holder.innerHTML = row.html.trim();
      const made = holder.content.firstElementChild;
      if (element) element.replaceWith(made);
      element = made;
      if (known !== undefined && "flash" in list.dataset) mark(element);
      applied.set(row.id, row.html);
    }
    if (list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null);
  };

  const fresh = (answer) => {
    skew = answer.now - Date.now();
    for (const [id, html] of Object.entries(answer.parts)) applyPart(id, html);
    for (const [id, rows] of Object.entries(answer.lists)) applyList(id, rows);
    answeredAt(answer.clock);
    /* What was waited for is there: the page said that it would open it. */
    const next = main.querySelector("[data-turns-to]");
    if (next) location.replace(next.dataset.turnsTo);
  };

  const answeredAt = (clock) => {
    const at = document.getElementById("live-at");
    if (at && clock) at.textContent = clock;
    document.body.classList.remove("is-stale");
    document.getElementById("live-lost").hidden = true;
  };

  const lost = () => {
    document.getElementById("live-lost-at").textContent = document.getElementById("live-at").textContent;
    document.body.classList.add("is-stale");
    document.getElementById("live-lost").hidden = false;
  };

  const signedOut = () => {
    document.getElementById("live-ended").hidden = false;
    document.body.classList.add("is-stale");
    clearTimeout(timer);
    timer = -1;
  };

  const read = async () => {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    const limit = setTimeout(() => mine.abort(), TIMEOUT_MS);
    try {
      const headers = { Accept: "application/json" };
      if (etag) headers["If-None-Match"] = etag;
      const reply = await fetch(main.dataset.live + location.search, {
        headers, cache: "no-store", credentials: "same-origin", signal: mine.signal,
      });
      if (reply.status === 401) return signedOut();
      if (reply.status === 304) return answeredAt(reply.headers.get("X-Clock"));
      if (!reply.ok) throw new Error(String(reply.status));
      const answer = await reply.json();
      etag = reply.headers.get("ETag") ?? "";
      fresh(answer);
      tellAges();
    } catch (error) {
      if (running === mine) lost();
    } finally {
      clearTimeout(limit);
      if (running === mine) running = null;
    }
  };

  const loop = async () => {
    if (!document.hidden) await read();
    if (timer !== -1) timer = setTimeout(loop, everyMs);
  };

  /* Typing in the search box filters without a reload; the form works without this too. */
  const search = document.querySelector("form[data-live-filter]");
  const filterNow = () => {
    const asked = new URLSearchParams(new FormData(search));
    for (const [key, value] of [...asked]) if (!value) asked.delete(key);
    history.replaceState(null, "", asked.size ? `?${asked}` : location.pathname);
    etag = "";
    read();
  };
  let typing = 0;
  search?.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(filterNow, 150);
  });
  search?.addEventListener("submit", (event) => { event.preventDefault(); filterNow(); });

  document.querySelector("[data-print]")?.addEventListener("click", () => window.print());

  tellAges();
  setInterval(tellAges, 1000);
  if (main.dataset.live) {
    document.addEventListener("visibilitychange", () => { if (!document.hidden) read(); });
    loop();
  }
})();
