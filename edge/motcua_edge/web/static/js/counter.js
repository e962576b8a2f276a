// An officer's page: five main buttons, everything else one step away, nothing done twice.

import {
  both, boot, clockTime, draw, en, get, h, has, icon, live, officeNow, post, runClock, spanText,
  t, toast,
} from "./core.js";
import { ask, line, pick, pin, reasons } from "./forms.js";

const main = document.getElementById("main");
const banner = document.getElementById("banner");
const R = (...names) => names.map((name) => `counter.reason.${name}`);
const KEYS = {
  next: "F2", recall: "F4", undo: "F7", start: "F8", finish: "F9", miss: "F10",
  priority: "Shift+F2", call: "Shift+F4", hold: "Shift+F8", transfer: "Shift+F9",
};

let number = Number(new URLSearchParams(location.search).get("n")) || 0;
let view = null;
let feed = null;
let unpaired = false;
let mine = false;  // whether the officer who sits there is logged in on this very machine

// ---- who sits here ----

async function begin() {
  const who = await get("/api/v1/whoami");
  if (!who.ok) {
    toast(who.data.message, "bad");
    setTimeout(begin, 2000);
    return;
  }
  const seats = who.data.counters;
  const seat = seats.find((s) => s.counter === number) ?? (number ? null : seats[0]);
  if (!seat) {
    unpaired = true;
    show();
    return;
  }
  number = seat.counter;
  unpaired = false;
  mine = seat.officer !== null;
  feed ??= live(() => `/api/v1/snapshot/counter/${number}`, (next) => {
    view = next;
    show();
  }, { refused, stale });
  feed.read();
}

function refused(answer) {
  if (answer.status === 401) {
    unpaired = true;
    show();
  }
}

function stale(on) {
  draw(banner, { on }, () => on && h("p", {}, both("counter.lost")));
}

function pairFace() {
  return h("form", { class: "entry", onsubmit: pair },
    h("h2", {}, both("counter.pair.title")),
    h("p", {}, both("counter.pair.why")),
    h("label", {}, both("counter.pair.code"),
      h("input", { name: "code", class: "code", inputmode: "numeric", autocomplete: "off",
        pattern: "[0-9]{6}", maxlength: "6", required: true, id: "code" })),
    h("button", { class: "primary", type: "submit" }, both("counter.pair.ok")));
}

async function pair(event) {
  event.preventDefault();
  const answer = await post("/api/v1/pairing", { code: new FormData(event.target).get("code") });
  if (!answer.ok) {
    toast(answer.data.message, "bad");
    return;
  }
  number = answer.data.counter;
  history.replaceState(null, "", `/counter?n=${number}`);
  begin();
}

function loginFace() {
  return h("form", { class: "entry", onsubmit: logIn },
    h("p", { class: "entry-counter" }, t("counter.title", { n: number })),
    h("h2", {}, both("counter.login")),
    view.state !== "closed" && h("p", {},
      both("counter.login.elsewhere", { can_bo: view.officer_name || view.officer })),
    h("label", {}, both("counter.login.officer"),
      h("select", { name: "officer", required: true, id: "officer" },
        view.officers.map(([id, name]) => h("option", { value: id }, name)))),
    h("label", {}, both("counter.login.pin"),
      h("input", { name: "pin", type: "password", inputmode: "numeric", autocomplete: "off",
        pattern: "[0-9]{4,12}", required: true, id: "pin" })),
    h("button", { class: "primary", type: "submit" }, both("counter.open")));
}

async function logIn(event) {
  event.preventDefault();
  const form = new FormData(event.target);
  const { pin } = event.target.elements;
  mine = view.state === "closed";  // the counter opens before the answer is here
  const answer = await post(`/api/v1/counters/${number}/login`, {
    officer: form.get("officer"), pin: form.get("pin"),
  });
  pin.value = "";  // the page may have been painted anew while the answer was on its way
  mine = answer.ok;
  if (!answer.ok) toast(answer.data.message, "bad");
  feed.read();
  show();
}

// ---- doing ----

let busy = false;
async function act(path, body = {}) {
  if (busy) return;
  busy = true;
  const answer = await post(path, body);
  busy = false;
  if (!answer.ok) toast(answer.data.message, "bad");
  else toast("", "");
  if (answer.status === 401) begin();
  feed.read();
}

const at = (step) => `/api/v1/counters/${number}/${step}`;
const of = (card) => ({ ticket: card.id, expected_version: card.version });
const step = (name, more) => act(at(name), { ...of(view.current.ticket), ...more });

const state = () => (view.state === "break" ? "break" : view.current?.ticket.state ?? "idle");

