// The rating screen of one counter. It opens only after somebody was served; at most two touches.

import { both, draw, h, has, icon, live, post, t, toast } from "./core.js";

const main = document.getElementById("main");
const banner = document.getElementById("banner");
const counter = main.dataset.counter;
const REASONS = ["wait", "attitude", "unclear", "extra_docs", "late", "revisit", "harass", "other"];
const THANKS_MS = 8000;

let view = null;
let ui = { step: "level" };
let thanksUntil = 0;

const levelKey = (level) => (view.scale === 5 ? `rating.level5.${level}` : `rating.level.${level}`);
const faceOf = (level) => {
  if (view.scale === 5) return `face${level}`;
  return view.scale === 4 ? ["face1", "face3", "face4", "face5"][level - 1] : ["face1", "face4", "face5"][level - 1];
};

function officerCard() {
  const photo = view.photo
    ? h("img", { class: "photo", src: `/photos/${view.officer}`, alt: "" })
    : h("span", { class: "photo letters", "aria-hidden": "true" },
        view.officer_name.split(" ").slice(-1)[0]?.[0] ?? "");
  return h("div", { class: "officer" }, photo,
    h("div", {},
      h("p", { class: "officer-label" }, both("rating.officer_label")),
      h("p", { class: "officer-name" }, view.officer_name),
      h("p", { class: "officer-title" }, view.officer_title)),
    h("p", { class: "ticket-no" }, t("rating.number", { so: view.label })));
}

function levelFace() {
  const levels = Array.from({ length: view.scale }, (_, i) => view.scale - i);
  return [
    officerCard(),
    h("h2", { tabindex: "-1" }, both("rating.question")),
    h("div", { class: `levels scale-${view.scale}` }, levels.map((level) =>
      h("button", { type: "button", class: `level l${level} of${view.scale}`, id: `level-${level}`,
        onclick: () => pick(level) }, icon(faceOf(level)), h("span", {}, both(levelKey(level)))))),
    secret(),
    h("button", { type: "button", class: "plain skip", id: "skip", onclick: skip }, both("rating.skip")),
  ];
}

const secret = () => h("p", { class: "secret" }, both("rating.secret"));

function pick(level) {
  if (level > view.reasons_at_or_below) send({ level });
  else {
    ui = { step: "reasons", level };
    show();
  }
}

function reasonsFace() {
  return [
    h("h2", { tabindex: "-1" }, both("rating.reason.title")),
    h("form", { class: "reasons", onsubmit: sendReasons },
      h("div", { class: "reason-list" }, REASONS.map((reason) =>
        h("label", { class: "reason" },
          h("input", { type: "checkbox", name: "reasons", value: reason }),
          h("span", {}, both(`rating.reason.${reason}`))))),
      h("label", { class: "comment" }, both("rating.comment"),
        h("textarea", { name: "comment", rows: "3", maxlength: "500" })),
      h("div", { class: "send" },
        h("button", { type: "button", class: "plain", id: "back",
          onclick: () => { ui = { step: "level" }; show(); } }, icon("back"), both("rating.back")),
        h("button", { type: "submit", class: "primary", id: "send" }, both("rating.send")))),
    secret(),
  ];
}

function sendReasons(event) {
  event.preventDefault();
  const form = new FormData(event.target);
  send({ level: ui.level, reasons: form.getAll("reasons"), comment: form.get("comment").trim() });
}

function skip() {
  send({ skip: true });
}

async function send(answer) {
  main.inert = true;
  const reply = await post("/api/v1/ratings", {
    ticket: view.ticket, nonce: view.nonce, device: `rating-${counter}`, ...answer,
  });
  main.inert = false;
  if (reply.ok) thank(answer.skip ? "declined" : "rated");
  else {
    toast(reply.data.message, "bad");
    ui = { step: "level" };
    feed.read();
  }
}

function thank(face) {
  thanksUntil = Date.now() + THANKS_MS;
  ui = { step: "done", face };
  show();
  setTimeout(() => {
    ui = { step: "level" };
    show();
  }, THANKS_MS + 50);
}

function plainFace(drawing, key, kind) {
  return h("section", { class: `plain-face ${kind}` }, icon(drawing),
    h("h2", { tabindex: "-1" }, both(key)));
}

function face() {
  if (ui.step === "done" && Date.now() < thanksUntil) {
    return ui.face === "rated" ? plainFace("check", "rating.thanks", "good")
      : plainFace("check", "rating.skipped", "good");
  }
  const plain = {
    wait: () => plainFace("clock", "rating.wait_call", ""),
    rated: () => plainFace("check", "rating.thanks", "good"),
    declined: () => plainFace("check", "rating.skipped", "good"),
    expired: () => plainFace("clock", "rating.expired", ""),
  };
  if (view.face in plain) return plain[view.face]();
  return ui.step === "reasons" ? reasonsFace() : levelFace();
}

function show() {
  if (!view) return;
  const { version, now, ...rest } = view;
  if (draw(main, { ui, rest, thanks: Date.now() < thanksUntil }, () =>
    [h("h1", { class: "sr" }, t("rating.title")), face()].flat())) {
    main.querySelector("h2")?.focus();
  }
}

const feed = live(`/api/v1/snapshot/rating/${counter}`, (next) => {
  if (view?.ticket !== next.ticket && ui.step !== "done") ui = { step: "level" };
  if (next.face === "open" && ui.step === "done" && next.ticket !== view?.ticket) {
    ui = { step: "level" };
  }
  view = next;
  show();
}, {
  stale: (on) => draw(banner, { on }, () => on && h("p", {}, both("error.network"))),
});
