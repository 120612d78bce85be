// Engine: the distinct texts by number, out of blocks in which they are joined by U+0000.
class Texts {
  static AHEAD = 6;
  static DENSE = 4;

  constructor(blocks, { count, first, beside }) {
    this.blocks = blocks;
    this.count = count;
    this.first = first;
    this.beside = beside;
    this.shelved = new WeakMap();
  }

  // The block that holds a number: the last that does not begin behind it.
  place(number) {
    let low = 0;
    let high = this.first.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.first[middle] <= number) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  isBeside(place) {
    return this.beside !== null && place >= this.beside.from;
  }

  size(place) {
    return (this.first[place + 1] ?? this.count + 1) - this.first[place];
  }

  // Blocks one after the other while the next are on their way; `see` gets each with its bytes, null where it is not there.
  async each(places, see) {
    const coming = [];
    const ask = (place) => coming.push(this.blocks.get(`t${place}`, true).then((bytes) => [place, bytes]));
    places.slice(0, Texts.AHEAD).forEach(ask);
    for (let at = 0; at < places.length; at += 1) {
      const [place, bytes] = await coming.shift();
      if (at + Texts.AHEAD < places.length) ask(places[at + Texts.AHEAD]);
      if ((await see(place, bytes, at)) === false) return;
    }
  }

  // Reads texts of these numbers: `text(number)` is null for no text, undefined for one in a block that is not there, which
  // `absent` names.
  async reader(numbers) {
    const wanted = this.wanted(numbers);
    const found = await Promise.all([...wanted.keys()].map((place) => this.blocks.get(`t${place}`)));
    const shelf = new Map();
    const absent = [];
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    [...wanted].forEach(([place, count], at) => {
      if (!found[at]) absent.push(`t${place}`);
      else shelf.set(place, this.opened(found[at], decoder, count * Texts.DENSE > this.size(place)));
    });
    return { absent, text: (number) => this.read(shelf, decoder, number) };
  }

  // How many of the numbers lie in each block.
  wanted(numbers) {
    const counts = new Map();
    for (const number of numbers) {
      if (!number) continue;
      const place = this.place(number);
      counts.set(place, (counts.get(place) ?? 0) + 1);
    }
    return counts;
  }

  // A block of which much is read is decoded as a whole, of others only what is read.
  opened(bytes, decoder, dense) {
    return dense ? { texts: decoder.decode(bytes).split("\0") } : { bytes };
  }

  read(shelf, decoder, number) {
    if (!number) return null;
    const place = this.place(number);
    const held = shelf.get(place);
    if (!held) return undefined;
    const at = number - this.first[place];
    if (held.texts) return held.texts[at];
    const ends = this.ends(held.bytes, place);
    return decoder.decode(held.bytes.subarray(at === 0 ? 0 : ends[at - 1] + 1, ends[at]));
  }

  // Where each text of a block ends.
  ends(bytes, place) {
    const known = this.shelved.get(bytes);
    if (known) return known;
    const ends = new Uint32Array(this.size(place)).fill(bytes.length);
    for (let at = 0, end = bytes.indexOf(0); end >= 0; at += 1, end = bytes.indexOf(0, end + 1)) ends[at] = end;
    this.shelved.set(bytes, ends);
    return ends;
  }
}
