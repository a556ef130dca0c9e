// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.limits;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How well the worker keeps the limits of a provider, one scenario after another.
 *
 * <p>Exit code 0 if each kept what is promised, else 1. System properties: {@code bench.scenarios},
 * names with commas between them, by default all; and see {@link
 * io.completionworker.bench.Settings}.
 */
public final class LimitsRun {

  private static final Map<String, Scenario> SCENARIOS = scenarios();

  private LimitsRun() {}

  /** Runs them; all parameters are system properties. */
  public static void main(String[] args) {
    boolean kept = run(System.out);
    // Only then: Maven runs this in its own JVM and goes on when it returns.
    if (!kept) {
      System.exit(1);
    }
  }

  private static boolean run(PrintStream out) {
    List<String> names =
        List.of(
            System.getProperty("bench.scenarios", String.join(",", SCENARIOS.keySet()))
                .split(",", -1));
    if (!SCENARIOS.keySet().containsAll(names)) {
      out.println("bench.scenarios: allowed are " + String.join(",", SCENARIOS.keySet()));
      return false;
    }
    boolean all = true;
    for (String name : names) {
      out.printf("%nScenario %s%n", name);
      boolean kept = SCENARIOS.getOrDefault(name, ignored -> false).run(out);
      out.println(kept ? "  kept" : "  THE PROMISE WAS NOT KEPT");
      all &= kept;
    }
    return all;
  }

  private static Map<String, Scenario> scenarios() {
    Map<String, Scenario> scenarios = new LinkedHashMap<>();
    scenarios.put("requests", BacklogScenario.boundByRequests());
    scenarios.put("tokens", BacklogScenario.boundByTokens());
    scenarios.put("instances", BacklogScenario.twoInstances());
    scenarios.put("headers", BacklogScenario.headersOnly());
    scenarios.put("keys", new KeysScenario());
    scenarios.put("tenants", new TenantsScenario(1));
    scenarios.put("spread", new TenantsScenario(20));
    scenarios.put("urgent", new UrgentScenario());
    scenarios.put("cancel", new CancelScenario(false));
    scenarios.put("cancel-kill", new CancelScenario(true));
    scenarios.put("unread", new UnreadScenario());
    scenarios.put("live", new LiveLimitScenario());
    scenarios.put("budget", new BudgetScenario());
    scenarios.put("prefixes", new PrefixesScenario());
    scenarios.put("tiers", new TiersScenario());
    scenarios.put("outage", new OutageScenario());
    return scenarios;
  }
}
