// Search, filters and keys over the list.
const SHOWS = [
  ["worse", "got worse", (head, index) => head.worse[index] === 1],
  ["broken", "right → wrong", (head, index) => head.outcomes[head.outcome[index]] === "broken"],
  ["fixed", "wrong → right", (head, index) => head.outcomes[head.outcome[index]] === "fixed"],
  ["both wrong", "both wrong", (head, index) => head.outcomes[head.outcome[index]] === "both wrong"],
  ["wrong", "wrong", (head, index) => head.outcomes[head.outcome[index]] === "wrong"],
  ["error", "no answer", (head, index) => head.outcomes[head.outcome[index]] === "error"],
  ["all", "all", () => true],
];
const MOST_TAG_VALUES = 60;

async function start() {
  if (typeof DecompressionStream === "undefined" || !document.getElementById("list")) return;
  const head = await unpack("head");
  const root = document.getElementById("list");
  const view = { head, list: new CaseList(root, head), show: "all", tags: {}, words: [], answers: null };
  view.everyone = head.id.map((_, index) => index);
  buildChips(view);
  buildSelects(view);
  listen(view);
  document.querySelector(".tools").hidden = false;
  root.hidden = false;
  document.querySelector(".plain").hidden = true;
  apply(view);
}

function buildChips(view) {
  const chips = document.querySelector(".chips");
  const counts = SHOWS.map(([, , holds]) => view.everyone.filter((index) => holds(view.head, index)).length);
  const same = counts[0] === counts[1];
  SHOWS.forEach(([name, label], place) => {
    const needed = name === "all" || (counts[place] > 0 && !(name === "broken" && same)) || (view.head.live && ["worse", "fixed", "both wrong"].includes(name));
    if (!needed || (name === "worse" && !view.head.live)) return;
    const said = name === "worse" && same ? "right → wrong" : label;
    const chip = element("button", { class: "chip", type: "button", "data-show": name }, `${said} `, element("b", {}, counts[place].toLocaleString("en")));
    chip.addEventListener("click", () => { view.show = name; apply(view); });
    chips.append(chip);
  });
  view.show = view.head.live && counts[0] ? "worse" : !view.head.live && counts[4] ? "wrong" : "all";
}

function buildSelects(view) {
  const box = document.querySelector(".selects");
  for (const [tag, column] of Object.entries(view.head.tags)) {
    if (column.names.length < 2 || column.names.length > MOST_TAG_VALUES) continue;
    const select = element("select", { "aria-label": tag, "data-tag": tag }, element("option", { value: "" }, `${tag}: any`));
    column.names.forEach((name, code) => select.append(element("option", { value: String(code) }, `${tag}: ${name || "none"}`)));
    select.addEventListener("change", () => {
      if (select.value) view.tags[tag] = Number(select.value);
      else delete view.tags[tag];
      select.classList.toggle("on", Boolean(select.value));
      apply(view);
    });
    box.append(select);
  }
}

function apply(view) {
  const holds = SHOWS.find(([name]) => name === view.show)[2];
  const tags = Object.entries(view.tags);
  const rows = view.everyone.filter((index) => holds(view.head, index)
    && tags.every(([tag, code]) => view.head.tags[tag].codes[index] === code)
    && view.words.every((word) => haystack(view, index).includes(word)));
  view.list.show(rows);
  document.querySelectorAll(".chip").forEach((chip) => chip.setAttribute("aria-pressed", String(chip.dataset.show === view.show)));
  document.getElementById("found").textContent = `${rows.length.toLocaleString("en")} of ${view.everyone.length.toLocaleString("en")} cases shown`;
}

function haystack(view, index) {
  view.texts ??= view.everyone.map((at) => `${view.head.id[at]}\n${view.head.question[at]}`.toLowerCase());
  return view.answers ? `${view.texts[index]}\n${view.answers[index]}` : view.texts[index];
}

async function searched(view, text) {
  view.words = text.toLowerCase().split(/\s+/).filter(Boolean);
  apply(view);
  if (!view.words.length || view.answers) return;
  const found = [];
  for (let block = 0; block * view.head.rows_a_block < view.everyone.length; block += 1) {
    const { answer, live, expected } = await unpack(`r${block}`);
    answer.forEach((said, at) => found.push([said, live[at] || "", expected[at]].join("\n").toLowerCase()));
  }
  view.answers = found;
  apply(view);
}

function listen(view) {
  const search = document.getElementById("search");
  const help = document.getElementById("help");
  let pause = 0;
  search.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(() => searched(view, search.value), 120);
  });
  document.getElementById("help-button").addEventListener("click", () => help.showModal());
  document.getElementById("help-close").addEventListener("click", () => help.close());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && document.activeElement === search) {
      search.value = "";
      search.blur();
      searched(view, "");
    }
    if (help.open || event.target.closest("input, select, textarea")) return;
    const act = { j: () => view.list.move(1), k: () => view.list.move(-1), "/": () => search.focus(), "?": () => help.showModal() }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

start();