const ACTIONS = {
  next: { on: () => state() === "idle", run: () => act(at("next")) },
  priority: {
    on: () => state() === "idle" && view.priority_count > 0,
    run: () => act(at("next"), { priority_only: true }),
  },
  recall: { on: () => state() === "called", run: () => step("recall") },
  start: { on: () => state() === "called", run: () => step("start") },
  finish: { on: () => state() === "serving", run: finish },
  miss: { on: () => state() === "called", run: () => step("miss") },
  hold: { on: () => state() === "serving", run: () => withReason("hold", "counter.hold",
    R("papers", "colleague", "other")) },
  away: { on: () => state() === "serving", run: () => withReason("away", "counter.away",
    R("fee", "copy", "papers", "other")) },
  transfer: { on: () => ["serving", "called"].includes(state()), run: transfer },
  requeue: { on: () => state() === "called", run: () => step("requeue") },
  call: { on: () => state() === "idle", run: callSpecific },
  undo: {
    on: () => view.undo && view.undo_until > officeNow(),
    run: () => act(at("undo"), { ticket: view.undo, expected_version: view.undo_version }),
  },
  reprint: { on: () => ["called", "serving"].includes(state()), run: () =>
    withReason("reprint", "counter.reprint", R("faint", "lost", "other")) },
  void: { on: () => ["called", "serving"].includes(state()), run: voidTicket },
  pause: { on: () => state() === "idle", run: pause },
  resume: { on: () => view.state === "break", run: () => act(at("resume")) },
  fault: { on: () => true, run: fault },
  close: { on: () => ["idle", "break"].includes(state()), run: () => act(at("logout")) },
};

function withReason(name, title, keys) {
  ask(title, [reasons("reason", keys)], (filled) => step(name, filled));
}

function finish() {
  const field = view.fields.find((f) => f.code === view.current.ticket.service);
  if (!field?.outcome_required) {
    step("finish");
    return;
  }
  const outcomes = ["accepted", "returned", "guided", "refused"]
    .map((name) => [name, t(`counter.outcome.${name}`)]);
  ask("counter.finish", [pick("outcome", "counter.outcome", outcomes)],
    (filled) => step("finish", filled));
}

const supervisorFields = () => (view.supervisor || !view.supervisors.length ? [] : [
  pick("supervisor", "counter.supervisor", view.supervisors),
  pin("supervisor_pin", "counter.login.pin"),
]);

function transfer() {
  const fields = view.fields.map((f) => [f.code, f.name]);
  const counters = view.counters.map((n) => [n, t("counter.title", { n })]);
  ask("counter.transfer", [
    pick("to_service", "counter.to_service", fields),
    pick("to_counter", "counter.to_counter", counters, { optional: true }),
    line("note", "counter.note", { optional: true }),
  ], (filled) => step("transfer", {
    ...filled, to_counter: filled.to_counter ? Number(filled.to_counter) : null,
  }));
}

function callSpecific() {
  ask("counter.call_specific", [
    line("number", "counter.number", { upper: true }),
    reasons("reason", R("returned", "urgent", "mistake", "other")),
  ], (filled) => act(at("call"), { ...filled, number: filled.number.trim().toUpperCase() }));
}

function callCard(card) {
  ask("counter.call_specific", [reasons("reason", R("returned", "urgent", "other"))],
    (filled) => act(at("call"), { number: card.id, expected_version: card.version, ...filled }));
}

function voidTicket() {
  ask("counter.void", [
    reasons("reason", R("duplicate", "mistake", "other")), ...supervisorFields(),
  ], (filled) => step("void", filled));
}

function pause() {
  ask("counter.pause", [
    reasons("reason", R("break", "lunch", "meeting", "other")),
    pick("minutes", "counter.back_minutes", [5, 10, 15, 30, 60, 90].map((m) => [m, String(m)]),
      { optional: true }),
  ], (filled) => act(at("pause"), {
    reason: filled.reason, minutes: filled.minutes ? Number(filled.minutes) : null,
  }));
}

function fault() {
  const sick = ["printer", "announcer", "link"].filter((name) => !["ok", "unknown"].includes(view[name].state));
  const all = ["kiosk", "printer", "announcer", "display", "rating", "scanner", "server", "link"];
  // what the office itself sees failing stands first: one touch reports it
  const kinds = [...sick, ...all.filter((name) => !sick.includes(name))];
  ask("counter.report_fault", [
    pick("component", "counter.component", kinds.map((k) => [k, t(`hub.dev.${k}`)])),
    line("note", "counter.note", { optional: true }),
  ], (filled) => act(at("fault"), filled));
}

