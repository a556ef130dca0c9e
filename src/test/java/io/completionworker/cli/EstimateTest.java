// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a file will use and cost, before anything of it is published. */
class EstimateTest extends InProcessCli {

  /** Round prices of the test's own: those of the example file follow the providers' pages. */
  private static final String PRICES =
      """
      {
        "header": {"source": "a test", "as_of": "2026-01-01", "currency": "USD"},
        "prices": [
          {"model": "gpt-4o*", "input": 2, "output": 10},
          {"model": "gpt-4o-mini*", "input": 0.2, "output": 0.5},
          {"model": "o4-mini*", "input": 1, "output": 5},
          {"model": "o4-mini*", "service_tier": "flex", "input": 0.5, "output": 2},
          {"model": "gemini-*-image*", "input": 0.5, "image_input": 0.5, "output": 3, "image_output": 40},
          {"model": "*/gpt-4o*", "provider": "openrouter", "input": 2.5, "output": 10, "image": 0.004}
        ]
      }
      """;

  private static final String HELLO = "[{\"role\":\"user\",\"content\":\"Say hello.\"}]";

  @Test
  void shouldSayWhatAFileWillCostAtLeastAndAtMost() throws IOException {
    prices();
    Path file =
        file(
            "{\"model\":\"gpt-4o-mini\",\"max_tokens\":1000,\"messages\":" + HELLO + "}",
            "{\"model\":\"gpt-4o-mini\",\"max_tokens\":500,\"n\":2,\"messages\":" + HELLO + "}",
            "{\"model\":\"gpt-4o\",\"max_tokens\":100,\"messages\":" + HELLO + "}");

    assertThat(execute("submit", "--dry-run", file.toString())).as(err.toString()).isZero();

    assertThat(out.toString())
        .contains("3 requests, 0 faulty lines; nothing was published")
        .containsPattern("MODEL +REQUESTS +PROMPT +COMPLETION +AT MOST +COST")
        .containsPattern("gpt-4o +1 +10 +\\? +100 +0.00002 to 0.00102 USD")
        .containsPattern("gpt-4o-mini +2 +20 +\\? +2000 +0.000004 to 0.001004 USD")
        .containsPattern("all +3 +30 +\\? +2100 +0.000024 to 0.002024 USD")
        .contains("COMPLETION is not known: --learn-from 7d")
        .doesNotContain("may be exceeded");
  }

  @Test
  void shouldSayWhatAnEstimateLacks() throws IOException {
    Path file =
        file(
            "{\"model\":\"gpt-4o-mini\",\"messages\":" + HELLO + "}",
            "{\"model\":\"nobody-knows\",\"max_tokens\":5,\"messages\":" + HELLO + "}");

    assertThat(execute("submit", "--dry-run", file.toString())).isZero();
    assertThat(out.toString())
        .contains("1 request without max_completion_tokens: AT MOST counts 1024 tokens")
        .contains("COST is not known: set usage.prices.file");

    prices();
    assertThat(execute("submit", "--dry-run", file.toString())).isZero();
    assertThat(out.toString())
        .contains("COST lacks 1 request whose model is not in usage.prices.file");
  }

  @Test
  void shouldTakeThePriceOfTheTierThatIsAskedFor() throws IOException {
    prices();
    Path file =
        file(
            "{\"model\":\"o4-mini\",\"max_completion_tokens\":9,\"service_tier\":\"flex\","
                + "\"messages\":"
                + HELLO
                + "}");

    assertThat(execute("submit", "--dry-run", "--output", "json", file.toString())).isZero();

    JsonNode estimate = lastLine().path("estimate").path(0);
    assertThat(estimate.path("most_completion_tokens").asInt()).isEqualTo(9);
    assertThat(estimate.path("least_cost").asText()).as("at the flex price").isEqualTo("0.000005");
    assertThat(estimate.path("most_cost").asText()).isEqualTo("0.000023");
    assertThat(estimate.path("expected_cost").isNull()).isTrue();
  }

  @Test
  void shouldCountImagesThatAreReadAndThatMayBePainted() throws IOException {
    prices();
    String image = "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://x.example/a.png\"}}";
    String content =
        ",\"messages\":[{\"role\":\"user\",\"content\":[" + image + "," + image + "]}]}";
    Path file =
        file(
            "{\"model\":\"gemini-3-pro-image\",\"max_completion_tokens\":1000" + content,
            "{\"model\":\"openai/gpt-4o\",\"max_completion_tokens\":1000" + content);
    environment.put("GATEWAY_PROVIDER", "openrouter");

    assertThat(execute("submit", "--dry-run", "--output", "json", file.toString()))
        .as(err.toString())
        .isZero();

    JsonNode painter = lastLine().path("estimate").path(0);
    assertThat(painter.path("prompt_tokens").asInt()).isEqualTo(3 + 4 + 2 * 765);
    assertThat(painter.path("least_cost").asText()).isEqualTo("0.0007685");
    assertThat(painter.path("most_cost").asText()).as("all of it painted").isEqualTo("0.0407685");
    JsonNode byNumber = lastLine().path("estimate").path(1);
    assertThat(byNumber.path("least_cost").asText())
        .as("1537 x 2.5, and 2 x 0.004")
        .isEqualTo("0.0118425");
  }

