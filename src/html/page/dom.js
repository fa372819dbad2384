// Elements out of text. Nothing here, or anywhere in the page, makes markup of what a review says.

function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "style")
      for (const [property, setting] of Object.entries(value)) element.style.setProperty(property, setting);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

// A name in its own direction, so that Hebrew beside figures reads as it should.
const name = (text, none = "not named") => (text ? h("bdi", {}, text) : h("i", { class: "none" }, none));

const signed = (number, digits = 2) => {
  if (number === null || number === undefined) return "–";
  const text = Math.abs(number).toFixed(digits);
  return +text === 0 ? text : (number < 0 ? "−" : "+") + text;
};
const percent = (share) => (share === null || share === undefined ? "–" : `${Math.round(share * 100)} %`);
const many = (count, one, more = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : more}`;
const between = (interval, digits = 2) =>
  interval ? `${signed(interval[0], digits)} to ${signed(interval[1], digits)}` : "–";
const short = (text, most) => {
  const letters = Array.from(text);
  return letters.length <= most
    ? text
    : `${letters
        .slice(0, most - 1)
        .join("")
        .trimEnd()}…`;
};

// Colours are mixed by the browser from the variables of the style sheet, so light and dark need no second drawing.
const mix = (tone, positive, negative, neutral, power) => {
  const share = Math.round(100 * Math.min(1, Math.abs(tone)) ** power);
  return `color-mix(in oklab, var(${tone < 0 ? negative : positive}) ${share}%, var(${neutral}))`;
};
const markColour = (tone) => mix(tone ?? 0, "--positive", "--negative", "--neutral", 0.6);
const fillColour = (tone) => mix(tone ?? 0, "--positive-fill", "--negative-fill", "--neutral-fill", 0.8);

// A tone as a figure on its colour.
const toneTag = (tone) => h("span", { class: "tone", style: { "--fill": fillColour(tone) } }, signed(tone));