// ---- showing ----

const TITLES = {
  next: "counter.call_next", priority: "counter.priority_next", recall: "counter.recall",
  start: "counter.start", finish: "counter.finish", miss: "counter.no_show", hold: "counter.hold",
  away: "counter.away", transfer: "counter.transfer", requeue: "counter.requeue",
  call: "counter.call_specific", undo: "counter.undo", reprint: "counter.reprint",
  void: "counter.void", pause: "counter.pause", resume: "counter.resume",
  fault: "counter.report_fault", close: "counter.close",
};

function button(name, kind) {
  const on = ACTIONS[name].on();
  return h("button", { type: "button", class: `act ${kind} ${name}`, id: `act-${name}`,
    disabled: !on, "aria-keyshortcuts": KEYS[name], onclick: ACTIONS[name].run },
    h("span", {}, both(TITLES[name])), KEYS[name] && h("kbd", {}, KEYS[name].replace("Shift+", "⇧")));
}

const serviceName = (code) => boot.services[code]?.[0] ?? code;

function tags(card) {
  return [
    card.priority !== "none" && h("span", { class: "tag gold" },
      t(`kiosk.priority.${card.priority}`, { tuoi: boot.elderly_age })),
    card.test && h("span", { class: "tag" }, "TEST"),
    card.hops > 0 && h("span", { class: "tag" }, `${t("counter.transfer")} ×${card.hops}`),
  ];
}

function currentFace() {
  if (view.state === "break") {
    return h("section", { class: "current paused" }, h("p", { class: "chip" }, t("counter.state.break")),
      h("p", { class: "big" }, view.reason || t("counter.pause")),
      view.back_at && h("p", {}, t("display.back_at", { gio: clockTime(view.back_at) })));
  }
  const now = view.current;
  if (!now) {
    return h("section", { class: "current idle" }, h("p", { class: "chip" }, t("counter.state.idle")),
      h("p", { class: "big" }, view.waiting_count ? t("counter.ready") : t("counter.empty")));
  }
  const card = now.ticket;
  return h("section", { class: `current ${card.state}` },
    h("div", { class: "current-left" },
      h("p", { class: "chip" }, t(`counter.state.${card.state}`)),
      h("p", { class: `current-number ${card.label.length > 5 ? "long" : ""}`, id: "current" }, card.label)),
    h("div", { class: "current-right" },
      h("p", { class: "timer", id: "timer" }, spanText(officeNow() - now.since)),
      h("p", { class: "service" }, serviceName(card.service)),
      h("p", {}, t(`kiosk.purpose.${card.purpose}`)),
      h("p", {}, [t("counter.waited", { phut: card.waited_min }),
        now.times > 0 && t("counter.times", { n: now.times })].filter(Boolean).join(" · ")),
      h("p", { class: "tags" }, tags(card)),
      card.note && h("p", { class: "note" }, card.note)));
}

function wrapFace() {
  const done = view.wrap_up;
  if (!done) return null;
  return h("div", { class: "wrap" }, h("b", {}, done.ticket.label), h("span", {}, t("counter.state.wrap_up")),
    h("button", { type: "button", class: "plain", id: "act-wrap",
      onclick: () => act(at("wrap-up"), of(done.ticket)) }, both("counter.wrap_up")));
}

const takenBack = () => Boolean(view.fault && view.fault_until > officeNow());

function faultFace() {
  if (!takenBack()) return null;
  return h("div", { class: "wrap", role: "status" },
    h("span", {}, t("counter.fault_reported", { thiet_bi: t(`hub.dev.${view.fault}`) })),
    h("button", { type: "button", class: "plain", id: "act-withdraw",
      onclick: () => act(at("fault/withdraw"), {}) }, both("counter.fault_withdraw")));
}

function waitingFace() {
  return h("section", { class: "column waiting" },
    h("h2", {}, both("counter.list")),
    h("p", { class: "counts" }, h("b", {}, t("counter.waiting", { n: view.waiting_count, u: view.priority_count })),
      view.waiting_count > 0 && h("span", {}, t("counter.longest", { phut: view.longest_min }))),
    h("ul", { class: "cards", tabindex: "0", "aria-label": t("counter.list") },
      view.waiting.map((card) => h("li", { class: card.priority !== "none" ? "priority" : "" },
        h("b", {}, card.label),
        h("span", { class: "what" }, serviceName(card.service),
          card.priority !== "none" && h("em", {}, t(`kiosk.priority.${card.priority}`, { tuoi: boot.elderly_age }))),
        h("span", { class: "min" }, `${card.waited_min}′`)))));
}

