// A line plot: what lies between two ticks of an axis, and curves with a gap where nothing was
// measured. The plot is a slider too, so that keys can move through its time.

const EDGE = { top: 10, right: 2, bottom: 20 };
const MINUTE = 60_000;

/** What the axis of time may be long, in minutes: a young worker has little to show. */
const SPANS = [3, 6, 15];

const pen = document.createElement("canvas").getContext("2d");

/** How wide a text is on an axis, in pixels. */
function textWidth(text) {
  pen.font = `11px ${getComputedStyle(document.body).fontFamily}`;
  return Math.ceil(pen.measureText(text).width);
}

/** Ticks from 0 up to at least this value, at 1, 2 or 5 times a power of ten. */
function ticks(most) {
  if (!(most > 0)) {
    return [0, 1];
  }
  const rough = most / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough);
  const count = Math.max(1, Math.ceil(most / step - 1e-9));
  return Array.from({ length: count + 1 }, (_, i) => i * step);
}

function span(times) {
  const held = times.length > 0 ? (times.at(-1) - times[0]) / MINUTE : 0;
  return MINUTE * (SPANS.find((minutes) => held <= minutes) ?? SPANS.at(-1));
}

class Chart {
  constructor({ title, unit, format, tick = format, lines }, onCursor) {
    this.lines = lines;
    this.format = format;
    this.tick = tick;
    this.left = 0;
    this.title = title;
    this.onCursor = onCursor;
    this.svg = drawn("svg", { "aria-hidden": "true" });
    this.drawing = element("div", {
      class: "drawing",
      role: "slider",
      tabindex: "0",
      "aria-label": `${title}: time of the values that are shown`,
      "aria-valuemin": -60 * SPANS.at(-1),
      "aria-valuemax": "0",
      "aria-valuenow": "0",
    }, this.svg);
    this.legend = lines.map(() => element("b", {}, NONE));
    this.sheet = new Sheet({ "aria-label": `${title} by minute` }, ["Time"], lines.map((line) => line.name));
    this.details = element("details", {}, element("summary", {}, "Values by minute"), this.sheet.node);
    this.unit = element("span", { class: "unit" });
    this.nameUnit = () => say(this.unit, typeof unit === "string" ? unit : unit());
    this.node = element("article", { class: "plot" },
      element("h3", {}, title, " ", this.unit),
      element("ul", { class: "legend" }, ...lines.map((line, i) =>
        element("li", {}, swatch(i), line.name, " ", this.legend[i]))),
      this.drawing, this.details);
    this.listen();
  }

  listen() {
    this.drawing.addEventListener("pointermove", (event) => this.onCursor(this.timeAt(event)));
    this.drawing.addEventListener("pointerleave", () => this.onCursor(null));
    this.drawing.addEventListener("keydown", (event) => {
      if (moveCursor(event.key)) {
        event.preventDefault();
      }
    });
    this.details.addEventListener("toggle", () => this.drawTable());
  }

  timeAt(event) {
    const box = this.drawing.getBoundingClientRect();
    const width = box.width - this.left - EDGE.right;
    const part = (event.clientX - box.left - this.left) / width;
    return this.data.times.at(-1) - span(this.data.times) * (1 - Math.min(1, Math.max(0, part)));
  }

  /** Draws data; at is the index of the values to show. */
  draw(data, at, marked) {
    this.data = data;
    this.nameUnit();
    const texts = this.lines.map((line) => data.series[line.key] || []);
    const values = texts.map((each) => each.map(numeric));
    const width = this.drawing.clientWidth;
    const height = this.drawing.clientHeight;
    this.sayValues(texts, at);
    if (width > 0) {
      this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      this.svg.replaceChildren(...this.shapes(values, width, height, marked ? at : -1));
    }
    this.drawTable();
  }

