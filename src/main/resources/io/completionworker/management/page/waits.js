// What requests wait for: since when, until when, how many, what the provider said, what to do.
// Times go on between samples, by the worker's clock.

/** Of each kind its title, what it means, and the page that says more. */
const WAIT_KINDS = {
  "cool-down": {
    title: "Cool-down",
    means: "The endpoint asked for a pause, so calls of this model wait until it is over. No request fails by it.",
    page: "operations.md#completionworkerratelimited",
  },
  "hold": {
    title: "On hold",
    means: "The endpoint refuses this credential, or its budget is used up. Its requests wait instead of failing;"
      + " now and then one of them is called as a probe, and when that is let in, all go on.",
    page: "operations.md#completionworkercredentialonhold",
  },
  "failure-cutoff": {
    title: "On hold by the failure cutoff",
    means: "Nearly all of the last requests of this credential failed for one reason, so the others wait instead of"
      + " failing, too. A probe finds out whether the reason is gone.",
    page: "operations.md#failure-reasons",
  },
  "breaker": {
    title: "The endpoint fails",
    means: "Most of the last calls ended with a server's error or without an answer, so calls pause and a few are"
      + " let through to find out whether it works again. Requests wait; they do not fail by it.",
    page: "operations.md#completionworkerbreakeropen",
  },
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
    means: element("p", { class: "means" }),
    action: element("span"),
    more: element("span", { class: "more" }),
  };
  const item = element("li", {}, element("p", {}, parts.title, " ", parts.times), parts.why, parts.means,
    element("p", { class: "action" }, parts.action, " ", parts.more));
  return { item, ...parts };
}

function sayWait({ wait, title, why, said, means, action, more }) {
  const kind = WAIT_KINDS[wait.kind];
  const only = [isThere(wait.model) ? `model ${wait.model}` : "", isThere(wait.tier) ? `service tier ${wait.tier}` : ""];
  say(title, `${kind?.title ?? wait.kind}: ${[wait.name, ...only].filter(Boolean).join(", ")}`);
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
  say(means, kind?.means ?? "");
  say(action, wait.action);
  sayMore(more, kind);
}

/** A link to the page, or, where nobody has said where pages are, its name. */
function sayMore(place, kind) {
  if (kind === undefined || place.hasChildNodes()) {
    return;
  }
  place.append(isThere(docsUrl)
    ? element("a", { href: `${docsUrl}/${kind.page}`, target: "_blank", rel: "noreferrer" }, "What to do")
    : `More: src/docs/${kind.page.replace("#", ", ")}`);
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
