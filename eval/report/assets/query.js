// Engine: which cases are shown, and in which order.
class Query {
  static SHOWS = ["worse", "broken", "fixed", "both wrong", "wrong", "error", "all"];

  constructor(columns, texts) {
    this.columns = columns;
    this.texts = texts;
    this.search = new Search(columns, texts);
    this.everyone = Uint32Array.from({ length: columns.rows }, (_, row) => row);
  }

  // The rows to show and how many each choice of `show` would; `tell` gets the same while a search is under way, and what
  // share of the blocks it has read. `current` says whether anybody still waits. Null when nobody does.
  async run(wanted, current, tell) {
    const passing = this.narrowed(wanted);
    const order = wanted.sort === "id" || wanted.sort === "-id" ? await this.orderOfIds() : null;
    const answer = (found, unread, share) => this.answer(wanted, found, order, unread, share);
    if (!wanted.words.length) return answer(passing, 0, 1);
    const result = await this.search.run(wanted.words, passing, current, (found, share) => tell(answer(found, 0, share)));
    return result && answer(result.found, result.unread, 1);
  }

  answer(wanted, found, order, unread, share) {
    const holds = this.holds(wanted.show);
    const rows = this.everyone.filter((row) => found[row] && holds(row));
    return { rows: this.sorted(rows, wanted.sort, order), counts: this.counts(found), unread, share };
  }

  counts(found) {
    return Object.fromEntries(Query.SHOWS.map((show) => [show, this.count(show, found)]));
  }

  count(show, found) {
    const holds = this.holds(show);
    let count = 0;
    for (let row = 0; row < found.length; row += 1) if (found[row] && holds(row)) count += 1;
    return count;
  }

  holds(show) {
    if (show === "all") return () => true;
    const worse = this.columns.numbers("worse");
    if (show === "worse") return (row) => worse[row] === 1;
    const outcome = this.columns.numbers("outcome");
    const place = this.columns.head.outcomes.indexOf(show);
    return (row) => outcome[row] === place;
  }

  // A byte a row: 1 where all tags and ranges hold.
  narrowed({ tags, ranges }) {
    const passing = new Uint8Array(this.columns.rows).fill(1);
    for (const [name, value] of Object.entries(tags)) this.keep(passing, this.tagged(name, value));
    for (const range of ranges) this.keep(passing, this.within(range));
    return passing;
  }

  keep(passing, holds) {
    for (let row = 0; row < passing.length; row += 1) if (passing[row] && !holds(row)) passing[row] = 0;
  }

  tagged(name, value) {
    const place = this.columns.head.tags.findIndex((tag) => tag.name === name);
    const codes = place < 0 ? null : this.columns.numbers(`tag:${place}`);
    const code = place < 0 ? -1 : this.columns.head.tags[place].values.indexOf(value);
    if (!codes) return () => value === "";
    return code < 0 && value === "" ? (row) => Number.isNaN(codes[row]) : (row) => codes[row] === code;
  }

  within({ name, from, to }) {
    const values = this.columns.figure(name);
    if (!values) return () => false;
    const [low, high] = [from ?? -Infinity, to ?? Infinity];
    return (row) => values[row] >= low && values[row] <= high;
  }

  sorted(rows, sort, order) {
    const falling = sort.startsWith("-");
    const name = falling ? sort.slice(1) : sort;
    const values = order ?? (name ? this.columns.figure(name) : null);
    if (!values) return falling && !name ? rows.reverse() : rows;
    const sign = falling ? -1 : 1;
    return rows.sort((one, other) => {
      const [left, right] = [values[one], values[other]];
      if (left === right) return one - other;
      if (Number.isNaN(left)) return Number.isNaN(right) ? one - other : 1;
      return Number.isNaN(right) ? -1 : sign * (left - right);
    });
  }

  // Each row's place among all ids, numbers within them by their size: fr-9 before fr-10.
  async orderOfIds() {
    if (this.order) return this.order;
    const numbers = this.columns.texts("id");
    const { text } = await this.texts.reader(numbers);
    const ids = Array.from(numbers, text);
    const { compare } = new Intl.Collator("en", { numeric: true });
    this.order = new Float64Array(ids.length);
    this.everyone.slice().sort((one, other) => compare(ids[one], ids[other])).forEach((row, place) => { this.order[row] = place; });
    return this.order;
  }
}
