// Keys: never while somebody types, and never one that the browser or the system has taken with a modifier.
class Keys {
  constructor(view) {
    this.view = view;
    this.help = document.getElementById("help");
    this.search = document.getElementById("search");
    document.getElementById("help-button").addEventListener("click", () => this.help.showModal());
    document.getElementById("help-close").addEventListener("click", () => this.help.close());
    document.addEventListener("keydown", (event) => this.press(event));
  }

  press(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || this.help.open) return;
    if (event.key === "Escape") {
      if (this.escape()) event.preventDefault();
      return;
    }
    if (event.target.closest?.("input, select, textarea, [contenteditable]")) return;
    const act = this.acts()[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  acts() {
    const { list } = this.view;
    return {
      j: () => list.move(1),
      k: () => list.move(-1),
      o: () => list.toggle(),
      c: () => this.view.copyCurrent(),
      e: () => this.export(),
      f: () => this.view.filters.turn(this.view.filters.panel.hidden),
      "/": () => this.find(),
      "?": () => this.help.showModal(),
    };
  }

  find() {
    this.search.focus({ preventScroll: true });
    this.search.select();
    const { top, bottom } = this.search.getBoundingClientRect();
    if (top < 40 || bottom > window.innerHeight) document.getElementById("cases").scrollIntoView({ behavior: "instant" });
  }

  export() {
    const menu = document.getElementById("export");
    menu.open = true;
    menu.querySelector("button").focus();
  }

  // The innermost thing that is open or set; true where there was one.
  escape() {
    const { view } = this;
    const menu = document.getElementById("export");
    if (menu.open) {
      menu.open = false;
      return true;
    }
    if (!view.filters.panel.hidden) {
      view.filters.turn(false);
      view.filters.opener.focus();
      return true;
    }
    if (view.state.q || this.search.value) {
      view.change({ q: "" });
      this.search.blur();
      return true;
    }
    if (document.activeElement === this.search) this.search.blur();
    return view.closeCase();
  }
}
