// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tracing;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A span that a collector got.
 *
 * @param kind as the protocol names it, without its prefix
 * @param parentId empty for none
 * @param attributes as texts
 */
public record CollectedSpan(
    String service,
    String name,
    String kind,
    String traceId,
    String spanId,
    String parentId,
    long startNanos,
    long endNanos,
    boolean failed,
    Map<String, String> attributes) {

  static List<CollectedSpan> of(ExportTraceServiceRequest request) {
    List<CollectedSpan> spans = new ArrayList<>();
    for (ResourceSpans resource : request.getResourceSpansList()) {
      String service =
          attributes(resource.getResource().getAttributesList()).getOrDefault("service.name", "");
      resource
          .getScopeSpansList()
          .forEach(scope -> scope.getSpansList().forEach(span -> spans.add(of(service, span))));
    }
    return spans;
  }

  private static CollectedSpan of(String service, Span span) {
    return new CollectedSpan(
        service,
        span.getName(),
        span.getKind().name().replace("SPAN_KIND_", ""),
        HexFormat.of().formatHex(span.getTraceId().toByteArray()),
        HexFormat.of().formatHex(span.getSpanId().toByteArray()),
        HexFormat.of().formatHex(span.getParentSpanId().toByteArray()),
        span.getStartTimeUnixNano(),
        span.getEndTimeUnixNano(),
        span.getStatus().getCodeValue() == 2,
        attributes(span.getAttributesList()));
  }

  private static Map<String, String> attributes(List<KeyValue> members) {
    Map<String, String> attributes = new TreeMap<>();
    members.forEach(member -> attributes.put(member.getKey(), text(member.getValue())));
    return attributes;
  }

  private static String text(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case INT_VALUE -> String.valueOf(value.getIntValue());
      case BOOL_VALUE -> String.valueOf(value.getBoolValue());
      case DOUBLE_VALUE -> String.valueOf(value.getDoubleValue());
      case ARRAY_VALUE ->
          value.getArrayValue().getValuesList().stream()
              .map(CollectedSpan::text)
              .collect(Collectors.joining(",", "[", "]"));
      default -> value.toString();
    };
  }

  /** The tree below this span, a line each with what is told of it, children by their start. */
  public String tree(List<CollectedSpan> all, List<String> shown) {
    StringBuilder tree = new StringBuilder();
    print(tree, all, shown, "");
    return tree.toString();
  }

  private void print(
      StringBuilder tree, List<CollectedSpan> all, List<String> shown, String indent) {
    tree.append(indent).append(kind).append(' ').append(name);
    for (String attribute : shown) {
      String value = attributes.get(attribute);
      if (value != null) {
        tree.append(' ').append(attribute).append('=').append(value);
      }
    }
    tree.append('\n');
    all.stream()
        .filter(span -> span.parentId.equals(spanId))
        .sorted(Comparator.comparingLong(CollectedSpan::startNanos))
        .forEach(child -> child.print(tree, all, shown, indent + "  "));
  }
}
