// The kiosk: choose a field, a purpose, perhaps a priority; take a number. Nobody types anything.

import {
  both, boot, clockTime, draw, en, get, h, has, icon, isoDay, live, named, officeNow, post,
  present, runClock, t, toast,
} from "./core.js";
import { readAloud } from "./speech.js";

const SHOW_NUMBER_S = 20;
const SHOW_FAULT_S = 60;
const KEEP_S = 180;
const IDLE_S = 90;
const SLIP_PATIENCE_MS = 8000;

const main = document.getElementById("main");
const tools = document.getElementById("tools");
const banner = document.getElementById("banner");
const device = new URLSearchParams(location.search).get("device") ?? "kiosk";

let view = null;
let ui = home();
let left = 0;

function home() {
  return { face: "home" };
}

function go(next) {
  ui = next;
  left = next.face === "number" ? SHOW_NUMBER_S : IDLE_S;
  show();
  window.scrollTo(0, 0);
  main.querySelector("h1, h2")?.focus();
}

const field = () => view.fields.find((f) => f.code === ui.code);

// ---- home ----

function waitText(f) {
  if (f.waiting === 0 && !f.high) return [t("kiosk.field.none_waiting"), ""];
  const range = f.low === f.high ? `${f.high}` : `${f.low}–${f.high}`;
  return [
    f.waiting === 0 ? t("kiosk.field.none_ahead") : t("kiosk.field.waiting", { n: f.waiting }),
    f.high ? t("kiosk.field.minutes", { phut: range }) : "",
  ];
}

function closedText(f) {
  const keys = {
    full: "kiosk.field.full",
    suspended: f.reason ? "kiosk.field.suspended_why" : "kiosk.field.suspended",
    pending: "kiosk.field.pending",
    stopped: "kiosk.field.stopped",
    closed: "kiosk.field.closed",
  };
  const values = { ly_do: f.reason, ngay: f.effective_from ? isoDay(f.effective_from) : "" };
  return both(keys[f.status] ?? keys.closed, values);
}

function fieldCard(f) {
  const usable = f.status === "open" || f.status === "late";
  const [people, minutes] = waitText(f);
  return h(
    "button",
    {
      class: `field ${f.status}`, id: `field-${f.code}`, type: "button", disabled: !usable,
      onclick: () => choose(f),
    },
    h("span", { class: "series", "aria-hidden": "true" }, f.series),
    h("span", { class: "field-name" }, named(f.name, f.name_en)),
    usable
      ? h("span", { class: "field-wait" },
          h("span", { class: "people" }, icon("people"), people),
          minutes && h("span", { class: "minutes" }, icon("clock"), minutes),
          f.status === "late" && h("span", { class: "late-note" }, t("refusal.capacity_low").split(".")[0]))
      : h("span", { class: "field-why" }, closedText(f)),
    usable ? icon("go") : icon("closed"),
  );
}

function homeFace() {
  return [
    h("p", { class: "kiosk-title" }, h("span", {}, t("kiosk.title")),
      h("span", {}, t("kiosk.welcome"))),
    h("h1", { tabindex: "-1", class: "ask" }, both("kiosk.choose_field")),
    view.training && h("p", { class: "training" }, both("kiosk.training")),
    unprinted(),
    h("div", { class: `fields ${view.fields.length > 6 ? "two" : "one"}` },
      view.fields.map(fieldCard)),
    h("p", { class: "small-note" }, both("kiosk.one_ticket")),
  ];
}

function unprinted() {
  if (!view.unprinted.length) return null;
  return h("section", { class: "unprinted", "aria-label": t("kiosk.unprinted.title") },
    h("p", {}, both("kiosk.unprinted.title")),
    h("div", { class: "slips" }, view.unprinted.map((slip) =>
      h("button", { type: "button", class: "slip", id: `slip-${slip.id}`,
        onclick: () => printLost(slip) }, icon("printer"), slip.label))));
}

