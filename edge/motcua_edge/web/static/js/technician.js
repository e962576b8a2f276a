// The technician's page: what works, what does not, pairing, tests, switches.

import { both, clockTime, draw, en, get, h, has, icon, isoDay, live, post, runClock, t, toast } from "./core.js";
import { ask, line, pick } from "./forms.js";

const main = document.getElementById("main");
const banner = document.getElementById("banner");
let view = null;
let roles = [];
let out = false;
let code = null;
let feed = null;
let unusedOpen = false;
let following = 0;

const technician = () => roles.includes("technician");

async function begin() {
  const who = await get("/api/v1/whoami");
  out = !who.ok || !who.data.technician;
  roles = who.ok ? who.data.roles : [];
  if (!out) {
    feed ??= live("/api/v1/snapshot/technician", (next) => {
      view = next;
      show();
      followUpdates();
    }, {
      refused: (answer) => { if (answer.status === 401) { out = true; show(); } },
      stale: (on) => draw(banner, { on }, () => on && h("p", {}, both("error.network"))),
    });
    feed.read();
  }
  show();
}

function loginFace() {
  return h("form", { class: "entry", onsubmit: logIn },
    h("h2", {}, both("tech.login")),
    h("label", {}, both("counter.login.officer"),
      h("input", { name: "officer", autocomplete: "username", autocapitalize: "none",
        pattern: "[a-z0-9\\-]{2,32}", required: true, id: "officer" })),
    h("label", {}, both("counter.login.pin"),
      h("input", { name: "pin", type: "password", inputmode: "numeric", autocomplete: "off",
        pattern: "[0-9]{4,12}", required: true, id: "pin" })),
    h("button", { class: "primary", type: "submit" }, both("counter.ok")));
}

async function logIn(event) {
  event.preventDefault();
  const form = new FormData(event.target);
  const { pin } = event.target.elements;
  const answer = await post("/api/v1/technician/login", {
    officer: form.get("officer"), pin: form.get("pin"),
  });
  pin.value = "";  // the page may have been painted anew while the answer was on its way
  if (!answer.ok) toast(answer.data.message, "bad");
  else begin();
}

async function act(name, body = {}, done = null) {
  const answer = await post(`/api/v1/technician/${name}`, body);
  if (!answer.ok) toast(answer.data.message, "bad");
  else if (done) done(answer.data);
  else toast(t("tech.sent"), "good");
  if (answer.status === 401) begin();
  feed?.read();
}

const press = (id, key, run, kind = "plain", values = {}) =>
  h("button", { type: "button", class: kind, id, onclick: run }, both(key, values));

function panel(key, ...content) {
  return h("section", { class: "panel" }, h("h2", {}, both(key)), content);
}

// `camera-hall` is called after its own name, or after its kind with its own name beside it.
function partName(component) {
  const whole = ["tech.part", "hub.dev"].map((place) => `${place}.${component}`).find(has);
  if (whole) return t(whole);
  const kind = component.split(/[-_]/)[0];
  const known = ["tech.part", "hub.dev"].map((place) => `${place}.${kind}`).find(has);
  return known ? `${t(known)} (${component})` : component;
}

const figureName = (name) => (has(`tech.figure.${name}`) ? t(`tech.figure.${name}`) : name);
const inFigures = (value) => (typeof value === "number" ? value.toLocaleString("vi-VN",
  { maximumFractionDigits: 1 }) : value);

function healthPanel() {
  if (!view.health.length) return panel("tech.devices", h("p", {}, both("tech.no_devices")));
  const unused = view.health.filter((part) => part.state === "deactivated");
  const used = view.health.filter((part) => part.state !== "deactivated");
  return panel("tech.devices", h("ul", { class: "health" }, used.map(deviceRow)),
    unused.length > 0 && h("details", { class: "unused", id: "unused", open: unusedOpen,
      ontoggle: (event) => { unusedOpen = event.target.open; } },
      h("summary", {}, t("tech.unused", { n: unused.length })),
      h("ul", { class: "health" }, unused.map(deviceRow))));
}

function deviceRow(part) {
  const said = [part.drill && t("tech.drill"), part.title || part.code, !part.foreign && part.detail,
    part.aside && t("tech.screen.aside_by", { can_bo: part.aside })];
  return h("li", { class: part.state },
    h("span", { class: "dot", "aria-hidden": "true" }),
    h("span", { class: "part" }, h("b", {}, partName(part.component)),
      h("span", {}, said.filter(Boolean).join(" – ")),
      part.foreign && part.detail && h("span", { lang: "en" }, part.detail)),
    h("span", { class: "health-state" }, t(`health.${part.state}`),
      part.since > 0 && h("small", {}, t("tech.since", { gio: clockTime(part.since) }))),
    technician() && part.screen && watchButton(part),
    part.steps.length > 0 && cardOf(part));
}

