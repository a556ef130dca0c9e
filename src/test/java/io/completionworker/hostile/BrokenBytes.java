// SPDX-License-Identifier: Apache-2.0
package io.completionworker.hostile;

import static io.completionworker.hostile.RecordCase.dead;
import static io.completionworker.hostile.RecordCase.spoilt;

import io.completionworker.hostile.RecordCase.End;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Values that are no request: nearly every one a dead letter. */
final class BrokenBytes {

  private static final int PREFIX = 5;

  private BrokenBytes() {}

  static Stream<RecordCase> all() {
    return Stream.of(shapes(), readable(), truncated(), lengths(), headers())
        .flatMap(cases -> cases);
  }

  private static Stream<RecordCase> shapes() {
    return Stream.of(
        dead("null value", encoding -> null),
        dead("empty value", encoding -> new byte[0]),
        dead("magic byte alone", encoding -> new byte[1]),
        dead("four of five bytes of a prefix", encoding -> new byte[4]),
        dead("JSON in place of Avro", encoding -> text("{\"model\":\"gpt-4o-mini\"}")),
        dead("plain text", encoding -> text("hello")),
        dead("an Avro file", encoding -> text("Obj\u0001schema")),
        dead("a serialized Java object", encoding -> bytes(0xac, 0xed, 0, 5, 's', 'r')),
        dead("gzip", encoding -> bytes(0x1f, 0x8b, 8, 0, 0, 0, 0, 0)),
        dead("zeros", encoding -> new byte[10_000]),
        dead("ones", encoding -> filled(10_000, 0xff)),
        dead("unknown schema id", encoding -> bytes(0, 0, 0, 0x27, 0x10, 1, 2, 3)),
        dead("negative schema id", encoding -> bytes(0, 0xff, 0xff, 0xff, 0xff, 1, 2, 3)),
        dead("largest schema id", encoding -> bytes(0, 0x7f, 0xff, 0xff, 0xff, 1, 2, 3)),
        dead("unknown schema GUID", encoding -> filled(40, 1)),
        dead("GUID cut short", encoding -> filled(9, 1)),
        spoilt("wrong magic byte", value -> set(value, 0, 2)),
        spoilt("magic byte of a GUID over an id", value -> set(value, 0, 1)),
        spoilt("prefix only", value -> Arrays.copyOf(value, PREFIX)),
        spoilt("prefix twice", value -> join(Arrays.copyOf(value, PREFIX), value)),
        spoilt("without a prefix", value -> Arrays.copyOfRange(value, PREFIX, value.length)),
        spoilt("ones behind the prefix", value -> behindPrefix(value, filled(200, 0xff))));
  }

  /**
   * What Avro's reader takes: bytes behind the record are no fault unless {@code
   * avro.fail.on.trailing.data} says so, and zeros are a request of nothing.
   */
  private static Stream<RecordCase> readable() {
    End call = new End.Call();
    return Stream.of(
        ending("a byte too many", call, value -> join(value, new byte[1])),
        ending("two requests in one", call, value -> join(value, value)),
        ending("half a megabyte behind it", call, value -> join(value, new byte[500_000])),
        ending(
            "zeros behind the prefix",
            new End.Invalid("messages"),
            value -> behindPrefix(value, new byte[200])));
  }

  private static RecordCase ending(String name, End end, UnaryOperator<byte[]> change) {
    return new RecordCase(name, spoilt(name, change).value(), List.of(), end);
  }

  /** A request ends in fields that are null, so that every shorter text is cut inside. */
  private static Stream<RecordCase> truncated() {
    return IntStream.of(1, 2, 3, 5, 8, 13, 21, 30, 40, 50)
        .mapToObj(
            cut ->
                spoilt(
                    "cut by " + cut + " bytes", value -> Arrays.copyOf(value, value.length - cut)));
  }

  /** A request begins with the union of its id: branch 1, a string, then the array of messages. */
  private static Stream<RecordCase> lengths() {
    return Stream.of(
        spoilt("no such branch of a union", value -> behindPrefix(value, bytes(0x54, 2, 'a'))),
        spoilt("negative branch of a union", value -> behindPrefix(value, bytes(1, 2, 'a'))),
        spoilt("negative length of a string", value -> behindPrefix(value, bytes(2, 1, 'a'))),
        spoilt(
            "string of two gigabytes",
            value -> behindPrefix(value, bytes(2, 0xfe, 0xff, 0xff, 0xff, 0x0f))),
        spoilt(
            "string of 2^62 bytes",
            value -> behindPrefix(value, join(bytes(2), filled(8, 0xff), bytes(0x7e)))),
        spoilt(
            "length that never ends",
            value -> behindPrefix(value, join(bytes(2), filled(30, 0xff)))),
        spoilt(
            "two billion messages",
            value -> behindPrefix(value, bytes(0, 0xfe, 0xff, 0xff, 0xff, 0x0f))),
        spoilt(
            "2^63 messages, counted below zero",
            value -> behindPrefix(value, join(bytes(0), filled(9, 0xff), bytes(1)))),
        spoilt("a block of messages without its end", value -> behindPrefix(value, bytes(0, 2))));
  }

  private static Stream<RecordCase> headers() {
    return Stream.of(
        spoilt("schema header of no known form", value -> new byte[8])
            .with("__value_schema_id", "garbage"),
        spoilt("schema header of an unknown id", value -> new byte[8])
            .with("__value_schema_id", bytes(0, 0, 0, 0x27, 0x10)));
  }

  private static byte[] behindPrefix(byte[] value, byte[] body) {
    return join(Arrays.copyOf(value, PREFIX), body);
  }

  private static byte[] set(byte[] value, int at, int to) {
    byte[] changed = value.clone();
    changed[at] = (byte) to;
    return changed;
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    List.of(parts).forEach(joined::writeBytes);
    return joined.toByteArray();
  }

  private static byte[] filled(int length, int with) {
    byte[] filled = new byte[length];
    Arrays.fill(filled, (byte) with);
    return filled;
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
