/**
 * What becomes of each record header: one table of names and rules.
 *
 * <p>Immutable, safe on every thread. Every other package may use it. Knows neither Kafka nor HTTP
 * nor Avro, and applies no rule itself: the classes that store, send and copy headers ask the
 * table.
 */
@NullMarked
package io.completionworker.headers;

import org.jspecify.annotations.NullMarked;