async function printLost(slip) {
  const answer = await post(`/api/v1/tickets/${slip.id}/reprint`, {
    expected_version: slip.version, reason: "kiosk",
  });
  if (answer.ok) go({ face: "number", ticket: answer.data.ticket, since: Date.now() });
  else toast(answer.data.message, "bad");
  feed.read();
}

function shutFace() {
  const titles = {
    closed: both("kiosk.closed_now"),
    stopped: both("kiosk.field.stopped"),
    holiday: both("refusal.holiday"),
    power_low: both("kiosk.power_low"),
    power_charging: both("kiosk.power_charging"),
  };
  const lines = {
    closed: null,
    stopped: view.values.gio
      ? both("kiosk.stop_issue", view.values) : both("refusal.issue_stopped"),
    holiday: view.values.ten_le ? both("kiosk.holiday", view.values) : null,
    power_low: both("kiosk.power_low_why"),
    power_charging: both("kiosk.power_charging_why"),
  };
  return h("section", { class: "shut" },
    icon("closed"),
    h("h1", { tabindex: "-1" }, titles[view.face]),
    lines[view.face] && h("p", { class: "shut-why" }, lines[view.face]),
    h("div", { class: "hours" },
      h("h2", {}, both("kiosk.closed_hours")),
      view.morning && h("p", {}, h("span", {}, t("kiosk.morning")), h("b", {}, view.morning)),
      view.afternoon
        && h("p", {}, h("span", {}, t("kiosk.afternoon")), h("b", {}, view.afternoon))),
    view.values.ngay && view.face !== "holiday"
      && h("p", { class: "shut-why" }, both("kiosk.next_open", view.values)));
}

// ---- choosing ----

function choose(f) {
  const next = { face: "purpose", code: f.code, priority: "none", late: f.status === "late" };
  if (f.purposes.length === 1) go({ ...next, face: "confirm", purpose: f.purposes[0] });
  else go(next);
}

function steps(back) {
  return h("div", { class: "steps" },
    h("button", { type: "button", class: "plain", id: "back", onclick: back }, icon("back"),
      h("span", { class: "plain-two" }, both("kiosk.confirm.back"))),
    h("button", { type: "button", class: "plain", id: "cancel", onclick: () => go(home()) },
      h("span", { class: "plain-two" }, both("kiosk.cancel"))));
}

function purposeFace() {
  const f = field();
  return [
    chosenField(f),
    h("h1", { tabindex: "-1", class: "ask" }, both("kiosk.choose_purpose")),
    h("div", { class: "choices" }, f.purposes.map((p) =>
      h("button", { type: "button", class: "choice", id: `purpose-${p}`,
        onclick: () => go({ ...ui, face: "confirm", purpose: p }) },
        h("span", {}, both(`kiosk.purpose.${p}`)), icon("go")))),
    steps(() => go(home())),
  ];
}

function chosenField(f) {
  return h("div", { class: "chosen" }, h("span", { class: "series", "aria-hidden": "true" }, f.series),
    h("span", {}, named(f.name, f.name_en)));
}

const priorityText = (p) => both(`kiosk.priority.${p}`, { tuoi: view.elderly_age });

function priorityFace() {
  return [
    h("h1", { tabindex: "-1", class: "ask" }, both("kiosk.priority.title")),
    h("div", { class: "choices" }, [...view.priorities, "none"].map((p) =>
      h("button", { type: "button", class: `choice ${p === ui.priority ? "on" : ""}`,
        id: `priority-${p}`, onclick: () => go({ ...ui, face: "confirm", priority: p }) },
        h("span", {}, priorityText(p)), p === ui.priority ? icon("check") : icon("go")))),
    h("p", { class: "small-note" }, both("kiosk.priority.note")),
    steps(() => go({ ...ui, face: "confirm" })),
  ];
}

function row(label, content) {
  return h("div", { class: "row" }, h("dt", {}, both(label)), h("dd", {}, content));
}

