(function () {
  "use strict";
  function value(row, column) {
    var cell = row.cells[column];
    var number = cell.getAttribute("data-v");
    return number === null ? cell.textContent.trim() : Number(number);
  }
  function order(a, b) {
    if (a === b) return 0;
    if (a === "" || a === "–") return b === "" || b === "–" ? 0 : 2;
    if (b === "" || b === "–") return -2;
    if (typeof a === "number" && typeof b === "number") return a < b ? -1 : 1;
    return String(a).localeCompare(String(b), undefined, { numeric: true }) < 0 ? -1 : 1;
  }
  function sort(table, column, down) {
    var body = table.tBodies[0];
    var rows = Array.prototype.map.call(body.rows, function (row, at) {
      return { row: row, value: value(row, column), at: at };
    });
    rows.sort(function (a, b) {
      var by = order(a.value, b.value);
      if (Math.abs(by) === 2) return by; // what is unknown stays last
      return (down ? -by : by) || a.at - b.at;
    });
    rows.forEach(function (each) { body.appendChild(each.row); });
  }
  document.querySelectorAll("table.sortable").forEach(function (table) {
    var heads = table.tHead.rows[0].cells;
    Array.prototype.forEach.call(heads, function (head, column) {
      var button = document.createElement("button");
      button.type = "button";
      while (head.firstChild) button.appendChild(head.firstChild);
      head.appendChild(button);
      button.addEventListener("click", function () {
        var numeric = head.classList.contains("n");
        var was = head.getAttribute("aria-sort");
        var down = was ? was === "ascending" : numeric;
        Array.prototype.forEach.call(heads, function (each) { each.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        sort(table, column, down);
      });
    });
  });
  function found(rows) { // rows that are looked through, each with the heading that it is under
    var heading = null;
    return Array.prototype.reduce.call(rows, function (all, row) {
      var each = { row: row, text: row.textContent.toLowerCase(), heading: null, below: [] };
      if (row.classList.contains("heading")) {
        heading = each;
      } else {
        each.heading = heading;
        if (heading) heading.below.push(each);
        all.push(each);
      }
      return all;
    }, []);
  }
  document.querySelectorAll("input[data-for]").forEach(function (input) {
    var all = found(document.getElementById(input.getAttribute("data-for")).tBodies[0].rows);
    input.addEventListener("input", function () {
      var wanted = input.value.trim().toLowerCase(), shown = 0;
      all.forEach(function (each) {
        var above = each.heading !== null && each.heading.text.indexOf(wanted) >= 0;
        each.row.hidden = wanted !== "" && each.text.indexOf(wanted) < 0 && !above;
        if (!each.row.hidden) shown += 1;
      });
      all.forEach(function (each) {
        if (each.heading) each.heading.row.hidden = each.heading.below.every(function (of) { return of.row.hidden; });
      });
      input.parentNode.querySelector("output").textContent =
        wanted === "" ? "" : shown + " of " + all.length;
    });
  });
  var opened = []; // for printing alone
  window.addEventListener("beforeprint", function () {
    opened = Array.prototype.filter.call(document.querySelectorAll("details[data-print]"), function (each) {
      return !each.open;
    });
    opened.forEach(function (each) { each.open = true; });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (each) { each.open = false; });
    opened = [];
  });
})();
