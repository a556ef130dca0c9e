// The stream of samples. It comes back by itself: the browser does that for a connection that
// breaks, and the timer below for one that was refused or says nothing any more.

// Where the page is, also behind a proxy that serves it as /worker/ or as /worker.
const HERE = location.pathname.replace(/\/?$/, "/");

const SILENCE = 10_000;
const AGAIN = 3000;

let source = null;
let pageId = null;
let latest = null;
let together = null;
let docsUrl = null;
let lastHeard = 0;
let paused = false;
let retry = null;

function connect() {
  disconnect();
  lastHeard = performance.now();
  source = new EventSource(`${HERE}events`);
  source.addEventListener("history", (event) => {
    const { page, docs, ...history } = JSON.parse(event.data);
    if (pageId !== null && pageId !== page) {
      location.reload(); // the worker has another version now
      return;
    }
    pageId = page;
    docsUrl = docs;
    takeHistory(history);
    heard();
  });
  source.addEventListener("sample", (event) => {
    const sample = JSON.parse(event.data);
    addPoint(sample.time, sample.values);
    latest = sample;
    heard();
  });
  source.addEventListener("all", (event) => {
    together = JSON.parse(event.data);
    heard();
  });
  source.addEventListener("error", () => {
    lose();
    if (source?.readyState === EventSource.CLOSED) {
      retry = setTimeout(connect, AGAIN);
    }
  });
}

function disconnect() {
  clearTimeout(retry);
  source?.close();
  source = null;
}

function heard() {
  lastHeard = performance.now();
  if (!paused) {
    draw();
  }
}

function draw() {
  drawCharts();
  if (latest !== null) {
    const shown = shownSample();
    drawInstances();
    drawOverview(shown, latest);
    drawTables(shown);
  }
}

function lose() {
  if (!paused) {
    const since = latest === null ? "" : ` since ${clock(latest.time)}`;
    showState("off", `No connection${since}`);
  }
}

function togglePause() {
  paused = !paused;
  say(byId("pause"), paused ? "Resume updates" : "Pause updates");
  if (paused) {
    showState("off", "Updates paused");
  } else {
    draw();
  }
}

for (const link of document.querySelectorAll("a[href]:not([href^='#'])")) {
  link.setAttribute("href", HERE + link.getAttribute("href"));
}
buildFigures();
buildInstances();
buildCharts();
buildTables();
byId("pause").addEventListener("click", togglePause);

for (const each of ["all", "own"]) {
  byId(`scope-${each}`).addEventListener("click", () => showScope(each));
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    disconnect(); // streams are few, and nobody is looking
  } else {
    connect();
  }
});

setInterval(() => {
  if (source !== null && performance.now() - lastHeard > SILENCE) {
    lose();
    connect();
  }
}, AGAIN);

if (!document.hidden) {
  connect();
}
