// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config.key;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Distinguishes misspelled names from names that belong to other programs. Names are compared word
 * by word, because as a whole, a foreign name ({@code replica.fetch.max.bytes}) is often as similar
 * to a known one as a misspelled name is ({@code max.inflight}).
 *
 * <p>A known name that ends with a dot or an underscore stands for all names that begin with it.
 */
public final class Misspelling {

  /**
   * The fewest letters of a known name in which edits are tolerated. In a shorter name, one letter
   * makes another name: acks and acls.
   */
  private static final int SHORT_NAME = 10;

  private static final int MOST_EDITS = 2;

  /**
   * The longest word that may be missing from a misspelled name. A longer word makes another name.
   */
  private static final int SHORT_WORD = 3;

  /** Minimum number of words of a given name in which one word may be missing. */
  private static final int LONG_NAME = 4;

  private static final Set<String> KNOWN_UNITS = Set.of("MS", "BYTES", "SEC", "SECOND", "MINUTE");
  private static final Set<String> UNITS =
      Set.of(
          "MS",
          "MILLIS",
          "MILLISECONDS",
          "S",
          "SEC",
          "SECS",
          "SECOND",
          "SECONDS",
          "M",
          "MIN",
          "MINS",
          "MINUTE",
          "MINUTES",
          "H",
          "HOUR",
          "HOURS",
          "D",
          "DAY",
          "DAYS",
          "BYTES",
          "SIZE",
          "KB",
          "MB",
          "GB",
          "KIB",
          "MIB",
          "GIB");

  private record Name(String text, List<String> words, String letters) {

    static Name of(String text) {
      List<String> words =
          Stream.of(text.toUpperCase(Locale.ROOT).split("[^A-Z0-9]+"))
              .filter(word -> !word.isEmpty())
              .toList();
      return new Name(text, words, String.join("", words));
    }

    boolean isPrefix() {
      return text.endsWith(".") || text.endsWith("_");
    }

    String last() {
      return words.get(words.size() - 1);
    }

    String withoutUnit() {
      return letters.substring(0, letters.length() - last().length());
    }

    String digits() {
      return letters.replaceAll("[^0-9]", "");
    }
  }

  private final Map<String, List<Name>> byFirstWord = new HashMap<>();
  private final Map<String, Name> byLetters = new HashMap<>();
  private final List<Name> prefixes = new ArrayList<>();

  /** Compares names with these known ones. */
  public Misspelling(Collection<String> known) {
    known.stream()
        .sorted()
        .map(Name::of)
        .forEach(
            name -> {
              if (name.isPrefix()) {
                prefixes.add(name);
              } else {
                byLetters.putIfAbsent(name.letters(), name);
                byFirstWord
                    .computeIfAbsent(name.words().get(0), word -> new ArrayList<>())
                    .add(name);
              }
            });
  }

  /**
   * Returns the known name that this one surely means; empty for a name that belongs to another
   * program.
   */
  public Optional<String> meantBy(String text) {
    Name given = Name.of(text);
    if (given.words().isEmpty()) {
      return Optional.empty();
    }
    Name same = byLetters.get(given.letters());
    if (same != null) {
      return Optional.of(same.text());
    }
    Name nearest = null;
    int fewest = MOST_EDITS + 1;
    for (Name known : candidates(given)) {
      int edits = edits(given, known);
      if (edits < fewest) {
        nearest = known;
        fewest = edits;
      }
    }
    return nearest == null ? prefixed(given) : Optional.of(nearest.text());
  }

  private List<Name> candidates(Name given) {
    String first = given.words().get(0);
    return byFirstWord.entrySet().stream()
        .filter(entry -> edits(first, entry.getKey()) <= MOST_EDITS)
        .flatMap(entry -> entry.getValue().stream())
        .filter(known -> known.letters().length() >= SHORT_NAME)
        .filter(known -> known.digits().equals(given.digits()))
        .toList();
  }

  /**
   * Returns the number of edits between two names, more than {@link #MOST_EDITS} for different
   * names.
   */
  private static int edits(Name given, Name known) {
    int sizes = given.words().size() - known.words().size();
    if (sizes == 0) {
      int edits = edits(given.words(), known.words());
      if (edits > 0 && hasOtherUnit(given, known)) {
        return Math.min(edits, MOST_EDITS); // a known key with this unit is nearer
      }
      boolean oneWord = known.words().size() == 1;
      if (edits > MOST_EDITS && sorted(given).equals(sorted(known))) {
        return 1;
      }
      return oneWord ? 2 * edits : edits;
    }
    if (hasOtherUnit(given, known)) {
      return 1;
    }
    if (sizes == -1 && given.words().size() >= LONG_NAME && lacksOneWord(given, known)) {
      return 2;
    }
    boolean longer =
        sizes > 0 && given.words().subList(0, known.words().size()).equals(known.words());
    return longer ? Integer.MAX_VALUE : 2 * NearestKey.edits(given.letters(), known.letters());
  }

  /**
   * Returns the edits between words in the same positions, more than allowed if one word is
   * different.
   */
  private static int edits(List<String> given, List<String> known) {
    int sum = 0;
    for (int i = 0; i < known.size() && sum <= MOST_EDITS; i++) {
      sum += edits(given.get(i), known.get(i));
    }
    return sum;
  }

  private static int edits(String given, String known) {
    int longest = Math.max(given.length(), known.length());
    int allowed = longest <= 2 ? 0 : longest <= 5 ? 1 : MOST_EDITS;
    int edits = NearestKey.edits(given, known);
    return edits <= allowed ? edits : MOST_EDITS + 1;
  }

  private static List<String> sorted(Name name) {
    return name.words().stream().sorted().toList();
  }

  /**
   * Whether the names differ in their unit: {@code drain} or {@code drain.seconds} for {@code
   * drain.ms}. One letter may be wrong.
   */
  private static boolean hasOtherUnit(Name given, Name known) {
    if (!KNOWN_UNITS.contains(known.last()) || known.words().size() < 3) {
      return false;
    }
    String bare = known.withoutUnit();
    return given.letters().equals(bare)
        || (UNITS.contains(given.last()) && NearestKey.edits(given.withoutUnit(), bare) <= 1);
  }

  private static boolean lacksOneWord(Name given, Name known) {
    for (int i = 1; i < known.words().size(); i++) {
      if (known.words().get(i).length() > SHORT_WORD) {
        continue;
      }
      List<String> without = new ArrayList<>(known.words());
      without.remove(i);
      if (edits(given.words(), without) <= 1) {
        return true;
      }
    }
    return false;
  }

  private Optional<String> prefixed(Name given) {
    for (Name prefix : prefixes) {
      int size = prefix.words().size();
      if (given.words().size() > size
          && edits(given.words().subList(0, size), prefix.words()) <= MOST_EDITS) {
        return Optional.of(prefix.text() + rest(given, size, prefix.text().endsWith("_")));
      }
    }
    return Optional.empty();
  }

  /** Returns what follows these words, unchanged or in the form of an environment variable. */
  private static String rest(Name given, int words, boolean variable) {
    String rest =
        given.text().replaceFirst("^[^A-Za-z0-9]*([A-Za-z0-9]+[^A-Za-z0-9]+){" + words + "}", "");
    return variable ? rest.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]+", "_") : rest;
  }
}
