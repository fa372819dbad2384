// Puts the page together, and draws it anew when the filters or the width change.

const byId = (id) => document.getElementById(id);

function headline() {
  const { totals } = figures;
  const counted = [
    [totals.reviews, "review"],
    [totals.films, "film"],
    [totals.critics, "critic"],
  ].filter(([count]) => count > 0);
  return counted.map(([count, kind]) => many(count, kind)).join(", ");
}

// The findings in plain words.
function summary() {
  const { totals } = figures;
  const years = reviews.map((review) => review.date?.year).filter(Boolean);
  const [first, last] = [years.reduce((a, b) => Math.min(a, b), Infinity), years.reduce((a, b) => Math.max(a, b), 0)];
  const span = years.length ? (first === last ? ` from ${first}` : ` from ${first} to ${last}`) : "";
  const balance =
    totals.mean >= 0.25
      ? "favourable"
      : totals.mean >= 0.05
        ? "more favourable than not"
        : totals.mean > -0.05
          ? "evenly divided"
          : totals.mean > -0.25
            ? "more unfavourable than not"
            : "unfavourable";
  const words = [
    totals.reviews === 1
      ? `This review${span} has a tone of ${signed(totals.mean)}.`
      : `On the whole these reviews${span} are ${balance}: their mean tone is ${signed(totals.mean)}; ${percent(totals.positive)} are favourable and ${percent(totals.negative)} unfavourable.`,
  ];
  const strong = (item) => h("b", {}, name(short(item.name, 60)));
  const ranked = films
    .filter((film) => (film.adjusted ?? film.mean) != null)
    .sort((a, b) => (b.adjusted ?? b.mean) - (a.adjusted ?? a.mean));
  const value = (film) => ` (${signed(film.adjusted ?? film.mean)})`;
  if (ranked.length > 1) {
    const allowed =
      ranked[0].adjusted != null && critics.length > 1 ? ", once the strictness of the critics is allowed for" : "";
    words.push(
      " Best received is ",
      strong(ranked[0]),
      value(ranked[0]),
      ", worst ",
      strong(ranked.at(-1)),
      value(ranked.at(-1)),
      `${allowed}.`,
    );
  }
  const kind = critics.filter((critic) => critic.leniency != null).sort((a, b) => b.leniency - a.leniency);
  if (kind.length > 1)
    words.push(" The kindest critic is ", strong(kind[0]), ", the strictest ", strong(kind.at(-1)), ".");
  return words;
}

// What to know before trusting the figures: what is not in the page is said outright, the rest can be unfolded.
function caveats() {
  const { totals, rows, texts: kept, warnings } = figures;
  const told = [];
  if (rows < totals.reviews)
    told.push(
      `This page holds a random sample of ${rows.toLocaleString("en")} of the ${totals.reviews.toLocaleString("en")} reviews. The figures at the top, the adjusted tones and the leniency rest on all reviews; everything else rests on the sample.`,
    );
  if (kept > 0 && kept < rows)
    told.push(
      `The texts of ${kept.toLocaleString("en")} reviews are in this page, taken evenly from films and critics; search looks through those, and through the names of all.`,
    );
  const shown = told.map((sentence) => h("p", { class: "caveat" }, sentence));
  if (!warnings.length) return shown;
  const list = h("ul", {}, warnings.map((sentence) => h("li", { dir: "auto" }, sentence)));
  return [...shown, h("details", { class: "caveat" }, h("summary", {}, "What to know before trusting the comparison"), list)];
}

function drawChips() {
  const chip = (label, value, href) =>
    h(
      "li",
      {},
      h(
        "a",
        { href, class: "chip", "aria-label": `Remove the filter ${label} ${value}` },
        h("span", { class: "kind" }, label),
        " ",
        h("bdi", {}, short(value || "not named", 40)),
        h("span", { "aria-hidden": "true" }, " ×"),
      ),
    );
  const chips = Object.entries(KINDS).flatMap(([kind, { label }]) =>
    [...state[kind]].map((value) => chip(label, value, toggled(kind, value))),
  );
  if (state.q) chips.push(chip("Search", state.q, address({ ...state, q: "" })));
  if (chips.length > 1) chips.push(h("li", {}, h("a", { href: "#", class: "chip all" }, "Clear all")));
  byId("chips").replaceChildren(...chips);
  const chosen = select();
  const whole = reviews.length.toLocaleString("en");
  byId("count").textContent = isFiltered()
    ? `${chosen.length.toLocaleString("en")} of ${whole} reviews`
    : many(reviews.length, "review");
  if (byId("search").value !== state.q) byId("search").value = state.q;
}

