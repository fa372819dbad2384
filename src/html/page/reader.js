// One review, opened: its text with the tone of each sentence, and what the program found in it.

const reader = document.getElementById("reader");
let returnTo = null;

function openReader(review) {
  if (!reader.open) returnTo = document.activeElement;
  reader.replaceChildren(...readerContents(review));
  if (!reader.open) reader.showModal();
  reader.scrollTop = 0;
  document.getElementById("reader-title").focus();
}

function closeReader() {
  if (reader.open) reader.close();
  reader.replaceChildren();
}

reader.addEventListener("close", () => {
  if (state.review !== null) location.hash = closed();
  returnTo?.isConnected && returnTo.focus();
});
reader.addEventListener("click", (event) => event.target === reader && reader.close());

function readerContents(review) {
  const detail = texts[review.text];
  const told = h(
    "p",
    { class: "told", role: "status" },
    "Point at a sentence, or step to it with the Tab key, for its figures.",
  );
  const tell = (text) => (told.textContent = text);
  const known = [
    review.critic && h("a", { href: only("critic", review.critic.name) }, name(review.critic.name)),
    review.outlet && name(review.outlet.name),
    review.date && h("span", {}, review.date.given),
    review.rating && h("span", {}, "rating ", h("bdi", {}, review.rating)),
    review.words > 0 && h("span", {}, many(review.words, "word")),
  ].filter(Boolean);
  const figuresOf = [
    review.confidence !== null && ["confidence", percent(review.confidence / 100)],
    detail?.f[0] != null && ["ambivalence", percent(detail.f[0])],
    detail?.f[1] != null && ["opinion, not plot", percent(detail.f[1])],
  ].filter(Boolean);
  const letters = detail?.t ? Array.from(detail.t) : null;
  return [
    h(
      "header",
      {},
      h(
        "button",
        { type: "button", class: "close", "aria-label": "Close this review", onclick: () => reader.close() },
        "Close",
      ),
      h(
        "h2",
        { id: "reader-title", tabindex: "-1" },
        review.film ? h("a", { href: only("film", review.film.name) }, name(review.film.name)) : name(review.id),
      ),
      h(
        "p",
        { class: "by" },
        known.map((part) => h("span", { class: "part" }, part)),
      ),
      h(
        "p",
        { class: "verdict" },
        h("span", { class: "tone big", style: { "--fill": fillColour(review.tone) } }, signed(review.tone)),
        h("span", {}, step(review.tone).name),
        figuresOf.map(([label, value]) => h("span", { class: "fine" }, `${label} ${value}`)),
      ),
      detail?.n.map((note) => h("p", { class: "note" }, NOTES[note] ?? note)),
    ),
    detail?.s.length > 0 && strip(detail.s, tell),
    h(
      "div",
      { class: "open-book" },
      letters
        ? h("div", { class: "text", dir: "auto" }, marked(detail, letters, tell))
        : h(
            "p",
            { class: "empty" },
            detail ? "The texts were left out of this analysis; the bars are its sentences." : absent(),
          ),
      detail && h("aside", { "aria-label": "What was found" }, found(detail)),
    ),
    detail?.s.length > 0 && told,
    detail?.s.length > 0 && key(),
  ].filter(Boolean);
}

const NOTES = {
  mostly_plot: "Most of this review tells the plot; the verdict rests on the rest.",
  not_english: "This review is not in English, which is what the program has learnt; do not rely on its figures.",
};

const absent = () =>
  figures.texts
    ? `This page has the texts of ${figures.texts.toLocaleString("en")} of ${figures.totals.reviews.toLocaleString("en")} reviews; this is not one of them.`
    : "There is no more than these figures of this review.";

const sentenceTold = ([, , tone, plot, weight, opinion], index) =>
  `Sentence ${index + 1}: tone ${signed(tone / 1000)}, ${step(tone / 1000).name}; ${Math.round(weight / 10)} % of the verdict; ${plot ? "tells the plot" : "judges"} (opinion ${Math.round(opinion / 10)} %)`;

// The sentences side by side, as wide as they are long and as high as they weigh, up for praise and down for blame.
function strip(sentences, tell) {
  const longest = Math.max(...sentences.map(([, , , , weight]) => weight), 1);
  return h(
    "div",
    { class: "strip", "aria-hidden": "true" },
    sentences.map((sentence, index) => {
      const [start, end, tone, plot, weight] = sentence;
      const bar = h("span", {
        class: `${tone < 0 ? "down" : "up"}${plot ? " plot" : ""}`,
        style: {
          "flex-grow": end - start,
          "--height": `${Math.max(6, (100 * weight) / longest)}%`,
          "--fill": markColour(tone / 1000),
        },
      });
      bar.addEventListener("pointerenter", () => tell(sentenceTold(sentence, index)));
      bar.addEventListener("click", () => reader.querySelectorAll(".sentence")[index]?.focus());
      return bar;
    }),
  );
}

