// SPDX-License-Identifier: Apache-2.0
package io.completionworker.pricing;

import com.fasterxml.jackson.databind.JsonNode;
import io.completionworker.config.key.NearestKey;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one object of the price file. A faulty field is reported, and read as null.
 * An optional field that is missing or {@code null} is read as null too.
 */
final class PriceFields {

  /**
   * The most digits before the point: ample for every currency, and few enough to keep exact
   * arithmetic cheap.
   */
  private static final int MAX_DIGITS = 12;

  private static final int MAX_DECIMALS = 12;

  private static final String PRICE =
      "a number from 0 on, of at most "
          + MAX_DIGITS
          + " digits and "
          + MAX_DECIMALS
          + " decimals, not in quotes";

  private final JsonNode object;
  private final String where;
  private final Consumer<String> faults;

  /**
   * Creates a reader, and reports fields that are not among the known ones.
   *
   * @param where name of the object in faults; empty for the whole file
   */
  PriceFields(JsonNode object, String where, List<String> known, Consumer<String> faults) {
    this.object = object;
    this.where = where;
    this.faults = faults;
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                fault(name, "unknown field; the nearest known field is " + nearest(name, known));
              }
            });
  }

  private static String nearest(String name, List<String> known) {
    return NearestKey.to(name, known);
  }

  void fault(String field, String what) {
    faults.accept((where.isEmpty() ? "" : where + ".") + field + ": " + what);
  }

  /** Reads a required text. */
  @Nullable String text(String field) {
    return required(field, "a text that is not blank", PriceFields::textOf);
  }

  @Nullable String optionalText(String field) {
    return optional(field, "a text that is not blank", PriceFields::textOf);
  }

  /** Reads a required price. */
  @Nullable BigDecimal price(String field) {
    return required(field, PRICE, PriceFields::priceOf);
  }

  @Nullable BigDecimal optionalPrice(String field) {
    return optional(field, PRICE, PriceFields::priceOf);
  }

  /** Reads an optional whole number from 0 on. */
  long optionalCount(String field, long otherwise) {
    Long count = optional(field, "a whole number from 0 on, not in quotes", PriceFields::countOf);
    return count == null ? otherwise : count;
  }

  /** Reads a required date. */
  @Nullable LocalDate date(String field) {
    return required(field, "a date such as 2026-01-31", node -> LocalDate.parse(textOf(node)));
  }

  /** Reads an optional time. A date stands for its beginning in UTC. */
  @Nullable Instant optionalMoment(String field) {
    return optional(
        field,
        "a date such as 2026-01-31 or a time such as 2026-01-31T12:00:00Z",
        PriceFields::momentOf);
  }

  private <T> @Nullable T required(String field, String allowed, Function<JsonNode, T> reader) {
    if (absent(field)) {
      fault(field, "is required; allowed: " + allowed);
      return null;
    }
    return read(field, allowed, reader);
  }

  private <T> @Nullable T optional(String field, String allowed, Function<JsonNode, T> reader) {
    return absent(field) ? null : read(field, allowed, reader);
  }

  private boolean absent(String field) {
    return !object.hasNonNull(field);
  }

  private <T> @Nullable T read(String field, String allowed, Function<JsonNode, T> reader) {
    JsonNode node = object.path(field);
    try {
      return reader.apply(node);
    } catch (IllegalArgumentException | DateTimeParseException e) {
      fault(field, shown(node) + " is not allowed; allowed: " + allowed);
      return null;
    }
  }

  private static String shown(JsonNode node) {
    String text = node.isNumber() ? number(node.decimalValue()) : node.toString();
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }

  /** Returns a number in a short form, because an exponent can stand for millions of digits. */
  private static String number(BigDecimal number) {
    return Math.abs((long) number.scale()) > 60 ? number.toString() : number.toPlainString();
  }

  private static String textOf(JsonNode node) {
    if (!node.isTextual() || node.textValue().isBlank()) {
      throw new IllegalArgumentException("no text");
    }
    return node.textValue();
  }

  private static Instant momentOf(JsonNode node) {
    String text = textOf(node);
    return text.indexOf('T') < 0
        ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
        : Instant.parse(text);
  }

  private static Long countOf(JsonNode node) {
    if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
      throw new IllegalArgumentException("no count");
    }
    return node.longValue();
  }

  private static BigDecimal priceOf(JsonNode node) {
    if (!node.isNumber()) {
      throw new IllegalArgumentException("no number");
    }
    BigDecimal price = node.decimalValue();
    if (price.signum() == 0) {
      return BigDecimal.ZERO;
    }
    price = price.stripTrailingZeros();
    boolean small = (long) price.precision() - price.scale() <= MAX_DIGITS;
    if (price.signum() < 0 || price.scale() > MAX_DECIMALS || !small) {
      throw new IllegalArgumentException("out of range");
    }
    return price;
  }
}
