// The sections of the page. Each is a function of the filters and the width, and gives its contents, or null where
// the data have nothing for it.

const MOST_RANKED = 24;
const MOST_PANELS = 12;

const favourable = (list) => list.filter((review) => review.tone >= 0.25).length / list.length;

// Figures of the groups of a choice, with those that a comparison of all reviews gave.
function grouped(kind, all, chosen, key) {
  return [...groups(chosen, key)].map(([item, list]) => {
    const known = typeof item === "object" ? item : all[item];
    return { ...known, kind, value: known.name, label: known.name, list, count: list.length, tone: mean(list.map((review) => review.tone)) };
  });
}

// The first and last of a long ranking, with the chosen ones, and where the gap is.
function endsOf(rows, kind) {
  if (rows.length <= MOST_RANKED) return { shown: rows };
  const half = MOST_RANKED / 2;
  const kept = rows.filter((row, place) => place < half || place >= rows.length - half || isChosen(kind, row.value));
  return { shown: kept, gap: kept.length - half - 1, left: rows.length - kept.length };
}

const allOf = (count, ...names) => (count === 1 ? "In figures" : `All ${many(count, ...names)} in figures`);
const isWhole = () => figures.rows === figures.totals.reviews;
const ofAll = (kind) => !isFiltered(kind) && isWhole();
const part = (kind) => (isFiltered(kind) ? " in this choice" : isWhole() ? "" : " in the sample");
const filterLink = (row, none) => h("a", { href: toggled(row.kind, row.value) }, name(row.label, none));

function overviewSection(width) {
  const chosen = select();
  const tones = chosen.map((review) => review.tone);
  const whole = !isFiltered();
  const { totals } = figures;
  const share = (side) => (tones.length ? tones.filter(side).length / tones.length : null);
  const fact = (value, label) => h("div", {}, h("dt", {}, label), h("dd", {}, value));
  const count = whole ? totals.reviews : chosen.length;
  const kinds = [
    [whole ? totals.films : groups(chosen, (review) => review.film).size, "film"],
    [whole ? totals.critics : groups(chosen, (review) => review.critic).size, "critic"],
  ].filter(([count]) => count > 0);
  return [
    h(
      "dl",
      { class: "facts" },
      fact(count.toLocaleString("en"), count === 1 ? "review" : "reviews"),
      kinds.map(([count, kind]) => fact(count.toLocaleString("en"), count === 1 ? kind : `${kind}s`)),
      fact(signed(whole ? totals.mean : mean(tones)), "mean tone"),
      fact(percent(whole ? totals.positive : share((tone) => tone >= 0.25)), "favourable"),
      fact(percent(whole ? totals.negative : share((tone) => tone < -0.25)), "unfavourable"),
    ),
    figure(
      distribution(chosen, width),
      `Distribution of tone over ${many(chosen.length, "review")}`,
      reviews.length <= 400
        ? "Each dot is a review, from −1, wholly unfavourable, to +1, wholly favourable. Choose a dot to open its review."
        : `Share of reviews by tone${isFiltered() ? "; grey behind: all reviews" : ""}, from −1, wholly unfavourable, to +1, wholly favourable.`,
    ),
    h(
      "p",
      { class: "steps" },
      STEPS.map((one, index) => {
        const count = select("tone").filter((review) => step(review.tone) === one).length;
        const fill = fillColour((index - 2) / 2);
        return h("a", { href: toggled("tone", one.name), "aria-current": isChosen("tone", one.name) ? "true" : null, style: { "--fill": fill } }, h("b", { "aria-hidden": "true" }, one.sign), ` ${one.name} `, h("span", { class: "n" }, count.toLocaleString("en")));
      }),
    ),
  ];
}

