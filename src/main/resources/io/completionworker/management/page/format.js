// Numbers as people read them. A value that is not there is a dash.

const NONE = "-";

const plain = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

function isThere(value) {
  return value !== null && value !== undefined;
}

/** A pair of number and unit, so that the two can look different. */
function measured(value, unit = "") {
  return isThere(value) ? [value, unit] : [NONE, ""];
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

function withUnit(value, unit) {
  return isThere(value) ? `${amount(value)} ${unit}` : NONE;
}

function seconds(value) {
  if (!isThere(value)) {
    return NONE;
  }
  if (value === 0) {
    return "0 s";
  }
  if (value < 1) {
    return `${whole.format(value * 1000)} ms`;
  }
  return value < 120 ? `${plain.format(value)} s` : timeSpan(value);
}

function timeSpan(value) {
  const minutes = Math.floor(value / 60);
  if (minutes < 1) {
    return `${Math.floor(value)} s`;
  }
  if (minutes < 60) {
    return `${minutes} min ${Math.floor(value % 60)} s`;
  }
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
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
