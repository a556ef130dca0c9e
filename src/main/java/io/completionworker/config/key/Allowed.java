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
 * What a key may be set to, in words and as a test. The words are those of the reference page and
 * of the fault.
 *
 * <p>No value (a default of null) is always allowed.
 */
public final class Allowed implements ConfigDef.Validator {

  private final String words;
  private final Predicate<Object> test;

  private Allowed(String words, Predicate<Object> test) {
    this.words = words;
    this.test = test;
  }

  /** A text that passes the test. */
  public static Allowed text(String words, Predicate<String> test) {
    return new Allowed(
        words,
        value -> test.test(value instanceof Password secret ? secret.value() : value.toString()));
  }

  /** A text that is not blank. */
  public static Allowed text(String words) {
    return text(words, value -> !value.isBlank());
  }

  /** The path of a file, whether there is one or not. */
  public static Allowed path() {
    return text("the path of a file", text -> !text.isBlank() && text.indexOf('\0') < 0);
  }

  /** A list of texts that all pass the test. */
  public static Allowed list(String words, Predicate<String> test) {
    return new Allowed(
        words,
        value ->
            value instanceof Collection<?> entries
                && entries.stream().allMatch(entry -> test.test(entry.toString())));
  }

  /** The same, and at least one of them. */
  public static Allowed someOf(String words, Predicate<String> test) {
    Allowed list = list(words, test);
    return new Allowed(words, value -> !((Collection<?>) value).isEmpty() && list.test.test(value));
  }

  /** A whole number, both bounds included. */
  public static Allowed between(long least, long most) {
    return new Allowed(
        "a whole number from " + least + " to " + most,
        value -> {
          long number = ((Number) value).longValue();
          return number >= least && number <= most;
        });
  }

  /** A number, both bounds included. */
  public static Allowed between(double least, double most) {
    return new Allowed(
        "a number from " + least + " to " + most,
        value -> {
          double number = ((Number) value).doubleValue();
          return number >= least && number <= most;
        });
  }

  /** True or false. */
  public static Allowed trueOrFalse() {
    return new Allowed("true or false", value -> value instanceof Boolean);
  }

  /** The constants of an enum, in lower case. */
  public static <E extends Enum<E>> Allowed oneOf(Class<E> type) {
    String words =
        Arrays.stream(type.getEnumConstants())
            .map(constant -> constant.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(" or "));
    return text(words, value -> Arrays.asList(words.split(" or ")).contains(value));
  }

  /** Visible ASCII and inner spaces: what a header may carry without a question. */
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
