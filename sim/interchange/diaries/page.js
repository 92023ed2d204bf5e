"use strict";
(() => {
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
  const field = document.getElementById("find");
  const said = document.getElementById("found");
  const sheets = [...document.querySelectorAll("article")];
  const names = new Map(sheets.map((sheet) => [sheet.id, plain(sheet.dataset.name)]));
  const entries = [...document.querySelectorAll("li[data-of]")];
  const grid = document.getElementById("grid");
  const find = () => {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    const fits = (id) => words.every((word) => names.get(id).includes(word));
    let count = 0;
    for (const sheet of sheets) {
      sheet.hidden = !fits(sheet.id);
      count += sheet.hidden ? 0 : 1;
    }
    for (const entry of entries) entry.hidden = !fits(entry.dataset.of);
    grid.hidden = words.length > 0;
    said.textContent = words.length ? `${count} of ${sheets.length} shown, and printed` : "";
  };
  let waiting = 0;
  field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(find, 120); });
  // a link to what is not shown shows everything again
  window.addEventListener("hashchange", () => {
    const aim = document.getElementById(location.hash.slice(1));
    if (aim && aim.closest("[hidden]")) { field.value = ""; find(); aim.scrollIntoView(); }
  });
  document.getElementById("search").hidden = false;
  find();
})();
