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
  document.querySelectorAll("input[data-for]").forEach(function (input) {
    var rows = document.getElementById(input.getAttribute("data-for")).tBodies[0].rows;
    var texts = Array.prototype.map.call(rows, function (row) { return [row, row.textContent.toLowerCase()]; });
    input.addEventListener("input", function () {
      var wanted = input.value.trim().toLowerCase(), shown = 0;
      texts.forEach(function (each) {
        each[0].hidden = wanted !== "" && each[1].indexOf(wanted) < 0;
        if (!each[0].hidden) shown += 1;
      });
      input.parentNode.querySelector("output").textContent =
        wanted === "" ? "" : shown + " of " + texts.length;
    });
  });
})();
