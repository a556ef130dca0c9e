/**
 * Which topics, which nodes, in reading order. Everything is bytes here: what the records mean was
 * settled before they were forwarded. Home of the Kafka Streams DSL.
 */
@NullMarked
package io.completionworker.topology;

import org.jspecify.annotations.NullMarked;