function confirmFace() {
  const f = field();
  const [people, minutes] = waitText(f);
  return [
    h("h1", { tabindex: "-1", class: "ask" }, both("kiosk.confirm.title")),
    h("dl", { class: "summary" },
      row("kiosk.confirm.field", named(f.name, f.name_en)),
      row("kiosk.confirm.purpose", both(`kiosk.purpose.${ui.purpose}`)),
      row("kiosk.confirm.wait", [people, minutes && `, ${minutes}`]),
      ui.priority !== "none" && row("kiosk.confirm.priority", priorityText(ui.priority))),
    view.priorities.length > 0
      && h("button", { type: "button", class: "choice light", id: "to-priority",
        onclick: () => go({ ...ui, face: "priority" }) },
        icon("star"), h("span", {}, both("kiosk.priority.button")), icon("go")),
    ui.late && h("p", { class: "warning" }, icon("warn"), h("span", {}, both("kiosk.confirm.late"))),
    h("button", { type: "button", class: "primary", id: "take", onclick: take },
      both(ui.late ? "kiosk.confirm.late_ok" : "kiosk.confirm.ok")),
    steps(() => go({ ...ui, face: f.purposes.length > 1 ? "purpose" : "home" })),
  ];
}

async function take(event) {
  event.currentTarget.disabled = true;
  const asked = ui;
  const answer = await post("/api/v1/tickets", {
    service: asked.code, purpose: asked.purpose, priority: asked.priority,
    device, late_consent: asked.late,
  });
  if (answer.ok) {
    go({ face: "number", ticket: answer.data.ticket, since: Date.now() });
  } else if (answer.data.code === "capacity_low") {
    go({ ...asked, late: true });
  } else {
    toast(answer.data.message, "bad");
    if (event.target.isConnected) event.target.disabled = false;
    draw(main, null, () => []);
    show();
  }
}

// ---- the number ----

function slipFace() {
  const slip = ui.ticket.slip;
  const waited = Date.now() - ui.since > SLIP_PATIENCE_MS;
  if (slip.state === "printed") return "printed";
  if (slip.state === "failed") return slip.cause === "paper_out" ? "no_paper" : "fault";
  if (slip.state === "unknown") return "unknown";
  if (slip.state === "dropped") return "fault";
  const printer = view.printer;
  if (printer.code === "paper_out") return "no_paper";
  if (printer.state === "critical") return "fault";
  return waited ? "unknown" : "printing";
}

function slipNote(face) {
  const so = { so: ui.ticket.label };
  const notes = {
    printed: ["good", "check", "kiosk.take"],
    printing: ["busy", "printer", "kiosk.printing"],
    no_paper: ["bad", "warn", "kiosk.no_paper"],
    fault: ["bad", "warn", "kiosk.printer_fault"],
    unknown: ["bad", "warn", "kiosk.print_unknown"],
  };
  const [kind, drawing, key] = notes[face];
  return h("div", { class: `slip-note ${kind}`, role: "status" },
    icon(drawing), h("p", {}, both(key, so)));
}

function ahead() {
  const n = ui.ticket.ahead;
  return n === 0 ? both("ticket.ahead_zero") : both("ticket.ahead", { n });
}

function numberFace() {
  const face = slipFace();
  const ticket = ui.ticket;
  const f = boot.services[ticket.service];
  const lost = face !== "printed" && face !== "printing";
  const range = ticket.wait_high_min
    && (ticket.wait_low_min === ticket.wait_high_min
      ? `${ticket.wait_high_min}` : `${ticket.wait_low_min}–${ticket.wait_high_min}`);
  return h("section", { class: `number-face ${lost ? "lost" : ""}` },
    h("h1", { tabindex: "-1", class: "ask" }, both("kiosk.your_number")),
    h("p", { class: `number ${ticket.label.length > 5 ? "long" : ""}`, id: "number" }, ticket.label),
    f && h("p", { class: "number-field" }, named(f[0], f[1])),
    ticket.test && h("p", { class: "training" }, both("kiosk.training")),
    h("div", { class: "facts" },
      h("p", {}, icon("people"), h("span", {}, ahead())),
      Boolean(range) && h("p", {}, icon("clock"), h("span", {}, both("ticket.wait", { phut: range })))),
    slipNote(face),
    lost && h("figure", { class: "qr" },
      h("img", { src: `/api/v1/tickets/${ticket.id}/qr.svg`, alt: t("kiosk.qr"),
        width: "300", height: "300" }),
      h("figcaption", {}, both("kiosk.qr"))),
    !lost && h("p", { class: "seat" }, both("kiosk.seat")),
    h("div", { class: "steps" },
      h("button", { type: "button", class: "plain", id: "again", onclick: reprint },
        icon("printer"), h("span", { class: "plain-two" }, both("kiosk.reprint"))),
      h("button", { type: "button", class: "plain", id: "keep", onclick: () => { left = KEEP_S; tick(); } },
        h("span", { class: "plain-two" }, both("kiosk.keep")))),
    h("button", { type: "button", class: "primary", id: "done", onclick: () => go(home()) },
      both("kiosk.finish")),
    h("p", { class: "closing", id: "closing" }));
}

