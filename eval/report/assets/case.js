// One case as elements.
const QUESTION_HEAD = 240;
const LONG = 1500;
const MOST_AT_ONCE = 20000;
const MOST_LABELS = 12;
const NO_ANSWER_EXPECTED = "no answer: the service should say that it cannot tell";
const ELSEWHERE = "in a file beside the page that is not there";

function lineOf(about, line, figure) {
  const [said, state] = saidOf(line);
  const tags = ["kind", "difficulty"].map((tag) => line.tags[tag]).filter(Boolean).map(visible).join(" · ");
  const sorted = figure && figure !== "id";
  const value = sorted && (line.figure === null ? "none" : figureSaid(figure, line.figure));
  return [
    element("span", { class: "id" }, visible(line.id ?? "")),
    element("span", { class: "q", dir: "auto" }, clipped(visible(line.question), QUESTION_HEAD)),
    element("span", sorted ? { class: "tags by", title: figureName(about, figure) } : { class: "tags" }, sorted ? value : tags),
    element("span", { class: `flip ${state}` }, said),
  ];
}

function bodyOf(about, row) {
  const parts = [];
  const part = (title, wide, ...children) => parts.push(element("div", wide ? { class: "full" } : {}, element("h3", {}, title), ...children));
  if (row.absent.length) parts.push(absentOf(about, row.absent));
  if (row.error) part("No answer: infrastructure error", true, warningOf(row.error));
  if (row.question.length > QUESTION_HEAD || row.question.includes("\n")) part("Question", true, ...textOf(row.question));
  part("Expected", false, ...textOf(row.expected === null ? NO_ANSWER_EXPECTED : row.expected));
  part(row.compared ? "Scores, live → this" : "Scores", false, scoresOf(about, row));
  if (row.compared) part("Live answered", false, ...(row.live_error ? [warningOf(row.live_error)] : answerOf(row, "live_answer", "-")));
  part("This answered", !row.compared, ...answerOf(row, "answer", "+"));
  if (row.probabilities.length) part("Class probabilities", true, probabilitiesOf(row.probabilities));
  if (row.again.length > 1) part(`Asked ${row.again.length} times`, true, ...row.again.map((again, place) => againOf(again, place, row)));
  if (row.evidence.length) part("Evidence that the gold set expects", true, ...row.evidence.map((found) => evidenceOf(found, row)));
  if (row.contexts.length) parts.push(passagesOf(row));
  if (row.judge_notes.length) part("What the judges noted", true, ...row.judge_notes.map(noteOf));
  const facts = factsOf(row);
  if (facts) parts.push(element("p", { class: "full facts-line" }, facts));
  return element("div", { class: "body" }, ...parts);
}

function absentOf(about, absent) {
  const files = absent.map((name) => `${name}.js`).join(", ");
  const said = `The texts of unchanged passing cases lie in ${about.folder}/ beside the page; ${files} ${absent.length === 1 ? "is" : "are"} not there.`;
  return element("p", { class: "full note warning" }, said);
}

function warningOf(text) {
  return element("p", { class: "text warning", dir: "auto" }, clipped(visible(text), MOST_AT_ONCE));
}

// A text as a paragraph; a long one collapsed, with a button for all of it. `pieces` says what of a text goes in, and how.
function textOf(text, pieces = (shown) => [["=", shown]]) {
  if (text === undefined) return [element("p", { class: "text note" }, ELSEWHERE)];
  const made = element("p", { class: "text", dir: "auto" });
  made.append(...runsOf(pieces(visible(clipped(text ?? "", MOST_AT_ONCE)), MOST_AT_ONCE)));
  if (!made.textContent) made.append("nothing");
  if ((text ?? "").length <= LONG) return [made];
  made.classList.add("long");
  const more = button(`Show all ${counted(text.length)} characters`, { class: "all" }, () => {
    if (text.length > MOST_AT_ONCE) made.replaceChildren(...runsOf(pieces(visible(text), Infinity)));
    made.classList.remove("long");
    more.remove();
  });
  return [made, more];
}

function runsOf(pieces) {
  const names = { "-": "del", "+": "ins", "*": "mark" };
  return pieces.map(([kind, text]) => (kind === "=" ? text : element(names[kind], {}, text)));
}

// One of the two answers with the words that only it has.
function answerOf(row, name, own) {
  const other = name === "answer" ? row.live_answer : row.answer;
  if (!row.compared || other === undefined) return textOf(row[name]);
  return textOf(row[name], (shown, limit) => {
    const beside = visible(limit === Infinity ? other ?? "" : clipped(other ?? "", limit));
    const pieces = own === "+" ? wordDiff(beside, shown) : wordDiff(shown, beside);
    return pieces.filter(([kind]) => kind === "=" || kind === own);
  });
}

function scoresOf(about, row) {
  const [first, more] = [scoreLine(about, row, true), scoreLine(about, row, false)];
  const count = more.childElementCount;
  if (!count) return first;
  return element("div", {}, first, element("details", { class: "passages" }, element("summary", {}, plural(count, "more score")), more));
}

