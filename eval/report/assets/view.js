// The list of cases with what it is narrowed by, in step with the page's address.
class View {
  static PAUSE_MS = 150;

  constructor(client, about) {
    this.client = client;
    this.about = about;
    this.root = document.getElementById("list");
    this.said = document.getElementById("found");
    this.notice = document.getElementById("notice");
    this.search = document.getElementById("search");
    this.state = freshState(about);
    this.found = 0;
    this.openRow = null;
    this.list = new CaseList(this.root, about, {
      lines: (rows, figure) => client.call("lines", [rows, figure]),
      one: (row) => this.unpacked(row),
      opened: (row) => this.opened(row),
      closed: (row) => this.closed(row),
    });
    this.filters = new Filters(this);
    this.download = new Download(this);
    this.keys = new Keys(this);
    this.listen();
    this.tellMasked();
  }

  tellMasked() {
    const { masked } = this.about;
    if (!masked) return;
    const said = `${plural(masked, "text")} held what looks like a key, a token or a password; [masked: …] stands in its place.`;
    this.root.closest("section").append(element("p", { class: "key" }, said));
  }

  listen() {
    this.search.addEventListener("input", () => {
      clearTimeout(this.pause);
      this.pause = setTimeout(() => this.change({ q: this.search.value }, { quiet: true }), View.PAUSE_MS);
    });
    window.addEventListener("popstate", (event) => this.travel(event.state));
  }

  async start() {
    const named = stateFrom(window.location.hash, this.about);
    this.remember("replaceState", named ? window.location.hash : null);
    await this.go(named ?? this.state, { whole: false });
    if (named && !named.case) document.getElementById("cases").scrollIntoView({ behavior: "instant" });
  }

  // Back and forward; an address that somebody wrote by hand; a link to a section, which leaves the list as it is.
  travel(kept) {
    const named = stateFrom(window.location.hash, this.about);
    const before = kept?.goldgate ? stateFrom(kept.goldgate, this.about) ?? freshState(this.about) : null;
    if (!named && !before) {
      this.remember("replaceState", null);
      return;
    }
    if (!before) this.remember("replaceState", null, named);
    this.go(before ?? named, {});
  }

  // `hash` is where the address goes, null for leaving it.
  remember(how, hash, state = this.state) {
    try {
      window.history[how]({ goldgate: hashOf(state, this.about) }, "", hash ?? window.location.href);
    } catch {
      // A page in a frame without an origin may not write its address.
    }
  }

  // Narrow or order otherwise; `quiet` makes no new entry for Back.
  async change(part, { quiet = false } = {}) {
    clearTimeout(this.pause);
    this.state = { ...this.state, ...part, case: "" };
    this.tellNotice("");
    this.remember(quiet ? "replaceState" : "pushState", hashOf(this.state, this.about));
    this.list.toTop();
    await this.show({ whole: this.list.whole });
  }

  clear() {
    return this.change({ tags: {}, ranges: [], q: "" });
  }

  // Show a state that the address named, with its case open.
  async go(state, { whole = this.list.whole }) {
    this.state = state;
    const row = state.case ? await this.client.call("rowOf", [state.case]) : -1;
    this.tellNotice(state.case && row < 0 ? `There is no case ${visible(state.case)} in this run.` : "");
    this.leave(row);
    await this.show({ whole, named: row < 0 ? null : row });
    if (row >= 0 && this.state === state) await this.list.open(row);
  }

  // Back from a case closes it.
  leave(row) {
    const left = this.openRow;
    this.openRow = row < 0 ? null : row;
    if (left !== row && this.list.opened.has(left)) this.list.opened.get(left).element.open = false;
  }

  wanted(state) {
    return { show: state.show, tags: state.tags, ranges: state.ranges, words: wordsOf(state.q), sort: state.sort };
  }

  count(state) {
    return this.client.call("count", [this.wanted(state)]);
  }

  // Ask the engine and show what it finds, in parts while it searches; what is outdated is dropped.
  async show({ whole, named = null }) {
    const { state } = this;
    if (this.search.value !== state.q && document.activeElement !== this.search) this.search.value = state.q;
    if (!state.q) this.search.value = "";
    this.filters.tell(state, null);
    const tell = (found) => found && this.state === state && this.tell(found, whole, named);
    tell(await this.client.call("find", [this.wanted(state)], tell));
  }

  tell({ rows, counts, unread, share }, whole, named) {
    this.found = rows.length;
    const hidden = named !== null && !rows.includes(named);
    if (hidden) this.tellNotice(`${visible(this.state.case)} is not among the cases that these filters show; it stands first because the address names it.`);
    this.list.show(rows, { figure: this.state.sort.replace(/^-/, ""), whole, pinned: hidden ? named : null });
    this.filters.tell(this.state, counts);
    this.said.textContent = this.summary(rows.length, unread, share);
    this.root.parentElement.classList.toggle("busy", share < 1);
  }

  summary(count, unread, share) {
    if (share < 1) return `${counted(count)} found so far, ${Math.floor(100 * share)} % searched`;
    const shown = `${counted(count)} of ${plural(this.about.rows, "case")} shown`;
    if (!unread) return shown;
    return `${shown}; ${plural(unread, "case")} could not be searched, their texts lie in ${this.about.folder}/ beside the page and are not there`;
  }

  tellNotice(said) {
    this.notice.hidden = !said;
    this.notice.replaceChildren(said);
  }

  async unpacked(row) {
    const one = await this.client.call("one", [row]);
    return [bodyOf(this.about, one), this.footOf(one.id)];
  }

  footOf(id) {
    const copy = button("Copy link to this case", { class: "copy" }, async () => {
      if (await this.copied(id)) copy.textContent = "Link copied";
      else copy.replaceWith(this.selectable(id));
    });
    return element("p", { class: "case-foot" }, copy);
  }

  addressOf(id) {
    return window.location.href.split("#")[0] + hashOf({ ...freshState(this.about), case: id }, this.about);
  }

  async copied(id) {
    try {
      await navigator.clipboard.writeText(this.addressOf(id));
      return true;
    } catch {
      return false;
    }
  }

  // Where the clipboard is closed to the page, the address stands there to be selected.
  selectable(id) {
    const field = element("input", { type: "text", readonly: "", value: this.addressOf(id), "aria-label": "Link to this case", class: "address" });
    queueMicrotask(() => field.select());
    return field;
  }

  // The link to the case that has the focus, else to the one opened last.
  async copyCurrent() {
    const row = this.focused();
    if (row === undefined) return;
    const [{ id }] = await this.client.call("lines", [[row], ""]);
    if (await this.copied(id)) this.tellNotice(`The link to ${visible(id)} is copied.`);
    else this.tellNotice(this.selectable(id));
  }

  focused() {
    return document.activeElement?.closest?.(".case")?.row ?? [...this.list.opened.keys()].at(-1);
  }

  async opened(row) {
    const [{ id }] = await this.client.call("lines", [[row], ""]);
    if (!this.list.opened.has(row)) return;
    this.openRow = row;
    if (this.state.case === id) return;
    this.state.case = id;
    this.remember("pushState", hashOf(this.state, this.about));
  }

  closed(row) {
    if (this.openRow !== row) return;
    this.openRow = null;
    this.state.case = "";
    this.remember("replaceState", hashOf(this.state, this.about));
  }

  // Close the case that has the focus, else the one opened last; false where none is open.
  closeCase() {
    const focused = this.focused();
    const row = this.list.opened.has(focused) ? focused : [...this.list.opened.keys()].at(-1);
    if (row === undefined) return false;
    this.list.close(row);
    return true;
  }
}
