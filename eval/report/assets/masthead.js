// The reader's choices for the whole page: the clock's zone, light or dark. Kept in the browser where it lets the page.
const THEMES = ["auto", "light", "dark"];
const MONTH = /[A-Z][a-z]{2}/;

function kept(key) {
  try {
    return window.localStorage.getItem(`goldgate.${key}`);
  } catch {
    return null;
  }
}

function keep(key, value) {
  try {
    window.localStorage.setItem(`goldgate.${key}`, value);
  } catch {
    // Storage is closed to the page: the choice holds until it is left.
  }
}

function startMasthead() {
  startTheme(document.getElementById("theme"));
  startZone(document.getElementById("zone"));
}

function startTheme(toggle) {
  if (!toggle) return;
  const use = (theme) => {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    toggle.textContent = `Colours: ${theme}`;
    toggle.value = theme;
  };
  use(THEMES.includes(kept("theme")) ? kept("theme") : "auto");
  toggle.addEventListener("click", () => {
    use(THEMES[(THEMES.indexOf(toggle.value) + 1) % THEMES.length]);
    keep("theme", toggle.value);
  });
  toggle.hidden = false;
}

function startZone(toggle) {
  const times = [...document.querySelectorAll("time[datetime]")].filter((time) => !Number.isNaN(Date.parse(time.dateTime)));
  if (!toggle || !times.length) return;
  const written = times.map((time) => time.textContent);
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "local time";
  const use = (local) => {
    times.forEach((time, place) => { time.textContent = local ? localTime(time.dateTime, written[place]) : written[place]; });
    toggle.textContent = local ? `Times in ${here}` : "Times in UTC";
    toggle.setAttribute("aria-pressed", String(local));
  };
  use(kept("zone") === "local");
  toggle.addEventListener("click", () => {
    const local = toggle.getAttribute("aria-pressed") !== "true";
    use(local);
    keep("zone", local ? "local" : "utc");
  });
  toggle.hidden = false;
}

// The same moment where the reader is, with just the parts that are written: a date, a year, a clock, seconds, the zone.
function localTime(moment, written) {
  const clock = /\d:\d\d/.test(written);
  const parts = {
    ...(MONTH.test(written) && { day: "numeric", month: "short" }),
    ...(/\d{4}/.test(written) && { year: "numeric" }),
    ...(clock && { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    ...(/:\d\d:\d\d/.test(written) && { second: "2-digit" }),
    ...(written.includes("UTC") && { timeZoneName: "short" }),
  };
  return new Intl.DateTimeFormat("en-GB", parts).format(new Date(moment));
}
