// Packed columns: base64 of zlib of JSON, each block unpacked once, when it is needed.
const unpacked = new Map();

function unpack(name) {
  if (!unpacked.has(name)) unpacked.set(name, inflate(document.getElementById(`block-${name}`).textContent));
  return unpacked.get(name);
}

async function inflate(packed) {
  const binary = atob(packed);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

async function caseAt(head, index) {
  const block = await unpack(`r${Math.floor(index / head.rows_a_block)}`);
  const at = index % head.rows_a_block;
  const row = Object.fromEntries(Object.entries(block).map(([name, column]) => [name, column[at]]));
  row.id = head.id[index];
  row.question = row.question ?? head.question[index];
  if (row.live === 0) row.live = row.answer;
  const wanted = [...(row.contexts ?? []).map(([number]) => number), ...row.evidence.map((part) => part[4])];
  row.passages = await passages(head, wanted.filter((number) => number !== null));
  return row;
}

async function passages(head, numbers) {
  const found = new Map();
  for (const number of numbers) {
    const block = await unpack(`p${Math.floor(number / head.passages_a_block)}`);
    found.set(number, block[number % head.passages_a_block]);
  }
  return found;
}