// Nobody needs to stop watching what is well or is not watched anyway.
function watchButton(part) {
  const screen = part.component;
  if (part.aside) {
    return h("button", { type: "button", class: "mini good", id: `back-${screen}`,
      onclick: () => act("screen-back", { screen }) }, t("tech.screen.back"));
  }
  return (part.state === "problem" || part.state === "critical") &&
    h("button", { type: "button", class: "mini", id: `aside-${screen}`, onclick: () =>
      ask("tech.screen.aside.ask", [], () => act("screen-aside", { screen }),
        { man_hinh: partName(screen) }) }, t("tech.screen.aside"));
}

// What to do now: open by itself, because whoever looks here looks for it.
function cardOf(part) {
  return h("details", { class: "card-now", open: true, id: `card-${part.component}` },
    h("summary", {}, t("tech.todo")),
    h("ol", {}, part.steps.map((step) => h("li", {}, step))),
    h("p", {}, part.who));
}

function counterPanel() {
  return panel("tech.counters", code && h("p", { class: "code", role: "status" },
      h("span", {}, both("tech.code_is", { quay: code.counter })), h("b", {}, code.code)),
    h("ul", { class: "list counters-list" }, view.counters.map((c) =>
    h("li", {}, h("b", {}, t("counter.title", { n: c.number })),
      h("span", { class: "what" }, c.officer ? c.officer_name : t(`counter.state.${c.state}`)),
      technician() && h("button", { type: "button", class: "mini", id: `code-${c.number}`,
        onclick: () => act("pairing-code", { counter: c.number }, (made) => { code = made; show(); }) },
        t("tech.pair_code")),
      technician() && h("button", { type: "button", class: "mini", id: `here-${c.number}`,
        onclick: () => act("pair-here", { counter: c.number }, (made) =>
          toast(t("tech.paired_here", { quay: made.counter }), "good")) }, t("tech.pair_here")),
      c.officer && h("button", { type: "button", class: "mini bad", id: `out-${c.number}`,
        onclick: () => act("force-logout", { counter: c.number }) }, t("tech.force_logout"))))));
}

function pairedPanel() {
  return panel("tech.pairing", view.paired.length
    ? h("ul", { class: "list" }, view.paired.map((d) => h("li", {},
        h("b", {}, t("counter.title", { n: d.counter })), h("span", { class: "what" }, d.id),
        technician() && h("button", { type: "button", class: "mini bad", id: `unpair-${d.id}`,
          onclick: () => act("unpair", { device: d.id }) }, t("tech.unpair")))))
    : h("p", {}, both("tech.none")));
}

function servicePanel() {
  return panel("tech.services", h("ul", { class: "list" }, view.services.map((s) =>
    h("li", { class: s.state }, h("b", {}, s.code),
      h("span", { class: "what" }, s.name, s.reason && h("em", {}, s.reason)),
      s.state === "suspended" || s.state === "closed"
        ? h("button", { type: "button", class: "mini good", id: `open-${s.code}`,
            onclick: () => act("service", { service: s.code, state: "open" }) }, t("tech.reopen"))
        : h("button", { type: "button", class: "mini", id: `stop-${s.code}`, onclick: () => suspend(s) },
            t("tech.suspend"))))));
}

function suspend(s) {
  ask("tech.suspend", [line("reason", "counter.reason")], (filled) =>
    act("service", { service: s.code, state: "suspended", ...filled }));
}

function testPanel() {
  return panel("tech.tests", h("div", { class: "buttons" },
    press("test-print", "tech.test_print", () => act("test-print")),
    press("test-sound", "tech.test_sound", () => act("test-sound")),
    press("sound-heard", "tech.sound_heard", () => act("sound-heard", { heard: true })),
    press("sound-unheard", "tech.sound_unheard", () => act("sound-heard", { heard: false })),
    press("training", view.training ? "tech.training_off" : "tech.training_on",
      () => act("training", { on: !view.training }), view.training ? "primary" : "plain")));
}

// 20261123-090000-000.jpg, local time
const takenAt = (file) => `${file.slice(6, 8)}/${file.slice(4, 6)} ${file.slice(9, 11)}:${file.slice(11, 13)}`;

