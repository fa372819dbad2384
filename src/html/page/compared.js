// The sections on films and critics, and on which wrote what of which.

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
      h(
        "p",
        { class: "lead" },
        "A film that only strict critics saw should not pay for it. The filled dot is the tone of a film once the strictness of its critics is allowed for, with its 95 % interval; the ring is the plain mean",
        part("film"),
        ".",
      ),
    rows.length > 0 &&
      figure(
        ranking(shown, width, { gap, left }),
        `Films by tone, best first`,
        left > 0 && `The ${MOST_RANKED / 2} best and the ${MOST_RANKED / 2} worst received; all are in the table.`,
      ),
    rows
      .filter((row) => isChosen("film", row.value))
      .slice(0, 3)
      .map(filmProfile),
    folded(
      "films-table",
      allOf(rows.length, "film"),
      () =>
        table(
          "films",
          "Films",
          rows,
          [
            { label: "Film", sort: (row) => row.label, show: (row) => filterLink(row), text: true },
            { label: "Reviews", sort: (row) => (ofAll("film") ? row.reviews : row.count) },
            { label: "Mean", sort: (row) => row.tone, show: (row) => toneTag(row.tone) },
            {
              label: "Favourable",
              sort: (row) => favourable(row.list),
              show: (row) => percent(favourable(row.list)),
              help: "Share of reviews of +0.25 or more",
            },
            ...(compared
              ? [
                  {
                    label: "Adjusted",
                    sort: (row) => row.adjusted,
                    show: (row) => signed(row.adjusted),
                    help: "Tone once the strictness of the critics is allowed for, from all reviews",
                  },
                  {
                    label: "95 % interval",
                    sort: (row) => row.adjusted_interval?.[0],
                    show: (row) => between(row.adjusted_interval),
                    help: "Of the adjusted tone",
                  },
                  {
                    label: "Polarisation",
                    sort: (row) => row.polarisation,
                    show: (row) => row.polarisation?.toFixed(2),
                    help: "0: all reviews alike, 1: half rave, half pan",
                  },
                  {
                    label: "Agreement",
                    sort: (row) => row.agreement,
                    show: (row) => row.agreement?.toFixed(2),
                    help: "Krippendorff's alpha of its critics",
                  },
                ]
              : []),
          ],
          { first: compared ? 4 : 2 },
        ),
      left > 0,
    ),
  ];
}

// What stands out in a chosen film or critic, from all reviews.
const standsOut = (title, phrases) =>
  phrases?.length > 0 && h("p", {}, h("span", { class: "fine" }, `${title} `), h("bdi", {}, phrases.join(" · ")));

function filmProfile({ label, best, worst, phrases }) {
  const quoted = (title, quote) =>
    quote &&
    h(
      "blockquote",
      {},
      h("p", { class: "fine" }, title),
      h("p", { dir: "auto" }, quote.text),
      h(
        "p",
        { class: "fine" },
        h("a", { href: address({ ...state, review: quote.review }) }, name(quote.critic, quote.review)),
        ` ${signed(quote.score)}`,
      ),
    );
  if (!best && !worst && !phrases?.length) return null;
  return h(
    "div",
    { class: "profile" },
    h("h3", {}, name(label)),
    h("div", { class: "pair" }, quoted("Said for it", best), quoted("Said against it", worst)),
    standsOut("Words that stand out:", phrases),
  );
}

