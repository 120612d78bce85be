// Words that differ between two answers, and words of a passage that the expected answer holds.
const WORDS = /\s+|[\p{L}\p{N}_]+(?:[.,'\u2019][\p{L}\p{N}_]+)*|[^\p{L}\p{N}_\s]/gu;
const TELLING = /\d[\d.,]*\d|\d|\p{L}{4,}/gu;
const MOST_WORDS = 600;
const LEAST_COMMON = 0.25;

function wordDiff(before, after) {
  const old = before.match(WORDS) ?? [];
  const now = after.match(WORDS) ?? [];
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  const middle = changed(old.slice(head, old.length - tail), now.slice(head, now.length - tail));
  return joined([["=", old.slice(0, head).join("")], ...middle, ["=", old.slice(old.length - tail).join("")]]);
}

function changed(old, now) {
  const whole = [["-", old.join("")], ["+", now.join("")]];
  if (old.length > MOST_WORDS || now.length > MOST_WORDS) return whole;
  const width = now.length + 1;
  const longest = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] = old[i] === now[j]
        ? longest[(i + 1) * width + j + 1] + 1
        : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
    }
  }
  const pieces = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      pieces.push(["=", old[i]]);
      i += 1;
      j += 1;
    } else if (j >= now.length || (i < old.length && longest[(i + 1) * width + j] >= longest[i * width + j + 1])) {
      pieces.push(["-", old[i]]);
      i += 1;
    } else {
      pieces.push(["+", now[j]]);
      j += 1;
    }
  }
  const calm = joined(pieces).flatMap(([op, text]) => (op === "=" && !text.trim() ? [["-", text], ["+", text]] : [[op, text]]));
  const kept = calm.reduce((sum, [op, text]) => sum + (op === "=" ? text.length : 0), 0);
  return kept >= LEAST_COMMON * Math.min(...whole.map(([, text]) => text.length)) ? calm : whole;
}

function joined(pieces) {
  const result = [];
  let gone = "";
  let came = "";
  for (const [op, text] of [...pieces, ["=", ""]]) {
    if (op === "-") gone += text;
    else if (op === "+") came += text;
    else {
      if (gone) result.push(["-", gone]);
      if (came) result.push(["+", came]);
      gone = "";
      came = "";
      if (text && result.at(-1)?.[0] === "=") result.at(-1)[1] += text;
      else if (text) result.push([op, text]);
    }
  }
  return result;
}

function marked(text, expected) {
  const wanted = [...new Set(expected.toLowerCase().match(TELLING) ?? [])].sort((a, b) => b.length - a.length).slice(0, 60);
  if (!wanted.length) return [[false, text]];
  const any = wanted.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  const found = new RegExp(`(?<![\\p{L}\\p{N}_])(${any})(?![\\p{L}\\p{N}_])`, "giu");
  return text.split(found).map((run, place) => [place % 2 === 1, run]).filter(([, run]) => run);
}
