// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config.key;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/**
 * The allowed values of a key, as a description and as a test. The description appears on the
 * reference page and in faults.
 *
 * <p>A missing value (a default of null) is always allowed.
 */
public final class Allowed implements ConfigDef.Validator {

  private final String words;
  private final Predicate<Object> test;

  private Allowed(String words, Predicate<Object> test) {
    this.words = words;
    this.test = test;
  }

  /** Allows texts that pass the test. */
  public static Allowed text(String words, Predicate<String> test) {
    return new Allowed(
        words,
        value -> test.test(value instanceof Password secret ? secret.value() : value.toString()));
  }

  /** Allows texts that are not blank. */
  public static Allowed text(String words) {
    return text(words, value -> !value.isBlank());
  }

  /** Allows paths of files. The file need not exist. */
  public static Allowed path() {
    return text("the path of a file", text -> !text.isBlank() && text.indexOf('\0') < 0);
  }

  /** Allows lists in which every text passes the test. */
  public static Allowed list(String words, Predicate<String> test) {
    return new Allowed(
        words,
        value ->
            value instanceof Collection<?> entries
                && entries.stream().allMatch(entry -> test.test(entry.toString())));
  }

  /** Allows lists with at least one text in which every text passes the test. */
  public static Allowed someOf(String words, Predicate<String> test) {
    Allowed list = list(words, test);
    return new Allowed(words, value -> !((Collection<?>) value).isEmpty() && list.test.test(value));
  }

  /** Allows whole numbers between two bounds, both inclusive. */
  public static Allowed between(long least, long most) {
    return new Allowed(
        "a whole number from " + least + " to " + most,
        value -> {
          long number = ((Number) value).longValue();
          return number >= least && number <= most;
        });
  }

  /** Allows numbers between two bounds, both inclusive. */
  public static Allowed between(double least, double most) {
    return new Allowed(
        "a number from " + least + " to " + most,
        value -> {
          double number = ((Number) value).doubleValue();
          return number >= least && number <= most;
        });
  }

  /** Allows true and false. */
  public static Allowed trueOrFalse() {
    return new Allowed("true or false", value -> value instanceof Boolean);
  }

  /** Allows the constants of an enum, in lower case. */
  public static <E extends Enum<E>> Allowed oneOf(Class<E> type) {
    String words =
        Arrays.stream(type.getEnumConstants())
            .map(constant -> constant.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(" or "));
    return text(words, value -> Arrays.asList(words.split(" or ")).contains(value));
  }

  /** Allows visible ASCII characters and spaces, which any header can carry. */
  public static Allowed headerValue() {
    return text("visible ASCII characters and spaces", Allowed::isHeaderValue);
  }

  /** Whether this may be the value of a header. */
  public static boolean isHeaderValue(String text) {
    return !text.isBlank() && text.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
  }

  /** Whether this may be the name of a header: a token of RFC 9110. */
  public static boolean isHeaderName(String text) {
    return text.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
  }

  @Override
  public void ensureValid(String name, @Nullable Object value) {
    if (value != null && !test.test(value)) {
      throw new ConfigException(name, "[hidden]", words);
    }
  }

  @Override
  public String toString() {
    return words;
  }
}
