// SPDX-License-Identifier: Apache-2.0
package io.completionworker.usage;

import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.UsageWindow;
import io.completionworker.completion.Fingerprint;
import io.completionworker.config.UsageWindowConfig;
import io.completionworker.serde.PlainJson;
import io.completionworker.validation.JsonSyntax;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What usage is added up by, and how a group is written as text: {@code name=value} for each
 * dimension in the order of their names, joined by {@code &}, both percent-encoded.
 */
final class Dimensions {

  /** Longest value in characters, so that keys stay small whatever requests hold. */
  static final int LONGEST = 256;

  private static final int KEPT = 239;
  private static final int HASH_BYTES = 8;

  private final List<String> names;
  private final boolean byMetadata;

  Dimensions(List<String> names) {
    this.names = names.stream().sorted().toList();
    this.byMetadata = names.stream().anyMatch(Dimensions::isMetadata);
  }

  /** The group of a row, as text. A dimension that the row has not is empty. */
  String group(CompletionUsage row) {
    List<String> pairs = new ArrayList<>(names.size());
    Map<String, String> metadata = byMetadata ? members(row.getMetadata()) : Map.of();
    for (String name : names) {
      String value = value(row, metadata, name);
      pairs.add(encoded(name) + "=" + encoded(value == null ? "" : bounded(value)));
    }
    return String.join("&", pairs);
  }

  /** Names and values of a group. */
  static Map<String, String> values(String group) {
    Map<String, String> values = new TreeMap<>();
    for (String pair : group.isEmpty() ? new String[0] : group.split("&", -1)) {
      int equals = pair.indexOf('=');
      values.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
    }
    return values;
  }

  /** Writes a group into the columns of a window. */
  static void describe(UsageWindow.Builder window, String group) {
    Map<String, String> values = values(group);
    Map<String, String> metadata = new TreeMap<>();
    values.forEach(
        (name, value) -> {
          if (isMetadata(name)) {
            metadata.put(key(name), value);
          }
        });
    window
        .setVirtualKey(values.get(UsageWindowConfig.VIRTUAL_KEY))
        .setModel(values.get(UsageWindowConfig.MODEL))
        .setProvider(values.get(UsageWindowConfig.PROVIDER))
        .setEndUser(values.get(UsageWindowConfig.USER))
        .setMetadata(metadata.isEmpty() ? null : PlainJson.text(metadata));
  }

  private static boolean isMetadata(String name) {
    return name.startsWith(UsageWindowConfig.METADATA_PREFIX);
  }

  private static String key(String name) {
    return name.substring(UsageWindowConfig.METADATA_PREFIX.length());
  }

  /** Of a name that occurs twice the last one counts. */
  private static Map<String, String> members(@Nullable String json) {
    Map<String, String> members = new HashMap<>();
    if (json != null && JsonSyntax.read(json) instanceof JsonSyntax.Valid valid) {
      for (JsonSyntax.Member member : valid.members()) {
        if (member.text() != null) {
          members.put(member.name(), member.text());
        }
      }
    }
    return members;
  }

  private static @Nullable String value(
      CompletionUsage row, Map<String, String> metadata, String name) {
    return switch (name) {
      case UsageWindowConfig.VIRTUAL_KEY -> row.getVirtualKey();
      case UsageWindowConfig.PROVIDER -> row.getProvider();
      case UsageWindowConfig.USER -> row.getEndUser();
      case UsageWindowConfig.MODEL ->
          row.getModelServed() == null ? row.getModel() : row.getModelServed();
      default -> metadata.get(key(name));
    };
  }

  /** The beginning of a long value, and its hash, which keeps it apart from others. */
  private static String bounded(String value) {
    if (value.length() <= LONGEST) {
      return value;
    }
    return value.substring(0, KEPT) + "~" + Fingerprint.of(value, HASH_BYTES);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
