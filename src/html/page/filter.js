// The one state of the page: the part of its address behind "#", such as #film=Heat&tone=positive&q=rain.
// A kind may have several values, any of which will do; different kinds must all hold.

const KINDS = {
  film: { label: "Film", of: (review) => [review.film?.name ?? NONE] },
  critic: { label: "Critic", of: (review) => [review.critic?.name ?? NONE] },
  outlet: { label: "Outlet", of: (review) => (review.outlet ? [review.outlet.name] : []) },
  tone: { label: "Tone", of: (review) => [step(review.tone).name] },
  aspect: { label: "Aspect", of: (review) => review.aspects.map(([aspect]) => aspects[aspect].name) },
  theme: { label: "Theme", of: (review) => review.themes.map((theme) => themes[theme].name) },
  person: { label: "Person", of: (review) => review.people.map(([person]) => people[person].name) },
  year: { label: "Year", of: (review) => (review.date?.year ? [String(review.date.year)] : []) },
};
// Stands for the film or critic of reviews that have none.
const NONE = "";

// { film: Set, …, q: text, review: key or null }
function parse(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const state = { q: given.get("q") ?? "", review: given.get("review") };
  for (const kind of Object.keys(KINDS)) state[kind] = new Set(given.getAll(kind));
  return state;
}

function address({ q, review, ...sets }) {
  const parts = new URLSearchParams();
  for (const kind of Object.keys(KINDS)) for (const value of sets[kind]) parts.append(kind, value);
  if (q) parts.set("q", q);
  if (review !== null) parts.set("review", review);
  return `#${parts}`;
}

let state = parse(location.hash);

// The address with this value taken in, or out where it is in.
function toggled(kind, value) {
  const values = new Set(state[kind]);
  values.delete(value) || values.add(value);
  return address({ ...state, [kind]: values, review: null });
}

// The address with this value and no other of its kind.
const only = (kind, value) => address({ ...state, [kind]: new Set([value]), review: null });
const opened = (review) => address({ ...state, review: review.key });
const closed = () => address({ ...state, review: null });

const isChosen = (kind, value) => state[kind].has(value);
const isFiltered = (but) => state.q !== "" || Object.keys(KINDS).some((kind) => kind !== but && state[kind].size > 0);

// The reviews that pass all filters, or all but those of one kind: what a chart of that kind chooses from.
function select(but) {
  const kinds = Object.keys(KINDS).filter((kind) => kind !== but && state[kind].size > 0);
  const words = fold(state.q).split(/\s+/).filter(Boolean);
  return reviews.filter(
    (review) =>
      kinds.every((kind) => KINDS[kind].of(review).some((value) => state[kind].has(value))) &&
      words.every((word) => haystack(review).includes(word)),
  );
}
