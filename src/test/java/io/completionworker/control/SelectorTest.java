// SPDX-License-Identifier: Apache-2.0
package io.completionworker.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.CallScope;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import io.completionworker.completion.CompletionCall.TraceContext;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordPosition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectorTest {

  private static final Map<String, String> METADATA = Map.of("team", "search", "stage", "prod");

  /**
   * Selectors, as the text {@code request|batch|trace|user|virtual key|model|metadata} in which
   * {@code -} is not set, and whether they select request {@code batch:b-7:3:x:y} of trace {@code
   * t-1} by user {@code u-1} with virtual key {@code openai-eu} and model {@code gpt-4.1-mini}.
   */
  @ParameterizedTest
  @CsvSource({
    "-|-|-|-|-|-|-, true",
    "batch:b-7:3:x:y|-|-|-|-|-|-, true",
    "batch:b-7:3:x|-|-|-|-|-|-, false",
    "batch:*|-|-|-|-|-|-, false",
    "-|b-7|-|-|-|-|-, true",
    "-|b-70|-|-|-|-|-, false",
    "-|b-|-|-|-|-|-, false",
    "-|b-7:3|-|-|-|-|-, false",
    "-|*|-|-|-|-|-, false",
    "-|-|t-1|-|-|-|-, true",
    "-|-|t-2|-|-|-|-, false",
    "-|-|t-*|-|-|-|-, false",
    "-|-|-|u-1|-|-|-, true",
    "-|-|-|U-1|-|-|-, false",
    "-|-|-|-|openai-eu|-|-, true",
    "-|-|-|-|openai-*|-|-, true",
    "-|-|-|-|*-eu|-|-, true",
    "-|-|-|-|*|-|-, true",
    "-|-|-|-|openai|-|-, false",
    "-|-|-|-|azure-*|-|-, false",
    "-|-|-|-|-|gpt-4.1-mini|-, true",
    "-|-|-|-|-|gpt-*mini|-, true",
    "-|-|-|-|-|gpt-4|-, false",
    "-|-|-|-|-|gpt-4x1*|-, false",
    "-|-|-|-|-|-|team=search, true",
    "-|-|-|-|-|-|team=search&stage=prod, true",
    "-|-|-|-|-|-|team=search&stage=test, false",
    "-|-|-|-|-|-|team=search&more=1, false",
    "-|-|-|-|-|-|Team=search, false",
    "-|b-7|t-1|u-1|openai-*|gpt-*|team=search, true",
    "-|b-8|t-1|u-1|openai-*|gpt-*|team=search, false",
    "-|b-7|t-2|u-1|openai-*|gpt-*|team=search, false",
    "-|b-7|t-1|u-2|openai-*|gpt-*|team=search, false",
    "-|b-7|t-1|u-1|azure-*|gpt-*|team=search, false",
    "-|b-7|t-1|u-1|openai-*|o3*|team=search, false",
    "-|b-7|t-1|u-1|openai-*|gpt-*|team=chat, false",
  })
  void shouldSelectWhatAgreesWithEveryPart(String selector, boolean selected) {
    CompletionCall call = call("batch:b-7:3:x:y", "u-1", "openai-eu");

    assertThat(matches(selector(selector), call, any -> METADATA)).isEqualTo(selected);
  }

  /** A request without a batch, a user, a virtual key or metadata. */
  @ParameterizedTest
  @CsvSource({
    "-|-|-|-|-|-|-, true",
    "-|-|-|-|-|gpt-*|-, true",
    "-|b-7|-|-|-|-|-, false",
    "-|-|-|u-1|-|-|-, false",
    "-|-|-|-|*|-|-, false",
    "-|-|-|-|-|-|team=search, false",
  })
  void shouldNotSelectByAPartThatARequestLacks(String selector, boolean selected) {
    CompletionCall call = call("completion-requests-0-7", null, null);

    assertThat(matches(selector(selector), call, any -> Map.of())).isEqualTo(selected);
  }

  @ParameterizedTest
  @CsvSource({"batch:b-7:x:y", "batch:b-7:", "batch:b-7:0:x", "batch:b-7:01:x", "Batch:b-7:1:x"})
  void shouldNotTakeAnIdThatOnlyBeginsLikeThatOfABatch(String requestId) {
    CompletionCall call = call(requestId, null, null);

    assertThat(matches(selector("-|b-7|-|-|-|-|-"), call, any -> METADATA)).isFalse();
  }

  @Test
  void shouldAskForMetadataOnlyWhenTheyDecide() {
    AtomicInteger asked = new AtomicInteger();
    CompletionCall call = call("batch:b-7:3:x:y", "u-1", "openai-eu");
    for (String selector : List.of("-|b-7|-|-|-|-|-", "-|b-8|-|-|-|-|team=search")) {
      matches(
          selector(selector),
          call,
          any -> {
            asked.incrementAndGet();
            return METADATA;
          });
    }

    assertThat(asked).hasValue(0);
  }

  @Test
  void shouldBeEqualByItsTextsAndSayWhichAreSet() {
    Selector selector = selector("-|b-7|-|-|openai-*|gpt-*|team=search&stage=prod");

    assertThat(selector).isEqualTo(selector("-|b-7|-|-|openai-*|gpt-*|stage=prod&team=search"));
    assertThat(selector).isNotEqualTo(selector("-|b-7|-|-|openai-|gpt-*|team=search&stage=prod"));
    assertThat(selector.text())
        .isEqualTo(
            "batch b-7, virtual key openai-*, model gpt-*, metadata stage=prod, metadata"
                + " team=search");
    assertThat(Selector.ALL.text()).isEqualTo("everything");
  }

  private static boolean matches(
      Selector selector,
      CompletionCall call,
      Function<CompletionCall, Map<String, String>> metadataOf) {
    Control.Origin origin = new Control.Origin("c-1", Instant.EPOCH, "", "", null);
    return new Control.Pause(origin, selector)
        .matcher()
        .matches(new Controls.CallFacts(call, metadataOf));
  }

  private static Selector selector(String text) {
    String[] parts = text.split("\\|", -1);
    String metadata = set(parts[6]);
    return new Selector(
        set(parts[0]),
        set(parts[1]),
        set(parts[2]),
        set(parts[3]),
        set(parts[4]),
        set(parts[5]),
        metadata == null ? Map.of() : metadata(metadata));
  }

  private static Map<String, String> metadata(String text) {
    String[] members = text.split("&", -1);
    String[] first = members[0].split("=", -1);
    String[] last = members[members.length - 1].split("=", -1);
    return members.length == 1
        ? Map.of(first[0], first[1])
        : Map.of(first[0], first[1], last[0], last[1]);
  }

  private static @Nullable String set(String part) {
    return part.equals("-") ? null : part;
  }

  static CompletionCall call(String requestId, @Nullable String user, @Nullable String virtualKey) {
    return call(requestId, user, virtualKey, 0);
  }

  static CompletionCall call(
      String requestId, @Nullable String user, @Nullable String virtualKey, long timestamp) {
    RecordPosition position = new RecordPosition("completion-requests", 0, 7);
    return new CompletionCall(
        new SourceRecord(position, null, null, List.of(), timestamp, timestamp, 0),
        requestId,
        CompletionRequest.newBuilder()
            .setModel("gpt-4.1-mini")
            .setMessages(List.of())
            .setUser(user)
            .build(),
        Map.of(),
        List.of(),
        new TraceContext("t-1", "s", null, null, "traceparent", null, null),
        new CallScope("credential", virtualKey, "gpt-4.1-mini"),
        TokenEstimate.NONE,
        Long.MAX_VALUE);
  }
}
