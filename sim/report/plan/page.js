"use strict";
// the plan moves and grows by its viewBox; what can be found is what has a title
(() => {
  const byId = (id) => document.getElementById(id);
  const map = byId("map"), svg = map.querySelector("svg"), told = byId("told"), find = byId("find"), hits = byId("hits");
  const whole = svg.getAttribute("viewBox").split(" ").map(Number), CLOSEST = 80, MOST = 12;
  let view = whole.slice();

  const show = () => {
    const [x, y, w, h] = whole;
    view[2] = Math.min(w, Math.max(w / CLOSEST, view[2]));
    view[3] = (view[2] * h) / w;
    view[0] = Math.min(x + w - view[2], Math.max(x, view[0]));
    view[1] = Math.min(y + h - view[3], Math.max(y, view[1]));
    svg.setAttribute("viewBox", view.join(" "));
    map.classList.toggle("near", view[2] < w);
  };
  const zoom = (by, at = [view[0] + view[2] / 2, view[1] + view[3] / 2]) => {
    const wide = Math.min(whole[2], Math.max(whole[2] / CLOSEST, view[2] / by)), share = wide / view[2];
    view = [at[0] - (at[0] - view[0]) * share, at[1] - (at[1] - view[1]) * share, wide, 0];
    show();
  };
  const pan = (x, y) => { view[0] += x * view[2]; view[1] += y * view[3]; show(); };
  const reset = () => { view = whole.slice(); show(); };
  const DOES = {
    "+": () => zoom(1.5), "=": () => zoom(1.5), "-": () => zoom(1 / 1.5), "_": () => zoom(1 / 1.5), "0": reset, "Home": reset,
    "ArrowLeft": () => pan(-0.15, 0), "ArrowRight": () => pan(0.15, 0), "ArrowUp": () => pan(0, -0.15), "ArrowDown": () => pan(0, 0.15),
  };
  map.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in DOES)) return;
    event.preventDefault();
    DOES[event.key]();
  });
  document.querySelectorAll("[data-do]").forEach((button) => button.addEventListener("click", () => DOES[button.dataset.do]()));

  const point = (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return [at.x, at.y];
  };
  map.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && document.activeElement !== map) return; // the page scrolls
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 400), point(event));
  }, { passive: false });
  let from = null;
  map.addEventListener("pointerdown", (event) => { from = point(event); tell(event.target); });
  window.addEventListener("pointerup", () => { from = null; });
  map.addEventListener("pointermove", (event) => {
    if (from === null || event.buttons === 0) return tell(event.target);
    const at = point(event);
    view[0] += from[0] - at[0];
    view[1] += from[1] - at[1];
    show();
  });

  const title = (group) => group.querySelector(":scope > title");
  const tell = (target) => {
    const group = target.closest("g"), said = group && title(group);
    if (said) told.textContent = said.textContent;
  };
  const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/[\u2066-\u2069]/g, "");
  const things = [...svg.querySelectorAll(".booths > g, .rooms > g, .halls > g, .names > g")].filter(title)
    .map((group) => ({ group, said: title(group).textContent, plain: plain(title(group).textContent) }));
  const go = (group, said) => {
    svg.querySelectorAll(".hit").forEach((other) => other.classList.remove("hit"));
    group.classList.add("hit");
    const box = group.getBBox(), wide = Math.min(whole[2], Math.max(whole[2] / 10, 5 * box.width, (5 * box.height * whole[2]) / whole[3]));
    view = [box.x + box.width / 2 - wide / 2, box.y + box.height / 2 - (wide * whole[3]) / whole[2] / 2, wide, 0];
    show();
    told.textContent = said;
  };
  const look = () => {
    const words = plain(find.value).split(/\s+/).filter(Boolean);
    const all = words.length ? things.filter((each) => words.every((word) => each.plain.includes(word))) : [];
    hits.replaceChildren(...all.slice(0, MOST).map((each) => {
      const item = document.createElement("li"), button = document.createElement("button");
      button.type = "button";
      button.dir = "auto";
      button.textContent = each.said;
      button.addEventListener("click", () => go(each.group, each.said));
      item.append(button);
      return item;
    }));
    if (words.length) told.textContent = all.length > MOST ? `${all.length} found; the first ${MOST} are shown` : `${all.length} found`;
  };
  find.addEventListener("input", look);
  find.addEventListener("keydown", (event) => {
    const first = hits.querySelector("button");
    if (event.key === "Enter" && first) first.click();
    if (event.key === "Escape") { find.value = ""; look(); reset(); }
  });
  const spots = svg.querySelectorAll(".spot");
  document.querySelectorAll("[data-letter]").forEach((button) => button.addEventListener("click", () => {
    const group = spots[button.dataset.letter].parentNode;
    go(group, title(group).textContent);
    map.scrollIntoView({ block: "nearest" });
  }));
  window.addEventListener("beforeprint", reset);
})();