function cameraPanel() {
  return panel("tech.cameras", h("ul", { class: "list" }, Object.keys(view.cameras).map((camera) =>
    h("li", {}, h("b", {}, partName(camera)),
      h("span", { class: "what" }, view.cameras[camera].map((file) => h("a", {
        href: `/api/v1/technician/pictures/${camera}/${file}`, target: "_blank", rel: "noopener" },
        takenAt(file)))),
      h("button", { type: "button", class: "mini", id: `picture-${camera}`,
        onclick: () => picture(camera) }, t("tech.camera_picture")),
      h("button", { type: "button", class: "mini", id: `relearn-${camera}`,
        onclick: () => act("camera-relearn", { camera }) }, t("tech.camera_relearn"))))));
}

function picture(camera) {
  ask("tech.camera_picture", [line("reason", "counter.reason")], (filled) =>
    act("camera-picture", { camera, ...filled }));
}

function padPanel() {
  return panel("tech.pads", h("ul", { class: "list" }, view.pads.map((pad) =>
    h("li", {}, h("b", {}, partName(pad.name)),
      h("span", { class: "what" }, t("counter.title", { n: pad.counter }), h("em", {}, padSays(pad))),
      pad.update === "running" && h("progress", { max: 100, value: pad.percent,
        "aria-label": padSays(pad) }),
      pad.firmware && pad.old && pad.update !== "running" &&
        h("button", { type: "button", class: "mini", id: `update-${pad.name}`,
          onclick: () => updatePad(pad) }, t("tech.pad.update", { v: pad.shipped }))))));
}

function padSays(pad) {
  const newest = pad.shipped && !pad.old;
  if (!pad.firmware) return t("tech.pad.unheard");
  if (newest || !pad.update) return t(newest ? "tech.pad.newest" : "tech.pad.has", { v: pad.firmware });
  return t(`tech.pad.${pad.update}`, { v: pad.shipped, phan_tram: pad.percent, vi_sao: pad.why });
}

function updatePad(pad) {
  ask("tech.pad.update.ask", [], () => act("pad-update", { pad: pad.name }), {
    thiet_bi: pad.name, quay: pad.counter, cu: pad.firmware, moi: pad.shipped });
}

// Progress is no fact, so nobody tells of it: ask while there is any.
function followUpdates() {
  clearTimeout(following);
  const busy = view?.pads.some((pad) => pad.update === "running" ||
    (pad.update === "done" && pad.old));
  if (busy && !out) following = setTimeout(() => feed?.read(), 1500);
}

function dayPanel() {
  return panel("tech.day",
    h("p", { class: "day-is" }, h("b", {}, view.day ? isoDay(view.day) : "–"),
      h("span", {}, t("tech.clock", { tinh_trang: t(`tech.clock.${view.clock}`) }))),
    view.day !== view.today && h("div", { class: "buttons" },
      press("confirm-day", "kiosk.day.confirm", () => act("day", { day: view.today }), "primary"),
      h("p", {}, `${t("kiosk.day.date")} ${isoDay(view.today)}`)),
    view.day && !view.day_closed && h("div", { class: "buttons" },
      press("close-day", "tech.close_day", closeDay)));
}

function closeDay() {
  const why = ["closed", "outage"].map((key) => [key, t(`tech.close_day.${key}`)]);
  ask("tech.close_day.ask", [pick("reason", "counter.reason", why)], (filled) =>
    act("close-day", filled));
}

function figurePanel() {
  const figures = { ...view.figures, state_version: view.version, site_config: view.config_version };
  return panel("tech.figures",
    h("dl", { class: "figures" }, Object.keys(figures).map((name) =>
      h("div", {}, h("dt", {}, figureName(name)), h("dd", {}, inFigures(figures[name]))))),
    h("p", { class: "version" }, t("tech.version", { v: view.software })));
}

function pageFace() {
  return [
    h("div", { class: "bar" }, h("p", { class: "bar-title" }, both("tech.title")),
      press("logout", "tech.logout", () => act("logout", {}, () => { out = true; begin(); }))),
    h("div", { class: "grid" }, healthPanel(), counterPanel(), technician() && testPanel(),
      technician() && Object.keys(view.cameras).length > 0 && cameraPanel(),
      technician() && view.pads.length > 0 && padPanel(),
      dayPanel(), servicePanel(), pairedPanel(), figurePanel()),
  ];
}

function show() {
  if (!out && !view) return;
  const { now, ...rest } = view ?? {};
  draw(main, out ? { out } : { rest, code, roles }, () => [
    h("h1", { class: "sr" }, t("tech.title")), out ? loginFace() : pageFace()].flat());
}

begin();
runClock();
