// The hall display. Numbers and counters only; it says so when it can no longer be believed.

import { both, boot, clockTime, draw, en, h, icon, live, officeNow, present, runClock, t } from "./core.js";

const invite = document.getElementById("invite");
const serving = document.getElementById("serving");
const side = document.getElementById("side");
const notice = document.getElementById("notice");
const banner = document.getElementById("banner");
const zone = new URLSearchParams(location.search).get("zone") ?? "";
const MISSED_SHOWN = 10;
const ROWS_SHOWN = 18;
const LINES_SHOWN = 10;

let view = null;
let staleSince = null;

function place(row) {
  const parts = [row.area && t("display.zone", { khu: row.area })].filter(Boolean);
  return parts.join(", ");
}

const long = (label) => (label.length > 5 ? "long" : "");

function latest() {
  return view.serving.find((row) => row.state === "called") ?? null;
}

function inviteFace() {
  const row = latest();
  if (!row) {
    return h("div", { class: "quiet" }, h("p", { class: "quiet-title" },
      both(view.serving.length ? "display.rate_us" : "display.nobody")));
  }
  return h("div", { class: `call ${row.flash || view.silent ? "flash" : ""}` },
    h("div", { class: "call-part" },
      h("p", { class: "call-label" }, both("display.number")),
      h("p", { class: `call-number ${long(row.label)}` }, row.label)),
    h("div", { class: "call-arrow" }, icon("go")),
    h("div", { class: "call-part" },
      h("p", { class: "call-label" }, both("display.counter")),
      h("p", { class: "call-number" }, String(row.counter)),
      place(row) && h("p", { class: "call-place" }, place(row))),
    h("p", { class: "call-say" }, t("display.invite", { so: row.label, quay: row.counter })));
}

function servingFace() {
  const rows = view.serving.slice(0, ROWS_SHOWN);
  const columns = rows.length > 10 ? 3 : rows.length > 4 ? 2 : 1;
  return [
    h("div", { class: "serving-head", "aria-hidden": "true" },
      Array.from({ length: columns }, () => h("div", { class: "pair" },
        h("span", {}, t("display.number")), h("span", {}, t("display.counter"))))),
    h("ul", { class: `rows columns-${columns}` }, rows.map((row) =>
      h("li", { class: `row is-${row.state}` },
        h("span", { class: `label ${long(row.label)}` }, row.label),
        row.state === "called" && h("span", { class: "calling" }, icon("speak")),
        h("span", { class: "to" }, String(row.counter),
          h("span", { class: "sr" }, ` ${t("display.counter")}`))))),
  ];
}

// The fields of the office; when they do not all fit, those with the longest lines.
function longest() {
  if (view.lines.length <= LINES_SHOWN) return view.lines;
  const kept = new Set([...view.lines].sort((a, b) => b.waiting - a.waiting)
    .slice(0, LINES_SHOWN).map((line) => line.code));
  return view.lines.filter((line) => kept.has(line.code));
}

function panel(key, content, extra = "") {
  return h("section", { class: `panel ${extra}` }, h("h2", {}, both(key)), content);
}

function sideFace() {
  return [
    view.recent.length > 0 && panel("display.recent", h("ul", { class: "recent" },
      view.recent.slice(0, view.missed.length || view.paused.length ? 3 : 6).map((row) => h("li", {}, h("b", {}, row.label),
        h("span", {}, `${t("display.counter").toLowerCase()} ${row.counter}`))))),
    view.missed.length > 0 && panel("display.recall_list", h("ul", { class: "chips" },
      view.missed.slice(0, MISSED_SHOWN).map((label) => h("li", {}, label))), "missed"),
    view.paused.length > 0 && panel("display.counters_title", h("ul", { class: "paused" },
      view.paused.slice(0, 4).map((p) => h("li", {}, h("b", {}, `${t("display.counter")} ${p.counter}`),
        h("span", {}, [p.reason, p.back_at && t("display.back_at", { gio: clockTime(p.back_at) })]
          .filter(Boolean).join(" – ") || t("display.counter_paused")))))),
    panel("display.waiting_title", h("ul", { class: `lines ${view.lines.length > 5 ? "two" : ""}` },
      longest().map((line) => h("li", {}, h("span", {}, line.name),
        h("b", {}, String(line.waiting))))), "waiting"),
  ];
}

// The mains is out for good: the hall is told, and the screens save what they can.
function powerText() {
  return {
    shedding: "display.power", critical: "display.power_low", charging: "display.power_charging",
  }[view?.power] ?? null;
}

function bannerFace() {
  if (staleSince !== null) {
    return h("p", {}, both("display.stale", { gio: clockTime(staleSince) }));
  }
  const power = powerText();
  if (power) return h("p", {}, both(power));
  if (view?.silent) return h("p", {}, both("display.silent"));
  if (view?.training) return h("p", {}, both("display.training"));
  return null;
}

function notices() {
  const hours = t("display.hours", { sang: view.morning || "–", chieu: view.afternoon || "–" });
  const told = [hours, view.filmed && t("display.camera"), t("display.rate_us")];
  return told.filter(Boolean).map((text) => h("span", {}, text));
}

function show() {
  if (!view) return;
  const row = latest();
  draw(invite, { row, silent: view.silent, any: view.serving.length > 0 }, inviteFace);
  draw(serving, view.serving, servingFace);
  const { recent, missed, paused, lines } = view;
  draw(side, { recent, missed, paused, lines }, sideFace);
  draw(notice, [view.morning, view.afternoon, view.filmed], notices);
  showBanner();
}

function showBanner() {
  const { silent, training, power } = view ?? {};
  draw(banner, { staleSince, silent, training, power }, bannerFace);
  banner.classList.toggle("training", staleSince === null && !silent && !powerText());
  document.body.classList.toggle("dim", ["shedding", "critical"].includes(power));
  document.body.classList.toggle("stale", staleSince !== null);
}

const feed = live(`/api/v1/snapshot/board${zone ? `?zone=${encodeURIComponent(zone)}` : ""}`, (next) => {
  view = next;
  show();
}, {
  stale: (on, at) => {
    staleSince = on ? at : null;
    showBanner();
  },
});
runClock();
present("display", feed.age);
