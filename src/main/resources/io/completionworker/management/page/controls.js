// What operators want done: what is cancelled, paused, limited or may cost how much, by whom, since when, until when and
// why. All instances have the same controls, so they are shown once.

/** Of each kind its title, and what it means. */
const CONTROL_KINDS = {
  "pause": {
    title: "Paused",
    means: "No call starts for these requests; open calls go on. None of them fails by it, unless its deadline passes.",
  },
  "limit": {
    title: "Limited",
    means: "The scopes that match have these limits instead of those of the configuration.",
  },
  "budget": {
    title: "Budget",
    means: "These requests may cost this much. While there is no money for one, no call starts for it.",
  },
  "cancel": {
    title: "Cancelled",
    means: "These requests end without an answer, as failures with the reason CANCELLED. Open calls are closed.",
  },
  "unreadable": {
    title: "Cannot be read",
    means: "This record of the topic of controls is not understood, so nothing is done about it.",
  },
};

const DAY = 86_400_000;

let controlsShown = [];

/**
 * Shows the controls of this instance.
 *
 * @param paused requests that wait on all instances, by the id of the control; null for this instance alone
 */
function drawControls({ instance, time }, paused) {
  const { controls, moreControls } = instance;
  byId("controls").hidden = controls.length === 0;
  const list = byId("controls-list");
  controlsShown = controls.map((control, i) => {
    const known = controlsShown[i];
    return known?.id === control.id ? known : { id: control.id, ...controlItem() };
  });
  const items = controlsShown.map((shown) => shown.item);
  if (items.length !== list.children.length || items.some((item, i) => list.children[i] !== item)) {
    list.replaceChildren(...items);
  }
  controls.forEach((control, i) =>
    sayControl(controlsShown[i], control, paused?.[control.id] ?? control.waiting, time));
  say(byId("controls-more"), moreControls > 0
    ? `${count(moreControls)} more are not shown; completion-worker control list has all.` : "");
}

function controlItem() {
  const parts = {
    title: element("strong"),
    times: element("span", { class: "times" }),
    why: element("p", { class: "why" }),
    fault: element("p", { class: "fault" }),
    means: element("p", { class: "means" }),
  };
  const item = element("li", {}, element("p", {}, parts.title, " ", parts.times), parts.why, parts.fault, parts.means);
  return { item, ...parts };
}

function sayControl({ title, times, why, fault, means }, control, waiting, now) {
  const kind = CONTROL_KINDS[control.kind];
  say(title, `${kind?.title ?? control.kind}: ${[control.what || control.id, control.detail].filter(Boolean).join(", ")}`);
  say(times, isThere(control.since)
    ? `since ${moment(control.since, now)}, ${isThere(control.until) ? `until ${moment(control.until, now)}` : "until it is withdrawn"}`
    : "");
  say(why, [
    control.by ? `By ${control.by}` : "",
    control.why,
    control.kind === "pause" || (control.kind === "budget" && waiting > 0) ? `${count(waiting)} ${waiting === 1 ? "request waits" : "requests wait"}` : "",
    `${control.kind === "budget" ? "budget" : "control"} ${control.id}`,
  ].filter(Boolean).join(" \u00b7 "));
  say(fault, control.fault ? `It has no effect: ${control.fault}` : "");
  say(means, kind?.means ?? "");
}

/** A time of day; with its date where it is a day or more away. */
function moment(text, now) {
  const at = Date.parse(text);
  const date = Math.abs(at - now) < DAY ? "" : `${new Date(at).toLocaleDateString("en-GB")} `;
  return `${date}${clock(at)}`;
}