// What had the focus, to find it again in what is drawn anew.
function focused() {
  const active = document.activeElement;
  const section = active?.closest("section[id]");
  if (!section || !active.matches("a, button, summary")) return () => {};
  const key = (element) =>
    element.querySelector("[aria-label]")?.getAttribute("aria-label") ??
    element.getAttribute("aria-label") ??
    element.textContent;
  const [tag, wanted] = [active.tagName, key(active)];
  return () =>
    [...section.querySelectorAll(tag)].find((element) => key(element) === wanted)?.focus({ preventScroll: true });
}

function draw() {
  const refocus = focused();
  drawChips();
  for (const { id, draw } of SECTIONS) {
    const section = byId(id);
    if (!section) continue;
    const body = section.querySelector(".body");
    body.replaceChildren(...(draw(Math.floor(body.clientWidth)) ?? []).flat().filter(Boolean));
  }
  refocus();
}

function setUp() {
  document.title = figures.title ?? headline();
  byId("title").textContent = figures.title ?? headline();
  byId("program").textContent = figures.program;
  byId("deck").append(...summary());
  byId("caveats").append(...caveats());
  const present = SECTIONS.filter(({ draw }) => draw(600) !== null);
  byId("main").append(
    h(
      "nav",
      { "aria-label": "Sections" },
      present.map(({ id, title }) => h("button", { type: "button", onclick: () => goTo(id) }, title)),
    ),
    ...present.map(({ id, title }) =>
      h(
        "section",
        { id, "aria-labelledby": `${id}-title` },
        h("h2", { id: `${id}-title`, tabindex: "-1" }, title),
        h("div", { class: "body" }),
      ),
    ),
  );
  byId("foot").append(
    h(
      "p",
      {},
      `Made by ${figures.program}. Tone runs from −1, wholly unfavourable, to +1, wholly favourable; from −0.25 to +0.25 is neutral. Everything on this page is in this one file, and nothing leaves it.`,
    ),
  );
}

function goTo(id) {
  byId(id).scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  byId(`${id}-title`).focus({ preventScroll: true });
}

// What of the address was drawn last: to open a review does not draw the page anew.
let drawn = null;
function follow() {
  state = parse(location.hash);
  const filters = address({ ...state, review: null });
  if (filters !== drawn) draw();
  drawn = filters;
  const review = state.review === null ? null : reviewsByKey.get(state.review);
  if (review) openReader(review);
  else closeReader();
}

// Light or dark: the system's choice until the button makes another.
function setUpTheme() {
  const button = byId("theme");
  const isDark = () =>
    (document.documentElement.dataset.theme ??
      (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const show = () => button.setAttribute("aria-pressed", String(isDark()));
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    show();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  show();
}

// One small label that tells what the mark says that is pointed at or has the focus.
function setUpTips() {
  const tip = h("div", { id: "tip", hidden: true, "aria-hidden": "true" });
  document.body.append(tip);
  const marked = (target) => target.closest?.("main svg a, [data-tip]");
  const show = (event) => {
    const mark = marked(event.target);
    if (!mark) return hide();
    tip.textContent = mark.dataset.tip ?? mark.querySelector("[aria-label]")?.getAttribute("aria-label") ?? "";
    tip.hidden = tip.textContent === "";
    const box = mark.getBoundingClientRect();
    const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
    tip.style.left = `${Math.max(8, Math.min(room, box.left + box.width / 2 - tip.offsetWidth / 2))}px`;
    tip.style.top = `${box.top - tip.offsetHeight - 8 < 0 ? box.bottom + 8 : box.top - tip.offsetHeight - 8}px`;
  };
  const hide = () => (tip.hidden = true);
  document.addEventListener("pointerover", show);
  document.addEventListener("focusin", show);
  document.addEventListener("focusout", hide);
  document.addEventListener("scroll", hide, { passive: true });
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
}

let waiting;
function later(action, milliseconds) {
  clearTimeout(waiting);
  waiting = setTimeout(action, milliseconds);
}

setUpTheme();
setUp();
setUpTips();
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId("main").focus();
});
byId("search").addEventListener("input", (event) => {
  later(() => {
    // Each letter is not a step of its own to go back to.
    history.replaceState(null, "", address({ ...state, q: event.target.value.trim() }));
    follow();
  }, 150);
});
addEventListener("hashchange", follow);
let lastWidth = innerWidth;
addEventListener("resize", () => {
  if (innerWidth !== lastWidth) later(() => draw(), 150);
  lastWidth = innerWidth;
});
follow();
document.documentElement.dataset.ready = "true";
