// The cases that are shown as a file: CSV or JSON lines, written part by part by the engine.
class Download {
  constructor(view) {
    this.view = view;
    this.menu = document.getElementById("export");
    this.said = document.getElementById("exported");
    for (const choice of this.menu.querySelectorAll("[data-form]")) choice.addEventListener("click", () => this.write(choice.dataset.form));
    document.addEventListener("click", (event) => {
      if (!this.menu.contains(event.target)) this.menu.open = false;
    });
  }

  async write(form) {
    this.menu.open = false;
    const { client, state, about } = this.view;
    const total = this.view.found;
    const parts = [];
    const tell = ({ part, done }) => {
      parts.push(new Blob([part]));
      this.say(`Writing ${counted(done)} of ${plural(total, "case")}…`);
    };
    this.say(`Writing ${plural(total, "case")}…`);
    const written = await client.call("table", [this.view.wanted(state), form], tell).catch((error) => ({ failed: error.message }));
    if (written === null) return;
    if (written.failed) this.say(`The file could not be written: ${written.failed}`);
    else this.save(new Blob(parts, { type: form === "csv" ? "text/csv" : "application/x-ndjson" }), form, total, this.lacking(written, about));
  }

  lacking({ absent }, about) {
    if (!absent.length) return "";
    return ` Texts in ${plural(absent.length, "file")} of ${about.folder}/ are not in it: ${absent.length === 1 ? "the file is" : "the files are"} not beside the page.`;
  }

  save(blob, form, total, lacking) {
    const name = `${this.name()}.${form}`;
    const address = URL.createObjectURL(blob);
    element("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
    this.say(`${name}: ${plural(total, "case")}.${lacking}`);
  }

  // Service, run and what the list is narrowed by.
  name() {
    const { service, run } = this.view.root.dataset;
    const { show, tags, ranges, q } = this.view.state;
    const narrowed = [...Object.entries(tags).flat(), ...ranges.map(({ name, from, to }) => `${name}-${from ?? ""}-${to ?? ""}`), q];
    const plain = (text) => text.replace(/[^\p{L}\p{N}.@-]+/gu, "-").replace(/^[-.]+|[-.]+$/g, "");
    return [service, run, show, ...narrowed].map(plain).filter(Boolean).join("-").slice(0, 120);
  }

  say(words) {
    this.said.hidden = false;
    this.said.textContent = words;
  }
}
