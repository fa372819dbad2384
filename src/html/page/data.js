// The data of the page as plain objects. Tones are −1 to 1; a review without a film, critic or date has null there.

const figures = JSON.parse(document.getElementById("figures").textContent);

// Base64 of raw deflate of JSON.
async function unpack(id) {
  const letters = atob(document.getElementById(id).textContent);
  const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return JSON.parse(await new Response(stream).text());
}

const films = figures.films.map((film, index) => ({ ...film, index, kind: "film" }));
const critics = figures.critics.map((critic, index) => ({ ...critic, index, kind: "critic" }));
const people = figures.people.map((person, index) => ({ ...person, index, kind: "person" }));
const themes = figures.themes.map((theme, index) => ({ ...theme, index, kind: "theme" }));
const aspects = figures.aspects.map((name, index) => ({ name, index, kind: "aspect" }));
const outlets = figures.outlets.map((name, index) => ({ name, index, kind: "outlet" }));

// The five steps of the scale of tone, worst first, with the tone below which each ends.
const STEPS = [
  { name: "very negative", sign: "−−", below: -0.75 },
  { name: "negative", sign: "−", below: -0.25 },
  { name: "neutral", sign: "·", below: 0.25 },
  { name: "positive", sign: "+", below: 0.75 },
  { name: "very positive", sign: "++", below: Infinity },
];
const step = (tone) => STEPS.find((step) => tone < step.below);

// A date as given, with what of it can be placed in time: ISO dates whole, other forms by their year.
function when(given) {
  if (!given) return null;
  const iso = /^\s*(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?!\d)/.exec(given);
  if (iso) {
    const time = Date.UTC(+iso[1], (iso[2] ?? 7) - 1, +(iso[3] ?? 15));
    return { given, year: +iso[1], month: iso[2] ? `${iso[1]}-${iso[2]}` : null, time };
  }
  const year = /(?<!\d)(1[89]\d\d|20\d\d)(?!\d)/.exec(given);
  return year
    ? { given, year: +year[1], month: null, time: Date.UTC(+year[1], 6, 1) }
    : { given, year: null, month: null, time: null };
}

const pairs = (flat) =>
  Array.from({ length: flat.length / 2 }, (_, index) => [
    flat[2 * index],
    flat[2 * index + 1] === null ? null : flat[2 * index + 1] / 1000,
  ]);

const columns = await unpack("rows");
const reviews = columns.id.map((id, index) => ({
  id,
  index,
  film: films[columns.film[index]] ?? null,
  critic: critics[columns.critic[index]] ?? null,
  outlet: outlets[columns.outlet[index]] ?? null,
  date: when(columns.date[index]),
  rating: columns.rating[index],
  tone: columns.score[index] / 1000,
  confidence: columns.confidence[index],
  words: columns.words[index],
  aspects: pairs(columns.aspects[index]),
  people: pairs(columns.people[index]),
  themes: columns.themes[index],
  text: columns.text[index],
}));
const texts = await unpack("texts");

// What names a review in the address: its id or, where two folders have the same, id and place.
const reviewsByKey = new Map();
for (const review of reviews) {
  review.key = reviewsByKey.has(review.id) ? `${review.id} (${review.index + 1})` : review.id;
  reviewsByKey.set(review.key, review);
}

// Small letters without accents, for search.
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

// What a search looks through, made when it is first needed.
const hay = [];
const haystack = (review) =>
  (hay[review.index] ??= fold(
    [
      review.id,
      review.film?.name,
      review.critic?.name,
      review.outlet?.name,
      ...review.people.map(([person]) => people[person].name),
      texts[review.text]?.t,
    ].join("\n"),
  ));

const mean = (numbers) => (numbers.length ? numbers.reduce((sum, number) => sum + number, 0) / numbers.length : null);
const groups = (list, key) => {
  const groups = new Map();
  for (const item of list) {
    const name = key(item);
    if (name === null || name === undefined) continue;
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(item);
  }
  return groups;
};
