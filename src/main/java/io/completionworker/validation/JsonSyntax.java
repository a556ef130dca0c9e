package io.completionworker.validation;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a text is one JSON value by RFC 8259, and gives the members of a top-level object.
 *
 * <p>Does not recurse, so that no text can overflow the stack; nesting, numbers and names are
 * bounded below what JSON libraries take by default. Says where a fault is and never quotes.
 */
public final class JsonSyntax {

  private static final int DEEPEST = 500;
  private static final int LONGEST_NUMBER = 500;
  private static final int LONGEST_NAME = 10_000;

  private final String text;
  private final BitSet objects = new BitSet();
  private final List<Member> members = new ArrayList<>();
  private int position;
  private int depth;
  private @Nullable String name;

  private JsonSyntax(String text) {
    this.text = text;
  }

  /** What a text turned out to be. */
  public sealed interface Reading {}

  /**
   * JSON.
   *
   * @param object whether the value is an object
   * @param members those of that object, in order, duplicates included
   */
  public record Valid(boolean object, List<Member> members) implements Reading {}

  /** No JSON, or beyond the bounds. */
  public record Invalid(String why) implements Reading {}

  /**
   * A member of the top-level object.
   *
   * @param name unescaped
   * @param text an unescaped string, or a number or boolean as written; null for null, objects and
   *     arrays
   * @param nested whether it is an object or an array
   */
  public record Member(String name, @Nullable String text, boolean nested) {}

  /** Checks a text. */
  public static Reading read(String text) {
    JsonSyntax syntax = new JsonSyntax(text);
    try {
      return syntax.document();
    } catch (Fault fault) {
      return new Invalid(fault.why + " at character " + (syntax.position + 1));
    }
  }

  private Valid document() {
    space();
    boolean object = peek() == '{';
    do {
      value();
    } while (anotherFollows());
    space();
    if (position < text.length()) {
      throw new Fault("something follows the value");
    }
    return new Valid(object, List.copyOf(members));
  }

  private void value() {
    for (space(); peek() == '{' || peek() == '['; space()) {
      if (opensEmpty()) {
        return;
      }
    }
    String scalar = scalar();
    if (name != null) {
      members.add(new Member(name, scalar, false));
      name = null;
    }
  }

  private boolean opensEmpty() {
    if (name != null) {
      members.add(new Member(name, null, true));
      name = null;
    }
    boolean object = text.charAt(position++) == '{';
    if (++depth > DEEPEST) {
      throw new Fault("nested deeper than " + DEEPEST + " levels");
    }
    objects.set(depth, object);
    space();
    if (peek() == (object ? '}' : ']')) {
      position++;
      depth--;
      return true;
    }
    if (object) {
      memberName();
    }
    return false;
  }

  private boolean anotherFollows() {
    while (depth > 0) {
      space();
      char next = peek();
      if (next == ',') {
        position++;
        if (objects.get(depth)) {
          memberName();
        }
        return true;
      }
      if (next != (objects.get(depth) ? '}' : ']')) {
        throw new Fault("expected a comma or the closing bracket");
      }
      position++;
      depth--;
    }
    return false;
  }

  private void memberName() {
    space();
    int start = position;
    String read = string();
    if (position - start > LONGEST_NAME) {
      throw new Fault("a name is longer than " + LONGEST_NAME + " characters");
    }
    name = depth == 1 ? read : null;
    space();
    expect(':');
  }

  private @Nullable String scalar() {
    char first = peek();
    if (first == '"') {
      return string();
    }
    int start = position;
    if (first == '-' || isDigit(first)) {
      number();
      return text.substring(start, position);
    }
    for (String literal : List.of("true", "false", "null")) {
      if (text.startsWith(literal, position)) {
        position += literal.length();
        return "null".equals(literal) ? null : literal;
      }
    }
    throw new Fault("expected a value");
  }

  private void number() {
    int start = position;
    if (peek() == '-') {
      position++;
    }
    if (peek() == '0') {
      position++;
    } else {
      digits();
    }
    if (peek() == '.') {
      position++;
      digits();
    }
    if (peek() == 'e' || peek() == 'E') {
      position++;
      if (peek() == '+' || peek() == '-') {
        position++;
      }
      digits();
    }
    if (position - start > LONGEST_NUMBER) {
      throw new Fault("a number is longer than " + LONGEST_NUMBER + " characters");
    }
  }

  private void digits() {
    int start = position;
    while (isDigit(peek())) {
      position++;
    }
    if (position == start) {
      throw new Fault("expected a digit");
    }
  }

  private String string() {
    expect('"');
    int start = position;
    StringBuilder unescaped = null;
    while (peek() != '"') {
      char next = peek();
      if (next < ' ') {
        throw new Fault(position < text.length() ? "unescaped control character" : "no end quote");
      }
      if (next == '\\' && unescaped == null) {
        unescaped = new StringBuilder(text.substring(start, position));
      }
      char read = next == '\\' ? escape() : text.charAt(position++);
      if (unescaped != null) {
        unescaped.append(read);
      }
    }
    position++;
    return unescaped == null ? text.substring(start, position - 1) : unescaped.toString();
  }

  private char escape() {
    position++;
    char kind = peek();
    int simple = "\"\\/bfnrt".indexOf(kind);
    if (simple >= 0) {
      position++;
      return "\"\\/\b\f\n\r\t".charAt(simple);
    }
    expect('u');
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int digit = hexDigit(peek());
      if (digit < 0) {
        throw new Fault("bad escape");
      }
      code = code * 16 + digit;
      position++;
    }
    return (char) code;
  }

  private void space() {
    while (" \t\n\r".indexOf(peek()) >= 0) {
      position++;
    }
  }

  private void expect(char wanted) {
    if (position >= text.length() || text.charAt(position) != wanted) {
      throw new Fault(wanted == 'u' ? "bad escape" : "expected " + wanted);
    }
    position++;
  }

  /** The character here; NUL, which no JSON has outside of escapes, at the end. */
  private char peek() {
    return position < text.length() ? text.charAt(position) : '\0';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** ASCII only: {@link Character#digit} would take digits of other scripts. */
  private static int hexDigit(char c) {
    return c < 128 ? Character.digit(c, 16) : -1;
  }

  private static final class Fault extends RuntimeException {
    private final String why;

    Fault(String why) {
      super(why, null, false, false);
      this.why = why;
    }
  }
}
