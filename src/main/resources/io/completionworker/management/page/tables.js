// What is shown by name: reasons, models, limits, what requests wait for.

const TABLES = [
  {
    key: "failures",
    title: "Failures and retries by reason",
    names: ["Reason"],
    columns: ["Failed, 15 min", "Retried, 15 min", "Failed, in all"],
    formats: [count, count, count],
    empty: "Nothing has failed or was tried again.",
  },
  {
    key: "models",
    title: "Models, last minute",
    names: ["Model"],
    columns: ["Completion tokens", "Prompt tokens", "Cost"],
    formats: [count, count, money],
    units: ["", "", currency],
    empty: "No tokens were counted.",
  },
  {
    key: "waiting",
    title: "Requests that wait, by what for",
    names: ["For"],
    columns: ["Requests"],
    formats: [count],
    empty: "No request is known to wait.",
  },
  {
    key: "limits",
    title: "What is left of the limits",
    names: ["Limit", "Scope"],
    columns: ["Left"],
    formats: [count],
    empty: "No limit is known.",
  },
  {
    key: "holds",
    title: "Credentials put on hold, by reason",
    names: ["Reason"],
    columns: ["15 min", "In all"],
    formats: [count, count],
    empty: "No credential was put on hold.",
  },
];

const HEALTH = [
  ["Share of the limits", (values) => percent(values.share)],
  ["Intake", (values) => (isThere(values.intake_paused) ? intake(values.intake_paused) : NONE)],
  ["Credentials on hold", (values) => count(values.on_hold)],
  ["Open breakers", (values) => count(values.breakers_open)],
  ["Parked for room in their scope", (values) => count(values.parked)],
];

function intake(paused) {
  return paused > 0 ? "paused, the store is full" : "open";
}

/**
 * A table whose rows become lists where it is too narrow for its columns: no number may be cut off
 * or scrolled out of sight. The roles keep it a table for those who listen to it.
 */
class Sheet {
  constructor(label, names, columns) {
    this.names = names;
    this.columns = columns;
    this.heads = [...names, ...columns].map((name, at) =>
      element("th", { scope: "col", role: "columnheader", class: at < names.length ? "name" : "number" }, name));
    this.body = element("tbody", { role: "rowgroup" });
    this.table = element("table", { role: "table", ...label },
      element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, ...this.heads)), this.body);
    this.node = element("div", { class: "sheet" }, this.table);
    new ResizeObserver(() => this.fit()).observe(this.node);
  }

  /** Says what a column of values is in. */
  unit(column, unit) {
    say(this.heads[this.names.length + column], this.columns[column] + (unit ? `, ${unit}` : ""));
  }

  /** Shows rows, each a pair of names and texts of values. */
  fill(rows) {
    while (this.body.rows.length > rows.length) {
      this.body.deleteRow(-1);
    }
    rows.forEach(([names, values], i) => {
      const row = this.body.rows[i] || this.body.appendChild(this.row());
      [...names, ...values].forEach((text, at) => {
        say(row.cells[at].lastChild, text.trim() === "" ? NONE : text);
        say(row.cells[at].firstChild, at === 0 ? "" : `${this.heads[at].textContent}: `);
      });
    });
    this.fit();
  }

  row() {
    return element("tr", { role: "row" }, ...this.heads.map((head, at) => {
      const label = element("span", { class: "label", "aria-hidden": "true" });
      const text = element("span");
      return at === 0
        ? element("th", { scope: "row", role: "rowheader" }, label, text)
        : element("td", { role: "cell", class: head.className }, label, text);
    }));
  }

  fit() {
    this.table.classList.remove("narrow");
    const [needed, there] = [this.table, this.node].map((each) => each.getBoundingClientRect().width);
    this.table.classList.toggle("narrow", needed > there); // fractions of a pixel count
  }
}

const sheets = new Map();

function buildTables() {
  const place = byId("tables");
  place.append(card("health", "Limits and holds", ["What"], ["Now"]));
  for (const table of TABLES) {
    place.append(card(table.key, table.title, table.names, table.columns, table.empty));
  }
}

function card(key, title, names, columns, empty = "") {
  const sheet = new Sheet({ "aria-labelledby": `table-${key}` }, names, columns);
  const note = element("p", { class: "note" }, empty);
  sheet.node.hidden = key !== "health";
  note.hidden = key === "health";
  sheets.set(key, { sheet, note });
  return element("section", { class: "card", id: `card-${key}` },
    element("h3", { id: `table-${key}` }, title), sheet.node, note);
}

function drawTables(values, tables) {
  sheets.get("health").sheet.fill(HEALTH.map(([name, text]) => [[name], [text(values)]]));
  for (const table of TABLES) {
    const rows = tables[table.key] || [];
    const { sheet, note } = sheets.get(table.key);
    sheet.node.hidden = rows.length === 0;
    note.hidden = rows.length > 0;
    (table.units || []).forEach((unit, i) => unit && sheet.unit(i, unit(tables)));
    sheet.fill(rows.map((row) => [row.names, row.values.map((value, i) => table.formats[i](value))]));
  }
}
