// Engine: cases as lines of CSV (RFC 4180) and of JSON.
class TableWriter {
  static ROWS_A_PART = 400;

  constructor(teller) {
    this.teller = teller;
    this.head = teller.head;
    this.absent = new Set();
  }

  // The table in parts; `tell` gets each with how many rows are done. Returns the blocks that are not there; null when `current`
  // says that nobody waits for it.
  async write(rows, form, current, tell) {
    if (form === "csv") tell({ part: this.lineOf(this.titles()), done: 0 });
    for (let start = 0; start < rows.length; start += TableWriter.ROWS_A_PART) {
      const cases = await this.cases(rows.slice(start, start + TableWriter.ROWS_A_PART), form);
      await new Promise((resume) => setTimeout(resume));
      if (!current()) return null;
      const lines = cases.map((one) => (form === "csv" ? this.lineOf(this.cells(one)) : `${JSON.stringify(this.record(one))}\n`));
      tell({ part: lines.join(""), done: Math.min(rows.length, start + TableWriter.ROWS_A_PART) });
    }
    return { absent: [...this.absent] };
  }

  async cases(rows, form) {
    const { teller } = this;
    const lists = form === "csv" ? [] : Array.from(rows, (row) => this.ids(teller.lists(row)));
    const listed = lists.flatMap((list) => Object.values(list).flatMap((items) => teller.numbersOf(items)));
    const { text, absent } = await teller.texts.reader([...Array.from(rows, (row) => teller.numbers(row)).flat(), ...listed]);
    for (const name of absent) this.absent.add(name);
    return Array.from(rows, (row, place) => ({ ...teller.told(row, text), ...(lists[place] && teller.listed(lists[place], text)) }));
  }

  // A table names passages; their texts would make it many times as large.
  ids({ contexts, ...lists }) {
    return { ...lists, contexts: contexts.map(({ id }) => ({ id })), live_contexts: [] };
  }

  titles() {
    const { head } = this;
    const names = head.metrics.map((metric) => metric.name);
    return [
      "id", "outcome", "worse", "better", "judged_by", "question", "expected", "answer", "live_answer", "error", "live_error",
      ...names, ...(head.live ? names.map((name) => `live ${name}`) : []),
      ...Teller.FIGURES, "asked_at", ...head.tags.map((tag) => `tag:${tag.name}`), "notes", ...head.notes.map((name) => `note:${name}`),
    ];
  }

  cells(one) {
    const notes = new Map(one.judge_notes.map(({ name, text }) => [name, text]));
    return [
      one.id, one.outcome, one.worse, one.better, one.judged_by, one.question, one.expected, one.answer, one.live_answer, one.error,
      one.live_error, ...one.scores, ...(this.head.live ? one.live_scores : []),
      ...Teller.FIGURES.map((name) => one[name]), one.asked_at, ...this.head.tags.map((tag) => one.tags[tag.name]),
      one.notes, ...this.head.notes.map((name) => notes.get(name)),
    ];
  }

  lineOf(cells) {
    return `${cells.map((cell) => this.cell(cell)).join(",")}\r\n`;
  }

  // A text that a spreadsheet would run as a formula gets an apostrophe in front.
  cell(value) {
    if (value === null || value === undefined) return "";
    if (typeof value !== "string") return String(value);
    const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  }

  record(one) {
    const { scores, live_scores, contexts, judge_notes, probabilities, ...rest } = one;
    const named = (values) => Object.fromEntries(this.head.metrics.map(({ name }, place) => [name, values[place]]).filter(([, value]) => value !== null));
    return {
      ...rest,
      evidence: rest.evidence.map(({ text, ...part }) => part),
      contexts: contexts.map((part) => part.id),
      scores: named(scores),
      live_scores: one.compared ? named(live_scores) : null,
      judge_notes: Object.fromEntries(judge_notes.map(({ name, text }) => [name, text])),
      probabilities: Object.fromEntries(probabilities.map(({ label, probability }) => [label, probability])),
    };
  }
}
