// What the list shows, in the page's address: #cases?show=broken&kind=number&range=latency_ms:200..500&q=words&case=fr-0147
const RESERVED = ["show", "q", "sort", "range", "case"];
const RANGE = /^(.+):(-?[\d.]*(?:e[+-]?\d+)?)\.\.(-?[\d.]*(?:e[+-]?\d+)?)$/i;

function freshState(about) {
  const { counts } = about;
  const show = about.live ? (counts.worse ? "worse" : "all") : counts.wrong ? "wrong" : "all";
  return { show, tags: {}, ranges: [], q: "", sort: "", case: "" };
}

// The state that an address names; null where it names none.
function stateFrom(hash, about) {
  if (!hash.startsWith("#cases?")) return null;
  const given = new URLSearchParams(hash.slice("#cases?".length));
  const state = freshState(about);
  if (Object.hasOwn(about.counts, given.get("show"))) state.show = given.get("show");
  const sort = given.get("sort") ?? "";
  if (["id", ...about.figures].includes(sort.replace(/^-/, "")) || sort === "-") state.sort = sort;
  state.q = given.get("q") ?? "";
  state.case = given.get("case") ?? "";
  state.ranges = given.getAll("range").map(rangeFrom).filter((range) => range && about.figures.includes(range.name));
  for (const { name } of about.tags) {
    const value = given.get(tagKey(name));
    if (value !== null) state.tags = { ...state.tags, [name]: value };
  }
  return state;
}

function rangeFrom(text) {
  const [, name, from, to] = RANGE.exec(text) ?? [];
  return name ? { name, from: amountFrom(from), to: amountFrom(to) } : null;
}

// A number as people type it: 1,200.5 or 0,5.
function amountFrom(text) {
  const grouped = /^\s*-?\d{1,3}(,\d{3})+(\.\d*)?\s*$/.test(text);
  const amount = Number(grouped ? text.replaceAll(",", "") : text.replace(",", "."));
  return text.trim() === "" || Number.isNaN(amount) ? null : amount;
}

function tagKey(name) {
  return RESERVED.includes(name) ? `tag:${name}` : name;
}

function hashOf(state, about) {
  const pairs = state.show === freshState(about).show ? [] : [["show", state.show]];
  pairs.push(...Object.entries(state.tags).map(([name, value]) => [tagKey(name), value]));
  pairs.push(...state.ranges.map(({ name, from, to }) => ["range", `${name}:${from ?? ""}..${to ?? ""}`]));
  for (const key of ["q", "sort", "case"]) if (state[key]) pairs.push([key, state[key]]);
  return pairs.length ? `#cases?${pairs.map((pair) => pair.map(readable).join("=")).join("&")}` : "#cases";
}

// Encoded, but for what may stand in a fragment and reads better as it is.
function readable(text) {
  return encodeURIComponent(text.toWellFormed?.() ?? text).replaceAll("%20", "+").replace(/%(?:3A|40|2C|2F)/g, decodeURIComponent);
}

// Words and "phrases in quotes", in lower case.
function wordsOf(text) {
  return [...text.toLowerCase().matchAll(/"([^"]+)"|(\S+)/g)].map(([, phrase, word]) => phrase ?? word.replaceAll('"', "")).filter(Boolean);
}
