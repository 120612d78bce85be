// Engine: the packed blocks, made bytes again: base 91 (13 bits in two characters), then zlib. Runs in a worker.
// The 13 bits of each pair of characters: first character in the upper seven bits of the place.
function pairsOf() {
  const letters = new Map();
  for (let code = 0x21; code < 0x7f; code += 1) if (code !== 0x22 && code !== 0x3c && code !== 0x5c) letters.set(code, letters.size);
  const pairs = new Uint16Array(1 << 14);
  for (const [left, high] of letters) for (const [right, low] of letters) pairs[(left << 7) | right] = high * 91 + low;
  return pairs;
}

function bytesOf(text, size, pairs) {
  const bytes = new Uint8Array(size);
  let held = 0;
  let bits = 0;
  let at = 0;
  for (let place = 0; at < size; place += 2) {
    held = (held << 13) | pairs[(text.charCodeAt(place) << 7) | text.charCodeAt(place + 1)];
    bits += 13;
    while (bits >= 8) {
      bits -= 8;
      bytes[at] = held >> bits;
      at += 1;
    }
    held &= (1 << bits) - 1;
  }
  return bytes;
}

async function inflated(bytes) {
  const stream = new DecompressionStream("deflate");
  const writer = stream.writable.getWriter();
  const written = Promise.all([writer.write(bytes), writer.close()]);
  const [whole] = await Promise.all([new Response(stream.readable).arrayBuffer(), written]);
  return new Uint8Array(whole);
}

// Inflated blocks by name, the least used dropped above a number of bytes. `ask` brings a block's text, null where it is not there.
class Blocks {
  static MOST_BYTES = 192 * 2 ** 20;

  constructor(ask) {
    this.ask = ask;
    this.kept = new Map();
    this.coming = new Map();
    this.size = 0;
    this.pairs = pairsOf();
  }

  // A pass over all blocks keeps what there is room for: it would push out everything before it comes round again.
  async get(name, passing = false) {
    const known = this.kept.get(name);
    if (known) {
      this.kept.delete(name);
      this.kept.set(name, known);
      return known;
    }
    if (!this.coming.has(name)) this.coming.set(name, this.load(name, passing).finally(() => this.coming.delete(name)));
    return this.coming.get(name);
  }

  async load(name, passing) {
    const found = await this.ask(name);
    if (found === null) return null;
    const bytes = await inflated(bytesOf(found.text, found.size, this.pairs));
    if (!passing || this.size + bytes.length <= Blocks.MOST_BYTES) this.keep(name, bytes);
    return bytes;
  }

  keep(name, bytes) {
    this.kept.set(name, bytes);
    this.size += bytes.length;
    for (const [oldest, other] of this.kept) {
      if (this.size <= Blocks.MOST_BYTES || oldest === name) break;
      this.kept.delete(oldest);
      this.size -= other.length;
    }
  }
}
