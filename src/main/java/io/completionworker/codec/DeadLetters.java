// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import io.completionworker.codec.Packing.Envelope;
import io.completionworker.codec.headers.OutputHeaders;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.OutputValue;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.RecordHeader;
import io.completionworker.completion.SourceRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records that could not be decoded, byte for byte, with the fault in their headers. */
final class DeadLetters {

  private static final int LONGEST_MESSAGE = 1000;
  private static final int CUT_MESSAGE = 100;

  private DeadLetters() {}

  /**
   * Packs a dead letter. Its headers give way before its bytes; when the errors alone make it too
   * large, the bytes are left out, and the headers still say where they are. Bytes that are not at
   * hand are put in by whoever has the stored request: there is room for the headers beside them,
   * since topics take more than the largest record.
   */
  static Emission pack(Outcome.DeadLettered letter, Packing packing, long now) {
    SourceRecord source = letter.source();
    List<RecordHeader> all = OutputHeaders.ofDeadLetter(source);
    all.addAll(errors(letter, LONGEST_MESSAGE));
    List<Envelope> envelopes =
        List.of(
            new Envelope(source.key(), all),
            new Envelope(source.key(), errors(letter, LONGEST_MESSAGE)),
            new Envelope(source.key(), errors(letter, CUT_MESSAGE)));
    for (Envelope envelope : envelopes) {
      if (packing.fits(envelope, source.value())) {
        boolean there = source.value() != null || source.omittedBytes() > 0;
        Emission.Role role = there ? new Emission.Role.End() : new Emission.Role.Returned();
        return emission(source, envelope, source.value(), role, now);
      }
    }
    List<RecordHeader> few = new ArrayList<>(errors(letter, CUT_MESSAGE));
    Envelope keyed = new Envelope(source.key(), few);
    Envelope last = packing.fits(keyed, null) ? keyed : new Envelope(null, few);
    return emission(source, last, null, new Emission.Role.End(), now);
  }

  private static List<RecordHeader> errors(Outcome.DeadLettered letter, int longest) {
    String message = letter.message();
    String cut = message.length() <= longest ? message : message.substring(0, longest) + "...";
    return OutputHeaders.errors(letter.source(), letter.exception(), cut);
  }

  private static Emission emission(
      SourceRecord source,
      Envelope envelope,
      byte @Nullable [] value,
      Emission.Role role,
      long now) {
    return new Emission(
        source.position(),
        envelope.key(),
        envelope.headers(),
        now,
        role,
        List.of(),
        List.of(),
        List.of(),
        List.of(new OutputValue(source.position().partition(), value)),
        List.of(),
        List.of());
  }
}
