// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec.headers;

import static io.completionworker.headers.KnownHeader.BAGGAGE;
import static io.completionworker.headers.KnownHeader.CACHE_NAMESPACE;
import static io.completionworker.headers.KnownHeader.CONFIG;
import static io.completionworker.headers.KnownHeader.FORCE_REFRESH;
import static io.completionworker.headers.KnownHeader.METADATA;
import static io.completionworker.headers.KnownHeader.PARENT_SPAN_ID;
import static io.completionworker.headers.KnownHeader.PROVIDER;
import static io.completionworker.headers.KnownHeader.SPAN_ID;
import static io.completionworker.headers.KnownHeader.SPAN_NAME;
import static io.completionworker.headers.KnownHeader.TRACEPARENT;
import static io.completionworker.headers.KnownHeader.TRACESTATE;
import static io.completionworker.headers.KnownHeader.TRACE_ID;
import static io.completionworker.headers.KnownHeader.VIRTUAL_KEY;

import io.completionworker.avro.PortkeyOptions;
import io.completionworker.avro.Violation;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.config.GatewayConfig.HeaderRules;
import io.completionworker.headers.KnownHeader;
import io.completionworker.validation.JsonSyntax;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Determines the headers that a record sends to the gateway, from its own headers or from the
 * fields of its value. A header wins over a field.
 *
 * <p>Names are compared without case. If a name occurs more than once, the last header counts. A
 * header without a value counts as absent. Violations never quote a value, because it may be a
 * credential.
 */
public final class GatewayHeaders {

  /** The length of a header line that servers usually accept. */
  private static final int LONGEST = 8192;

  private final HeaderRules rules;

  /** Creates a reader with these rules. */
  public GatewayHeaders(HeaderRules rules) {
    this.rules = rules;
  }

  /**
   * The headers and faults of a record.
   *
   * @param values checked values by lower-case name, without traceparent
   * @param traceparent traceparent of the record as it came, not checked; or null
   */
  public record Found(
      Map<String, String> values, @Nullable String traceparent, List<Violation> violations) {}

  /** Reads the headers and fields of a record. */
  public Found read(SourceRecord source, @Nullable PortkeyOptions options) {
    PortkeyOptions fields = options == null ? PortkeyOptions.newBuilder().build() : options;
    Reading reading = new Reading(last(source));
    reading.plain(TRACE_ID, "portkey.trace_id", fields.getTraceId());
    reading.plain(SPAN_ID, "portkey.span_id", fields.getSpanId());
    reading.plain(PARENT_SPAN_ID, "portkey.parent_span_id", fields.getParentSpanId());
    reading.plain(SPAN_NAME, "portkey.span_name", fields.getSpanName());
    reading.plain(CACHE_NAMESPACE, "portkey.cache_namespace", fields.getCacheNamespace());
    reading.plain(VIRTUAL_KEY, "portkey.virtual_key", fields.getVirtualKey());
    reading.plain(PROVIDER, "portkey.provider", fields.getProvider());
    reading.plain(TRACESTATE, TRACESTATE.text(), null);
    reading.plain(BAGGAGE, BAGGAGE.text(), null);
    reading.metadata(fields.getMetadata());
    reading.config(fields.getConfig());
    reading.forceRefresh(fields.getCacheForceRefresh());
    reading.forwarded();
    RecordHeader traceparent = reading.last.get(TRACEPARENT.text());
    return new Found(
        reading.values, traceparent == null ? null : traceparent.text(), reading.violations);
  }

  private static Map<String, RecordHeader> last(SourceRecord source) {
    Map<String, RecordHeader> last = new HashMap<>();
    for (RecordHeader header : source.headers()) {
      if (KnownHeader.accepts(header.name())) {
        last.put(header.name().toLowerCase(Locale.ROOT), header);
      }
    }
    return last;
  }

  /** Collects the values and violations of one record. */
  private final class Reading {

    private final Map<String, RecordHeader> last;
    private final Map<String, String> values = new LinkedHashMap<>();
    private final List<Violation> violations = new ArrayList<>();

