// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * The registry answers, and has no schema of an id or a GUID. It may learn of it: a registry that
 * is copied from another one has a schema seconds after the first record that is written with it.
 */
public final class UnknownSchemaException extends SerializationException {

  private static final long serialVersionUID = 1L;
  private static final int DEEPEST = 10;

  /** How Confluent's client ends the message of this one fault. */
  private static final Pattern NOT_FOUND = Pattern.compile("error code: 40403$");

  private final String schema;

  /**
   * A schema that is not there.
   *
   * @param schema what it is called: the same for all records that are written with it
   */
  UnknownSchemaException(String message, String schema) {
    super(message);
    this.schema = schema;
  }

  /** The same in other words. */
  public UnknownSchemaException saying(String message) {
    return new UnknownSchemaException(message, schema);
  }

  /** The schema that a serde of whatever kind did not find; null when that is not the fault. */
  public static @Nullable String schema(Throwable thrown) {
    Throwable cause = thrown;
    for (int i = 0; cause != null && i < DEEPEST; i++, cause = cause.getCause()) {
      if (cause instanceof UnknownSchemaException unknown) {
        return unknown.schema;
      }
      boolean confluent =
          cause instanceof InvalidConfigurationException
              || cause.getClass().getSimpleName().equals("RestClientException");
      Matcher code = NOT_FOUND.matcher(String.valueOf(cause.getMessage()));
      if (confluent && code.find()) {
        return String.valueOf(cause.getMessage());
      }
    }
    return null;
  }
}
