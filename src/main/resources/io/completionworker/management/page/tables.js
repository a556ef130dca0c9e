// What is shown by name: endpoints, limits, reasons, models, what requests wait for.

/** What requests wait for, in words. */
const WAITING_FOR = {
  "permit": "a limit: what is allowed is used up for now (permit)",
  "hold": "a credential that is on hold (hold)",
  "cool-down": "the end of a pause that the endpoint asked for (cool-down)",
  "breaker": "an endpoint that fails (breaker)",
  "backoff": "their next attempt after one that failed (backoff)",
  "order": "an earlier request of their key (order)",
  "slot": "an open call to end: async.max.in.flight are open (slot)",
  "room": "room for answers: async.max.answer.bytes are in memory (room)",
  "pause": "the end of a control that pauses them (pause)",
  "budget": "money: their budget has none left, or has reserved it for open calls (budget)",
  "answer": "the answer to the same request, which is being called (answer)",
  "prefix": "a call whose prompt begins alike, which fills the provider's cache (prefix)",
  "lease": "a stream thread that stalls (lease)",
};

const TABLES = [
  {
    key: "endpoints",
    title: "Endpoint",
    names: ["Host"],
    columns: ["Open calls", "Calls\u00a0/\u00a0s", "Failed", "p50", "p95"],
    formats: [count, amount, percent, seconds, seconds],
    rows: ({ tables, minute }) => (tables.endpoints || []).map(({ names, values: [open, calls, failed, p50, p95] }) => ({
      names,
      values: [open, isThere(calls) && minute > 0 ? calls / minute : null, calls > 0 ? failed / calls : null, p50, p95],
    })),
  },
  {
    key: "limits",
    title: "Limits, and what is used of them",
    wide: true,
    names: ["Limit", "Scope", "From"],
    columns: ["Used now", "Of", "Full"],
    formats: [count, count, percent],
    rows: ({ instance }) => (instance.limits || []).map((limit) => {
      const own = limit.source === "response headers" ? limit.size : limit.size * Math.min(1, limit.share);
      const part = isThere(limit.used) && own > 0 ? limit.used / own : null;
      return { names: [limit.limit, limit.scope, limit.source], values: [limit.used, own, part], part };
    }),
  },
  {
    key: "waiting",
    title: "Why requests wait",
    names: ["They wait for"],
    columns: ["Requests"],
    formats: [count],
    rows: ({ tables }) => (tables.waiting || []).filter(({ values }) => values[0] > 0)
      .map(({ names: [kind], values }) => ({ names: [WAITING_FOR[kind] ?? kind], values })),
  },
  {
    key: "classes",
    title: "Classes",
    names: ["Class"],
    columns: ["Calls, last minute", "Pending", "Lag"],
    formats: [count, count, count],
    rows: ({ tables: { classes = [] } }) => {
      const all = classes.reduce((sum, { values }) => sum + values[0], 0);
      return classes.map(({ names, values }) => ({ names, values, part: all > 0 ? values[0] / all : null }));
    },
  },
  {
    key: "tenants",
    title: "Tenants, last minute",
    names: ["Tenant"],
    columns: ["Of all tokens", "Calls", "Waiting"],
    formats: [percent, count, count],
    rows: ({ tables: { tenants = [] } }) => {
      const all = tenants.reduce((sum, { values }) => sum + values[0], 0);
      return tenants.map(({ names, values: [tokens, calls, waiting] }) => {
        const part = all > 0 ? tokens / all : null;
        return { names, values: [part, calls, waiting], part };
      });
    },
  },
  {
    key: "failures",
    title: "Failures and retries by reason",
    names: ["Reason"],
    columns: ["Failed, 15 min", "Retried, 15 min", "Failed, in all"],
    formats: [count, count, count],
    more: () => commands("List the failures, and see what would be sent again:",
      "completion-worker tail failures --from 1h", "completion-worker redrive --dry-run"),
  },
  {
    key: "models",
    title: "Models, last minute",
    names: ["Model"],
    columns: ["Completion tokens", "Prompt tokens", "Cost"],
    formats: [count, count, money],
    units: ["", "", currency],
  },
  {
    key: "holds",
    title: "Credentials put on hold, by reason",
    names: ["Reason"],
    columns: ["15 min", "In all"],
    formats: [count, count],
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

  /** Shows rows: names, texts of values and, where a bar shows it, which part of a whole it is. */
  fill(rows) {
    while (this.body.rows.length > rows.length) {
      this.body.deleteRow(-1);
    }
    rows.forEach(([names, values, part], i) => {
      const row = this.body.rows[i] || this.body.appendChild(this.row());
      [...names, ...values].forEach((text, at) => {
        say(row.cells[at].children[1], text.trim() === "" ? NONE : text);
        say(row.cells[at].firstChild, at === 0 ? "" : `${this.heads[at].textContent}: `);
      });
      showPart(row, part);
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

/** A bar below the name of a row; none where the part is not known. */
function showPart(row, part) {
  let bar = row.querySelector(".bar");
  if (!isThere(part)) {
    bar?.remove();
    return;
  }
  if (bar === null) {
    bar = drawn("svg", { class: "bar", "aria-hidden": "true", viewBox: "0 0 100 4", preserveAspectRatio: "none" },
      drawn("rect", { width: 100, height: 4, class: "whole" }), drawn("rect", { height: 4 }));
    row.cells[0].append(bar);
  }
  bar.lastChild.setAttribute("width", (100 * Math.min(1, Math.max(0, part))).toFixed(1));
  bar.lastChild.setAttribute("class", part >= 0.95 ? "full" : "part");
}

/** Commands to copy, with what they are for. */
function commands(what, ...lines) {
  return element("div", { class: "commands" }, element("p", { class: "note" }, what), ...lines.map((line) => {
    // an option is not broken at its hyphens
    const words = line.split(" ").flatMap((word) => [" ", element("span", {}, word)]).slice(1);
    const text = element("code", {}, ...words);
    const button = element("button", { type: "button", "aria-label": `Copy: ${line}` }, "Copy");
    button.addEventListener("click", () => copy(text, button));
    return element("div", {}, text, button);
  }));
}

/** Browsers have a clipboard for pages of this machine and of https; elsewhere the older way works. */
async function copy(place, button) {
  let done = true;
  try {
    await navigator.clipboard.writeText(place.textContent);
  } catch {
    getSelection().selectAllChildren(place);
    done = document.execCommand("copy");
  }
  say(button, done ? "Copied" : "Selected");
  setTimeout(() => say(button, "Copy"), 2000);
}

const sheets = new Map();

function buildTables() {
  for (const table of TABLES) {
    byId("tables").append(card(table));
  }
  byId("tables").append(card({ key: "health", title: "Intake, holds and breakers", names: ["What"], columns: ["Now"] }));
}

function card({ key, title, names, columns, wide, more }) {
  const sheet = new Sheet({ "aria-labelledby": `table-${key}` }, names, columns);
  const node = element("section", { class: wide ? "card wide" : "card", id: `card-${key}` },
    element("h3", { id: `table-${key}` }, title), sheet.node);
  if (more) {
    node.append(more());
  }
  sheets.set(key, { sheet, node });
  return node;
}

/** Shows what there is; a card without rows is not there. */
function drawTables(sample) {
  sheets.get("health").sheet.fill(HEALTH.map(([name, text]) => [[name], [text(sample.values)]]));
  for (const table of TABLES) {
    const rows = table.rows ? table.rows(sample) : sample.tables[table.key] || [];
    const { sheet, node } = sheets.get(table.key);
    node.hidden = rows.length === 0;
    (table.units || []).forEach((unit, i) => unit && sheet.unit(i, unit(sample.tables)));
    sheet.fill(rows.map(({ names, values, part }) =>
      [names, values.map((value, i) => table.formats[i](value)), part]));
  }
}
