// SPDX-License-Identifier: Apache-2.0
package io.completionworker.hostile;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.completion.SourceRecord.RecordHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A record and the end it has to have.
 *
 * @param name what is odd about it; also the id of its request where it has one
 */
public record RecordCase(String name, Value value, List<RecordHeader> headers, End end) {

  /** Makes the bytes of a record's value, given a way to encode a request. */
  @FunctionalInterface
  public interface Value {
    byte @Nullable [] bytes(Encoding encoding);
  }

  /** Encodes with a registry's schema id in front. */
  @FunctionalInterface
  public interface Encoding {
    byte[] of(CompletionRequest request);
  }

  /** How it ends. */
  public sealed interface End {

    /** As a dead letter. */
    record DeadLetter() implements End {}

    /** As a failure of reason INVALID_REQUEST that names this field. */
    record Invalid(String field) implements End {}

    /** As a call. */
    record Call() implements End {}
  }

  static RecordCase dead(String name, Value value) {
    return new RecordCase(name, value, List.of(), new End.DeadLetter());
  }

  /** Bytes of a valid request, changed. */
  static RecordCase spoilt(String name, UnaryOperator<byte[]> change) {
    return dead(name, encoding -> change.apply(encoding.of(SampleRequests.valid(name).build())));
  }

  static RecordCase invalid(
      String name, String field, UnaryOperator<CompletionRequest.Builder> change) {
    return of(name, change, new End.Invalid(field));
  }

  static RecordCase call(String name, UnaryOperator<CompletionRequest.Builder> change) {
    return of(name, change, new End.Call());
  }

  private static RecordCase of(
      String name, UnaryOperator<CompletionRequest.Builder> change, End end) {
    return new RecordCase(
        name,
        encoding -> encoding.of(change.apply(SampleRequests.valid(name)).build()),
        List.of(),
        end);
  }

  /** The same with a header more. */
  RecordCase with(String header, byte @Nullable [] bytes) {
    List<RecordHeader> more = new ArrayList<>(headers);
    more.add(new RecordHeader(header, bytes));
    return new RecordCase(name, value, List.copyOf(more), end);
  }

  /** The same with a header of text more. */
  RecordCase with(String header, String text) {
    return with(header, RecordHeader.of(header, text).value());
  }

  @Override
  public String toString() {
    return name;
  }
}
