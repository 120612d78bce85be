// Engine: answers the page's calls, in a worker or, where none can be made, on the page's own thread.
class Engine {
  constructor(port) {
    this.port = port;
    this.asked = new Map();
    this.latest = new Map();
    this.blocks = new Blocks((name) => this.need(name));
    port.onmessage = ({ data }) => this.take(data);
  }

  // A block's text from the page.
  need(name) {
    this.port.postMessage({ kind: "need", name });
    return new Promise((resolve) => this.asked.set(name, resolve));
  }

  async take(message) {
    if (message.kind === "block") {
      this.asked.get(message.name)(message.found);
      this.asked.delete(message.name);
      return;
    }
    const { id, call, args } = message;
    try {
      this.ready ??= this.unpack();
      await this.ready;
      const [value, moved] = await this[call](id, ...args);
      this.port.postMessage({ kind: "done", id, value }, moved);
    } catch (error) {
      this.port.postMessage({ kind: "failed", id, message: String(error?.message ?? error) });
    }
  }

  async unpack() {
    const [head, numbers, lists] = await Promise.all(["head", "numbers", "lists"].map((name) => this.blocks.load(name, true)));
    if (!head || !numbers || !lists) throw new Error("the page has no packed cases");
    this.head = JSON.parse(new TextDecoder().decode(head));
    if (this.head.format !== 2) throw new Error(`the packed cases have format ${this.head.format}, this page reads 2`);
    this.columns = new Columns(this.head, numbers, lists);
    this.texts = new Texts(this.blocks, this.head.texts);
    this.query = new Query(this.columns, this.texts);
    this.teller = new Teller(this.columns, this.texts);
  }

  // Whether a call is the last of its kind.
  current(kind, id) {
    this.latest.set(kind, id);
    return () => this.latest.get(kind) === id;
  }

  part(id, value) {
    this.port.postMessage({ kind: "part", id, value });
  }

  about() {
    const { rows, live, outcomes, metrics, tags, masked, texts } = this.head;
    const told = { rows, live, outcomes, metrics, tags, masked, counts: this.query.counts(new Uint8Array(rows).fill(1)) };
    return [{ ...told, folder: texts.beside?.folder ?? null, figures: this.figures() }, []];
  }

  async find(id, wanted) {
    return this.found(await this.query.run(wanted, this.current("find", id), (value) => this.part(id, value)));
  }

  async count(id, wanted) {
    const found = await this.query.run(wanted, this.current("count", id), () => {});
    return [found && found.rows.length, []];
  }

  found(value) {
    return [value, value ? [value.rows.buffer] : []];
  }

  async lines(_, rows, figure) {
    return [await this.teller.lines(rows, figure), []];
  }

  async one(_, row) {
    return [await this.teller.one(row), []];
  }

  async rowOf(_, id) {
    const numbers = this.columns.texts("id");
    const { text } = await this.texts.reader(numbers);
    return [numbers.findIndex((number) => text(number) === id), []];
  }

  async table(id, wanted, form) {
    const found = await this.query.run(wanted, this.current("table", id), () => {});
    if (!found) return [null, []];
    return [await new TableWriter(this.teller).write(found.rows, form, this.current("table", id), (value) => this.part(id, value)), []];
  }

  // What can be sorted and narrowed by.
  figures() {
    const { metrics, live } = this.head;
    const names = [...metrics.map((metric) => metric.name), "latency_ms", "cost_usd", "tokens", "attempts"];
    const changes = live ? [...metrics.map((metric) => metric.name), "latency_ms", "cost_usd"].map((name) => `change:${name}`) : [];
    return [...names, ...changes].filter((name) => this.columns.has(name));
  }

  // The least and the largest value of a figure; null where no case has one.
  span(_, name) {
    let [low, high] = [Infinity, -Infinity];
    for (const value of this.columns.figure(name) ?? []) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    return [low <= high ? { low, high } : null, []];
  }
}

// Everything that the engine is made of, as a worker reads it.
function engineSource() {
  const parts = [pairsOf, bytesOf, inflated, Blocks, codesOf, doublesOf, valuesOf, Columns, Texts, Search, Query, Teller, TableWriter, Engine];
  return `"use strict";\n${parts.map(String).join("\n")}\nnew Engine(self);\n`;
}
