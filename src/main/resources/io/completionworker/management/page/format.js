// Numbers as people read them. A value that is not there is a dash; one of which is only known that
// it is above a number is a text such as ">300".

const NONE = "-";

const plain = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
const cents = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** From here on counts and sums are not written out. */
const HUGE = 1e9;

function isThere(value) {
  return value !== null && value !== undefined;
}

/** The number of a value, for drawing. */
function numeric(value) {
  return typeof value === "string" ? Number(value.slice(1)) : value;
}

function amount(value) {
  if (!isThere(value)) {
    return NONE;
  }
  if (Math.abs(value) >= 10_000) {
    return compact.format(value);
  }
  return (Math.abs(value) >= 1000 ? whole : plain).format(value);
}

/** Of things: all digits, so that parts add up to their sum. */
function count(value) {
  return Number.isInteger(value) && Math.abs(value) < HUGE ? whole.format(value) : amount(value);
}

/** A cost: cents from 1 on, three significant digits below, so that little is not nothing. */
function money(value) {
  return isThere(value) && Math.abs(value) >= 1 && Math.abs(value) < HUGE
    ? cents.format(value)
    : amount(value);
}

function withUnit(value, unit) {
  return isThere(value) ? `${amount(value)} ${unit}` : NONE;
}

function seconds(value) {
  if (!isThere(value)) {
    return NONE;
  }
  if (typeof value === "string") {
    return `>\u00a0${seconds(numeric(value))}`;
  }
  if (value === 0) {
    return "0 s";
  }
  if (value < 1) {
    return `${plain.format(value * 1000)} ms`;
  }
  return value < 120 ? `${plain.format(value)} s` : timeSpan(value);
}

function timeSpan(value) {
  const minutes = Math.floor(value / 60);
  if (minutes < 1) {
    return `${Math.floor(value)} s`;
  }
  if (minutes < 60) {
    return `${minutes} min${Math.floor(value % 60) > 0 ? ` ${Math.floor(value % 60)} s` : ""}`;
  }
  const hours = Math.floor(minutes / 60);
  if (hours < 48) {
    return `${hours} h${minutes % 60 > 0 ? ` ${minutes % 60} min` : ""}`;
  }
  return `${whole.format(Math.floor(hours / 24))} days`;
}

/** A time that nobody knows exactly, in two digits at most. */
function roughly(value) {
  const [size, unit] = [[86_400, "days"], [3600, "h"], [60, "min"], [1, "s"]]
    .find(([each]) => value >= 1.5 * each) ?? [1, "s"];
  const number = Math.max(1, Number((value / size).toPrecision(2)));
  return `${amount(size === 1 ? Math.ceil(number) : number)} ${unit}`;
}

function bytes(value) {
  if (!isThere(value)) {
    return NONE;
  }
  const units = ["B", "KiB", "MiB", "GiB"];
  let size = value;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${plain.format(size)} ${units[unit]}`;
}

function percent(value) {
  return isThere(value) ? `${plain.format(value * 100)} %` : NONE;
}

/** The time that counts of the last minute are about: less than a minute at first. */
function ofTheMinute({ minute }) {
  if (minute < 60) {
    return `in ${minute} s so far`;
  }
  return minute < 63 ? "in 1 min" : `in ${timeSpan(minute)}`;
}

/** The currency of the costs; empty where there are none. */
function currency(tables) {
  return (tables.costs || [])[0]?.names[0] ?? "";
}

function clock(millis) {
  return new Date(millis).toLocaleTimeString("en-GB");
}

// Elements. Text is always set as text: names come from outside.

function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

function drawn(name, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

function byId(id) {
  return document.getElementById(id);
}

/** Sets a text, but only if it is another: what has not changed is not read out again. */
function say(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}