function criticProfile({ label, favourites, phrases }) {
  if (!favourites?.length && !phrases?.length) return null;
  return h(
    "div",
    { class: "profile" },
    h("h3", {}, name(label)),
    standsOut("Judges more than others do:", favourites),
    standsOut("Words of their own:", phrases),
  );
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
  const reach = Math.min(
    2,
    Math.ceil(Math.max(0.4, ...shown.flatMap((row) => [row.at, row.low ?? 0, row.high ?? 0]).map(Math.abs)) * 5) / 5,
  );
  return [
    h(
      "p",
      { class: "lead" },
      compared
        ? "How much kinder (right) or stricter (left) each critic is than colleagues on the same films, with 95 % intervals. An interval across the middle line may be no difference at all."
        : "Mean tone of each critic.",
    ),
    rows.length > 0 &&
      figure(
        ranking(shown, width, { gap, left, domain: compared ? [-reach, reach] : [-1, 1] }),
        "Critics by leniency, kindest first",
        left > 0 && `The ${MOST_RANKED / 2} kindest and the ${MOST_RANKED / 2} strictest; all are in the table.`,
      ),
    rows
      .filter((row) => isChosen("critic", row.value))
      .slice(0, 3)
      .map(criticProfile),
    folded(
      "critics-table",
      allOf(rows.length, "critic"),
      () =>
        table(
          "critics",
          "Critics",
          rows,
          [
            { label: "Critic", sort: (row) => row.label, show: (row) => filterLink(row), text: true },
            { label: "Reviews", sort: (row) => (ofAll("critic") ? row.reviews : row.count) },
            { label: "Mean", sort: (row) => row.tone, show: (row) => toneTag(row.tone) },
            ...(compared
              ? [
                  {
                    label: "Leniency",
                    sort: (row) => row.leniency,
                    show: (row) => signed(row.leniency),
                    help: "Kinder (+) or stricter (−) than colleagues on the same films, from all reviews",
                  },
                  {
                    label: "95 % interval",
                    sort: (row) => row.leniency_interval?.[0],
                    show: (row) => between(row.leniency_interval),
                    help: "Of the leniency",
                  },
                  {
                    label: "Spread",
                    sort: (row) => row.spread,
                    show: (row) => row.spread?.toFixed(2),
                    help: "Standard deviation of the tones",
                  },
                  {
                    label: "Agreement",
                    sort: (row) => row.agreement,
                    show: (row) => row.agreement?.toFixed(2),
                    help: "Correlation with the other critics of the same films",
                  },
                ]
              : []),
          ],
          { first: compared ? 3 : 2 },
        ),
      left > 0,
    ),
  ];
}

// Films down, critics across: a table whose cells are coloured, so that it reads, prints and speaks as one.
function heatSection() {
  if (critics.length < 2 || films.length < 2) return null;
  const chosen = select("film").filter(
    (review) => review.film && review.critic && (!state.critic.size || isChosen("critic", review.critic.name)),
  );
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
    const href =
      list.length === 1
        ? opened(list[0])
        : address({ ...state, film: new Set([film.name]), critic: new Set([critic.name]), review: null });
    return h(
      "td",
      { style: { "--fill": fillColour(tone) } },
      h("a", { href, "aria-label": told, "data-tip": told, tabindex: "-1" }, signed(tone, 1)),
    );
  };
  const left = byFilm.size > down.length || byCritic.size > across.length;
  return [
    h(
      "p",
      { class: "lead" },
      "Best received films at the top, kindest critics at the left. Read along a row for how critics differ on one film.",
    ),
    h(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": "Films by critics" },
      h(
        "table",
        { class: "heat", style: { "--across": across.length } },
        h("caption", { class: "hidden" }, "Tone of each critic on each film"),
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("td"),
            across.map((critic) =>
              h(
                "th",
                { scope: "col" },
                h(
                  "a",
                  { href: toggled("critic", critic.name), title: critic.name },
                  h("bdi", {}, short(critic.name, 24)),
                ),
              ),
            ),
          ),
        ),
        h(
          "tbody",
          {},
          down.map((film) =>
            h(
              "tr",
              {},
              h(
                "th",
                { scope: "row" },
                h("a", { href: toggled("film", film.name), title: film.name }, h("bdi", {}, short(film.name, 40))),
              ),
              across.map((critic) => cell(film, critic)),
            ),
          ),
        ),
      ),
    ),
    left &&
      h(
        "p",
        { class: "note" },
        `The ${down.length} films and ${across.length} critics with most reviews${part("film")}.`,
      ),
  ];
}
