// What a section is made of. It is made here, so that where no script may run there is a sentence and no dead knob.

const made = (name, kind, text) => {
  const element = document.createElement(name);
  if (kind) element.className = kind;
  if (text !== undefined) element.textContent = text;
  return element;
};

const given = (element, attributes) => {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
};

const holding = (element, ...parts) => {
  element.append(...parts);
  return element;
};

const HOW = "Space: play or pause. Arrows: a minute back or on, with Shift ten. Point at somebody, or at a booth, to see who it is. Staff who are sent out are squares. Booths are filled from below by the share of their staff on duty who are in talk or sent out. People walk straight along two sides of a rectangle from place to place and through the doors of halls, and stand near a place where there is room: where exactly is the picture's assumption; when, where and what is the simulation's.";
const KEYS = "Space plays and pauses; arrow keys move in time.";

function build(section, floors) {
  const unseen = { "aria-hidden": "true" };
  const knob = (...parts) => holding(made("label", "er-option"), ...parts);
  const play = holding(given(made("button", "er-play"), { type: "button" }), given(made("span", "er-icon"), unseen), made("span", "er-word", "Play"));
  const bar = holding(made("div", "er-bar"), play, given(made("output", "er-clock", "--:--"), { "aria-live": "off" }),
    ...[["Day", "day"], ["Speed", "speed"], ["Show", "zoom"]].map(([word, kind]) => knob(`${word} `, made("select", `er-${kind}`))),
    knob(given(made("input", "er-heat"), { type: "checkbox" }), " Heat"));
  const time = holding(made("div", "er-time"), given(made("canvas", "er-flow"), unseen),
    given(made("input", "er-scrub"), { type: "range", min: 0, max: 1, value: 0, step: 60, "aria-label": "Time of day" }),
    given(made("div", "er-hours"), unseen));
  const figure = (floor) => {
    const caption = made("figcaption"), name = given(made("strong", "", floor.label), { dir: "auto" });
    if (floors.length > 1) caption.append(name, " ");
    const canvas = given(made("canvas", "er-canvas"), { tabindex: 0, role: "img", "aria-label": `Plan of the halls with people in motion: ${floor.label}. ${KEYS}` });
    const tip = made("div", "er-tip");
    tip.hidden = true;
    return holding(made("figure", "er-floor"), holding(caption, made("span", "er-sample")),
      holding(made("div", "er-stage"), canvas, given(made("canvas", "er-people"), unseen), tip),
      given(made("ul", "er-legend"), { "aria-label": "People by what they do" }), made("div", "er-gauges"));
  };
  section.querySelector(".er-unready").remove();
  section.append(bar, time, holding(made("div", "er-floors"), ...floors.map(figure)),
    made("p", "er-note", `${floors.length > 1 ? "The band above the slider is of the first. " : ""}${HOW}`));
}

// Light or dark as the letters around it are: in a page, in JupyterLab, in VS Code. Whether that has changed.
function themed(section) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.fillStyle = getComputedStyle(section.parentElement).color;
  pen.fillRect(0, 0, 1, 1);
  const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
  const theme = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 127 ? "dark" : "light";
  if (section.dataset.theme === theme) return false;
  section.dataset.theme = theme;
  return true;
}

const THEMES = ["class", "style", "data-theme", "data-jp-theme-light", "data-vscode-theme-kind"];

function onTheme(section, does) {
  const look = () => themed(section) && does();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", look);
  const observer = new MutationObserver(look);
  for (const each of [document.documentElement, document.body]) observer.observe(each, { attributeFilter: THEMES });
}
