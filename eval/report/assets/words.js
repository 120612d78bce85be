// Figures and states in words, as the plain rows have them, and the making of elements. Text goes in as text, never as markup.
const SAID = {
  broken: ["✕ was right", "fail"],
  fixed: ["✓ was wrong", "pass"],
  "both wrong": ["✕ still wrong", "fail"],
  wrong: ["✕ wrong", "fail"],
  error: ["! no answer", "inconclusive"],
  unjudged: ["· not judged", ""],
  "both right": ["✓ still right", "pass"],
  right: ["✓ right", "pass"],
};
const UNSEEN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

function button(words, attributes, act) {
  const made = element("button", { type: "button", ...attributes }, words);
  made.addEventListener("click", act);
  return made;
}

// What cannot be seen (controls, bidirectional marks, what has no width, lone surrogates) by its name; line breaks and tabs stay.
function visible(text) {
  return text.replaceAll("\r\n", "\n").replace(UNSEEN, (one) => `[U+${one.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}]`);
}

function clipped(text, limit) {
  return text.length <= limit ? text : `${text.slice(0, limit - 1).trimEnd()}…`;
}

function saidOf({ outcome, worse }) {
  return worse && ["both right", "unjudged", "right"].includes(outcome) ? ["↓ scored lower", "inconclusive"] : SAID[outcome];
}

function counted(amount) {
  return amount.toLocaleString("en");
}

function plural(amount, noun, many = `${noun}s`) {
  return `${counted(amount)} ${amount === 1 ? noun : many}`;
}

function ordinal(place) {
  const teen = [11, 12, 13].includes(place % 100);
  return `${place}${(!teen && { 1: "st", 2: "nd", 3: "rd" }[place % 10]) || "th"}`;
}

// Halves to the even neighbour, as Python rounds.
function whole(amount) {
  return amount.toLocaleString("en", { maximumFractionDigits: 0, roundingMode: "halfEven" });
}

// Three digits, thousands set apart: 0.842, 12.4, 1,234.
function score(amount) {
  if (amount === null) return "none";
  const size = Math.abs(amount);
  if (size >= 1000) return whole(amount);
  if (size > 0 && size < 0.0001) return scientific(amount.toExponential(2));
  return String(Number(amount.toPrecision(3)));
}

function scientific(text) {
  return text.replace(/e-(\d)$/, "e-0$1");
}

function milliseconds(amount) {
  if (amount >= 10000) return `${(amount / 1000).toLocaleString("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 })} s`;
  return `${amount >= 100 ? whole(amount) : amount.toFixed(1)} ms`;
}

function dollars(amount) {
  if (amount === 0) return "$0";
  if (amount >= 0.1) return `$${amount.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
  return amount >= 0.0001 ? `$${amount.toFixed(4)}` : `$${scientific(Number(amount.toPrecision(2)).toExponential())}`;
}

// The name of something to sort and narrow by, and one of its values.
function figureName(about, name) {
  if (name.startsWith("change:")) return `change of ${figureName(about, name.slice("change:".length))}`;
  const words = { latency_ms: "latency, ms", cost_usd: "cost, $", tokens: "tokens", attempts: "attempts", id: "id" };
  return words[name] ?? visible(about.metrics.find((metric) => metric.name === name)?.plain ?? name);
}

function figureSaid(name, value) {
  if (name.startsWith("change:")) {
    const size = figureSaid(name.slice("change:".length), Math.abs(value));
    return value === 0 ? `±${size}` : `${value < 0 ? "−" : "+"}${size}`;
  }
  if (name === "latency_ms") return milliseconds(value);
  if (name === "cost_usd") return dollars(value);
  return name === "tokens" || name === "attempts" ? counted(value) : score(value);
}

// Whether more of it is worse, so that the worst comes first when it is sorted by.
function largeIsWorse(about, name) {
  if (name.startsWith("change:")) return largeIsWorse(about, name.slice("change:".length));
  const metric = about.metrics.find((one) => one.name === name);
  return metric ? metric.lower : name !== "id";
}