function scoreLine(about, row, main) {
  const made = element("p", { class: "scores" });
  about.metrics.forEach((metric, place) => {
    if (metric.main !== main) return;
    const [here, before] = [row.scores[place], row.compared ? row.live_scores[place] : null];
    if (here === null && before === null) return;
    const moved = row.compared && before !== here;
    const said = moved ? `${score(before)} → ${score(here)}` : score(here);
    made.append(element("span", moved ? { class: "moved" } : {}, element("code", {}, visible(metric.plain)), ` ${said}`));
  });
  return made;
}

function probabilitiesOf(probabilities) {
  const falling = [...probabilities].sort((one, other) => other.probability - one.probability);
  const made = element("p", { class: "scores" });
  for (const { label, probability } of falling.slice(0, MOST_LABELS)) {
    made.append(element("span", {}, element("code", {}, visible(label)), ` ${score(probability)}`));
  }
  if (falling.length > MOST_LABELS) made.append(element("span", {}, `and ${counted(falling.length - MOST_LABELS)} more`));
  return made;
}

function againOf(again, place, row) {
  const [state, said, text] = repeatSaid(again, row);
  const judged = !again.error && again.score !== null && again.score !== undefined;
  const figures = [judged && score(again.score), again.latency_ms && milliseconds(again.latency_ms)];
  const rank = element("span", { class: "rank" }, `${ordinal(place + 1)}, ${said}`);
  return element("div", { class: `ev ${state}` }, rank, element("div", {}, ...text), element("span", { class: "figures" }, figures.filter(Boolean).join(" · ")));
}

function repeatSaid(again, row) {
  if (again.error) return ["absent", "no answer", [warningOf(again.error)]];
  if (again.answer === row.answer) return ["same", "same answer", [element("p", { class: "note" }, "as above")]];
  const pieces = (shown, limit) => wordDiff(visible(clipped(row.answer ?? "", limit)), shown).filter(([kind]) => kind !== "-");
  return ["differs", "differs", textOf(again.answer, pieces)];
}

function evidenceOf({ id, rank, live_rank, in_corpus, text }, row) {
  const [state, said] = rankWords(rank, live_rank, in_corpus, row.compared);
  const shown = text !== null
    ? textOf(text, (part) => marked(part, visible(row.expected ?? "")).map(([hit, run]) => [hit ? "*" : "=", run]))
    : [element("p", { class: "text" }, "its text is in no answer's passages")];
  return passageOf(state, said, shown, id);
}

function passageOf(state, said, shown, id) {
  return element("div", { class: `ev ${state}`.trim() }, element("span", { class: "rank" }, said), element("div", {}, ...shown), element("code", {}, visible(id)));
}

function rankWords(rank, liveRank, inCorpus, compared) {
  if (!inCorpus) return ["absent", "! not in the corpus"];
  const was = !compared ? "" : liveRank ? `, was ${ordinal(liveRank)}` : ", was missed";
  if (rank === null) return ["missed", `✕ missed${compared && liveRank === null ? ", as live" : was}`];
  return ["found", compared && liveRank === rank ? `✓ ${ordinal(rank)}, as live` : `✓ ${ordinal(rank)}${was}`];
}

function passagesOf(row) {
  const expected = new Set(row.evidence.map(({ id }) => id));
  const made = element("details", { class: "full passages" }, element("summary", {}, `${plural(row.contexts.length, "passage")} given to the model`));
  made.addEventListener("toggle", () => {
    if (made.childElementCount > 1) return;
    row.contexts.forEach(({ id, text, score: points }, place) => {
      const said = [place + 1, points?.toFixed(3), expected.has(id) && "expected", row.citations.includes(id) && "cited"];
      made.append(passageOf("", said.filter(Boolean).join(" · "), textOf(text), id));
    });
  });
  return made;
}

function noteOf({ name, text }) {
  return element("div", { class: "ev" }, element("span", { class: "rank" }, visible(name)), element("div", {}, ...textOf(text)), element("span"));
}

function factsOf(row) {
  const tokens = (row.input_tokens || row.output_tokens) && `${counted(row.input_tokens ?? 0)} tokens in, ${counted(row.output_tokens ?? 0)} out`;
  return [
    changeSaid(row.live_latency_ms, row.latency_ms, milliseconds),
    changeSaid(row.live_cost_usd, row.cost_usd, dollars),
    tokens,
    row.attempts > 1 && plural(row.attempts, "attempt"),
    row.line && `line ${counted(row.line)} of the gold set`,
    ...Object.entries(row.tags).map(([name, value]) => `${visible(name)}: ${visible(value)}`),
    row.notes && `note: ${visible(row.notes)}`,
  ].filter(Boolean).join(" · ");
}

function changeSaid(before, here, said) {
  if (here === null) return null;
  return before === null || said(before) === said(here) ? said(here) : `${said(before)} → ${said(here)}`;
}