async function reprint() {
  const answer = await post(`/api/v1/tickets/${ui.ticket.id}/reprint`, { reason: "kiosk" });
  left = Math.max(left, SHOW_NUMBER_S);
  if (answer.ok) {
    ui = { ...ui, ticket: answer.data.ticket, since: Date.now() };
    toast(t("kiosk.reprint_sent"));
    show();
  } else toast(answer.data.message, "bad");
}

async function follow() {
  if (ui.face !== "number") return;
  const shown = ui.ticket.id;
  const answer = await get(`/api/v1/tickets/${shown}`);
  if (!answer.ok || ui.face !== "number" || ui.ticket.id !== shown) return;
  const ticket = { ...answer.data, ahead: ui.ticket.ahead };
  const before = slipFace();
  ui = { ...ui, ticket };
  const after = slipFace();
  if (before !== after && after !== "printed" && after !== "printing") left = SHOW_FAULT_S;
  show();
}

// ---- the day ----

function dayFace() {
  return h("section", { class: "shut day" },
    icon("clock"),
    h("h1", { tabindex: "-1" }, both("kiosk.day.title")),
    h("p", { class: "shut-why" }, both("kiosk.day.citizen")),
    h("p", { class: "shut-note" }, both("kiosk.day.why")),
    h("p", { class: "today" }, h("span", {}, t("kiosk.day.date")), h("b", {}, isoDay(view.today))),
    h("form", { class: "day-form", onsubmit: confirmDay },
      h("label", {}, both("kiosk.day.officer"),
        h("select", { name: "officer", required: true },
          view.officers.map(([id, name]) => h("option", { value: id }, name)))),
      h("label", {}, both("counter.login.pin"),
        h("input", { name: "pin", type: "password", inputmode: "numeric", autocomplete: "off",
          pattern: "[0-9]{4,12}", required: true, id: "pin" })),
      pad(),
      h("button", { class: "primary", type: "submit" }, both("kiosk.day.confirm"))));
}

function pad() {
  const press = (key) => () => {
    const pin = document.getElementById("pin");
    pin.value = key === "⌫" ? pin.value.slice(0, -1) : pin.value + key;
  };
  return h("div", { class: "pad", role: "group", "aria-label": t("counter.login.pin") },
    ["1", "2", "3", "4", "5", "6", "7", "8", "9", "⌫", "0"].map((key) =>
      h("button", { type: "button", class: "key", onclick: press(key),
        "aria-label": key === "⌫" ? t("kiosk.cancel") : key }, key)));
}

async function confirmDay(event) {
  event.preventDefault();
  const form = new FormData(event.target);
  const answer = await post("/api/v1/day/confirm", {
    day: view.today, officer: form.get("officer"), pin: form.get("pin"),
  });
  if (!answer.ok) toast(answer.data.message, "bad");
  event.target.reset();
  feed.read();
}

// ---- tools ----

