// Charts, drawn by Observable Plot as SVG.

const { plot, ruleX, ruleY, dot, link, text, rectY, lineY, axisX, axisY } = charts;

const asIs = (value) => ({ value, scale: null });
const SIGN_TICKS = [-1, -0.5, 0, 0.5, 1];
const ends = (width) => (width < 480 ? ["unfavourable", "favourable"] : ["← unfavourable", "favourable →"]);

// A chart as a figure: `alt` says what it shows, `note` how to read it.
function figure(svg, alt, note) {
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", alt);
  return h("figure", {}, svg, note && h("figcaption", {}, note));
}

// Links of a chart that only repeat those of a list are not stops for the Tab key.
function passOver(svg) {
  for (const anchor of svg.querySelectorAll("a")) anchor.setAttribute("tabindex", "-1");
  return svg;
}

// How the reviews of the choice are spread over the scale, before all others in grey.
function distribution(chosen, width) {
  return reviews.length <= 400 ? dotDistribution(chosen, width) : barDistribution(chosen, width);
}

function dotDistribution(chosen, width) {
  const bins = Math.max(20, Math.min(40, Math.floor(width / 18)));
  const inside = new Set(chosen);
  const stacks = Array.from({ length: bins }, () => []);
  const place = (review) => Math.min(bins - 1, Math.floor(((review.tone + 1) / 2) * bins));
  for (const review of reviews.toSorted((a, b) => inside.has(b) - inside.has(a) || a.tone - b.tone))
    stacks[place(review)].push(review);
  const dots = stacks.flatMap((stack, bin) =>
    stack.map((review, level) => ({ review, level, x: ((bin + 0.5) / bins) * 2 - 1 })),
  );
  const highest = Math.max(...stacks.map((stack) => stack.length));
  const size = Math.min((width - 40) / bins, 16, 260 / highest);
  return plot({
    width,
    height: Math.max(70, highest * size + 62),
    marginLeft: 20,
    marginRight: 20,
    marginBottom: 34,
    marginTop: 26,
    x: { domain: [-1, 1], label: null },
    y: { axis: null, domain: [0, highest] },
    marks: [
      axisX({ ticks: SIGN_TICKS, tickFormat: (tone) => signed(tone, 1), tickSize: 4 }),
      ruleY([0], { className: "axis" }),
      passive(
        dot(dots, {
          x: "x",
          y: (d) => d.level + 0.5,
          r: Math.max(1.5, size / 2 - 1),
          fill: asIs((d) => (inside.has(d.review) ? markColour(d.review.tone) : "var(--faint)")),
          href: (d) => opened(d.review),
          ariaLabel: (d) =>
            `${d.review.film?.name ?? d.review.id}${d.review.critic ? `, ${d.review.critic.name}` : ""}: ${signed(d.review.tone)}`,
        }),
      ),
      ...meanMark(chosen, width),
    ],
  });
}

function barDistribution(chosen, width) {
  const bins = 40;
  const shares = (list) => {
    const counts = Array(bins).fill(0);
    for (const review of list) counts[Math.min(bins - 1, Math.floor(((review.tone + 1) / 2) * bins))] += 1;
    return counts.map((count, bin) => ({
      count,
      share: count / Math.max(1, list.length),
      from: (bin / bins) * 2 - 1,
      to: ((bin + 1) / bins) * 2 - 1,
    }));
  };
  const bars = (list, options) => rectY(shares(list), { x1: "from", x2: "to", y: "share", inset: 0.5, ...options });
  return plot({
    width,
    height: 240,
    marginLeft: 20,
    marginRight: 20,
    marginBottom: 34,
    marginTop: 26,
    x: { domain: [-1, 1], label: null },
    y: { axis: null },
    marks: [
      bars(reviews, { fill: "var(--faint)" }),
      passive(
        bars(chosen, {
          fill: asIs((d) => markColour((d.from + d.to) / 2)),
          insetLeft: 2,
          insetRight: 2,
          href: (d) => only("tone", step((d.from + d.to) / 2).name),
          ariaLabel: (d) => `${signed(d.from)} to ${signed(d.to)}: ${many(d.count, "review")}, ${percent(d.share)}`,
        }),
      ),
      axisX({ ticks: SIGN_TICKS, tickFormat: (tone) => signed(tone, 1), tickSize: 4 }),
      ruleY([0], { className: "axis" }),
      ...meanMark(chosen, width),
    ],
  });
}

function meanMark(chosen) {
  if (!chosen.length) return [];
  const middle = mean(chosen.map((review) => review.tone));
  return [
    ruleX([middle], { stroke: "currentColor", strokeDasharray: "2,3", insetTop: 4 }),
    text([middle], {
      x: (d) => d,
      frameAnchor: "top",
      dy: -14,
      text: () => `mean ${signed(middle)}`,
      className: "strong",
      textAnchor: middle > 0.8 ? "end" : middle < -0.8 ? "start" : "middle",
    }),
  ];
}

