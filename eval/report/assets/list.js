// A list of any length: rows stand at computed places and exist near the screen only; their words come from the engine.
class CaseList {
  static AT_FIRST = 20;
  static MARGIN = 700;
  static SHORT = 60;
  static MOST_LINES = 4000;

  // `source` has lines(rows, figure), one(row), and is told of opened(row) and closed(row).
  constructor(root, about, source) {
    this.root = root;
    this.about = about;
    this.source = source;
    this.rest = root.parentElement.querySelector(".rest");
    this.rows = new Uint32Array(0);
    this.made = new Map();
    this.opened = new Map();
    this.lines = new Map();
    this.current = -1;
    this.line = 41;
    this.extras = [];
    this.grown = new ResizeObserver((entries) => this.resized(entries));
    this.rest.addEventListener("click", () => this.showAll());
    window.addEventListener("scroll", () => this.later(), { passive: true });
    window.addEventListener("resize", () => {
      this.measure();
      this.later();
    });
  }

  get length() {
    return this.whole ? this.rows.length : Math.min(CaseList.AT_FIRST, this.rows.length);
  }

  // `pinned` is a row that stands first although it is not among those found.
  show(found, { figure = "", whole = false, pinned = null } = {}) {
    if (figure !== this.figure) this.lines.clear();
    this.figure = figure;
    this.whole = whole;
    this.rows = new Uint32Array(found.length + (pinned === null ? 0 : 1));
    if (pinned !== null) this.rows[0] = pinned;
    this.rows.set(found, this.rows.length - found.length);
    this.places = new Int32Array(this.about.rows).fill(-1);
    this.rows.forEach((row, place) => { this.places[row] = place; });
    this.current = -1;
    for (const one of this.made.values()) one.remove();
    this.made.clear();
    this.settle();
    this.measure();
  }

  showAll() {
    const next = this.length;
    this.whole = true;
    this.settle();
    this.go(next);
  }

  settle() {
    const left = this.rows.length - this.length;
    this.rest.hidden = left === 0;
    this.rest.textContent = `Show all ${counted(this.rows.length)}`;
    this.root.classList.toggle("none", this.rows.length === 0);
    this.layout();
  }

  // The height of a closed row, which depends on the width of the window.
  measure() {
    const closed = [...this.made.values()].find((one) => !one.open);
    const height = closed?.getBoundingClientRect().height;
    if (!height || height === this.line) return;
    this.line = height;
    this.layout();
  }

  layout() {
    this.extras = [...this.opened]
      .map(([row, { extra }]) => ({ place: this.places?.[row] ?? -1, extra }))
      .filter(({ place }) => place >= 0 && place < this.length)
      .sort((one, other) => one.place - other.place);
    this.root.style.height = `${this.offset(this.length)}px`;
    for (const one of this.made.values()) this.put(one);
    this.render();
  }

  offset(place) {
    let top = place * this.line;
    for (const one of this.extras) if (one.place < place) top += one.extra;
    return top;
  }

  placeAt(height) {
    let left = height;
    for (const { place, extra } of this.extras) {
      if (left < (place + 1) * this.line) break;
      if (left < (place + 1) * this.line + extra) return place;
      left -= extra;
    }
    return Math.max(0, Math.min(this.length - 1, Math.floor(left / this.line)));
  }

  later() {
    this.frame ||= requestAnimationFrame(() => this.render());
  }

