// Engine: cases in full, for lines of the list, for an open case and for export.
class Teller {
  static LINE = 500;
  static FIGURES = ["latency_ms", "live_latency_ms", "cost_usd", "live_cost_usd", "input_tokens", "output_tokens", "attempts", "line"];
  static TEXTS = ["id", "question", "expected", "answer", "live_answer", "error", "live_error", "notes"];

  constructor(columns, texts) {
    this.columns = columns;
    this.texts = texts;
    this.head = columns.head;
  }

  // What lines of the list show; `figure` is what the list is sorted by.
  async lines(rows, figure) {
    const { columns } = this;
    const { text } = await this.texts.reader(rows.flatMap((row) => [columns.text("id", row), columns.text("question", row)]));
    const values = figure && figure !== "id" ? columns.figure(figure) : null;
    return rows.map((row) => ({
      id: text(columns.text("id", row)),
      question: (text(columns.text("question", row)) ?? "").slice(0, Teller.LINE),
      tags: this.tags(row),
      figure: values && !Number.isNaN(values[row]) ? values[row] : null,
      ...this.state(row),
    }));
  }

  state(row) {
    const { columns, head } = this;
    return { outcome: head.outcomes[columns.value("outcome", row)], worse: columns.value("worse", row) === 1 };
  }

  tags(row) {
    const found = Object.create(null);
    this.head.tags.forEach(({ name, values }, place) => {
      const code = this.columns.value(`tag:${place}`, row);
      if (code !== null) found[name] = values[code];
    });
    return found;
  }

  // All of a case; `absent` names the blocks that its texts would lie in and that are not there.
  async one(row) {
    const lists = this.lists(row);
    const { text, absent } = await this.texts.reader([...this.numbers(row), ...Object.values(lists).flatMap((items) => this.numbersOf(items))]);
    return { row, absent, ...this.told(row, text), ...this.listed(lists, text) };
  }

  // The numbers of the texts of a case that are no lists.
  numbers(row) {
    const notes = this.head.notes.map((name) => `note:${name}`);
    return [...Teller.TEXTS, ...notes].map((name) => this.columns.text(name, row));
  }

  numbersOf(items) {
    return items.flatMap((item) => ["id", "text", "label", "answer", "error"].map((name) => item[name]).filter(Boolean));
  }

  lists(row) {
    const names = ["evidence", "missing", "retrieved", "live_retrieved", "contexts", "live_contexts", "citations", "scores", "again"];
    const found = Object.fromEntries(names.map((name) => [name, this.columns.items(name, row)]));
    const compared = this.columns.value("compared", row) === 1;
    for (const name of ["retrieved", "contexts"]) found[`live_${name}`] = compared ? found[`live_${name}`] ?? found[name] : [];
    return found;
  }

  told(row, text) {
    const { columns, head } = this;
    const texts = Object.fromEntries(Teller.TEXTS.map((name) => [name, text(columns.text(name, row))]));
    const figures = Object.fromEntries(Teller.FIGURES.map((name) => [name, columns.value(name, row)]));
    const judge = columns.value("judged_by", row);
    return {
      ...texts,
      ...figures,
      ...this.state(row),
      better: columns.value("better", row) === 1,
      compared: columns.value("compared", row) === 1,
      judged_by: judge === null ? null : head.metrics[judge].name,
      asked_at: this.askedAt(row),
      scores: this.scores("score").map((values) => this.at(values, row)),
      live_scores: this.scores("live_score").map((values) => this.at(values, row)),
      tags: this.tags(row),
      judge_notes: head.notes.map((name) => ({ name, text: text(columns.text(`note:${name}`, row)) })).filter((note) => note.text !== null),
    };
  }

  // The columns of all metrics.
  scores(kind) {
    return this.columns.once(`all ${kind}`, () => this.head.metrics.map((_, place) => this.columns.numbers(`${kind}:${place}`)));
  }

  at(values, row) {
    return values && !Number.isNaN(values[row]) ? values[row] : null;
  }

  askedAt(row) {
    const seconds = this.columns.value("asked_s", row);
    if (seconds === null || !this.head.started) return null;
    return new Date(Date.parse(this.head.started) + seconds * 1000).toISOString();
  }

  listed(lists, text) {
    const ids = (name) => lists[name].map((item) => text(item.id));
    const passages = (name) => lists[name].map((item) => ({ id: text(item.id) ?? "", text: text(item.text), score: item.score ?? null }));
    return {
      evidence: this.evidence(ids, passages),
      retrieved: ids("retrieved"),
      contexts: passages("contexts"),
      citations: ids("citations"),
      probabilities: lists.scores.map((item) => ({ label: text(item.label) ?? "", probability: item.probability })),
      again: lists.again.map((item) => ({ ...item, answer: text(item.answer), error: text(item.error) })),
    };
  }

  // The passages that the gold set expects: rank here and live (1 is first, null is not retrieved), text where one is known.
  evidence(ids, passages) {
    const missing = new Set(ids("missing"));
    const rank = (name) => {
      const ranks = new Map();
      ids(name).forEach((id, place) => ranks.has(id) || ranks.set(id, place + 1));
      return ranks;
    };
    const [here, live] = [rank("retrieved"), rank("live_retrieved")];
    const texts = new Map([...passages("live_contexts"), ...passages("contexts")].map((part) => [part.id, part.text]));
    const known = [...new Set([...ids("evidence"), ...missing])].filter((id) => id !== undefined);
    return known.map((id) => ({
      id,
      rank: here.get(id) ?? null,
      live_rank: live.get(id) ?? null,
      in_corpus: !missing.has(id),
      text: texts.has(id) ? texts.get(id) : null,
    }));
  }
}
