// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config.source;

import io.completionworker.config.key.KeyGroup.Faults;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a file of {@code key=value} lines, and recognizes files of other formats. */
final class PropertiesFile {

  /** Maximum size. A larger file is no configuration. */
  private static final int MOST_BYTES = 4_194_304;

  private static final String ONE_A_LINE = "; a properties file has one key=value a line";

  private static final Pattern COMMENT = Pattern.compile("\\s*([#!].*)?");
  private static final Pattern DOCUMENT = Pattern.compile("---(\\s.*)?");
  private static final Pattern YAML_PARENT = Pattern.compile("(\\s*)[\\w.\"'-]+:\\s*(#.*)?");
  private static final Pattern YAML_CHILD = Pattern.compile("(\\s*)(- .*|[\\w.\"'-]+:(\\s.*)?)");
  private static final Pattern SECTION = Pattern.compile("\\[\\[?[\\w.\" -]+]]?\\s*([#;].*)?");

  private final Path path;
  private final Faults faults;

  PropertiesFile(Path path, Faults faults) {
    this.path = path;
    this.faults = faults;
  }

  /**
   * Returns the values by key; empty, with a fault of {@link Sources#FILE}, if the file cannot be
   * read.
   */
  Map<String, String> read() {
    Optional<String> text = text();
    if (text.isEmpty()) {
      return Map.of();
    }
    List<String> lines = text.get().lines().toList();
    Optional<String> other = otherFormat(lines);
    if (other.isPresent()) {
      return refuse(path + " " + other.get() + ONE_A_LINE);
    }
    return values(lines);
  }

  private Optional<String> text() {
    if (Files.isDirectory(path)) {
      refuse(path + " is a folder; give it a properties file");
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(path)) {
      return text(in.readNBytes(MOST_BYTES + 1));
    } catch (NoSuchFileException e) {
      refuse("cannot read " + path + " as a properties file: there is no such file");
    } catch (AccessDeniedException e) {
      refuse("cannot read " + path + " as a properties file: permission denied");
    } catch (IOException e) {
      refuse("cannot read " + path + " as a properties file: " + e.getMessage());
    }
    return Optional.empty();
  }

  private Optional<String> text(byte[] bytes) {
    if (bytes.length > MOST_BYTES) {
      refuse(path + " is no properties file: it has more than " + MOST_BYTES + " bytes");
    } else if (isUtf16(bytes)) {
      refuse(path + " is UTF-16; save it as UTF-8");
    } else if (hasNul(bytes)) {
      refuse(path + " is a binary file" + ONE_A_LINE);
    } else {
      return decoded(bytes);
    }
    return Optional.empty();
  }

  private Optional<String> decoded(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(in).toString();
      return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (CharacterCodingException e) {
      long line =
          1
              + new String(bytes, 0, in.position(), StandardCharsets.ISO_8859_1)
                  .chars()
                  .filter(c -> c == '\n')
                  .count();
      refuse(path + " is not UTF-8 (line " + line + "), perhaps Latin-1; save it as UTF-8");
      return Optional.empty();
    }
  }

  /** Whether the bytes are UTF-16, by their byte order mark or by a first letter of two bytes. */
  private static boolean isUtf16(byte[] bytes) {
    if (bytes.length < 2) {
      return false;
    }
    int first = bytes[0] & 0xff;
    int second = bytes[1] & 0xff;
    boolean mark = first + second == 0xff + 0xfe && Math.max(first, second) == 0xff;
    return mark || ((first == 0) != (second == 0) && Math.max(first, second) < 0x80);
  }

  private static boolean hasNul(byte[] bytes) {
    for (byte each : bytes) {
      if (each == 0) {
        return true;
      }
    }
    return false;
  }

  /** Detects another format. A flat YAML file is a valid properties file, a nested one is not. */
  private static Optional<String> otherFormat(List<String> lines) {
    @Nullable String parent = null;
    boolean first = true;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (COMMENT.matcher(line).matches()) {
        continue;
      }
      if (first && line.strip().matches("[{<].*|\\[\\s*([{\"].*)?")) {
        return Optional.of(line.strip().startsWith("<") ? "looks like XML" : "looks like JSON");
      }
      if (SECTION.matcher(line.strip()).matches()) {
        return Optional.of("looks like TOML or INI (line " + (i + 1) + ")");
      }
      if ((first && DOCUMENT.matcher(line).matches()) || isChild(parent, line)) {
        return Optional.of("looks like YAML (line " + (i + 1) + ")");
      }
      parent = YAML_PARENT.matcher(line).matches() ? line : null;
      first = false;
    }
    return Optional.empty();
  }

  private static boolean isChild(@Nullable String parent, String line) {
    return parent != null
        && YAML_CHILD.matcher(line).matches()
        && (indent(line) > indent(parent) || line.strip().startsWith("- "));
  }

  private static int indent(String line) {
    return line.length() - line.stripLeading().length();
  }

  private Map<String, String> values(List<String> lines) {
    Map<String, String> values = new TreeMap<>();
    Map<String, Integer> firstLines = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      int number = i + 1;
      StringBuilder whole = new StringBuilder(lines.get(i));
      boolean comment = COMMENT.matcher(lines.get(i)).matches();
      while (!comment && goesOn(whole) && i + 1 < lines.size()) {
        whole.append('\n').append(lines.get(++i));
      }
      Properties one = new Properties();
      try {
        one.load(new StringReader(whole.toString()));
      } catch (IOException | IllegalArgumentException e) {
        return refuse(
            "cannot read "
                + path
                + " as a properties file: "
                + e.getMessage()
                + " (line "
                + number
                + ")");
      }
      for (String key : one.stringPropertyNames()) {
        Integer before = firstLines.putIfAbsent(key, number);
        if (before != null) {
          faults.add(
              key,
              "is set twice in "
                  + path
                  + ", in lines "
                  + before
                  + " and "
                  + number
                  + "; keep one of them");
        }
        values.put(key, one.getProperty(key, ""));
      }
    }
    return values;
  }

  /** Whether the line ends with a backslash that is not itself escaped. */
  private static boolean goesOn(CharSequence line) {
    int slashes = 0;
    while (slashes < line.length() && line.charAt(line.length() - 1 - slashes) == '\\') {
      slashes++;
    }
    return slashes % 2 == 1;
  }

  private Map<String, String> refuse(String what) {
    faults.add(Sources.FILE, what);
    return Map.of();
  }
}
