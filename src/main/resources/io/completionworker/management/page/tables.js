// What is shown by name: reasons, models, limits, what requests wait for.

const TABLES = [
  {
    key: "failures",
    title: "Failures and retries by reason",
    names: ["Reason"],
    columns: ["Failed, 15 min", "Retried, 15 min", "Failed, in all"],
    formats: [amount, amount, amount],
    empty: "Nothing has failed or was tried again.",
  },
  {
    key: "models",
    title: "Models, last minute",
    names: ["Model"],
    columns: ["Completion tokens", "Prompt tokens", "Cost"],
    formats: [amount, amount, amount],
    empty: "No tokens were counted.",
  },
  {
    key: "waiting",
    title: "Requests that wait, by what for",
    names: ["For"],
    columns: ["Requests"],
    formats: [amount],
    empty: "No request is known to wait.",
  },
  {
    key: "limits",
    title: "What is left of the limits",
    names: ["Limit", "Scope"],
    columns: ["Left"],
    formats: [amount],
    empty: "No limit is known.",
  },
  {
    key: "holds",
    title: "Credentials put on hold, by reason",
    names: ["Reason"],
    columns: ["15 min", "In all"],
    formats: [amount, amount],
    empty: "No credential was put on hold.",
  },
];

const HEALTH = [
  ["Share of the limits", (values) => percent(values.share)],
  ["Intake", (values) => (isThere(values.intake_paused) ? intake(values.intake_paused) : NONE)],
  ["Credentials on hold", (values) => amount(values.on_hold)],
  ["Open breakers", (values) => amount(values.breakers_open)],
  ["Parked for room in their scope", (values) => amount(values.parked)],
];

function intake(paused) {
  return paused > 0 ? "paused, the store is full" : "open";
}

const tableBodies = new Map();

function buildTables() {
  const place = byId("tables");
  place.append(card("health", "Limits and holds", ["What"], ["Now"]));
  for (const table of TABLES) {
    place.append(card(table.key, table.title, table.names, table.columns, table.empty));
  }
}

function card(key, title, names, columns, empty = "") {
  const body = element("tbody");
  const head = element("tr");
  names.forEach((name) => head.append(element("th", { scope: "col" }, name)));
  columns.forEach((name) => head.append(element("th", { scope: "col", class: "number" }, name)));
  const table = element("table", { "aria-labelledby": `table-${key}` }, element("thead", {}, head), body);
  const scroll = element("div", { class: "scroll" }, table);
  const note = element("p", { class: "note" }, empty);
  scroll.hidden = key !== "health";
  note.hidden = key === "health";
  tableBodies.set(key, { body, scroll, note });
  return element("section", { class: "card", id: `card-${key}` },
    element("h3", { id: `table-${key}` }, title), scroll, note);
}

function drawTables(values, tables) {
  fill(tableBodies.get("health").body, HEALTH.map(([name, text]) => [[name], [text(values)]]));
  for (const table of TABLES) {
    const rows = tables[table.key] || [];
    const { body, scroll, note } = tableBodies.get(table.key);
    scroll.hidden = rows.length === 0;
    note.hidden = rows.length > 0;
    fill(body, rows.map((row) => [row.names, row.values.map((value, i) => table.formats[i](value))]));
  }
}

function fill(body, rows) {
  while (body.rows.length > rows.length) {
    body.deleteRow(-1);
  }
  rows.forEach(([names, values], i) => {
    const row = body.rows[i] || body.appendChild(element("tr"));
    const cells = [...names, ...values];
    if (row.cells.length !== cells.length) {
      row.replaceChildren(
        ...names.map((name, at) => (at === 0 ? element("th", { scope: "row" }) : element("td"))),
        ...values.map(() => element("td", { class: "number" })));
    }
    cells.forEach((text, at) => say(row.cells[at], text));
  });
}
