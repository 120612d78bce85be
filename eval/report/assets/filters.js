// What the list is narrowed by: chips of outcomes, tags, ranges of figures; each that is on stands as a chip that takes it off.
const SHOWS = {
  worse: "got worse",
  broken: "right → wrong",
  fixed: "wrong → right",
  "both wrong": "both wrong",
  wrong: "wrong",
  error: "no answer",
  all: "all",
};
const MOST_OPTIONS = 30;
const MOST_SUGGESTED = 50;

class Filters {
  // `view` has about, state, change(part of a state) and count(state).
  constructor(view) {
    this.view = view;
    this.about = view.about;
    this.chips = document.querySelector(".chips");
    this.on = document.querySelector(".on");
    this.panel = document.getElementById("filters");
    this.opener = document.getElementById("filters-button");
    this.opener.addEventListener("click", () => this.turn(this.panel.hidden));
    this.sort = document.getElementById("sort");
    this.turned = document.getElementById("turned");
    this.buildChips();
    this.buildSort();
    this.buildTags();
    this.buildRange();
  }

  turn(open) {
    this.panel.hidden = !open;
    this.opener.setAttribute("aria-expanded", String(open));
    if (open) this.panel.querySelector("select, input")?.focus();
  }

  // Chips for what there is; where all that got worse broke, one chip says both.
  shows() {
    const { counts, live } = this.about;
    const same = counts.worse === counts.broken;
    return Object.keys(SHOWS).filter((show) => {
      if (show === "all") return true;
      if (["worse", "fixed", "both wrong"].includes(show)) return live;
      return counts[show] > 0 && !(show === "broken" && same);
    });
  }

  buildChips() {
    const same = this.about.counts.worse === this.about.counts.broken;
    for (const show of this.shows()) {
      const words = show === "worse" && same ? SHOWS.broken : SHOWS[show];
      const chip = button(`${words} `, { class: "chip", "data-show": show }, () => this.view.change({ show }));
      chip.append(element("b"));
      this.chips.append(chip);
    }
  }

  buildSort() {
    const { about } = this;
    const main = about.metrics.filter((metric) => metric.main).map((metric) => metric.name);
    const changes = main.map((name) => `change:${name}`);
    const names = ["id", ...main, ...changes, "latency_ms", "change:latency_ms", "cost_usd", "tokens"];
    const there = names.filter((name) => name === "id" || about.figures.includes(name));
    this.sort.append(element("option", { value: "" }, "page order"), ...there.map((name) => element("option", { value: name }, figureName(about, name))));
    this.sort.addEventListener("change", () => this.view.change({ sort: `${largeIsWorse(about, this.sort.value) && this.sort.value ? "-" : ""}${this.sort.value}` }));
    this.turned.addEventListener("click", () => {
      const { sort } = this.view.state;
      this.view.change({ sort: sort.startsWith("-") ? sort.slice(1) : `-${sort}` });
    });
  }

  buildTags() {
    const box = this.panel.querySelector(".tag-filters");
    for (const tag of this.about.tags) {
      if (tag.values.length) box.append(tag.values.length > MOST_OPTIONS ? this.searchable(tag) : this.selectable(tag));
    }
  }

  labelled(tag, field) {
    return element("label", {}, element("span", {}, visible(tag.name)), field);
  }

  selectable(tag) {
    const select = element("select", { "data-tag": tag.name }, element("option", { value: "any" }, "any"));
    tag.values.forEach((value, place) => select.append(element("option", { value: String(place) }, visible(value) || "empty")));
    select.append(element("option", { value: "none" }, "none"));
    select.addEventListener("change", () => {
      const given = { any: undefined, none: "" };
      this.setTag(tag.name, select.value in given ? given[select.value] : tag.values[Number(select.value)]);
    });
    return this.labelled(tag, select);
  }

  // Too many values for a list: a field that suggests those that hold what is typed.
  searchable(tag) {
    const list = element("datalist", { id: `values-${this.about.tags.indexOf(tag)}` });
    const input = element("input", { type: "text", list: list.id, "data-tag": tag.name, placeholder: `one of ${counted(tag.values.length)}`, autocomplete: "off" });
    input.addEventListener("input", () => {
      const typed = input.value.toLowerCase();
      const held = tag.values.filter((value) => value.toLowerCase().includes(typed)).slice(0, MOST_SUGGESTED);
      list.replaceChildren(...held.map((value) => element("option", { value })));
    });
    input.addEventListener("change", () => {
      const known = tag.values.includes(input.value);
      input.setCustomValidity(known || !input.value ? "" : "No case has this value.");
      input.reportValidity();
      if (known || !input.value) this.setTag(tag.name, known ? input.value : undefined);
    });
    return element("div", {}, this.labelled(tag, input), list);
  }

