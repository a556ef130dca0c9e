/**
 * Converts generated records to plain JSON and back, by their schemas. Field names stay the same,
 * and Avro's own JSON encoding is not used. Thread-safe. This package knows no topic and no
 * registry.
 */
@NullMarked
package io.completionworker.serde.json;

import org.jspecify.annotations.NullMarked;
