// Engine: the packed blocks, made bytes again: base 91 (13 bits in two characters), then zlib. Runs in a worker.
function lettersOf() {
  const places = new Uint8Array(128);
  let place = 0;
  for (let code = 0x21; code < 0x7f; code += 1) {
    if (code === 0x22 || code === 0x3c || code === 0x5c) continue;
    places[code] = place;
    place += 1;
  }
  return places;
}

function bytesOf(text, size) {
  const letters = lettersOf();
  const bytes = new Uint8Array(size);
  let held = 0;
  let bits = 0;
  let at = 0;
  for (let place = 0; place + 1 < text.length; place += 2) {
    held = (held << 13) | (letters[text.charCodeAt(place)] * 91 + letters[text.charCodeAt(place + 1)]);
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
    const bytes = await inflated(bytesOf(found.text, found.size));
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
