// Questions in a dialog: each is a small form, answered with Enter, left with Escape.

import { both, h, t } from "./core.js";

const dialog = () => document.getElementById("dialog");

export const pick = (name, label, options, more = {}) => ({ kind: "pick", name, label, options, ...more });
export const line = (name, label, more = {}) => ({ kind: "line", name, label, ...more });
export const pin = (name, label) => ({ kind: "pin", name, label });
export const reasons = (name, keys) => ({ kind: "reasons", name, keys });

function control(field) {
  if (field.kind === "pick") {
    return h("label", {}, both(field.label),
      h("select", { name: field.name, required: !field.optional },
        field.optional ? h("option", { value: "" }, "–") : null,
        field.options.map(([value, text]) => h("option", { value }, text))));
  }
  if (field.kind === "reasons") return reasonChoice(field);
  const secret = field.kind === "pin";
  return h("label", {}, both(field.label),
    h("input", {
      name: field.name, type: secret ? "password" : "text", required: !field.optional,
      inputmode: secret || field.numeric ? "numeric" : undefined, autocomplete: "off",
      maxlength: secret ? "12" : "200", autocapitalize: field.upper ? "characters" : undefined,
    }));
}

function reasonChoice(field) {
  return h("fieldset", {}, h("legend", {}, both("counter.reason")),
    h("div", { class: "reason-choice" }, field.keys.map((key, index) =>
      h("label", { class: "radio" },
        h("input", { type: "radio", name: field.name, value: t(key), checked: index === 0 }),
        h("span", {}, t(key))))));
}

// Show a question; `then(values)` gets what was filled in, without empty answers.
export function ask(title, fields, then, values = {}) {
  const box = dialog();
  const form = h("form", { method: "dialog", class: "question" },
    h("h2", { id: "dialog-title" }, both(title, values)),
    fields.filter(Boolean).map(control),
    h("div", { class: "answers" },
      h("button", { type: "button", class: "plain", onclick: () => box.close() }, both("counter.cancel")),
      h("button", { type: "submit", class: "primary" }, both("counter.ok"))));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const filled = [...new FormData(form)].filter(([, value]) => value !== "");
    box.close();
    then(Object.fromEntries(filled));
  });
  box.replaceChildren(form);
  box.showModal();
  form.querySelector("input:not([type=radio]), select")?.focus();
}
