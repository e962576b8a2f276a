// Reading aloud with a voice of this machine, if it has a Vietnamese one.

import { t } from "./core.js";

const NAMES = {
  0: "không", 1: "một", 2: "hai", 3: "ba", 4: "bốn", 5: "năm", 6: "sáu", 7: "bảy", 8: "tám", 9: "chín",
};

const spelt = (label) => [...label].map((c) => NAMES[c] ?? c).join(", ");

function voice() {
  const voices = globalThis.speechSynthesis?.getVoices() ?? [];
  return voices.find((v) => v.lang.toLowerCase().startsWith("vi"));
}

// True when this machine reads it; false when the loudspeaker has to.
export function readAloud(words, ticket) {
  const chosen = voice();
  if (!chosen) return false;
  const said = ticket
    ? t("kiosk.speech.number", { so_doc: spelt(ticket.label), n: ticket.ahead })
    : words ?? t("kiosk.speech.fields");
  const speech = new SpeechSynthesisUtterance(said);
  speech.voice = chosen;
  speech.lang = chosen.lang;
  speech.rate = 0.9;
  speechSynthesis.cancel();
  speechSynthesis.speak(speech);
  return true;
}
