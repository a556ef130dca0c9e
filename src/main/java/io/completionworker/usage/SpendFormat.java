// SPDX-License-Identifier: Apache-2.0
package io.completionworker.usage;

import io.completionworker.control.budget.SpendEntry;
import io.completionworker.serde.PlainJson;
import io.completionworker.validation.JsonSyntax;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of an entry on the topic of what was spent, in which every value is a text. It needs no
 * registry, so that a stream thread can write it in the transaction of the usage rows. A reader
 * ignores members that it does not know.
 */
public final class SpendFormat {

  private static final String SOURCE = "source";
  private static final String BUDGET = "budget";
  private static final String PERIOD = "period";
  private static final String ENDS_AT = "ends_at";
  private static final String CURRENCY = "currency";
  private static final String SPENT = "spent";
  private static final String RESERVED = "reserved";
  private static final String HOLDER = "reserved_by";
  private static final String AT = "changed_at";

  private SpendFormat() {}

  static byte[] encode(SpendEntry entry) {
    Map<String, String> members = new LinkedHashMap<>();
    members.put(BUDGET, entry.budget());
    members.put(PERIOD, entry.period());
    members.put(SOURCE, entry.source());
    members.put(SPENT, entry.spent().toPlainString());
    members.put(CURRENCY, entry.currency());
    if (entry.endMillis() != Long.MAX_VALUE) {
      members.put(ENDS_AT, Long.toString(entry.endMillis()));
    }
    if (entry.reserved().signum() > 0) {
      members.put(RESERVED, entry.reserved().toPlainString());
      members.put(HOLDER, entry.holder());
    }
    members.put(AT, Long.toString(entry.atMillis()));
    return PlainJson.text(members).getBytes(StandardCharsets.UTF_8);
  }

  /** Reads an entry; empty if the bytes are none. */
  public static Optional<SpendEntry> decode(byte @Nullable [] bytes) {
    Map<String, String> members =
        bytes == null ? null : JsonSyntax.texts(new String(bytes, StandardCharsets.UTF_8));
    if (members == null) {
      return Optional.empty();
    }
    String budget = members.get(BUDGET);
    String period = members.get(PERIOD);
    String source = members.get(SOURCE);
    String spent = members.get(SPENT);
    String currency = members.get(CURRENCY);
    String endsAt = members.getOrDefault(ENDS_AT, Long.toString(Long.MAX_VALUE));
    if (budget == null || period == null || source == null || spent == null || currency == null) {
      return Optional.empty();
    }
    try {
      long end = Long.parseLong(endsAt);
      return Optional.of(
          new SpendEntry(
              source,
              budget,
              period,
              end,
              currency,
              new BigDecimal(spent),
              new BigDecimal(members.getOrDefault(RESERVED, "0")),
              members.getOrDefault(HOLDER, ""),
              Long.parseLong(members.getOrDefault(AT, "0"))));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
