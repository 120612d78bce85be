// A list of any length: chunks of rows, filled only near the screen; open cases are remembered.
const ROWS_A_CHUNK = 40;
const SHOWN_AT_FIRST = 20;

class CaseList {
  constructor(root, head) {
    this.root = root;
    this.head = head;
    this.open = new Set();
    this.current = -1;
    this.rows = [];
    this.guess = 40;
    this.seen = new IntersectionObserver((entries) => entries.forEach((entry) => this.turn(entry)), { rootMargin: "1200px 0px" });
  }

  show(found, whole = false) {
    this.found = found;
    this.rows = whole ? found : found.slice(0, SHOWN_AT_FIRST);
    const rows = this.rows;
    this.current = -1;
    this.seen.disconnect();
    this.root.replaceChildren();
    for (let start = 0; start < rows.length; start += ROWS_A_CHUNK) {
      const chunk = element("div", { class: "chunk" });
      chunk.start = start;
      chunk.style.height = `${this.count(chunk) * this.guess}px`;
      this.root.append(chunk);
      this.seen.observe(chunk);
    }
    if (!rows.length) this.root.append(element("p", { class: "pad note" }, "No case matches."));
    else this.fill(this.root.firstElementChild);
    if (found.length > rows.length) this.root.append(this.rest());
  }

  rest() {
    const button = element("button", { class: "rest", type: "button" }, `Show all ${this.found.length.toLocaleString("en")}`);
    button.addEventListener("click", () => this.whole());
    return button;
  }

  whole() {
    const next = this.rows.length;
    this.show(this.found, true);
    this.current = next - 1;
    this.move(1);
  }

  count(chunk) {
    return Math.min(ROWS_A_CHUNK, this.rows.length - chunk.start);
  }

  turn({ target, isIntersecting }) {
    if (isIntersecting) this.fill(target);
    else this.empty(target);
  }

  fill(chunk) {
    if (chunk.childElementCount) return;
    const rows = this.rows.slice(chunk.start, chunk.start + ROWS_A_CHUNK);
    chunk.append(...rows.map((index) => this.item(index)));
    chunk.style.height = "";
    if (this.guess === 40) this.guess = chunk.firstElementChild.offsetHeight || 40;
  }

  empty(chunk) {
    if (!chunk.childElementCount || chunk.contains(document.activeElement)) return;
    chunk.style.height = `${chunk.offsetHeight}px`;
    chunk.replaceChildren();
  }

  item(index) {
    const made = element("details", { class: "case" }, summaryOf(this.head, index));
    made.index = index;
    made.addEventListener("toggle", () => this.toggled(made));
    made.firstElementChild.addEventListener("focus", () => { this.current = this.rows.indexOf(index); });
    if (this.open.has(index)) made.open = true;
    return made;
  }

  async toggled(made) {
    if (!made.open) {
      this.open.delete(made.index);
      return;
    }
    this.open.add(made.index);
    if (made.childElementCount > 1) return;
    const waiting = element("p", { class: "waiting" }, "Unpacking…");
    made.append(waiting);
    waiting.replaceWith(bodyOf(this.head, await caseAt(this.head, made.index)));
  }

  move(step) {
    if (!this.rows.length) return;
    if (this.current + step >= this.rows.length && this.found.length > this.rows.length) {
      this.whole();
      return;
    }
    const place = Math.min(this.rows.length - 1, Math.max(0, this.current + step));
    const chunk = this.root.children[Math.floor(place / ROWS_A_CHUNK)];
    this.fill(chunk);
    const summary = chunk.children[place % ROWS_A_CHUNK].firstElementChild;
    summary.focus({ preventScroll: true });
    summary.scrollIntoView({ block: "nearest" });
    this.current = place;
  }
}
