// The sections of the page. Each is a function of the filters and the width, and gives its contents, or null where
// the data have nothing for it.

const MOST_RANKED = 24;
const MOST_PANELS = 12;

// The number that a rating begins with: 3 of “3/4”.
const number = (rating) => (Number.isNaN(parseFloat(rating)) ? null : parseFloat(rating));
const favourable = (list) => list.filter((review) => review.tone >= 0.25).length / list.length;

// Figures of the groups of a choice, with those that a comparison of all reviews gave.
function grouped(kind, all, chosen, key) {
  return [...groups(chosen, key)].map(([item, list]) => {
    const known = typeof item === "object" ? item : all[item];
    return {
      ...known,
      kind,
      value: known.name,
      label: known.name,
      list,
      count: list.length,
      tone: mean(list.map((review) => review.tone)),
    };
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
        return h(
          "a",
          {
            href: toggled("tone", one.name),
            "aria-current": isChosen("tone", one.name) ? "true" : null,
            style: { "--fill": fill },
          },
          h("b", { "aria-hidden": "true" }, one.sign),
          ` ${one.name} `,
          h("span", { class: "n" }, count.toLocaleString("en")),
        );
      }),
    ),
  ];
}

function timeSection(width) {
  const dated = (list) => list.filter((review) => review.date?.time);
  if (
    groups(dated(reviews), (review) => review.date.year).size < 2 &&
    groups(dated(reviews), (review) => review.date.month).size < 3
  )
    return null;
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

function reviewsSection() {
  const chosen = select();
  const has = (of) => reviews.some(of);
  return [
    table(
      "reviews",
      "Reviews",
      chosen,
      [
        {
          label: "Review",
          sort: (review) => review.film?.name ?? review.id,
          show: (review) => h("a", { href: opened(review), class: "open" }, name(review.film?.name ?? review.id)),
          text: true,
        },
        { label: "Tone", sort: (review) => review.tone, show: (review) => toneTag(review.tone) },
        ...(has((review) => review.critic)
          ? [
              {
                label: "Critic",
                sort: (review) => review.critic?.name,
                show: (review) => name(review.critic?.name),
                text: true,
              },
            ]
          : []),
        ...(has((review) => review.outlet)
          ? [
              {
                label: "Outlet",
                sort: (review) => review.outlet?.name,
                show: (review) => name(review.outlet?.name),
                text: true,
              },
            ]
          : []),
        ...(has((review) => review.date)
          ? [{ label: "Date", sort: (review) => review.date?.time, show: (review) => review.date?.given }]
          : []),
        ...(has((review) => review.rating)
          ? [
              {
                label: "Rating",
                sort: (review) => number(review.rating),
                show: (review) => review.rating && h("bdi", {}, review.rating),
              },
            ]
          : []),
        ...(has((review) => review.words)
          ? [{ label: "Words", sort: (review) => review.words, show: (review) => review.words.toLocaleString("en") }]
          : []),
      ],
      { first: 1, most: 25, empty: "No review passes all filters." },
    ),
  ];
}

// In the order of the page.
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