  sayValues(values, at) {
    const texts = values.map((each) => this.format(each[at]));
    texts.forEach((text, i) => say(this.legend[i], text));
    const ago = Math.round((this.data.times[at] - this.data.times.at(-1)) / 1000);
    const said = this.lines.map((line, i) => `${line.name} ${texts[i]}`).join(", ");
    this.drawing.setAttribute("aria-valuenow", Number.isFinite(ago) ? ago : 0);
    this.drawing.setAttribute("aria-valuetext",
      ago < 0 ? `${timeSpan(-ago)} ago: ${said}` : `now: ${said}`);
  }

  shapes(values, width, height, at) {
    const newest = this.data.times.at(-1) ?? 0;
    const length = span(this.data.times);
    const steps = ticks(Math.max(0, ...values.flat().filter(isThere)));
    this.left = Math.max(44, ...steps.map((step) => textWidth(this.tick(step)) + 10));
    const x = (time) => this.left + (width - this.left - EDGE.right) * (1 + (time - newest) / length);
    const y = (value) =>
      height - EDGE.bottom - (height - EDGE.top - EDGE.bottom) * (value / steps.at(-1));
    const shapes = [...this.axes(steps, x, y, width, height)];
    values.forEach((each, i) => {
      const runs = this.runs(each, x, y);
      if (i === 0) {
        runs.forEach((run) => shapes.push(drawn("path", { class: "under", d: filling(run, y(0)) })));
      }
      shapes.push(drawn("path", { class: `curve s${i}`, d: runs.map(path).join("") }));
    });
    if (at >= 0) {
      const place = x(this.data.times[at]);
      shapes.push(drawn("line", { class: "mark", x1: place, x2: place, y1: EDGE.top, y2: y(0) }));
    }
    return shapes;
  }

  *axes(steps, x, y, width, height) {
    const newest = this.data.times.at(-1) ?? 0;
    const third = span(this.data.times) / MINUTE / 3;
    for (const step of steps) {
      yield drawn("line", { class: "rule", x1: this.left, x2: width - EDGE.right, y1: y(step), y2: y(step) });
      yield drawn("text", { x: this.left - 8, y: y(step) + 4, "text-anchor": "end" }, this.tick(step));
    }
    const wide = (width - this.left) / 3 > 1.5 * textWidth(`-${3 * third} min`) + 8;
    for (const thirds of wide ? [3, 2, 1, 0] : [3, 0]) {
      const minutes = thirds * third;
      const anchor = { 3: "start", 0: "end" }[thirds] || "middle";
      const text = thirds === 0 ? "now" : `-${minutes} min`;
      yield drawn("text", { x: x(newest - minutes * MINUTE), y: height - 4, "text-anchor": anchor }, text);
    }
  }

  /** Points of a curve, apart where a value or some seconds are missing. */
  runs(values, x, y) {
    const runs = [];
    let run = null;
    let before = null;
    this.data.times.forEach((time, i) => {
      if (!isThere(values[i]) || (before !== null && time - before > 5 * this.data.step)) {
        run = null;
      }
      if (isThere(values[i])) {
        if (run === null) {
          run = [];
          runs.push(run);
        }
        run.push([x(time), y(values[i])]);
      }
      before = time;
    });
    return runs;
  }

  drawTable() {
    if (!this.details.open || !this.data) {
      return;
    }
    const { times, series } = this.data;
    const rows = [];
    for (let i = times.length - 1; i >= 0; i--) {
      if (i === times.length - 1 || Math.floor(times[i] / MINUTE) !== Math.floor(times[i + 1] / MINUTE)) {
        rows.push([[clock(times[i])], this.lines.map((line) => this.format((series[line.key] || [])[i]))]);
      }
    }
    this.sheet.fill(rows);
  }
}

function swatch(i) {
  return drawn("svg", { "aria-hidden": "true", viewBox: "0 0 21 10" },
    drawn("line", { class: `curve s${i}`, x1: 1, x2: 20, y1: 6, y2: 6 }));
}

function path(run) {
  const points = run.length === 1 ? [run[0], run[0]] : run;
  return `M${points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join("L")}`;
}

function filling(run, base) {
  return `${path(run)}L${run.at(-1)[0].toFixed(1)},${base}L${run[0][0].toFixed(1)},${base}Z`;
}
