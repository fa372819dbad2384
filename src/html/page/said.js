// The sections on what the reviews say: aspects, themes and people.

function aspectTones(list) {
  const found = list.flatMap((review) => review.aspects);
  return new Map(
    [...groups(found, ([aspect]) => aspect)].map(([aspect, pairs]) => [
      aspect,
      { tone: mean(pairs.map(([, tone]) => tone)), count: pairs.length },
    ]),
  );
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
      return {
        ...aspect,
        value: aspect.name,
        label: aspect.name,
        tone,
        at: tone,
        count,
        low: null,
        second: null,
        told,
      };
    });
  rows.sort((a, b) => b.at - a.at);
  const order = rows
    .toSorted((a, b) => b.count - a.count)
    .map((row) => row.label)
    .slice(0, 14);
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
    return h(
      "div",
      { class: "panel" },
      h("h4", {}, h("a", { href: toggled("film", film.name) }, name(film.name))),
      figure(aspectPanel(points, order, inside), alt),
    );
  };
  return [
    h(
      "p",
      { class: "lead" },
      "What the reviews judge, and how. A film can be gorgeous to look at and badly written; these are the tones of the clauses that judge each.",
    ),
    rows.length > 0 && figure(ranking(rows, width, { wide: 190 }), `Aspects by mean tone${part("aspect")}`),
    panels.length > 0 && h("h3", {}, "Film by film"),
    panels.length > 0 && h("div", { class: "panels" }, panels.map(panel)),
    panels.length > 0 &&
      h(
        "p",
        { class: "note" },
        `The larger the dot, the more reviews judge it.${byFilm.length > panels.length ? ` The ${panels.length} films with most reviews${part("aspect")}.` : ""}`,
      ),
  ];
}

function themesSection(width) {
  if (!themes.length) return null;
  const chosen = select("theme");
  const counts = groups(
    chosen.flatMap((review) => review.themes.map((theme) => [theme, review])),
    ([theme]) => theme,
  );
  const whole = ofAll("theme");
  const rows = [...counts].map(([index, list]) => {
    const theme = themes[index];
    const tone = whole ? theme.tone : mean(list.map(([, review]) => review.tone));
    return { ...theme, value: theme.name, label: theme.name, count: whole ? theme.reviews : list.length, tone };
  });
  rows.sort((a, b) => b.count - a.count);
  if (!rows.length) return [h("p", { class: "empty" }, "No theme in this choice.")];
  const more = rows.some((row) => row.films)
    ? [{ label: "Stands out in", sort: (row) => row.films, show: (row) => short(row.films, 80), text: true }]
    : [];
  return [
    h(
      "p",
      { class: "lead" },
      "Phrases that mean alike, found in many reviews. Area is the number of reviews; colour and figure are ",
      whole ? "the tone of the sentences with them." : "the mean tone of the reviews with them.",
    ),
    h("figure", {}, themeMap(rows.slice(0, width < 560 ? 10 : 30), width)),
    folded("themes-table", `All ${many(rows.length, "theme")} with their phrases`, () =>
      table(
        "themes",
        "Themes",
        rows,
        [
          { label: "Theme", sort: (row) => row.label, show: (row) => filterLink(row), text: true },
          { label: "Reviews", sort: (row) => row.count },
          { label: "Tone", sort: (row) => row.tone, show: (row) => toneTag(row.tone) },
          {
            label: "Phrases",
            sort: (row) => row.phrases,
            show: (row) => h("span", { class: "fine", dir: "auto" }, short(row.phrases, 160)),
            text: true,
          },
          ...more,
        ],
        { first: 1 },
      ),
    ),
  ];
}

function peopleSection(width) {
  if (!people.length) return null;
  const chosen = select("person");
  const found = groups(
    chosen.flatMap((review) => review.people),
    ([person]) => person,
  );
  const rows = [...found].map(([index, list]) => {
    const person = people[index];
    const tone = mean(list.map(([, tone]) => tone).filter((tone) => tone !== null));
    const count = ofAll("person") ? person.reviews : list.length;
    const told = `${person.name}${person.role ? `, ${person.role}` : ""}: ${tone === null ? "named" : `tone ${signed(tone)}`} in ${many(count, "review")}`;
    return { ...person, value: person.name, label: person.name, count, tone, at: tone, low: null, second: null, told };
  });
  rows.sort((a, b) => b.count - a.count || a.label.localeCompare(b.label));
  if (!rows.length) return [h("p", { class: "empty" }, "Nobody is named in this choice.")];
  const top = rows
    .filter((row, place) => row.tone !== null && (place < 16 || isChosen("person", row.value)))
    .sort((a, b) => b.at - a.at);
  return [
    h("p", { class: "lead" }, "Who is named most, and the tone of the clauses about them."),
    top.length > 0 && figure(ranking(top, width), "People named most, by the tone of what is said of them"),
    folded("people-table", allOf(rows.length, "person", "people"), () =>
      table(
        "people",
        "People",
        rows,
        [
          { label: "Person", sort: (row) => row.label, show: (row) => filterLink(row), text: true },
          { label: "Role", sort: (row) => row.role, text: true },
          { label: "Reviews", sort: (row) => row.count },
          { label: "Tone", sort: (row) => row.tone, show: (row) => (row.tone === null ? "–" : toneTag(row.tone)) },
        ],
        { first: 2 },
      ),
    ),
  ];
}
