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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The dimensions by which usage is summed. A group is written as the text {@code name=value} for
 * each dimension in the order of their names, joined by {@code &}. Names and values are
 * percent-encoded.
 */
final class Dimensions {

  /** Longest value in characters, so that keys stay small whatever requests contain. */
  static final int LONGEST = 256;

  /** Texts that percent-encoding leaves as they are, which is most of them. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9.*_-]*");

  private static final int KEPT = 239;
  private static final int HASH_BYTES = 8;

  private final List<String> names;
  private final boolean byMetadata;

  Dimensions(List<String> names) {
    this.names = names.stream().sorted().toList();
    this.byMetadata = names.stream().anyMatch(Dimensions::isMetadata);
  }

  /** Returns the group of a row as text. A dimension that the row does not have is empty. */
  String group(CompletionUsage row) {
    List<String> pairs = new ArrayList<>(names.size());
    Map<String, String> metadata = byMetadata ? members(row.getMetadata()) : Map.of();
    for (String name : names) {
      String value = value(row, metadata, name);
      pairs.add(encoded(name) + "=" + encoded(value == null ? "" : bounded(value)));
    }
    return String.join("&", pairs);
  }

  /** Returns the names and values of a group. */
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

  /** Returns the text members of a JSON object. If a name occurs twice, the last value counts. */
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

  /** Shortens a long value to its beginning and a hash, which tells it from other values. */
  private static String bounded(String value) {
    if (value.length() <= LONGEST) {
      return value;
    }
    return value.substring(0, KEPT) + "~" + Fingerprint.of(value, HASH_BYTES);
  }

  private static String encoded(String text) {
    return PLAIN.matcher(text).matches() ? text : URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