function toolBar() {
  const large = document.documentElement.classList.contains("large");
  const helped = view?.help_at && officeNow() - view.help_at < 120000;
  return [
    h("button", { type: "button", class: `tool help ${helped ? "sent" : ""}`, id: "help",
      onclick: callHelp }, icon("help"), h("span", {}, both(helped ? "kiosk.help_sent" : "kiosk.help"))),
    h("div", { class: "tool-pair" },
      h("button", { type: "button", class: "tool", id: "large", "aria-pressed": String(large),
        onclick: enlarge }, icon("text"),
        h("span", {}, both(large ? "kiosk.normal_text" : "kiosk.big_text"))),
      h("button", { type: "button", class: "tool", id: "aloud", onclick: aloud }, icon("speak"),
        h("span", {}, both("kiosk.speak")))),
    h("p", { class: "notes" }, h("span", {}, t("kiosk.no_personal_data")), " ",
      view?.filmed && h("span", {}, t("kiosk.camera_notice"))),
  ];
}

async function callHelp() {
  const answer = await post("/api/v1/kiosk/help", { device });
  toast(answer.ok ? t("kiosk.help_sent") : answer.data.message, answer.ok ? "good" : "bad");
  feed.read();
}

function enlarge() {
  document.documentElement.classList.toggle("large");
  tick();
  draw(tools, { again: Math.random() }, toolBar);
}

async function aloud() {
  left = Math.max(left, SHOW_NUMBER_S);
  const said = main.innerText.split("\n").filter((line) => !line.match(/^[\x20-\x7e]*$/)).join(". ");
  if (readAloud(ui.face === "number" ? null : said, ui.ticket)) return;
  const body = ui.face === "number"
    ? { screen: "number", ticket: ui.ticket.id } : { screen: "fields" };
  const answer = await post("/api/v1/kiosk/speak", body);
  toast(answer.ok ? t("kiosk.speak_sent") : answer.data.message, answer.ok ? "info" : "bad");
}

// ---- the loop ----

function face() {
  if (ui.face === "number") return numberFace();
  if (view.face === "confirm_day") return dayFace();
  if (view.face !== "open") return [shutFace(), unprinted()];
  const f = ui.code ? field() : null;
  if (ui.code && (!f || !["open", "late"].includes(f.status))) ui = home();
  return { home: homeFace, purpose: purposeFace, priority: priorityFace, confirm: confirmFace }[ui.face]();
}

function model() {
  const { version, now, ...rest } = view;
  if (ui.face === "number") return { ui, slip: slipFace() };
  if (view.face === "confirm_day") return { face: view.face, today: view.today };
  return { ui, rest: { ...rest, help_at: null } };
}

function show() {
  if (!view) return;
  draw(main, model(), face);
  draw(tools, { help: view.help_at, filmed: view.filmed, large: document.documentElement.className }, toolBar);
  tick();
}

function tick() {
  const closing = document.getElementById("closing");
  if (closing) closing.textContent = t("kiosk.closing_in", { giay: left });
}

setInterval(() => {
  if (ui.face === "home" || !view) return;
  left -= 1;
  if (ui.face === "number" && left % 2 === 0) follow();
  if (left <= 0) {
    document.documentElement.classList.remove("large");
    go(home());
  } else tick();
}, 1000);
addEventListener("pointerdown", () => {
  if (ui.face !== "home" && ui.face !== "number") left = IDLE_S;
});

let lost = null;

function showBanner() {
  const sheds = ["shedding", "critical"].includes(view?.power);
  const power = lost === null && view?.power === "shedding";
  draw(banner, { lost, power }, () => {
    if (lost !== null) {
      return [h("p", {}, both("kiosk.out_of_service")), h("p", { class: "at" }, clockTime(lost))];
    }
    return power && h("p", {}, both("kiosk.power"));
  });
  banner.classList.toggle("power", power);
  document.body.classList.toggle("stale", lost !== null);
  document.body.classList.toggle("dim", sheds);
}

const feed = live("/api/v1/snapshot/kiosk", (next) => {
  view = next;
  show();
  showBanner();
  follow();
}, {
  calm: 2000,
  stale: (on, at) => {
    lost = on ? at : null;
    showBanner();
  },
});
runClock();
present("kiosk", feed.age);