  render() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    if (!this.length) return;
    const places = new Set();
    const [first, last] = this.near();
    for (let place = first; place <= last; place += 1) places.add(place);
    const focused = this.places[document.activeElement?.closest?.(".case")?.row ?? -1];
    if (focused >= 0 && focused < this.length) places.add(focused);
    this.exist([...places].sort((one, other) => one - other));
    this.fill();
  }

  // The first and the last place near the screen; all of a short list, so that print and pictures have it whole.
  near() {
    if (this.length <= CaseList.SHORT) return [0, this.length - 1];
    const top = -this.root.getBoundingClientRect().top;
    return [this.placeAt(top - CaseList.MARGIN), this.placeAt(top + window.innerHeight + CaseList.MARGIN)];
  }

  // Exactly the rows at these places, in their order, so that Tab goes from one to the next.
  exist(places) {
    const wanted = new Set(places.map((place) => this.rows[place]));
    for (const [row, one] of this.made) {
      if (wanted.has(row)) continue;
      one.remove();
      this.made.delete(row);
    }
    let before = null;
    for (const place of places) {
      const one = this.item(this.rows[place]);
      if (one.previousElementSibling !== before || one.parentElement !== this.root) {
        this.root.insertBefore(one, before ? before.nextElementSibling : this.root.firstElementChild);
      }
      before = one;
    }
  }

  item(row) {
    if (!this.made.has(row)) {
      const one = this.opened.get(row)?.element ?? this.fresh(row);
      this.made.set(row, one);
      this.put(one);
    }
    return this.made.get(row);
  }

  fresh(row) {
    const one = element("details", { class: "case blank" }, element("summary"));
    one.row = row;
    one.addEventListener("toggle", () => (one.open ? this.unfold(one) : this.fold(one)));
    one.firstElementChild.addEventListener("focus", () => { this.current = this.places[row]; });
    return one;
  }

  put(one) {
    one.style.top = `${this.offset(this.places[one.row])}px`;
  }

  // The words of the rows that exist; while they are on their way no second time.
  async fill() {
    if (this.asking) return;
    const blank = [...this.made.values()].filter((one) => one.told !== this.figure);
    const unknown = blank.map((one) => one.row).filter((row) => !this.lines.has(row));
    if (unknown.length) {
      const { figure } = this;
      this.asking = true;
      const found = await this.source.lines(unknown, figure).finally(() => { this.asking = false; });
      if (this.lines.size > CaseList.MOST_LINES) this.lines.clear();
      if (figure === this.figure) unknown.forEach((row, at) => this.lines.set(row, found[at]));
      this.later();
    }
    for (const one of blank) this.tell(one);
    this.measure();
  }

  tell(one) {
    const line = this.lines.get(one.row);
    if (!line) return;
    one.told = this.figure;
    one.classList.remove("blank");
    one.firstElementChild.replaceChildren(...lineOf(this.about, line, this.figure));
  }

  async unfold(one) {
    const { row } = one;
    if (this.opened.has(row)) return;
    this.opened.set(row, { element: one, extra: 0 });
    this.grown.observe(one);
    this.source.opened(row);
    if (one.childElementCount > 1) return;
    const waiting = element("p", { class: "waiting" }, "Unpacking…");
    one.append(waiting);
    try {
      waiting.replaceWith(...(await this.source.one(row)));
    } catch (error) {
      waiting.textContent = `This case cannot be shown: ${error.message}`;
    }
  }

  fold(one) {
    if (!this.opened.delete(one.row)) return;
    this.grown.unobserve(one);
    this.source.closed(one.row);
    this.layout();
  }

  // An open case above the screen that grows must not push what is being read.
  resized(entries) {
    let shift = 0;
    for (const { target } of entries) {
      const known = this.opened.get(target.row);
      if (!known || !target.isConnected) continue;
      const extra = target.getBoundingClientRect().height - this.line;
      const bottom = target.getBoundingClientRect().top + this.line + known.extra;
      if (bottom < 0) shift += extra - known.extra;
      known.extra = extra;
    }
    this.layout();
    if (shift) window.scrollBy({ top: shift, behavior: "instant" });
  }

  move(step) {
    if (this.current + step >= this.length && this.length < this.rows.length) this.showAll();
    else if (this.rows.length) this.go(Math.min(this.length - 1, Math.max(0, this.current + step)));
  }

  // What of the screen's top the navigation and the tools cover.
  above() {
    const tools = this.root.parentElement.querySelector(".tools");
    const { position, top } = getComputedStyle(tools);
    return position === "sticky" ? tools.offsetHeight + parseFloat(top) : 40;
  }

  // Somebody far down the list who narrows it sees what is first now.
  toTop() {
    const { top } = this.root.getBoundingClientRect();
    if (top < 0) window.scrollBy({ top: top - this.above(), behavior: "instant" });
  }

  // Bring a place onto the screen and give it the focus.
  go(place) {
    this.current = place;
    const top = this.root.getBoundingClientRect().top + this.offset(place);
    const [above, low] = [this.above(), window.innerHeight - this.line - 8];
    const far = top < above || top > low + window.innerHeight;
    if (top < above || top > low) window.scrollBy({ top: top - (far ? above : low), behavior: "instant" });
    this.render();
    this.made.get(this.rows[place])?.firstElementChild.focus({ preventScroll: true });
  }

  // Open a row and bring it to the top of the screen; false where it is not in the list.
  async open(row) {
    const place = this.places[row];
    if (place < 0) return false;
    if (place >= this.length) {
      this.whole = true;
      this.settle();
    }
    this.go(place);
    const one = this.made.get(row);
    one.open = true;
    await this.unfold(one);
    window.scrollBy({ top: one.getBoundingClientRect().top - this.above() - 4, behavior: "instant" });
    return true;
  }

  close(row) {
    const known = this.opened.get(row);
    if (!known) return;
    known.element.open = false;
    if (this.places[row] >= 0) this.go(this.places[row]);
  }

  toggle() {
    const one = this.made.get(this.rows[this.current]);
    if (one) one.open = !one.open;
  }
}