// Rows with a dot each and, where known, an interval and a second, hollow dot.
// row: { kind, value, label, count, tone, low, high, second, told }
// After the row at `gap` as many are left out as `left` says.
function ranking(rows, width, { domain = [-1, 1], wide = 230, gap = null, left: omitted = 0 } = {}) {
  // On a narrow screen the names stand above the lines, so that they need not be cut short.
  const narrow = width < 560;
  const left = narrow ? 8 : wide;
  const letters = Math.floor((narrow ? width - 90 : left - 64) / 6.9);
  const kind = rows[0]?.kind;
  const faded = (row) => (state[kind]?.size && !isChosen(kind, row.value) ? 0.35 : 1);
  const colour = asIs((row) => markColour(row.at));
  const inside = (tone) => Math.max(domain[0], Math.min(domain[1], tone));
  const linked = { href: (row) => toggled(row.kind, row.value), ariaLabel: (row) => row.told };
  const data = rows.map((row, place) => ({ ...row, place, opacity: faded(row) }));
  const at = (row) => row.opacity;
  const places = data.map((row) => row.place);
  if (omitted) places.splice(gap + 1, 0, "gap");
  const whisker = data.filter((row) => row.low !== null && row.low !== undefined);
  const ringed = data.filter((row) => row.second !== null && row.second !== undefined);
  const nameAt = narrow ? { textAnchor: "start", dx: 0, dy: -14 } : { textAnchor: "end", dx: -58 };
  const countAt = narrow
    ? { frameAnchor: "right", textAnchor: "end", dx: 0, dy: -14 }
    : { frameAnchor: "left", textAnchor: "end", dx: -24 };
  return plot({
    width,
    height: (rows.length + (omitted ? 1 : 0)) * (narrow ? 40 : 26) + 50,
    marginLeft: left,
    marginRight: 52,
    marginTop: narrow ? 42 : 30,
    marginBottom: narrow ? 8 : 20,
    x: { domain, label: null },
    y: { type: "point", padding: 0.5, domain: places, axis: null },
    marks: [
      axisX({
        anchor: "top",
        dy: narrow ? -12 : 0,
        ticks: narrow ? 3 : 5,
        tickFormat: (tone) => signed(tone, 1),
        tickSize: 0,
      }),
      ruleX([0], { stroke: "var(--line-strong)" }),
      ruleY(data, { y: "place", stroke: "var(--line)" }),
      link(whisker, {
        x1: (row) => inside(row.low),
        x2: (row) => inside(row.high),
        y1: "place",
        y2: "place",
        stroke: colour,
        strokeWidth: 5,
        strokeOpacity: 0.35,
        strokeLinecap: "round",
        opacity: at,
      }),
      dot(ringed, {
        x: (row) => inside(row.second),
        y: "place",
        r: 4,
        stroke: "currentColor",
        fill: "var(--paper)",
        opacity: at,
      }),
      passive(
        dot(
          data.filter((row) => row.at !== null),
          {
            ...linked,
            x: (row) => inside(row.at),
            y: "place",
            r: 5.5,
            fill: colour,
            stroke: "var(--paper)",
            opacity: at,
          },
        ),
      ),
      text(data, {
        ...linked,
        y: "place",
        frameAnchor: "left",
        ...nameAt,
        text: (row) => short(row.label || "not named", letters),
        className: "names",
        opacity: at,
        ...(narrow ? { fill: "currentColor", stroke: "var(--paper)", strokeWidth: 4 } : {}),
      }),
      text(data, {
        y: "place",
        ...countAt,
        text: (row) => (narrow ? many(row.count, "review") : row.count.toLocaleString("en")),
        className: "values",
        opacity: at,
      }),
      text(omitted ? [`⋮ ${omitted.toLocaleString("en")} between`] : [], {
        y: () => "gap",
        frameAnchor: "left",
        textAnchor: "end",
        ...(narrow ? { textAnchor: "start" } : { dx: -24 }),
        className: "values",
      }),
      text(narrow ? [] : ["n"], { frameAnchor: "top-left", textAnchor: "end", dx: -24, dy: -19, className: "values" }),
      text(data, {
        y: "place",
        frameAnchor: "right",
        textAnchor: "start",
        dx: 10,
        text: (row) => signed(row.at),
        className: "values",
        opacity: at,
      }),
    ],
  });
}

// Marks whose links are in a list or a row of names too.
function passive(mark) {
  const render = mark.render.bind(mark);
  mark.render = (...all) => {
    const drawn = render(...all);
    if (drawn) passOver(drawn);
    return drawn;
  };
  return mark;
}

