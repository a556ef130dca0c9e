// All instances, where the worker has been told of others: a row each, and whose figures are shown.

let scope = "all";
let instancesSheet = null;

function buildInstances() {
  instancesSheet = new Sheet({ "aria-labelledby": "instances-title" }, ["Instance", "State"],
    ["Partitions", "Responses\u00a0/\u00a0s", "In flight", "Pending", "Lag", "Calls, p95", "Up"]);
  byId("instances-card").append(instancesSheet.node);
}

function showScope(which) {
  scope = which;
  for (const each of ["all", "own"]) {
    byId(`scope-${each}`).setAttribute("aria-pressed", String(each === which));
  }
  draw();
}

function drawInstances() {
  const several = together !== null;
  byId("instances").hidden = !several;
  byId("scope").hidden = !several;
  if (!several) {
    return;
  }
  const { answered, instances, partitions, allPartitions } = together;
  const silent = instances.length - answered;
  say(byId("instances-note"), [
    silent > 0 ? `${answered} of ${instances.length} answer; the others are in no sum` : `${answered}, and all answer`,
    `${count(partitions)} of ${count(allPartitions)} partitions`,
  ].join(" · "));
  instancesSheet.fill(instances.map((each) => [[instanceName(each), instanceState(each)], instanceValues(each)]));
  instances.forEach((each, i) => {
    const kind = each.problem ? "off" : each.ready ? "good" : "bad";
    instancesSheet.body.rows[i].cells[1].children[1].className = `dot ${kind}`;
  });
  const those = answered === 1 ? "this instance, no other answers" : `the ${answered} instances that answer`;
  say(byId("now-note"), scope === "own" ? "of this instance" : `of ${those}`);
  say(byId("lately-whose"), " of this instance");
  say(byId("whose"), scope === "own"
    ? "Of this instance."
    : `Figures and tables are of ${those}, plots of this one. Percentiles are those of the slowest instance.`);
}

function instanceName({ own, name, address }) {
  return own ? `${name} (this one)` : [name, address].filter(Boolean).join(", ");
}

function instanceState({ problem, since, ready, reason, waits }) {
  if (problem) {
    return `${problem}, for ${timeSpan(Math.max(0, (latest.time - since) / 1000))}`;
  }
  const waiting = waits > 0 ? `${waits} ${waits === 1 ? "wait" : "waits"}` : "";
  return [ready ? "Ready" : "Not ready", ready ? "" : reason, waiting].filter(Boolean).join(" · ");
}

function instanceValues({ problem, partitions, started, values }) {
  return problem ? Array(7).fill(NONE) : [
    count(partitions),
    amount(values.responses),
    count(values.in_flight),
    count(values.pending),
    count(values.lag),
    seconds(values.call_p95),
    timeSpan(Math.max(0, (latest.time - started) / 1000)),
  ];
}