  setTag(name, value) {
    const { [name]: _, ...tags } = this.view.state.tags;
    this.view.change({ tags: value === undefined ? tags : { ...tags, [name]: value } });
  }

  buildRange() {
    const form = this.panel.querySelector(".range");
    this.range = Object.fromEntries([...form.querySelectorAll("[name]")].map((field) => [field.name, field]));
    const { figure, from, to } = this.range;
    figure.append(...this.about.figures.map((name) => element("option", { value: name }, figureName(this.about, name))));
    form.hidden = !this.about.figures.length;
    figure.addEventListener("change", () => this.measure());
    for (const field of [from, to]) field.addEventListener("input", () => this.tally());
    form.querySelector("button").addEventListener("click", () => this.addRange());
    for (const field of [from, to]) field.addEventListener("keydown", (event) => event.key === "Enter" && this.addRange());
    this.opener.addEventListener("click", () => this.measure(), { once: true });
  }

  drafted() {
    const { figure, from, to } = this.range;
    return { name: figure.value, from: amountFrom(from.value), to: amountFrom(to.value) };
  }

  // The least and the largest value there is, as what the fields suggest.
  async measure() {
    const { figure, from, to } = this.range;
    const span = await this.view.client.call("span", [figure.value]);
    from.placeholder = span ? String(Number(span.low.toPrecision(4))) : "none";
    to.placeholder = span ? String(Number(span.high.toPrecision(4))) : "none";
    this.tally();
  }

  async tally() {
    const draft = this.drafted();
    const told = document.getElementById("tally");
    if (!draft.name) return;
    const count = await this.view.count({ ...this.view.state, ranges: [...this.view.state.ranges, draft] });
    if (count !== null) told.textContent = plural(count, "case");
  }

  addRange() {
    const draft = this.drafted();
    if (draft.from === null && draft.to === null) return;
    const others = this.view.state.ranges.filter((range) => range.name !== draft.name);
    this.range.from.value = this.range.to.value = "";
    this.view.change({ ranges: [...others, draft] });
  }

  // Show a state in all fields and chips.
  tell(state, counts) {
    for (const chip of this.chips.children) {
      chip.setAttribute("aria-pressed", String(chip.dataset.show === state.show));
      if (counts) chip.lastElementChild.textContent = counted(counts[chip.dataset.show]);
    }
    for (const field of this.panel.querySelectorAll("[data-tag]")) this.tellTag(field, Object.hasOwn(state.tags, field.dataset.tag) ? state.tags[field.dataset.tag] : undefined);
    this.sort.value = state.sort.replace(/^-/, "");
    const falling = state.sort.startsWith("-");
    this.turned.textContent = falling ? "↓" : "↑";
    this.turned.setAttribute("aria-label", falling ? "Falling; sort rising" : "Rising; sort falling");
    this.tellOn(state);
  }

  tellTag(field, value) {
    if (field.tagName === "INPUT") field.value = value ?? "";
    else if (value === undefined) field.value = "any";
    else {
      const place = this.about.tags.find((tag) => tag.name === field.dataset.tag).values.indexOf(value);
      field.value = place < 0 ? "none" : String(place);
    }
  }

  tellOn(state) {
    const taken = Object.entries(state.tags).map(([name, value]) => this.removable(`${visible(name)}: ${visible(value) || "none"}`, () => this.setTag(name, undefined)));
    const ranges = state.ranges.map((range) => this.removable(this.rangeSaid(range), () => this.view.change({ ranges: state.ranges.filter((one) => one !== range) })));
    if (state.q.trim()) taken.push(this.removable(`words: ${visible(clipped(state.q.trim(), 40))}`, () => this.view.change({ q: "" })));
    const chips = [...taken, ...ranges];
    const clear = button("clear all", { class: "clear" }, () => this.view.clear());
    this.on.replaceChildren(...chips, ...(chips.length ? [clear] : []));
    this.opener.classList.toggle("active", Object.keys(state.tags).length + state.ranges.length > 0);
  }

  rangeSaid({ name, from, to }) {
    const base = figureName(this.about, name);
    const [low, high] = [from, to].map((amount) => amount?.toLocaleString("en", { maximumFractionDigits: 12 }));
    if (from === null) return `${base} ≤ ${high}`;
    return to === null ? `${base} ≥ ${low}` : `${base} ${low} to ${high}`;
  }

  removable(words, act) {
    const chip = button(`${words} `, { class: "chip set", "aria-label": `Remove ${words}` }, act);
    chip.append(element("span", { "aria-hidden": "true" }, "×"));
    return chip;
  }
}
