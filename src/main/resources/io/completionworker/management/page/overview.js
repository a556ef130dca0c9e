// State and figures of this moment: of all instances that answer, or of this one.

// Each has a key, a title, a value, its unit, and a note.
const FIGURES = [
  ["throughput", "Throughput", (v) => amount(v.responses), () => "responses /\u00a0s",
    (v) => `${withUnit(v.failures, "failures /\u00a0s")} · ${withUnit(v.retries, "retries /\u00a0s")}`],
  ["in-flight", "In flight", (v) => count(v.in_flight), (s) => `of ${count(s.instance.maxInFlight)} calls`,
    (v) => `open at the endpoint${fromMemory(v)}`],
  ["pending", "Pending", (v) => count(v.pending), () => "requests",
    (v) => `oldest ${seconds(v.queue_age)} · ${bytes(v.pending_bytes)} stored`],
  ["lag", "Lag", (v) => count(v.lag), () => "records behind", backlog],
  ["failed", "Failed", (v, s) => count(failed(s, 0)), () => "in 15 min",
    (v, s) => `${count(failed(s, 2))} since the start`],
  ["calls", "Latency of calls", (v) => seconds(v.call_p50), () => "p50",
    (v) => `p95 ${seconds(v.call_p95)} · p99 ${seconds(v.call_p99)}`],
  ["requests", "From request to response", (v) => seconds(v.request_p50), () => "p50",
    (v) => `p95 ${seconds(v.request_p95)} · p99 ${seconds(v.request_p99)}`],
  ["tokens", "Tokens", (v) => count(tokens(v)), ofTheMinute,
    (v) => `${count(v.completion_tokens)} completion · ${count(v.prompt_tokens)} prompt${fromCache(v)}`],
  ["cost", "Cost", (v) => money(v.cost), (s) => `${currency(s.tables)} ${ofTheMinute(s)}`,
    (v, s) => `${money((s.tables.costs || [])[0]?.values[1])} since the start`],
];

const figures = new Map();

/**
 * How long what waits in the topic and in the store takes, at the rate of the last minute. A dash
 * while one of them is not known, and while nothing is done.
 */
function backlog(values) {
  const { lag, pending, done } = values;
  if (![lag, pending].every(isThere)) {
    return NONE;
  }
  if (lag + pending === 0) {
    return "no backlog";
  }
  return isThere(done) && done > 0
    ? `with pending: about ${roughly((lag + pending) / done)} at ${amount(done)}/s`
    : `with pending: ${NONE}`;
}

/** What part of the requests of the last minute needed no call; nothing without an answer memory. */
function fromMemory({ cache_asked: asked, cache_misses: misses }) {
  return isThere(asked) && asked > 0
    ? ` · ${percent(1 - (misses ?? 0) / asked)} from memory`
    : "";
}

/** What part of the prompt tokens the provider had in its cache; nothing if it had none. */
function fromCache({ prompt_tokens: prompt, cached_tokens: cached }) {
  return isThere(prompt) && prompt > 0 && isThere(cached) && cached > 0
    ? `, ${percent(cached / prompt)} cached`
    : "";
}

/** Failures of all reasons; not known before the first outcome. */
function failed({ values, tables }, column) {
  return isThere(values.failures)
    ? (tables.failures || []).reduce((sum, row) => sum + row.values[column], 0)
    : null;
}

function tokens(values) {
  return isThere(values.prompt_tokens) || isThere(values.completion_tokens)
    ? (values.prompt_tokens ?? 0) + (values.completion_tokens ?? 0)
    : null;
}

function buildFigures() {
  for (const [key, title] of FIGURES) {
    const value = element("span", {}, NONE);
    const unit = element("span", { class: "unit" });
    const note = element("dd", { class: "note" });
    const more = element("span");
    const text = element("span");
    note.append(text, more);
    figures.set(key, { value, unit, note: text, more });
    byId("figures").append(element("div", { id: `figure-${key}` },
      element("dt", {}, title), element("dd", { class: "value" }, value, " ", unit), note));
  }
  figures.get("failed").more.append(" · ", element("a", { href: "#card-failures" }, "list them"));
}

/** What the figures and tables are of. */
function shownSample() {
  if (together === null || scope === "own") {
    return latest;
  }
  const { partitions, maxInFlight } = together;
  return { ...together, instance: { ...latest.instance, partitions, maxInFlight, limits: together.limits } };
}

/**
 * Shows figures.
 *
 * @param sample of whom they are
 * @param own the sample of this instance
 */
function drawOverview(sample, own) {
  for (const [key, , value, unit, note] of FIGURES) {
    const text = value(sample.values, sample);
    const shown = figures.get(key);
    say(shown.value, text);
    say(shown.unit, text === NONE ? "" : unit(sample));
    say(shown.note, note(sample.values, sample));
  }
  figures.get("failed").more.hidden = !(failed(sample, 2) > 0);
  const slowest = sample !== own && together.answered > 1;
  for (const key of ["calls", "requests"]) {
    const shown = figures.get(key);
    if (slowest && shown.value.textContent !== NONE) {
      say(shown.unit, "p50, slowest instance");
    }
  }
  drawInstance(own);
  drawWaits(own.instance.waits, own.time);
  drawControls(own, sample === own ? null : sample.paused);
}

function drawInstance({ instance, values, time }) {
  const all = instance.allPartitions > 0 ? ` of ${instance.allPartitions}` : "";
  say(byId("instance"), [
    `Group ${instance.group}`,
    `${instance.partitions}${all} partitions here`,
    `${percent(values.share)} of the limits`,
    `version ${instance.version}`,
    `up ${timeSpan(Math.max(0, (time - instance.started) / 1000))}`,
  ].join(" · "));
  const works = instance.ready;
  showState(works ? "good" : "bad", works ? "Ready" : "Not ready");
  byId("hindrances").hidden = instance.reasons.length === 0;
  const reasons = byId("reasons");
  if (reasons.children.length !== instance.reasons.length
      || instance.reasons.some((reason, i) => reasons.children[i].textContent !== reason)) {
    reasons.replaceChildren(...instance.reasons.map((reason) => element("li", {}, reason)));
  }
}

function showState(kind, word) {
  const state = byId("state");
  state.className = `state ${kind}`;
  say(state, word);
  const title = `${word} · completion-worker`;
  if (document.title !== title) {
    document.title = title;
  }
}