// Tones of the aspects of one film, in a small frame like those of its neighbours.
function aspectPanel(points, order, width) {
  return plot({
    width,
    height: order.length * 17 + 24,
    marginLeft: 106,
    marginRight: 12,
    marginTop: 4,
    marginBottom: 18,
    x: { domain: [-1, 1], label: null },
    y: { domain: order, label: null },
    r: { type: "identity" },
    marks: [
      axisX({ ticks: [-1, 0, 1], tickFormat: (tone) => signed(tone, 0), tickSize: 0 }),
      ruleY(order, { stroke: "var(--line)" }),
      ruleX([0], { stroke: "var(--line-strong)" }),
      axisY({ tickSize: 0, tickPadding: 8 }),
      link(points, {
        x1: 0,
        x2: "tone",
        y1: "aspect",
        y2: "aspect",
        stroke: asIs((d) => markColour(d.tone)),
        strokeWidth: 2,
        strokeOpacity: 0.5,
      }),
      passive(
        dot(points, {
          x: "tone",
          y: "aspect",
          r: (d) => Math.min(7, 2.5 + Math.sqrt(d.count)),
          fill: asIs((d) => markColour(d.tone)),
          href: (d) => d.href,
          ariaLabel: (d) => d.told,
        }),
      ),
    ],
  });
}

// Each review as a faint dot, and the mean of each month or year as a line.
function timeline(chosen, width) {
  const dated = chosen.filter((review) => review.date?.time);
  const years = [...new Set(dated.map((review) => review.date.year))];
  const monthly = years.length <= 3 && dated.every((review) => review.date.month);
  const period = (review) => (monthly ? review.date.month : String(review.date.year));
  const means = [...groups(dated, period)].map(([label, list]) => {
    const tones = list.map((review) => review.tone);
    const year = list[0].date.year;
    const time = monthly ? Date.UTC(year, +label.slice(5) - 1, 15) : Date.UTC(year, 6, 1);
    return { label, time: new Date(time), year, count: list.length, tone: mean(tones) };
  });
  means.sort((a, b) => a.time - b.time);
  const scattered = dated.length <= 1500 ? dated : [];
  return plot({
    width,
    height: 280,
    marginLeft: 44,
    marginRight: 16,
    marginTop: 16,
    marginBottom: 30,
    x: { type: "utc", label: null },
    y: { domain: [-1, 1], label: null },
    r: { type: "sqrt", range: [0, 9], domain: [0, Math.max(4, ...means.map((period) => period.count))] },
    marks: [
      axisX({ tickSize: 4, ...(monthly ? {} : { ticks: width < 500 ? 5 : 10 }) }),
      axisY({ ticks: SIGN_TICKS, tickFormat: (tone) => signed(tone, 1), tickSize: 0 }),
      ruleY(SIGN_TICKS, { stroke: "var(--line)" }),
      ruleY([0], { stroke: "var(--line-strong)" }),
      passive(
        dot(scattered, {
          x: (review) => new Date(review.date.time),
          y: "tone",
          r: 2.5,
          fill: asIs((review) => markColour(review.tone)),
          fillOpacity: 0.5,
          href: opened,
          ariaLabel: (review) => `${review.film?.name ?? review.id}, ${review.date.given}: ${signed(review.tone)}`,
        }),
      ),
      lineY(means, { x: "time", y: "tone", stroke: "var(--soft)", strokeWidth: 1 }),
      dot(means, {
        x: "time",
        y: "tone",
        r: "count",
        fill: asIs((d) => markColour(d.tone)),
        stroke: "var(--paper)",
        href: (d) => toggled("year", String(d.year)),
        ariaLabel: (d) => `${d.label}: mean ${signed(d.tone)} over ${many(d.count, "review")}`,
      }),
    ],
  });
}

// The themes as a map: the area of a field is its number of reviews, its colour its tone.
function themeMap(fields, width) {
  const height = width < 560 ? 440 : Math.min(width * 0.62, 520);
  const root = charts.hierarchy({ children: fields }).sum((field) => field.count ?? 0);
  charts.treemap().size([width, height]).paddingInner(2).round(true)(root);
  const field = ({ data, x0, y0, x1, y1 }) => {
    const [across, down] = [x1 - x0, y1 - y0];
    // Letters as large as the field allows without breaking its longest word; as many lines as fit above the figures.
    const longest = Math.max(...data.label.split(/[\s-]+/).map((word) => word.length));
    const size = Math.max(10, Math.min(21, (across - 16) / (0.58 * longest), Math.sqrt(across * down) / 8.5));
    const lines = Math.max(1, Math.floor((down - 14) / (size * 1.22) - 1));
    return h(
      "a",
      {
        class: "field",
        href: toggled("theme", data.value),
        "aria-current": isChosen("theme", data.value) ? "true" : null,
        "aria-label": `${data.label}: ${many(data.count, "review")}, tone ${signed(data.tone)}`,
        "data-tip": `${data.label}: ${many(data.count, "review")}, tone ${signed(data.tone)}`,
        style: {
          left: `${x0}px`,
          top: `${y0}px`,
          width: `${across}px`,
          height: `${down}px`,
          "font-size": `${size}px`,
          "--lines": lines,
          "--fill": fillColour(data.tone),
        },
      },
      h("span", { class: "what", dir: "auto" }, data.label),
      h("span", { class: "figures" }, `${data.count} · ${signed(data.tone)}`),
    );
  };
  return h("div", { class: "map", style: { height: `${height}px` } }, root.leaves().map(field));
}