function filmsSection(width) {
  if (!films.length) return null;
  const rows = grouped("film", films, select("film"), (review) => review.film).map((row) => {
    const at = row.adjusted ?? row.tone;
    const [low, high] = row.adjusted_interval ?? [null, null];
    const told = `${row.label}: ${row.adjusted === undefined || row.adjusted === null ? "" : `adjusted ${signed(row.adjusted)}, 95 % interval ${between(row.adjusted_interval)}; `}mean ${signed(row.tone)} over ${many(row.count, "review")}${part("film")}`;
    return { ...row, at, low, high, second: at === row.tone ? null : row.tone, told };
  });
  rows.sort((a, b) => b.at - a.at);
  const { shown, gap, left } = endsOf(rows, "film");
  const compared = rows.some((row) => row.adjusted !== undefined && row.adjusted !== null);
  return [
    compared &&
      h("p", { class: "lead" }, "A film that only strict critics saw should not pay for it. The filled dot is the tone of a film once the strictness of its critics is allowed for, with its 95 % interval; the ring is the plain mean", part("film"), "."),
    rows.length > 0 && figure(ranking(shown, width, { gap, left }), `Films by tone, best first`, left > 0 && `The ${MOST_RANKED / 2} best and the ${MOST_RANKED / 2} worst received; all are in the table.`),
    rows.filter((row) => isChosen("film", row.value)).slice(0, 3).map(filmProfile),
    folded(
      "films-table",
      allOf(rows.length, "film"),
      () => table("films", "Films", rows, [
        { label: "Film", sort: (row) => row.label, show: (row) => filterLink(row), text: true },
        { label: "Reviews", sort: (row) => (ofAll("film") ? row.reviews : row.count) },
        { label: "Mean", sort: (row) => row.tone, show: (row) => toneTag(row.tone) },
        { label: "Favourable", sort: (row) => favourable(row.list), show: (row) => percent(favourable(row.list)), help: "Share of reviews of +0.25 or more" },
        ...(compared
          ? [
              { label: "Adjusted", sort: (row) => row.adjusted, show: (row) => signed(row.adjusted), help: "Tone once the strictness of the critics is allowed for, from all reviews" },
              { label: "95 % interval", sort: (row) => row.adjusted_interval?.[0], show: (row) => between(row.adjusted_interval), help: "Of the adjusted tone" },
                            { label: "Polarisation", sort: (row) => row.polarisation, show: (row) => row.polarisation?.toFixed(2), help: "0: all reviews alike, 1: half rave, half pan" },
              { label: "Agreement", sort: (row) => row.agreement, show: (row) => row.agreement?.toFixed(2), help: "Krippendorff's alpha of its critics" },
            ]
          : []),
      ], { first: compared ? 4 : 2 }),
      left > 0,
    ),
  ];
}

// What stands out in a chosen film or critic, from all reviews.
const standsOut = (title, phrases) => phrases?.length > 0 && h("p", {}, h("span", { class: "fine" }, `${title} `), h("bdi", {}, phrases.join(" · ")));

function filmProfile({ label, best, worst, phrases }) {
  const quoted = (title, quote) =>
    quote && h("blockquote", {}, h("p", { class: "fine" }, title), h("p", { dir: "auto" }, quote.text), h("p", { class: "fine" }, h("a", { href: address({ ...state, review: quote.review }) }, name(quote.critic, quote.review)), ` ${signed(quote.score)}`));
  if (!best && !worst && !phrases?.length) return null;
  return h("div", { class: "profile" }, h("h3", {}, name(label)), h("div", { class: "pair" }, quoted("Said for it", best), quoted("Said against it", worst)), standsOut("Words that stand out:", phrases));
}

function criticProfile({ label, favourites, phrases }) {
  if (!favourites?.length && !phrases?.length) return null;
  return h("div", { class: "profile" }, h("h3", {}, name(label)), standsOut("Judges more than others do:", favourites), standsOut("Words of their own:", phrases));
}

function criticsSection(width) {
  if (!critics.length) return null;
  const rows = grouped("critic", critics, select("critic"), (review) => review.critic).map((row) => {
    const at = row.leniency ?? row.tone;
    const [low, high] = row.leniency_interval ?? [null, null];
    const told = `${row.label}: ${row.leniency === undefined || row.leniency === null ? "" : `${signed(row.leniency)} beside colleagues on the same films, 95 % interval ${between(row.leniency_interval)}; `}mean ${signed(row.tone)} over ${many(row.count, "review")}${part("critic")}`;
    return { ...row, at, low, high, second: null, told };
  });
  rows.sort((a, b) => b.at - a.at);
  const { shown, gap, left } = endsOf(rows, "critic");
  const compared = rows.some((row) => row.leniency !== undefined && row.leniency !== null);
  const reach = Math.min(2, Math.ceil(Math.max(0.4, ...shown.flatMap((row) => [row.at, row.low ?? 0, row.high ?? 0]).map(Math.abs)) * 5) / 5);
  return [
    h("p", { class: "lead" }, compared ? "How much kinder (right) or stricter (left) each critic is than colleagues on the same films, with 95 % intervals. An interval across the middle line may be no difference at all." : "Mean tone of each critic."),
    rows.length > 0 && figure(ranking(shown, width, { gap, left, domain: compared ? [-reach, reach] : [-1, 1] }), "Critics by leniency, kindest first", left > 0 && `The ${MOST_RANKED / 2} kindest and the ${MOST_RANKED / 2} strictest; all are in the table.`),
    rows.filter((row) => isChosen("critic", row.value)).slice(0, 3).map(criticProfile),
    folded(
      "critics-table",
      allOf(rows.length, "critic"),
      () => table("critics", "Critics", rows, [
        { label: "Critic", sort: (row) => row.label, show: (row) => filterLink(row), text: true },
        { label: "Reviews", sort: (row) => (ofAll("critic") ? row.reviews : row.count) },
        { label: "Mean", sort: (row) => row.tone, show: (row) => toneTag(row.tone) },
        ...(compared
          ? [
              { label: "Leniency", sort: (row) => row.leniency, show: (row) => signed(row.leniency), help: "Kinder (+) or stricter (−) than colleagues on the same films, from all reviews" },
              { label: "95 % interval", sort: (row) => row.leniency_interval?.[0], show: (row) => between(row.leniency_interval), help: "Of the leniency" },
              { label: "Spread", sort: (row) => row.spread, show: (row) => row.spread?.toFixed(2), help: "Standard deviation of the tones" },
              { label: "Agreement", sort: (row) => row.agreement, show: (row) => row.agreement?.toFixed(2), help: "Correlation with the other critics of the same films" },
            ]
          : []),
      ], { first: compared ? 3 : 2 }),
      left > 0,
    ),
  ];
}