  @Test
  void shouldEstimateABatchWithoutAFileForAnswers() throws IOException {
    Path file = file("{\"model\":\"gpt-4o-mini\",\"max_tokens\":7,\"messages\":" + HELLO + "}");

    assertThat(execute("batch", "--dry-run", file.toString())).as(err.toString()).isZero();

    assertThat(out.toString())
        .contains("nothing was published")
        .containsPattern("gpt-4o-mini +1 +10 +\\? +7");
    assertThat(execute("batch", "--dry-run")).isEqualTo(2);
    assertThat(err.toString()).contains("Missing required parameter: 'FILE'");
  }

  @Test
  void shouldSayHowLongTheConfiguredLimitsMakeAFileTake() throws IOException {
    String[] lines = new String[90];
    Arrays.fill(lines, "{\"model\":\"gpt-4o-mini\",\"messages\":" + HELLO + "}");
    Path file = file(lines);

    assertThat(execute("submit", "--dry-run", file.toString())).isZero();
    assertThat(out.toString()).as("nothing limits it").doesNotContain("At least");

    environment.put("RATE_LIMIT_REQUESTS_PER_MINUTE", "60");
    environment.put("RATE_LIMIT_TOKENS_PER_MINUTE", "10000");
    assertThat(execute("submit", "--dry-run", file.toString())).isZero();
    assertThat(out.toString())
        .contains("At least 0:01:30 by rate.limit.requests.per.minute=60, if nothing else uses");

    environment.put("RATE_LIMIT_TOKENS_PER_MINUTE", "30");
    assertThat(execute("submit", "--dry-run", "--output", "json", file.toString())).isZero();
    assertThat(lastLine().path("least_seconds").asLong())
        .as("90 prompts of 10 tokens, and 30 a minute")
        .isEqualTo(1800);
  }

  @Test
  void shouldTakeTheTimeOfTheSlowestScope() throws IOException {
    environment.put("RATE_LIMIT_SCOPE", "model");
    environment.put("RATE_LIMIT_REQUESTS_PER_MINUTE", "60");
    Path settings =
        Files.writeString(
            directory.resolve("scopes.properties"),
            """
            rate.limit.override.a-mini.model=gpt-4o-mini*
            rate.limit.override.a-mini.requests.per.minute=6000
            rate.limit.override.b-4o.model=gpt-4o*
            rate.limit.override.b-4o.requests.per.minute=6
            """);
    Path file =
        file(
            "{\"model\":\"gpt-4o-mini\",\"messages\":" + HELLO + "}",
            "{\"model\":\"gpt-4o\",\"messages\":" + HELLO + "}",
            "{\"model\":\"gpt-4o\",\"messages\":" + HELLO + "}",
            "{\"model\":\"o4-mini\",\"messages\":" + HELLO + "}");

    assertThat(execute("submit", "--dry-run", "--config", settings.toString(), file.toString()))
        .as(err.toString())
        .isZero();

    assertThat(out.toString())
        .contains("At least 0:00:20 by rate.limit.override.b-4o.requests.per.minute=6,");
  }

  @Test
  void shouldRefuseToLearnFromTheFuture() throws IOException {
    Path file = file("{\"model\":\"gpt-4o-mini\",\"messages\":" + HELLO + "}");

    assertThat(execute("submit", "--dry-run", "--learn-from", "latest", file.toString()))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--learn-from must be a time in the past, or earliest");
  }

  @Test
  void shouldLearnForADryRunOnly() throws IOException {
    Path file = file("{\"model\":\"gpt-4o-mini\",\"messages\":" + HELLO + "}");

    assertThat(execute("submit", "--learn-from", "7d", file.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("--learn-from needs --dry-run");
  }

  private JsonNode lastLine() throws IOException {
    List<String> lines = out.toString().lines().toList();
    return new ObjectMapper().readTree(lines.get(lines.size() - 1));
  }

  private Path file(String... lines) throws IOException {
    return Files.write(directory.resolve("requests.jsonl"), List.of(lines));
  }

  private void prices() throws IOException {
    Path file = Files.writeString(directory.resolve("prices.json"), PRICES);
    environment.put("USAGE_PRICES_FILE", file.toString());
  }
}
