// One case as DOM. Text goes in as text, never as markup.
const SAID = {
  broken: ["✕ was right", "fail"],
  fixed: ["✓ was wrong", "pass"],
  "both wrong": ["✕ still wrong", "fail"],
  wrong: ["✕ wrong", "fail"],
  error: ["! no answer", "inconclusive"],
  unjudged: ["· not judged", ""],
  "both right": ["✓ still right", "pass"],
  right: ["✓ right", "pass"],
};

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

function summaryOf(head, index) {
  const outcome = head.outcomes[head.outcome[index]];
  let [said, state] = SAID[outcome];
  if (head.worse[index] && ["both right", "unjudged", "right"].includes(outcome)) [said, state] = ["↓ scored lower", "inconclusive"];
  const tags = ["kind", "difficulty"].map((tag) => tagOf(head, tag, index)).filter(Boolean).join(" · ");
  return element(
    "summary", {},
    element("span", { class: "id" }, head.id[index]),
    element("span", { class: "q", dir: "auto" }, head.question[index]),
    element("span", { class: "tags" }, tags),
    element("span", { class: `flip ${state}` }, said),
  );
}

function tagOf(head, tag, index) {
  const column = head.tags[tag];
  return column ? column.names[column.codes[index]] : "";
}

function bodyOf(head, row) {
  const body = element("div", { class: "body" });
  const part = (title, wide, ...children) => body.append(element("div", wide ? { class: "full" } : {}, element("h4", {}, title), ...children));
  const compared = row.live_scores !== null;
  if (row.error) part("No answer: infrastructure error", true, element("p", { class: "text warning" }, row.error));
  if (row.question.length > 240 || row.question.includes("\n")) part("Question", true, textOf([["=", row.question]]));
  part("Expected", false, textOf([["=", row.expected || "no answer: the service should say that it cannot tell"]]));
  part(compared ? "Scores, live → this" : "Scores", false, scoresOf(head, row));
  const pieces = row.live === null ? [["=", row.answer ?? ""]] : wordDiff(row.live, row.answer ?? "");
  if (row.live !== null) part("Live answered", false, textOf(pieces.filter(([op]) => op !== "+")));
  part("This answered", row.live === null, textOf(pieces.filter(([op]) => op !== "-")));
  if (row.evidence.length) part("Evidence that the gold set expects", true, ...row.evidence.map((found) => evidenceOf(found, row, compared)));
  if (row.contexts?.length) body.append(passagesOf(row));
  const facts = factsOf(row);
  if (facts) body.append(element("p", { class: "full facts-line" }, facts));
  return body;
}

function textOf(pieces) {
  const made = element("p", { class: "text", dir: "auto" });
  for (const [op, text] of pieces) made.append(op === "-" ? element("del", {}, text) : op === "+" ? element("ins", {}, text) : text);
  if (!pieces.length || pieces.every(([, text]) => !text)) made.append("nothing");
  return made;
}

function scoresOf(head, row) {
  const first = scoreLine(head, row, 1);
  const more = scoreLine(head, row, 0);
  if (!more.childElementCount) return first;
  const count = more.childElementCount;
  return element("div", {}, first, element("details", { class: "passages" }, element("summary", {}, `${count} more score${count === 1 ? "" : "s"}`), more));
}

function scoreLine(head, row, main) {
  const made = element("p", { class: "scores" });
  head.names.forEach((name, place) => {
    if (head.main[place] !== main) return;
    const here = row.scores[place];
    const before = row.live_scores?.[place] ?? null;
    if (here === null && before === null) return;
    const moved = row.live_scores !== null && before !== here;
    const said = moved ? `${score(before)} → ${score(here)}` : score(here);
    made.append(element("span", moved ? { class: "moved" } : {}, element("code", {}, name), ` ${said}`));
  });
  return made;
}

function score(amount) {
  return amount === null ? "none" : String(Number(amount.toPrecision(3)));
}

function evidenceOf([id, rank, liveRank, inCorpus, number], row, compared) {
  const [state, said] = rankWords(rank, liveRank, inCorpus, compared);
  const text = element("span", { class: "text", dir: "auto" });
  if (number === null) text.append("its text is in no answer's passages");
  else for (const [hit, run] of marked(row.passages.get(number)[1], row.expected)) text.append(hit ? element("mark", {}, run) : run);
  return element("div", { class: `ev ${state}` }, element("span", { class: "rank" }, said), text, element("code", {}, id));
}

function rankWords(rank, liveRank, inCorpus, compared) {
  if (!inCorpus) return ["absent", "! not in the corpus"];
  const was = !compared ? "" : liveRank ? `, was ${ordinal(liveRank)}` : ", was missed";
  if (rank === null) return ["missed", `✕ missed${compared && liveRank === null ? ", as live" : was}`];
  return ["found", compared && liveRank === rank ? `✓ ${ordinal(rank)}, as live` : `✓ ${ordinal(rank)}${was}`];
}

function ordinal(place) {
  const teen = [11, 12, 13].includes(place % 100);
  return `${place}${(!teen && { 1: "st", 2: "nd", 3: "rd" }[place % 10]) || "th"}`;
}

function passagesOf(row) {
  const expected = new Set(row.evidence.map(([id]) => id));
  const made = element("details", { class: "full passages" }, element("summary", {}, `${row.contexts.length} passages given to the model`));
  made.addEventListener("toggle", () => {
    if (made.childElementCount > 1) return;
    row.contexts.forEach(([number, points], place) => {
      const [id, text] = row.passages.get(number);
      const said = [place + 1, points?.toFixed(3), expected.has(id) && "expected", row.citations.includes(id) && "cited"];
      const rank = said.filter(Boolean).join(" · ");
      made.append(element("div", { class: "ev" }, element("span", { class: "rank" }, rank), element("span", { class: "text", dir: "auto" }, text), element("code", {}, id)));
    });
  });
  return made;
}

function factsOf(row) {
  const [latency, before, cost, , input, output, attempts, line] = row.facts;
  return [
    latency !== null && (before !== null ? `${milliseconds(before)} → ${milliseconds(latency)}` : milliseconds(latency)),
    cost !== null && dollars(cost),
    (input || output) && `${(input ?? 0).toLocaleString("en")} tokens in, ${(output ?? 0).toLocaleString("en")} out`,
    attempts > 1 && `${attempts} attempts`,
    line && `line ${line} of the gold set`,
    row.notes && `note: ${row.notes}`,
  ].filter(Boolean).join(" · ");
}

function milliseconds(amount) {
  if (amount >= 10000) return `${(amount / 1000).toFixed(1)} s`;
  return `${amount >= 100 ? Math.round(amount).toLocaleString("en") : amount.toFixed(1)} ms`;
}

function dollars(amount) {
  if (amount === 0) return "$0";
  if (amount >= 0.1) return `$${amount.toFixed(2)}`;
  return amount >= 0.0001 ? `$${amount.toFixed(4)}` : `$${Number(amount.toPrecision(2))}`;
}