// Films down, critics across: a table whose cells are coloured, so that it reads, prints and speaks as one.
function heatSection() {
  if (critics.length < 2 || films.length < 2) return null;
  const chosen = select("film").filter((review) => review.film && review.critic && (!state.critic.size || isChosen("critic", review.critic.name)));
  const most = (list) => [...list].sort((a, b) => b[1].length - a[1].length).map(([item]) => item);
  const byFilm = groups(chosen, (review) => review.film);
  const byCritic = groups(chosen, (review) => review.critic);
  const across = most(byCritic).slice(0, 14);
  const down = most(byFilm).slice(0, 24);
  if (!down.length) return [h("p", { class: "empty" }, "No review in this choice has both a film and a critic.")];
  const level = (item, list) => item.adjusted ?? item.leniency ?? mean(list.get(item).map((review) => review.tone));
  across.sort((a, b) => level(b, byCritic) - level(a, byCritic));
  down.sort((a, b) => level(b, byFilm) - level(a, byFilm));
  const cells = groups(chosen, (review) => `${review.film.index} ${review.critic.index}`);
  const cell = (film, critic) => {
    const list = cells.get(`${film.index} ${critic.index}`);
    if (!list) return h("td", { class: "none" }, h("span", { class: "hidden" }, "none"));
    const tone = mean(list.map((review) => review.tone));
    const told = `${film.name}, ${critic.name}: ${signed(tone)}${list.length > 1 ? `, mean of ${list.length} reviews` : ""}`;
    const href = list.length === 1 ? opened(list[0]) : address({ ...state, film: new Set([film.name]), critic: new Set([critic.name]), review: null });
    return h("td", { style: { "--fill": fillColour(tone) } }, h("a", { href, "aria-label": told, "data-tip": told, tabindex: "-1" }, signed(tone, 1)));
  };
  const left = byFilm.size > down.length || byCritic.size > across.length;
  return [
    h("p", { class: "lead" }, "Best received films at the top, kindest critics at the left. Read along a row for how critics differ on one film."),
    h(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": "Films by critics" },
      h(
        "table",
        { class: "heat", style: { "--across": across.length } },
        h("caption", { class: "hidden" }, "Tone of each critic on each film"),
        h("thead", {}, h("tr", {}, h("td"), across.map((critic) => h("th", { scope: "col" }, h("a", { href: toggled("critic", critic.name), title: critic.name }, h("bdi", {}, short(critic.name, 24))))))),
        h(
          "tbody",
          {},
          down.map((film) =>
            h("tr", {}, h("th", { scope: "row" }, h("a", { href: toggled("film", film.name), title: film.name }, h("bdi", {}, short(film.name, 40)))), across.map((critic) => cell(film, critic))),
          ),
        ),
      ),
    ),
    left && h("p", { class: "note" }, `The ${down.length} films and ${across.length} critics with most reviews${part("film")}.`),
  ];
}

function aspectTones(list) {
  const found = list.flatMap((review) => review.aspects);
  return new Map([...groups(found, ([aspect]) => aspect)].map(([aspect, pairs]) => [aspect, { tone: mean(pairs.map(([, tone]) => tone)), count: pairs.length }]));
}

