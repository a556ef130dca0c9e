// SPDX-License-Identifier: Apache-2.0
package io.completionworker.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What dashboard and alerts ask Prometheus for. */
public final class Expressions {

  private static final Path DASHBOARD = Path.of("deploy", "grafana", "dashboard.json");

  private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset");

  /** What holds no metric names: strings, label matchers, lists of labels, ranges, offsets. */
  private static final Pattern NO_NAMES =
      Pattern.compile(
          "\"[^\"]*\"|\\{[^}]*}|\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)"
              + "|\\[[^\\]]*]|\\boffset\\s+\\w+");

  private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][\\w:]*(?!\\s*\\(|[\\w:])");

  private Expressions() {}

  /** One query, and where it stands. */
  public record Expression(String place, String text) {

    /** The names of the metrics in it. */
    public Set<String> metrics() {
      String names = NO_NAMES.matcher(text).replaceAll(" ");
      Set<String> found = new TreeSet<>();
      NAME.matcher(names).results().map(MatchResult::group).forEach(found::add);
      found.removeAll(WORDS);
      return found;
    }

    /**
     * The same for an instance that has just begun: without the variables of a dashboard, over
     * short times, and with comparisons that give 0 or 1 in place of filtering.
     */
    public String askable() {
      String plain =
          text.replace("$job", ".*")
              .replace("$instance", ".*")
              .replace("$__rate_interval", "20s")
              .replaceAll("\\[\\d+[mh]]", "[20s]");
      return outsideStrings(plain, "(>=|<=|==|!=|>|<)(?!~)", "$1 bool");
    }

    private static String outsideStrings(String text, String pattern, String replacement) {
      Matcher parts = Pattern.compile("\\{[^}]*}|[^{]+").matcher(text);
      StringBuilder out = new StringBuilder();
      while (parts.find()) {
        String part = parts.group();
        out.append(part.startsWith("{") ? part : part.replaceAll(pattern, replacement));
      }
      return out.toString();
    }
  }

  /** All of the dashboard. */
  public static List<Expression> ofDashboard() {
    JsonNode dashboard = read(new ObjectMapper(), DASHBOARD);
    return children(dashboard.path("panels"))
        .flatMap(
            panel ->
                children(panel.path("targets"))
                    .map(
                        target ->
                            new Expression(
                                panel.path("title").asText(), target.path("expr").asText())))
        .toList();
  }

  /** All of the alerts. */
  public static List<Expression> ofAlerts() {
    JsonNode rules = read(new ObjectMapper(new YAMLFactory()), AlertsTest.RULES);
    return children(rules.path("groups"))
        .flatMap(group -> children(group.path("rules")))
        .map(rule -> new Expression(rule.path("alert").asText(), rule.path("expr").asText()))
        .toList();
  }

  /** Both. */
  public static List<Expression> all() {
    return Stream.concat(ofDashboard().stream(), ofAlerts().stream()).toList();
  }

  private static Stream<JsonNode> children(JsonNode array) {
    return Stream.iterate(0, i -> i < array.size(), i -> i + 1).map(array::path);
  }

  private static JsonNode read(ObjectMapper mapper, Path file) {
    try {
      return mapper.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
