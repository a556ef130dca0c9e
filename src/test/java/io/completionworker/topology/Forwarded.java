// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import io.completionworker.avro.CompletionUsage;
import io.completionworker.completion.Emission.Output;
import io.completionworker.completion.Emission.OutputValue;
import io.completionworker.fixtures.TextCodec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedForward;

/** A record that {@code complete} has forwarded, with a value of {@link TextCodec}. */
record Forwarded(String node, Object value) {

  private static final Set<String> OUTCOMES =
      Set.of(Output.RESPONSES.node(), Output.FAILURES.node(), Output.DEAD_LETTERS.node());

  Forwarded(CapturedForward<?, ?> captured) {
    this(captured.childName().orElseThrow(), captured.record().value());
  }

  boolean isOutcome() {
    return OUTCOMES.contains(node);
  }

  /** Usage rows to be added up; empty if it is something else. */
  List<CompletionUsage> rows() {
    return value instanceof List<?> list
        ? list.stream().map(CompletionUsage.class::cast).toList()
        : List.of();
  }

  /** The text of an output. */
  String text() {
    byte[] bytes = value instanceof OutputValue output ? output.bytes() : null;
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }

  /** The number of the request of an outcome, whose text begins with {@code r} and the number. */
  int request() {
    return Integer.parseInt(text().substring(1, text().indexOf(' ')));
  }
}