function aspectsSection(width) {
  if (!aspects.length) return null;
  const chosen = select("aspect");
  const overall = aspectTones(chosen);
  const rows = aspects
    .filter((aspect) => overall.has(aspect.index))
    .map((aspect) => {
      const { tone, count } = overall.get(aspect.index);
      const told = `${aspect.name}: mean ${signed(tone)} in ${many(count, "review")}`;
      return { ...aspect, value: aspect.name, label: aspect.name, tone, at: tone, count, low: null, second: null, told };
    });
  rows.sort((a, b) => b.at - a.at);
  const order = rows.toSorted((a, b) => b.count - a.count).map((row) => row.label).slice(0, 14);
  const byFilm = [...groups(chosen, (review) => review.film)].sort(([, a], [, b]) => b.length - a.length);
  const panels = byFilm.length > 1 ? byFilm.slice(0, MOST_PANELS) : [];
  const inside = width < 520 ? width : Math.floor((width - 64) / (width < 860 ? 2 : 3));
  const panel = ([film, list]) => {
    const tones = aspectTones(list);
    const points = [...tones]
      .map(([aspect, { tone, count }]) => ({ aspect: aspects[aspect].name, tone, count }))
      .filter((point) => order.includes(point.aspect))
      .map((point) => ({
        ...point,
        href: address({ ...state, film: new Set([film.name]), aspect: new Set([point.aspect]), review: null }),
        told: `${film.name}, ${point.aspect}: mean ${signed(point.tone)} in ${many(point.count, "review")}`,
      }));
    const alt = `Aspects of ${film.name}: ${points.map((point) => `${point.aspect} ${signed(point.tone)}`).join(", ")}`;
    return h("div", { class: "panel" }, h("h4", {}, h("a", { href: toggled("film", film.name) }, name(film.name))), figure(aspectPanel(points, order, inside), alt));
  };
  return [
    h("p", { class: "lead" }, "What the reviews judge, and how. A film can be gorgeous to look at and badly written; these are the tones of the clauses that judge each."),
    rows.length > 0 && figure(ranking(rows, width, { wide: 190 }), `Aspects by mean tone${part("aspect")}`),
    panels.length > 0 && h("h3", {}, "Film by film"),
    panels.length > 0 && h("div", { class: "panels" }, panels.map(panel)),
    panels.length > 0 && h("p", { class: "note" }, `The larger the dot, the more reviews judge it.${byFilm.length > panels.length ? ` The ${panels.length} films with most reviews${part("aspect")}.` : ""}`),
  ];
}

function timeSection(width) {
  const dated = (list) => list.filter((review) => review.date?.time);
  if (groups(dated(reviews), (review) => review.date.year).size < 2 && groups(dated(reviews), (review) => review.date.month).size < 3) return null;
  const chosen = select("year");
  const some = dated(chosen);
  if (!some.length) return [h("p", { class: "empty" }, "No review in this choice has a date.")];
  const without = chosen.length - some.length;
  return [
    figure(
      timeline(chosen, width),
      `Tone over time, ${many(some.length, "review")}`,
      `${some.length <= 1500 ? "Small dots are reviews; l" : "L"}arge dots are means, the larger the more reviews they rest on.${without ? ` ${many(without, "review")} without a date left out.` : ""}`,
    ),
  ];
}

function themesSection(width) {
  if (!themes.length) return null;
  const chosen = select("theme");
  const counts = groups(chosen.flatMap((review) => review.themes.map((theme) => [theme, review])), ([theme]) => theme);
  const whole = ofAll("theme");
  const rows = [...counts].map(([index, list]) => {
    const theme = themes[index];
    const tone = whole ? theme.tone : mean(list.map(([, review]) => review.tone));
    return { ...theme, value: theme.name, label: theme.name, count: whole ? theme.reviews : list.length, tone };
  });
  rows.sort((a, b) => b.count - a.count);
  if (!rows.length) return [h("p", { class: "empty" }, "No theme in this choice.")];
  const more = rows.some((row) => row.films) ? [{ label: "Stands out in", sort: (row) => row.films, show: (row) => short(row.films, 80), text: true }] : [];
  return [
    h("p", { class: "lead" }, "Phrases that mean alike, found in many reviews. Area is the number of reviews; colour and figure are ", whole ? "the tone of the sentences with them." : "the mean tone of the reviews with them."),
    h("figure", {}, themeMap(rows.slice(0, width < 560 ? 12 : 30), width)),
    folded(
      "themes-table",
      `All ${many(rows.length, "theme")} with their phrases`,
      () => table("themes", "Themes", rows, [
        { label: "Theme", sort: (row) => row.label, show: (row) => filterLink(row), text: true },
        { label: "Reviews", sort: (row) => row.count },
        { label: "Tone", sort: (row) => row.tone, show: (row) => toneTag(row.tone) },
        { label: "Phrases", sort: (row) => row.phrases, show: (row) => h("span", { class: "fine", dir: "auto" }, short(row.phrases, 160)), text: true },
        ...more,
      ], { first: 1 }),
    ),
  ];
}

