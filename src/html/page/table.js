// Tables that a click or a key sorts.

// column: { label, sort: row → number or text, show: row → node (or the sorted value), text: whether it is left-aligned, help }
function table(id, caption, rows, columns, { first = 0, falling = true, most = 25, empty = "Nothing here." } = {}) {
  const memory = (tables[id] ??= { by: first, falling, most });
  const body = h("tbody");
  const more = h("button", { type: "button", class: "more" });
  const heads = columns.map((column, index) =>
    h(
      "th",
      { scope: "col", class: column.text ? "words" : "number" },
      h(
        "button",
        { type: "button", title: column.help, onclick: () => sortBy(index) },
        column.label,
        h("span", { class: "arrow", "aria-hidden": "true" }),
      ),
    ),
  );
  function sortBy(index) {
    memory.falling = memory.by === index ? !memory.falling : !columns[index].text;
    memory.by = index;
    fill();
  }
  function fill() {
    const { sort } = columns[memory.by];
    const sign = memory.falling ? -1 : 1;
    const last = (value) => value === null || value === undefined || value === "";
    const sorted = rows
      .map((row) => [sort(row), row])
      .sort(
        ([a], [b]) => last(a) - last(b) || (last(a) ? 0 : sign * (typeof a === "string" ? a.localeCompare(b) : a - b)),
      );
    heads.forEach((head, index) => {
      if (index === memory.by) head.setAttribute("aria-sort", memory.falling ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    body.replaceChildren(...sorted.slice(0, memory.most).map(([, row]) => line(row)));
    const left = sorted.length - memory.most;
    more.hidden = left <= 0;
    more.textContent = `Show ${Math.min(left, 100)} more of ${left.toLocaleString("en")}`;
  }
  const line = (row) =>
    h(
      "tr",
      { "aria-current": row.kind && isChosen(row.kind, row.value) ? "true" : null },
      columns.map((column, index) => {
        const shown = column.show ? column.show(row) : column.sort(row);
        return h(
          index === 0 ? "th" : "td",
          { scope: index === 0 ? "row" : null, class: column.text ? "words" : "number" },
          shown ?? "–",
        );
      }),
    );
  more.addEventListener("click", () => {
    memory.most += 100;
    fill();
  });
  fill();
  if (!rows.length) return h("p", { class: "empty" }, empty);
  return h(
    "div",
    { class: "tabled" },
    h(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
      h("table", {}, h("caption", { class: "hidden" }, caption), h("thead", {}, h("tr", {}, heads)), body),
    ),
    more,
  );
}

// How each table was last sorted, and how far it was opened.
const tables = {};