    Reading(Map<String, RecordHeader> last) {
      this.last = last;
    }

    void plain(KnownHeader header, String field, @Nullable String value) {
      plain(header.text(), field, value);
    }

    private void plain(String name, String field, @Nullable String value) {
      Sourced sourced = sourced(name, field, value);
      if (sourced != null) {
        put(name, sourced, sourced.text());
      }
    }

    void metadata(@Nullable Map<String, String> value) {
      Sourced sourced = sourced(METADATA.text(), METADATA.text(), null);
      Map<String, String> metadata = value;
      if (sourced != null) {
        metadata = JsonSyntax.texts(sourced.text());
        if (metadata == null) {
          violate(sourced.from(), "must be a JSON object of strings");
        }
      }
      if (metadata != null && !metadata.isEmpty()) {
        String from = sourced == null ? "portkey.metadata" : sourced.from();
        put(METADATA.text(), new Sourced(from, ""), GatewayMetadata.json(metadata));
      }
    }

    void config(@Nullable String value) {
      Sourced sourced = sourced(CONFIG.text(), "portkey.config", value);
      if (sourced == null) {
        return;
      }
      String config = sourced.text().strip();
      if (KnownHeader.isSavedConfig(config)) {
        put(CONFIG.text(), sourced, config);
      } else if (!rules.inlineConfig()) {
        violate(
            sourced.from(),
            "must be the id of a saved config (pc-...); inline JSON needs"
                + " gateway.config.inline=true");
      } else if (JsonSyntax.read(config) instanceof JsonSyntax.Valid valid && valid.object()) {
        put(CONFIG.text(), sourced, GatewayMetadata.ascii(config));
      } else {
        violate(sourced.from(), "must be the id of a saved config (pc-...) or a JSON object");
      }
    }

    void forceRefresh(@Nullable Boolean value) {
      String name = FORCE_REFRESH.text();
      Sourced sourced = sourced(name, name, value == null ? null : value.toString());
      String text = sourced == null ? "" : sourced.text().strip().toLowerCase(Locale.ROOT);
      switch (text) {
        case "true" -> values.put(name, "true");
        case "false", "" -> {
          // not sent: some gateways treat any value as true
        }
        default -> violate(name, "must be true or false");
      }
    }

    void forwarded() {
      for (String name : last.keySet()) {
        if (rules.forwarded().contains(name) && !KnownHeader.of(name).isOption()) {
          plain(name, name, null);
        }
      }
    }

    /**
     * Returns the text of the header, otherwise that of the field; null if both are missing or the
     * header cannot be read.
     */
    private @Nullable Sourced sourced(String name, String field, @Nullable String value) {
      RecordHeader header = last.get(name);
      if (header != null && header.value() != null) {
        String text = header.utf8();
        if (text == null) {
          violate(name, "must be UTF-8 text");
          return null;
        }
        if (!text.isBlank()) {
          return new Sourced(name, text);
        }
      }
      return value == null || value.isBlank() ? null : new Sourced(field, value);
    }

    private void put(String name, Sourced sourced, String text) {
      String fault = fault(text);
      if (fault == null) {
        values.put(name, text.strip());
      } else {
        violate(sourced.from(), fault);
      }
    }

    private void violate(String field, String message) {
      violations.add(new Violation(field, message));
    }
  }

  /** A text, and the name of the header or field that it came from. */
  private record Sourced(String from, String text) {}

  /**
   * Returns why a text may not be sent as the value of an HTTP header, by RFC 9110 section 5.5 and
   * a maximum length, without quoting it; null if it may be sent.
   */
  private static @Nullable String fault(String value) {
    if (value.length() > LONGEST) {
      return "must have at most " + LONGEST + " characters as a header; has " + value.length();
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' || (c >= 0x7f && c < 0xa0)) {
        return "must have no line breaks and no control characters";
      }
      if (c > 0xff) {
        return "must have Latin-1 characters only";
      }
    }
    return null;
  }
}
