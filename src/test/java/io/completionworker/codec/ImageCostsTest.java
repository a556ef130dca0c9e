// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import static io.completionworker.codec.Fixtures.answer;
import static io.completionworker.codec.Fixtures.answered;
import static io.completionworker.codec.Fixtures.call;
import static io.completionworker.codec.Fixtures.gateway;
import static io.completionworker.codec.Fixtures.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionTokensDetails;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.ContentPart;
import io.completionworker.avro.ImageUrl;
import io.completionworker.avro.Message;
import io.completionworker.avro.PromptTokensDetails;
import io.completionworker.avro.TokenUsage;
import io.completionworker.completion.Answer;
import io.completionworker.completion.Attempt;
import io.completionworker.completion.CompletionCall;
import io.completionworker.metrics.CallMeters;
import io.completionworker.metrics.Meters;
import io.completionworker.pricing.PriceFile;
import io.completionworker.pricing.PriceList;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What images of requests and answers cost, and what is expected of them. */
class ImageCostsTest {

  private static final String PRICES =
      """
      {
        "header": {"source": "a test", "as_of": "2026-01-01", "currency": "USD"},
        "prices": [
          {"model": "painter", "input": 0.3, "image_input": 0.6, "output": 2.5, "image_output": 30},
          {"model": "by-number", "input": 2.5, "output": 10, "image": 0.003613}
        ]
      }
      """;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private PriceList prices = PriceFile.read(Path.of("deploy", "prices.example.json"));

  @BeforeEach
  void read(@TempDir Path directory) throws IOException {
    prices = PriceFile.read(Files.writeString(directory.resolve("prices.json"), PRICES));
  }

  private static CompletionCall withImages(String model, int images, int mostOut) {
    ContentPart text = ContentPart.newBuilder().setType("text").setText("four").build();
    ContentPart image =
        ContentPart.newBuilder()
            .setType("image_url")
            .setImageUrl(new ImageUrl("https://x.example/a.png", "low"))
            .build();
    List<ContentPart> parts =
        Stream.concat(Stream.of(text), Collections.nCopies(images, image).stream()).toList();
    Message message = Message.newBuilder().setRole("user").setContent(parts).build();
    return call(
        request()
            .setModel(model)
            .setMaxCompletionTokens(mostOut)
            .setMessages(List.of(message))
            .build());
  }

  private static Attempt used(String cacheStatus, TokenUsage usage) {
    Answer a = answer("hello");
    return answered(
        1,
        new Answer(
            a.id(),
            a.created(),
            "",
            a.choices(),
            null,
            null,
            usage,
            gateway(cacheStatus),
            a.body()));
  }

  /** As an endpoint that paints reports it: 1120 of 1337 tokens are an image, 217 are reasoning. */
  private static TokenUsage painted() {
    return TokenUsage.newBuilder()
        .setPromptTokens(533)
        .setCompletionTokens(1_337)
        .setTotalTokens(1_870)
        .setPromptTokensDetails(
            PromptTokensDetails.newBuilder().setTextTokens(6L).setImageTokens(527L).build())
        .setCompletionTokensDetails(
            CompletionTokensDetails.newBuilder()
                .setReasoningTokens(217L)
                .setTextTokens(0L)
                .setImageTokens(1_120L)
                .build())
        .build();
  }

  private static TokenUsage plain(long prompt, long completion) {
    return TokenUsage.newBuilder()
        .setPromptTokens(prompt)
        .setCompletionTokens(completion)
        .setTotalTokens(prompt + completion)
        .build();
  }

  private CompletionUsage row(CompletionCall call, Attempt attempt) {
    UsageCosts costs = new UsageCosts(prices, new Meters(registry));
    UsageRecords records = new UsageRecords("api.example", null, costs);
    var billed = records.billed(call, List.of(attempt)).get(0);
    costs.count(billed);
    return records.of(billed, false, null, 0);
  }

  private BigDecimal bound(CompletionCall call) {
    return new CostBound(prices, null, () -> 0).apply(call).orElseThrow();
  }

  @Test
  void shouldPriceTheTokensOfImagesOnceAndByTheirOwnPrice() {
    CompletionUsage row = row(withImages("painter", 1, 2_000), used("MISS", painted()));

    assertThat(row.getCost())
        .as("6 x 0.3 + 527 x 0.6 + 217 x 2.5 + 1120 x 30")
        .isEqualTo("0.0344605000");
    assertThat(row.getImages()).isEqualTo(1);
    assertThat(row.getImagePromptTokens()).isEqualTo(527);
    assertThat(row.getImageCompletionTokens()).isEqualTo(1_120);
    assertThat(registry.counter(CallMeters.UNEXPLAINED_USAGE.name()).count()).isZero();
  }

  /** The example of {@code cost.md}, by the entry of the example file. */
  @Test
  void shouldCostWhatThePageSays() {
    prices = PriceFile.read(Path.of("deploy", "prices.example.json"));

    CompletionUsage row = row(withImages("gemini-3-pro-image", 1, 2_000), used("MISS", painted()));

    assertThat(row.getCost()).isEqualTo("0.0457175000");
  }

  @Test
  void shouldPriceEachImageOfTheRequestWhereTheProviderBillsThemByNumber() {
    CompletionUsage row = row(withImages("by-number", 3, 10), used("MISS", plain(100, 10)));

    assertThat(row.getCost()).as("100 x 2.5 + 10 x 10, and 3 x 0.003613").isEqualTo("0.0111890000");
    assertThat(row.getImages()).isEqualTo(3);
    assertThat(row.getImagePromptTokens()).as("the endpoint does not say").isNull();
  }

  @Test
  void shouldTakeNothingForImagesOfACacheHit() {
    CompletionUsage row = row(withImages("by-number", 3, 10), used("HIT", plain(100, 10)));

    assertThat(row.getCost()).isEqualTo("0.0000000000");
  }

  @Test
  void shouldExpectImagesAtTheirPrice() {
    assertThat(bound(withImages("by-number", 3, 10)))
        .as("3 + 4 + 1 + 3 x 85 tokens at 2.5, 10 at 10, and 3 x 0.003613")
        .isEqualTo("0.0115965000");
    assertThat(bound(withImages("painter", 2, 2_000)))
        .as("8 x 0.3 + 170 x 0.6 + 2000 x 30")
        .isEqualTo("0.0601044000");
  }

  @Test
  void shouldExpectNoLessThanACallCostsThatUsesWhatWasExpected() {
    CompletionCall call = withImages("painter", 2, 1_400);
    TokenUsage usage =
        TokenUsage.newBuilder(painted())
            .setPromptTokens(178)
            .setTotalTokens(178 + 1_337)
            .setPromptTokensDetails(PromptTokensDetails.newBuilder().setImageTokens(170L).build())
            .build();

    assertThat(row(call, used("MISS", usage)).getCost()).isLessThan(bound(call));
  }
}
