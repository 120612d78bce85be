// Search and filters over the runs of this page; what is chosen stands in the address, so that it can be linked.
const form = document.getElementById("narrow");
const search = document.getElementById("search");
const found = document.getElementById("found");
const selects = [...form.querySelectorAll("select")];
const lines = [...document.querySelectorAll("#runs tbody tr")].map((row) => ({ row, text: "" }));

function begin() {
  startMasthead();
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => { remember(); narrow(); });
  window.addEventListener("hashchange", recall);
  document.addEventListener("keydown", key);
  document.querySelector("#nothing a").addEventListener("click", (event) => { event.preventDefault(); clear(); });
  recall();
}

function narrow() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = selects.filter((select) => select.value).map((select) => [select.name, select.value]);
  let count = 0;
  for (const line of lines) {
    const kept = wanted.every(([name, value]) => line.row.dataset[name] === value) && words.every((word) => textOf(line).includes(word));
    line.row.hidden = !kept;
    count += Number(kept);
  }
  selects.forEach((select) => select.classList.toggle("on", Boolean(select.value)));
  document.getElementById("nothing").hidden = count > 0;
  found.textContent = `${count.toLocaleString("en")} of ${lines.length.toLocaleString("en")} runs`;
}

function textOf(line) {
  line.text ||= [...line.row.cells].slice(0, 4).map((cell) => cell.textContent).join(" ").toLowerCase();
  return line.text;
}

function remember() {
  const told = new URLSearchParams();
  for (const control of [search, ...selects]) if (control.value) told.set(control.name || "q", control.value);
  history.replaceState(null, "", `#${told}`);
}

function recall() {
  const told = new URLSearchParams(location.hash.slice(1));
  search.value = told.get("q") || "";
  for (const select of selects) {
    const value = told.get(select.name) || "";
    select.value = [...select.options].some((option) => option.value === value) ? value : "";
  }
  narrow();
}

function clear() {
  search.value = "";
  for (const select of selects) select.value = "";
  remember();
  narrow();
}

function key(event) {
  if (event.key === "Escape") clear();
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) return;
  event.preventDefault();
  search.focus();
}

begin();
