// Engine: columns as typed arrays, each decoded when it is first needed.
function codesOf(bytes, { at, count, width, delta }) {
  const codes = new Uint32Array(count);
  for (let plane = 0; plane < width; plane += 1) {
    const start = at + plane * count;
    for (let place = 0; place < count; place += 1) codes[place] |= bytes[start + place] << (8 * plane);
  }
  if (!delta) return codes;
  const mask = width === 4 ? 0xffffffff : 2 ** (8 * width) - 1;
  for (let place = 1; place < count; place += 1) codes[place] = ((codes[place] + codes[place - 1]) & mask) >>> 0;
  return codes;
}

function doublesOf(bytes, { at, count }) {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, count * 8);
  return Float64Array.from({ length: count }, (_, place) => view.getFloat64(place * 8, true));
}

// A column's values; NaN where there is none.
function valuesOf(bytes, column) {
  if (column.width === 8) return doublesOf(bytes, column);
  const codes = codesOf(bytes, column);
  if (column.from) {
    const known = valuesOf(bytes, column.from);
    return Float64Array.from(codes, (code) => (code === 0 ? NaN : known[code - 1]));
  }
  const values = new Float64Array(column.count);
  for (let place = 0; place < values.length; place += 1) {
    values[place] = codes[place] === 0 ? NaN : (codes[place] - 1 + column.base) / column.scale;
  }
  return values;
}

class Columns {
  constructor(head, numbers, lists) {
    this.head = head;
    this.blocks = { numbers, lists };
    this.rows = head.rows;
    this.decoded = new Map();
  }

  once(key, make) {
    if (!this.decoded.has(key)) this.decoded.set(key, make());
    return this.decoded.get(key);
  }

  decode(column) {
    return valuesOf(this.blocks[column.block], column);
  }

  // The numbers of a column, null where nobody has a value.
  numbers(name) {
    const column = this.head.columns[name];
    return column ? this.once(name, () => this.decode(column)) : null;
  }

  // The numbers of a column's texts, 0 where a case has none.
  texts(name) {
    const column = this.head.columns[name];
    return column ? this.once(`text ${name}`, () => Uint32Array.from(this.decode(column), (value) => value || 0)) : null;
  }

  value(name, row) {
    const found = this.numbers(name);
    return found && !Number.isNaN(found[row]) ? found[row] : null;
  }

  text(name, row) {
    return this.texts(name)?.[row] ?? 0;
  }

  field(list, name) {
    const column = this.head.lists[list]?.fields[name];
    return column ? this.once(`${list} ${name}`, () => this.decode(column)) : null;
  }

  // Where each row's list begins among the items, and where the last one ends.
  starts(list) {
    return this.once(`starts ${list}`, () => {
      const lengths = this.decode(this.head.lists[list].lengths);
      const starts = new Uint32Array(lengths.length + 1);
      for (let row = 0; row < lengths.length; row += 1) starts[row + 1] = starts[row] + (lengths[row] || 0);
      return starts;
    });
  }

  // A row's list as objects; null where it is said to be the same as this image's.
  items(list, row) {
    const stored = this.head.lists[list];
    if (!stored) return [];
    const lengths = this.once(`lengths ${list}`, () => this.decode(stored.lengths));
    if (Number.isNaN(lengths[row])) return null;
    const starts = this.starts(list);
    return Array.from({ length: starts[row + 1] - starts[row] }, (_, place) => this.item(list, starts[row] + place));
  }

  item(list, place) {
    const found = {};
    for (const name of Object.keys(this.head.lists[list].fields)) {
      const value = this.field(list, name)[place];
      found[name] = Number.isNaN(value) ? null : value;
    }
    return found;
  }

  // A figure to sort and narrow by: a metric, latency, cost, tokens, and `change:` of it against what is live.
  figure(name) {
    return this.once(`figure ${name}`, () => {
      const change = name.startsWith("change:");
      const base = change ? name.slice("change:".length) : name;
      const [here, live] = this.pair(base);
      if (!change) return here;
      return here && live ? here.map((value, row) => Math.round((value - live[row]) * 1e9) / 1e9) : null;
    });
  }

  // Whether there is such a figure, without decoding it.
  has(name) {
    const stored = (key) => key in this.head.columns;
    const change = name.startsWith("change:");
    const base = change ? name.slice("change:".length) : name;
    if (base === "tokens") return stored("input_tokens") || stored("output_tokens");
    const place = this.head.metrics.findIndex((metric) => metric.name === base);
    const [here, live] = place < 0 ? [base, `live_${base}`] : [`score:${place}`, `live_score:${place}`];
    return stored(here) && (!change || stored(live));
  }

  pair(name) {
    if (name === "tokens") return [this.tokens(), null];
    const place = this.head.metrics.findIndex((metric) => metric.name === name);
    if (place >= 0) return [this.numbers(`score:${place}`), this.numbers(`live_score:${place}`)];
    return [this.numbers(name), this.numbers(`live_${name}`)];
  }

  tokens() {
    const [input, output] = [this.numbers("input_tokens"), this.numbers("output_tokens")];
    if (!input || !output) return input ?? output;
    return input.map((value, row) => (Number.isNaN(value) ? output[row] : value + (output[row] || 0)));
  }
}
