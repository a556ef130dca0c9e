// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An amount of money that some of the requests may cost in a period. The currency is that of the
 * price file.
 *
 * @param name what its sums are kept under, so that a budget with other terms goes on with them
 * @param amount greater than 0, with at most {@link #SCALE} decimals
 * @param zone where days and months begin
 */
public record Budget(
    String name, BigDecimal amount, Period period, ZoneId zone, Action action, Scope scope) {

  /** The number of decimals of all amounts, as in usage rows. */
  public static final int SCALE = 10;

  /** The largest amount. */
  public static final BigDecimal MOST = BigDecimal.valueOf(100_000_000);

  /** What a name may consist of. It is part of keys on topics. */
  public static final String NAME = "[A-Za-z0-9._-]{1,64}";

  /** How often a budget begins anew. */
  public enum Period {
    /** Never. */
    TOTAL,
    DAY,
    MONTH
  }

  /** What becomes of a request that the budget has no money for. */
  public enum Action {
    /** It waits for the next period, or until the budget is raised. */
    HOLD,
    /** It ends with the failure {@code BUDGET_EXCEEDED}. */
    FAIL
  }

  /**
   * Which requests count. A request has to agree with every part that is set; without any part, all
   * requests count.
   *
   * @param virtualKey pattern in which {@code *} stands for any characters; a secret
   * @param model pattern, likewise
   * @param metadata values that the metadata of a request must have; empty for any
   */
  public record Scope(
      @Nullable String virtualKey,
      @Nullable String user,
      @Nullable String model,
      @Nullable String batch,
      Map<String, String> metadata) {

    /** All requests. */
    public static final Scope ALL = new Scope(null, null, null, null, Map.of());

    /** Copies the map. */
    public Scope {
      metadata = Map.copyOf(metadata);
    }

    /** Leaves out the virtual key. */
    @Override
    public String toString() {
      return "Scope[" + user + ", " + model + ", " + batch + ", " + metadata + "]";
    }
  }

  /**
   * One period of a budget.
   *
   * @param name {@code total}, a day such as {@code 2026-12-01} or a month such as {@code 2026-12}
   * @param endMillis when it ends, Unix time in milliseconds; {@link Long#MAX_VALUE} for never
   */
  public record Span(String name, long endMillis) {}

  /** Returns the period that a time is in. */
  public Span span(long millis) {
    Instant time = Instant.ofEpochMilli(millis);
    LocalDate day = LocalDate.ofInstant(time, zone);
    return switch (period) {
      case TOTAL -> new Span(text(period), Long.MAX_VALUE);
      case DAY -> new Span(day.toString(), start(day.plusDays(1)));
      case MONTH -> {
        YearMonth month = YearMonth.from(day);
        yield new Span(month.toString(), start(month.plusMonths(1).atDay(1)));
      }
    };
  }

  private long start(LocalDate day) {
    return day.atStartOfDay(zone).toInstant().toEpochMilli();
  }

  /** Returns the amount and the period, as text: {@code 10 USD a day}. */
  public String terms(String currency) {
    String money = (plain(amount) + " " + currency).strip();
    return period == Period.TOTAL ? money + " in all" : money + " a " + text(period);
  }

  /** Returns an amount without zeros at its end. */
  public static String plain(BigDecimal amount) {
    return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
  }

  /** Returns the value that configures a period or an action. */
  public static String text(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