function peopleSection(width) {
  if (!people.length) return null;
  const chosen = select("person");
  const found = groups(chosen.flatMap((review) => review.people), ([person]) => person);
  const rows = [...found].map(([index, list]) => {
    const person = people[index];
    const tone = mean(list.map(([, tone]) => tone).filter((tone) => tone !== null));
    const count = ofAll("person") ? person.reviews : list.length;
    const told = `${person.name}${person.role ? `, ${person.role}` : ""}: ${tone === null ? "named" : `tone ${signed(tone)}`} in ${many(count, "review")}`;
    return { ...person, value: person.name, label: person.name, count, tone, at: tone, low: null, second: null, told };
  });
  rows.sort((a, b) => b.count - a.count || a.label.localeCompare(b.label));
  if (!rows.length) return [h("p", { class: "empty" }, "Nobody is named in this choice.")];
  const top = rows.filter((row, place) => row.tone !== null && (place < 16 || isChosen("person", row.value))).sort((a, b) => b.at - a.at);
  return [
    h("p", { class: "lead" }, "Who is named most, and the tone of the clauses about them."),
    top.length > 0 && figure(ranking(top, width), "People named most, by the tone of what is said of them"),
    folded(
      "people-table",
      allOf(rows.length, "person", "people"),
      () => table("people", "People", rows, [
        { label: "Person", sort: (row) => row.label, show: (row) => filterLink(row), text: true },
        { label: "Role", sort: (row) => row.role, text: true },
        { label: "Reviews", sort: (row) => row.count },
        { label: "Tone", sort: (row) => row.tone, show: (row) => (row.tone === null ? "–" : toneTag(row.tone)) },
      ], { first: 2 }),
    ),
  ];
}

function reviewsSection() {
  const chosen = select();
  const has = (of) => reviews.some(of);
  return [
    table(
      "reviews",
      "Reviews",
      chosen,
      [
        { label: "Review", sort: (review) => review.film?.name ?? review.id, show: (review) => h("a", { href: opened(review), class: "open" }, name(review.film?.name ?? review.id)), text: true },
        { label: "Tone", sort: (review) => review.tone, show: (review) => toneTag(review.tone) },
        ...(has((review) => review.critic) ? [{ label: "Critic", sort: (review) => review.critic?.name, show: (review) => name(review.critic?.name), text: true }] : []),
        ...(has((review) => review.outlet) ? [{ label: "Outlet", sort: (review) => review.outlet?.name, show: (review) => name(review.outlet?.name), text: true }] : []),
        ...(has((review) => review.date) ? [{ label: "Date", sort: (review) => review.date?.time, show: (review) => review.date?.given }] : []),
        ...(has((review) => review.rating) ? [{ label: "Rating", sort: (review) => (review.rating === null ? null : parseFloat(review.rating) || review.rating), show: (review) => review.rating && h("bdi", {}, review.rating) }] : []),
        ...(has((review) => review.words) ? [{ label: "Words", sort: (review) => review.words, show: (review) => review.words.toLocaleString("en") }] : []),
      ],
      { first: 1, most: 25, empty: "No review passes all filters." },
    ),
  ];
}

// Details that stay open or closed while the page is drawn anew; their contents are made when they open.
const folds = {};
function folded(id, title, contents, open = false) {
  const isOpen = folds[id] ?? open;
  const details = h("details", { id, open: isOpen }, h("summary", {}, title));
  const fill = () => details.children.length === 1 && details.append(contents());
  if (isOpen) fill();
  details.addEventListener("toggle", () => {
    folds[id] = details.open;
    if (details.open) fill();
  });
  return details;
}

const SECTIONS = [
  { id: "overview", title: "Tone", draw: overviewSection },
  { id: "films", title: "Films", draw: filmsSection },
  { id: "critics", title: "Critics", draw: criticsSection },
  { id: "heat", title: "Critic by film", draw: heatSection },
  { id: "aspects", title: "Aspects", draw: aspectsSection },
  { id: "time", title: "Over time", draw: timeSection },
  { id: "themes", title: "Themes", draw: themesSection },
  { id: "people", title: "People", draw: peopleSection },
  { id: "reviews", title: "Reviews", draw: reviewsSection },
];
