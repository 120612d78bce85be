// Engine: words looked up in whole blocks at once; a case is found when each word stands in some field of it.
class Search {
  static FIELDS = ["question", "id", "expected", "answer", "live_answer", "error", "live_error"];
  static PAUSE_MS = 150;

  constructor(columns, texts) {
    this.columns = columns;
    this.texts = texts;
  }

  // `found` has a byte a row; `unread` is how many rows may hold the words in blocks that are not there. Null when outdated.
  async run(words, passing, current, tell) {
    const fields = Search.FIELDS.map((name) => this.columns.texts(name)).filter(Boolean);
    const places = this.places(fields, passing);
    const hits = words.map(() => new Uint8Array(this.texts.count + 1));
    const absent = new Set();
    let told = Date.now();
    let pause = Search.PAUSE_MS;
    await this.texts.each(places, async (place, bytes, at) => {
      if (bytes) this.look(bytes, place, words, hits);
      else absent.add(place);
      if (Date.now() - told < pause) return current();
      await new Promise((resume) => setTimeout(resume));
      if (current()) tell(this.matching(fields, passing, hits), (at + 1) / places.length);
      told = Date.now();
      pause *= 1.5;
      return current();
    });
    if (!current()) return null;
    const found = this.matching(fields, passing, hits);
    return { found, unread: absent.size ? this.unread(fields, passing, found, absent) : 0 };
  }

  // The blocks that hold a searched text of a row that passes, the first texts first.
  places(fields, passing) {
    const needed = new Uint8Array(this.texts.first.length);
    this.visit(fields, passing, (number) => { needed[this.texts.place(number)] = 1; });
    return [...needed.keys()].filter((place) => needed[place]);
  }

  visit(fields, passing, see) {
    const [starts, ids] = this.evidence();
    for (let row = 0; row < passing.length; row += 1) {
      if (!passing[row]) continue;
      for (const field of fields) if (field[row]) see(field[row], row);
      for (let at = starts?.[row] ?? 0; at < (starts?.[row + 1] ?? 0); at += 1) see(ids[at], row);
    }
  }

  evidence() {
    const ids = this.columns.field("evidence", "id");
    return ids ? [this.columns.starts("evidence"), ids] : [null, null];
  }

  look(bytes, place, words, hits) {
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes).toLowerCase();
    words.forEach((word, which) => this.mark(text, word, this.texts.first[place], hits[which]));
  }

  mark(text, word, first, hits) {
    let number = first;
    let end = text.indexOf("\0");
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, end + 1)) {
      while (end >= 0 && end < at) {
        number += 1;
        end = text.indexOf("\0", end + 1);
      }
      hits[number] = 1;
      if (end < 0) return;
    }
  }

  matching(fields, passing, hits) {
    const found = new Uint8Array(passing);
    for (const hit of hits) {
      const seen = new Uint8Array(passing.length);
      this.visit(fields, found, (number, row) => { seen[row] |= hit[number]; });
      found.set(seen);
    }
    return found;
  }

  unread(fields, passing, found, absent) {
    const unsure = new Uint8Array(passing.length);
    this.visit(fields, passing, (number, row) => { if (!found[row] && absent.has(this.texts.place(number))) unsure[row] = 1; });
    return unsure.reduce((sum, one) => sum + one, 0);
  }
}
