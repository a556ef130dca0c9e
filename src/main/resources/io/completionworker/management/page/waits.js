// What requests wait for: since when, until when, how many, what the provider said, what to do.
// Times go on between samples, by the worker's clock.

const WAIT_KINDS = {
  "cool-down": "Cool-down",
  "hold": "On hold",
  "failure-cutoff": "On hold by the failure cutoff",
  "breaker": "The endpoint fails",
};

let waitsShown = [];
let waitsTime = null;
let waitsHeard = 0;

function drawWaits(waits, time) {
  waitsTime = time;
  waitsHeard = performance.now();
  byId("waits").hidden = waits.length === 0;
  const stops = waits.some((wait) => wait.kind !== "cool-down"); // that one is how an account is used up
  byId("waits").className = stops ? "card bad" : "card";
  const list = byId("waits-list");
  waitsShown = waits.map((wait, i) => {
    const key = `${wait.kind} ${wait.credential} ${wait.model} ${wait.tier}`;
    const known = waitsShown[i];
    return known?.key === key ? { ...known, wait } : { key, wait, ...waitItem() };
  });
  const items = waitsShown.map((shown) => shown.item);
  if (items.length !== list.children.length || items.some((item, i) => list.children[i] !== item)) {
    list.replaceChildren(...items);
  }
  waitsShown.forEach(sayWait);
  tickWaits();
}

function waitItem() {
  const parts = {
    title: element("strong"),
    times: element("span", { class: "times" }),
    why: element("p", { class: "why" }),
    said: element("q"),
    action: element("p", { class: "action" }),
  };
  const item = element("li", {}, element("p", {}, parts.title, " ", parts.times), parts.why, parts.action);
  return { item, ...parts };
}

function sayWait({ wait, title, why, said, action }) {
  const only = [isThere(wait.model) ? `model ${wait.model}` : "", isThere(wait.tier) ? `service tier ${wait.tier}` : ""];
  say(title, `${WAIT_KINDS[wait.kind] ?? wait.kind}: ${[wait.name, ...only].filter(Boolean).join(", ")}`);
  const cause = [wait.reason, isThere(wait.status) ? `status ${wait.status}` : "", wait.detail];
  const text = `${cause.filter(Boolean).join(", ")} · ${amount(wait.waiting)} ${wait.waiting === 1 ? "request waits" : "requests wait"}`
    + ` · credential ${wait.credential}`;
  if (why.firstChild?.nodeValue !== `${text} `) {
    why.replaceChildren(`${text} `);
  }
  say(said, wait.said ? `The provider says: ${wait.said}` : "");
  if (wait.said && said.parentNode !== why) {
    why.append(element("br"), said);
  }
  say(action, wait.action);
}

/** Since and until, which go on by themselves. */
function tickWaits() {
  if (waitsTime === null) {
    return;
  }
  const now = waitsTime + (performance.now() - waitsHeard);
  for (const { wait, times } of waitsShown) {
    const since = Date.parse(wait.since);
    const end = wait.until ?? wait.next_probe;
    say(times, `for ${timeSpan(Math.max(0, (now - since) / 1000))}, since ${clock(since)}; ${waitEnd(wait, end, now)}`);
  }
}

function waitEnd(wait, end, now) {
  if (!isThere(end) || Date.parse(end) <= now) {
    return wait.kind === "cool-down" ? "over now" : "a call is finding out now";
  }
  const at = Date.parse(end);
  const left = `${timeSpan((at - now) / 1000)}`;
  return wait.kind === "cool-down" ? `until ${clock(at)}, ${left} more` : `next probe in ${left}`;
}

setInterval(() => {
  if (!paused && source !== null) {
    tickWaits();
  }
}, 1000);
