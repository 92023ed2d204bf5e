"use strict";
// the plan moves and grows by its viewBox; what can be found is what has a title
(() => {
  const byId = (id) => document.getElementById(id);
  const map = byId("map"), svg = map.querySelector("svg"), told = byId("told"), find = byId("find"), hits = byId("hits");
  const [left, top, wide, high] = svg.getAttribute("viewBox").split(" ").map(Number), CLOSEST = 80, MOST = 12;
  let x = 0, y = 0, across = 0, near = false; // the middle of what is seen, how wide that is, and whether it is a part

  const ratio = () => map.clientHeight / map.clientWidth || 1;
  const whole = () => Math.max(wide, high / ratio());
  const show = () => {
    across = Math.min(whole(), Math.max(wide / CLOSEST, across));
    near = across < 0.999 * whole();
    const half = [across / 2, (across * ratio()) / 2];
    const within = (at, low, size, part) => (2 * part >= size ? low + size / 2 : Math.min(low + size - part, Math.max(low + part, at)));
    x = within(x, left, wide, half[0]);
    y = within(y, top, high, half[1]);
    svg.setAttribute("viewBox", [x - half[0], y - half[1], 2 * half[0], 2 * half[1]].map((each) => each.toFixed(2)).join(" "));
  };
  const zoom = (by, at = [x, y]) => {
    const next = Math.min(whole(), Math.max(wide / CLOSEST, across / by)), share = next / across;
    [x, y, across] = [at[0] - (at[0] - x) * share, at[1] - (at[1] - y) * share, next];
    show();
  };
  const pan = (east, south) => { x += east * across; y += south * across * ratio(); show(); };
  const reset = () => { across = whole(); show(); };
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
  map.addEventListener("touchmove", (event) => { // fingers move a part; of the whole they move the page
    if (near && event.cancelable) event.preventDefault();
  }, { passive: false });
  map.addEventListener("pointerdown", (event) => { from = point(event); tell(event.target); });
  window.addEventListener("pointerup", () => { from = null; });
  map.addEventListener("pointermove", (event) => {
    if (from === null || event.buttons === 0) return tell(event.target);
    const at = point(event);
    x += from[0] - at[0];
    y += from[1] - at[1];
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
    const box = group.querySelector("rect, circle, path").getBBox();
    [x, y, across] = [box.x + box.width / 2, box.y + box.height / 2, Math.max(whole() / 8, 3 * box.width, (3 * box.height) / ratio())];
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
  window.addEventListener("resize", () => show());
  window.addEventListener("beforeprint", () => svg.setAttribute("viewBox", [left, top, wide, high].join(" ")));
  window.addEventListener("afterprint", () => show());
  reset();
})();
