// Engine: the distinct texts by number, out of blocks in which they are joined by U+0000.
class Texts {
  static AHEAD = 6;

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

  places(numbers) {
    const found = new Set();
    for (const number of numbers) if (number > 0) found.add(this.place(number));
    return [...found].sort((one, other) => one - other);
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
    const shelf = new Map();
    const absent = [];
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    const places = this.places(numbers);
    const found = await Promise.all(places.map((place) => this.blocks.get(`t${place}`)));
    places.forEach((place, at) => (found[at] ? shelf.set(place, found[at]) : absent.push(`t${place}`)));
    return { absent, text: (number) => this.read(shelf, decoder, number) };
  }

  read(shelf, decoder, number) {
    if (!number) return null;
    const place = this.place(number);
    const bytes = shelf.get(place);
    if (!bytes) return undefined;
    const ends = this.ends(bytes, place);
    const at = number - this.first[place];
    return decoder.decode(bytes.subarray(at === 0 ? 0 : ends[at - 1] + 1, ends[at]));
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
