package io.completionworker.gateway.stream;

/**
 * One server-sent event.
 *
 * @param name what {@code event} said, empty when it said nothing
 * @param data lines of {@code data}, joined by a line feed
 * @param bytes size of its lines as they came, without their ends
 */
record SseEvent(String name, String data, int bytes) {}
