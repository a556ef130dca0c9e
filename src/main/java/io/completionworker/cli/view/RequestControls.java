// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.view;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.PortkeyOptions;
import io.completionworker.cli.control.AppliedControls;
import io.completionworker.cli.control.AppliedControls.RequestFacts;
import io.completionworker.cli.control.ControlTopic;
import io.completionworker.cli.records.RecordsException;
import io.completionworker.cli.records.ValueDecoder.RecordFields;
import io.completionworker.config.Secret;
import io.completionworker.config.WorkerSettings;
import io.completionworker.headers.KnownHeader;
import io.completionworker.headers.MetadataValues;
import io.completionworker.validation.JsonSyntax;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The controls that hold for a request.
 *
 * @param fault why they could not be read; empty if they could
 */
record RequestControls(AppliedControls applied, Optional<String> fault) {

  private static final RequestControls NONE =
      new RequestControls(AppliedControls.NONE, Optional.empty());

  /**
   * A request as its producer has published it.
   *
   * @param record its record
   */
  record Published(CompletionRequest request, ConsumerRecord<byte[], byte[]> record) {}

  /**
   * Returns the controls that hold for a request. There may be some even if they cannot be read,
   * since a command may have the right to read other topics only.
   *
   * @param request null if its record was not found, so that nothing is known of it
   * @param found its records
   */
  static RequestControls of(
      WorkerSettings settings,
      String requestId,
      @Nullable Published request,
      List<RequestHistory.Found> found) {
    if (request == null) {
      return NONE;
    }
    try {
      RequestFacts facts =
          facts(requestId, request, found, settings.gateway().credentials().virtualKey());
      return new RequestControls(
          AppliedControls.to(facts, new ControlTopic(settings).readIfPresent(), Instant.now()),
          Optional.empty());
    } catch (RecordsException e) {
      return new RequestControls(AppliedControls.NONE, Optional.of(String.valueOf(e.getMessage())));
    }
  }

  /**
   * Returns what controls select the request by.
   *
   * @param configured virtual key of requests that name none
   */
  static RequestFacts facts(
      String requestId,
      Published published,
      List<RequestHistory.Found> found,
      @Nullable Secret configured) {
    CompletionRequest request = published.request();
    Headers headers = published.record().headers();
    PortkeyOptions options = request.getPortkey();
    Optional<String> key =
        RecordFields.text(headers, KnownHeader.VIRTUAL_KEY.text())
            .or(() -> Optional.ofNullable(options).map(PortkeyOptions::getVirtualKey))
            .or(() -> Optional.ofNullable(configured).map(Secret::value));
    return new RequestFacts(
        requestId,
        traceId(found),
        request.getUser(),
        key.orElse(null),
        request.getModel(),
        metadata(headers, options),
        published.record().timestamp());
  }

  /**
   * Returns the trace that the request names, or that the worker has given it as its outcome and
   * its usage rows say.
   */
  private static @Nullable String traceId(List<RequestHistory.Found> found) {
    return found.stream()
        .map(one -> one.seen().traceId())
        .filter(Objects::nonNull)
        .findFirst()
        .or(
            () ->
                found.stream()
                    .map(one -> one.seen().parentTrace())
                    .flatMap(Optional::stream)
                    .findFirst())
        .orElse(null);
  }

  /** Returns the metadata that the worker compares with controls. */
  private static Map<String, String> metadata(Headers headers, @Nullable PortkeyOptions options) {
    Optional<String> header = RecordFields.text(headers, KnownHeader.METADATA.text());
    if (header.isPresent()) {
      Map<String, String> sent = JsonSyntax.texts(header.get());
      // a request with a header that cannot be read is never called
      return sent == null ? Map.of() : MetadataValues.asSent(sent);
    }
    Map<String, String> fields = options == null ? null : options.getMetadata();
    return fields == null ? Map.of() : MetadataValues.asSent(fields);
  }
}