const BACK = { missed: ["rejoin", "counter.rejoin"], on_hold: ["resume", "counter.back"],
  away: ["resume", "counter.back"], booked: ["check-in", "counter.checkin"] };

function parkedFace() {
  return h("section", { class: "parked" }, h("h2", {}, both("counter.parked")),
    h("ul", { class: "cards", tabindex: "0", "aria-label": t("counter.parked") }, view.parked.map((card) => {
      const [path, key] = BACK[card.state];
      return h("li", {}, h("b", {}, card.label),
        h("span", { class: "what" }, t(`counter.state.${card.state}`),
          card.reason && h("em", {}, card.reason)),
        h("button", { type: "button", class: "mini", id: `back-${card.id}`,
          onclick: () => act(`/api/v1/tickets/${card.id}/${path}`, { expected_version: card.version }) },
          t(key)),
        card.state !== "booked" && h("button", { type: "button", class: "mini strong", id: `call-${card.id}`,
          disabled: state() !== "idle", onclick: () => callCard(card) }, t("counter.call")));
    })));
}

function warnings() {
  const now = view.current;
  const list = [];
  if (now?.sound_failed || view.announcer.state === "critical") {
    list.push(["bad", "counter.sound_fault", {}]);
  }
  if (["problem", "critical"].includes(view.printer.state)) {
    const code = `hub.printer.${view.printer.code}`;
    list.push(["bad", "counter.printer_fault",
      { tinh_trang: has(code) ? t(code) : t(`health.${view.printer.state}`) }]);
  }
  if (view.help_at && officeNow() - view.help_at < 180000) {
    list.push(["help", "counter.help_called", { gio: clockTime(view.help_at) }]);
  }
  const power = {
    battery: "counter.power", shedding: "counter.power",
    critical: "counter.power_low", charging: "counter.power_charging",
  }[view.power];
  if (power) list.push(["bad", power, {}]);
  if (view.link.state === "problem") list.push(["help", "counter.offline", {}]);
  if (view.training) list.push(["train", "counter.training", {}]);
  return h("div", { class: "warnings", role: "status" }, list.map(([kind, key, values]) =>
    h("p", { class: kind }, icon("warn"), h("span", {}, t(key, values)))));
}

function workFace() {
  return [
    h("div", { class: "seat-bar" },
      h("span", { class: "seat-no" }, t("counter.title", { n: number })),
      h("span", { class: "who" }, h("b", {}, view.officer_name), h("span", {}, view.officer_title)),
      h("span", { class: `chip state-${view.state}` }, t(`counter.state.${view.state}`)),
      view.state === "break" ? button("resume", "bar strong") : button("pause", "bar"),
      button("close", "bar")),
    warnings(),
    h("div", { class: "desk" },
      waitingFace(),
      h("div", { class: "column middle" }, currentFace(), wrapFace(), faultFace(),
        h("div", { class: "mains", role: "group", "aria-label": t("counter.main") },
          ["next", "recall", "start", "finish", "miss"].map((name) => button(name, "main")))),
      h("div", { class: "column more" }, h("h2", {}, both("counter.more")),
        h("div", { class: "smalls" },
          ["priority", "call", "hold", "away", "transfer", "requeue", "undo", "reprint", "void", "fault"]
            .map((name) => button(name, "small"))),
        parkedFace())),
  ];
}

function model() {
  if (unpaired) return { unpaired };
  const { version, now, ...rest } = view;
  const undoable = Boolean(view.undo && view.undo_until > officeNow());
  return { number, rest, undoable, mine, reported: takenBack() };
}

const toLogIn = () => view.state === "closed" || !mine;

function show() {
  if (!view && !unpaired) return;
  draw(main, model(), () => [
    h("h1", { class: "sr" }, t("index.counter")),
    unpaired ? pairFace() : toLogIn() ? loginFace() : workFace(),
  ].flat());
}

addEventListener("keydown", (event) => {
  if (!view || unpaired || toLogIn() || document.querySelector("dialog[open]")) return;
  const pressed = `${event.shiftKey ? "Shift+" : ""}${event.key}`;
  const name = Object.keys(KEYS).find((k) => KEYS[k] === pressed);
  if (!name) return;
  event.preventDefault();
  if (!event.repeat && ACTIONS[name].on()) ACTIONS[name].run();
});

setInterval(() => {
  const timer = document.getElementById("timer");
  if (timer && view?.current) timer.textContent = spanText(officeNow() - view.current.since);
  show();
}, 1000);
begin();
runClock();
