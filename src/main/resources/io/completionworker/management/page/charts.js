// The plots, their data, and the one moment that all of them show.

const CHARTS = [
  {
    title: "Throughput", unit: "requests per second", format: amount,
    lines: [
      { key: "responses", name: "Responses" },
      { key: "failures", name: "Failures" },
      { key: "retries", name: "Retries" },
    ],
  },
  {
    title: "Latency of answered calls", unit: "in the last minute", format: seconds,
    lines: [
      { key: "call_p50", name: "p50" },
      { key: "call_p95", name: "p95" },
      { key: "call_p99", name: "p99" },
    ],
  },
  {
    title: "In flight", unit: "calls open", format: count, tick: amount,
    lines: [{ key: "in_flight", name: "Calls" }],
  },
  {
    title: "Pending", unit: "requests without an outcome", format: count, tick: amount,
    lines: [{ key: "pending", name: "Pending" }, { key: "parked", name: "Parked" }],
  },
  {
    title: "Tokens", unit: "in the last minute", format: count, tick: amount,
    lines: [
      { key: "completion_tokens", name: "Completion" },
      { key: "prompt_tokens", name: "Prompt" },
    ],
  },
  {
    title: "Cost", unit: () => `${currency(latest?.tables ?? {})} in the last minute`.trim(), format: money, tick: amount,
    lines: [{ key: "cost", name: "Cost" }],
  },
];

const data = { times: [], series: {}, step: 2000, most: 450 };
const charts = [];

/** The time that is shown; null for the newest. */
let cursor = null;

function buildCharts() {
  for (const chart of CHARTS) {
    charts.push(new Chart(chart, showTime));
  }
  byId("plots").append(...charts.map((chart) => chart.node));
  new ResizeObserver(drawCharts).observe(byId("plots"));
}

function takeHistory(history) {
  Object.assign(data, history);
}

/** Adds a point; false when it is known already. */
function addPoint(time, values) {
  if (time <= (data.times.at(-1) ?? -Infinity)) {
    return false;
  }
  const length = data.times.push(time);
  for (const key of new Set([...Object.keys(data.series), ...Object.keys(values)])) {
    data.series[key] ??= Array(length - 1).fill(null);
    data.series[key].push(values[key] ?? null);
  }
  if (length > data.most) {
    data.times.shift();
    Object.values(data.series).forEach((each) => each.shift());
  }
  return true;
}

function drawCharts() {
  const at = shownIndex();
  charts.forEach((chart) => chart.draw(data, at, cursor !== null));
  say(byId("cursor"), cursor === null || at < 0
    ? "Arrow keys or the pointer on a plot show earlier values."
    : `Values of ${clock(data.times[at])}`);
}

function shownIndex() {
  const last = data.times.length - 1;
  if (cursor === null || last < 0) {
    return last;
  }
  let nearest = last;
  for (let i = last; i >= 0 && Math.abs(data.times[i] - cursor) <= Math.abs(data.times[nearest] - cursor); i--) {
    nearest = i;
  }
  return nearest;
}

function showTime(time) {
  cursor = time;
  drawCharts();
}

/** Moves by a key, as a slider does; false when the key is none of a slider's. */
function moveCursor(key) {
  const last = data.times.length - 1;
  const at = shownIndex();
  const minute = Math.round(MINUTE / data.step);
  const target = {
    ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1,
    PageDown: at - minute, PageUp: at + minute, Home: 0, End: last, Escape: last,
  }[key];
  if (target === undefined || last < 0) {
    return false;
  }
  showTime(target >= last ? null : data.times[Math.max(0, target)]);
  return true;
}