// The text cut at every end of a sentence, a name and a keyphrase. Offsets count code points, as `letters` does.
function marked({ s: sentences, e: entities, k: keyphrases }, letters, tell) {
  const names = new Map();
  for (const [, type, role, tone, mentions] of entities)
    for (let index = 0; index < mentions.length; index += 2)
      names.set(mentions[index], { end: mentions[index + 1], type, role, tone });
  const phrases = phrasePlaces(keyphrases, letters);
  const piece = (from, to) => letters.slice(from, to).join("");
  // Names first, phrases where no name is.
  const inner = (from, to) => {
    const parts = [];
    let plain = from;
    for (let at = from; at < to;) {
      const name = names.get(at);
      const end = Math.min(to, name?.end ?? phrases.get(at) ?? 0);
      if (end <= at) {
        at += 1;
        continue;
      }
      parts.push(
        piece(plain, at),
        name
          ? h(
              "span",
              {
                class: "entity",
                "data-type": name.type,
                title: [
                  name.role ?? name.type.toLowerCase(),
                  name.tone === null ? null : `tone ${signed(name.tone / 1000)}`,
                ]
                  .filter(Boolean)
                  .join(", "),
              },
              piece(at, end),
            )
          : h("span", { class: "phrase" }, piece(at, end)),
      );
      at = plain = end;
    }
    parts.push(piece(plain, to));
    return parts;
  };
  const parts = [];
  let done = 0;
  sentences.forEach((sentence, index) => {
    const [start, end, tone, plot] = sentence;
    if (start < done || end > letters.length) return;
    parts.push(piece(done, start));
    const told = sentenceTold(sentence, index);
    const span = h(
      "span",
      {
        class: `sentence${plot ? " plot" : ""}`,
        tabindex: "0",
        "aria-description": told,
        "data-sign": signed(tone / 1000, 1),
        style: plot ? {} : { "--fill": fillColour(tone / 1000) },
      },
      inner(start, end),
    );
    span.addEventListener("pointerenter", () => tell(told));
    span.addEventListener("focus", () => tell(told));
    parts.push(span);
    done = end;
  });
  parts.push(piece(done, letters.length));
  return parts;
}

// Where each keyphrase stands as whole words, as a map from its first code point to one past its last.
function phrasePlaces(keyphrases, letters) {
  const small = letters.map((letter) => letter.toLowerCase());
  const isWord = (letter) => letter !== undefined && /[\p{L}\p{N}]/u.test(letter);
  const places = new Map();
  for (const phrase of keyphrases) {
    const wanted = Array.from(phrase.toLowerCase());
    if (!wanted.length) continue;
    for (let at = 0; at + wanted.length <= small.length; at += 1) {
      if (small[at] !== wanted[0] || isWord(small[at - 1]) || isWord(small[at + wanted.length])) continue;
      if (wanted.every((letter, index) => small[at + index] === letter))
        places.set(at, Math.max(places.get(at) ?? 0, at + wanted.length));
    }
  }
  return places;
}

function found({ a, q, e, k, m }) {
  const list = (title, items) =>
    items.length > 0 &&
    h(
      "section",
      {},
      h("h3", {}, title),
      h(
        "ul",
        {},
        items.map((item) => h("li", {}, item)),
      ),
    );
  const quote = (title, text) => text && h("section", {}, h("h3", {}, title), h("blockquote", { dir: "auto" }, text));
  const judged = a.filter(([aspect]) => aspects[aspect]).toSorted((one, other) => other[1] - one[1]);
  return [
    quote("For it", q[0]),
    quote("Against it", q[1]),
    list(
      "Aspects",
      judged.map(([aspect, tone, text]) => [
        toneTag(tone / 1000),
        " ",
        h("a", { href: only("aspect", aspects[aspect].name) }, aspects[aspect].name),
        text && h("q", { dir: "auto" }, text),
      ]),
    ),
    list(
      "Names",
      e.map(([text, type, role, tone]) => [
        tone === null ? null : [toneTag(tone / 1000), " "],
        type === "PERSON" && people.some((person) => person.name === text)
          ? h("a", { href: only("person", text) }, name(text))
          : name(text),
        h("span", { class: "fine" }, ` ${role ?? type.toLowerCase()}`),
      ]),
    ),
    k.length > 0 && h("section", {}, h("h3", {}, "Keyphrases"), h("p", { dir: "auto" }, k.join(" · "))),
    m.length > 0 && h("section", {}, h("h3", {}, "Emotions that stand out"), h("p", {}, m.join(" · "))),
  ].filter(Boolean);
}

const key = () =>
  h(
    "p",
    { class: "key" },
    h("span", { class: "sentence", style: { "--fill": fillColour(0.8) }, "data-sign": "+0.8" }, "praise"),
    h("span", { class: "sentence", style: { "--fill": fillColour(-0.8) }, "data-sign": "−0.8" }, "blame"),
    h("span", { class: "sentence plot" }, "plot, without a figure"),
    h("span", { class: "entity" }, "name"),
    h("span", { class: "phrase" }, "keyphrase"),
  );
