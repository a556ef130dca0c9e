// SPDX-License-Identifier: Apache-2.0
package io.completionworker.pricing;

/**
 * Tokens that a call used.
 *
 * <p>Counts that do not fit together are made to: none is under zero, and a whole is at least what
 * its parts are together, since what has a name was used. So a cost is never negative, and never
 * under that of the parts.
 */
public record UsedTokens(In in, Out out) {

  /**
   * Tokens of the prompt.
   *
   * @param all what went in, with all parts
   * @param cached of these, read from the provider's cache
   * @param written of these, written to the provider's cache; none of them was read from it
   * @param writtenForAnHour of those that were written, those that are kept for an hour
   * @param audio of all; where the rest has no room for them, they are among the cached and the
   *     written ones and have their price
   */
  public record In(long all, long cached, long written, long writtenForAnHour, long audio) {

    public In {
      cached = Math.max(0, cached);
      writtenForAnHour = Math.max(0, writtenForAnHour);
      written = Math.max(writtenForAnHour, written);
      audio = Math.max(0, audio);
      all = Math.max(all, Math.max(audio, sum(cached, written)));
      cached = Math.min(cached, all); // where the sum is out of range
      written = Math.min(written, all - cached);
      writtenForAnHour = Math.min(writtenForAnHour, written);
      audio = Math.min(audio, all - cached - written);
    }

    /** Neither cached nor written nor audio. */
    long plain() {
      return all - cached - written - audio;
    }
  }

  /**
   * Tokens of the completion.
   *
   * @param all what came out, with all parts
   * @param reasoning of these
   * @param audio of these; reasoning has no audio
   */
  public record Out(long all, long reasoning, long audio) {

    public Out {
      reasoning = Math.max(0, reasoning);
      audio = Math.max(0, audio);
      all = Math.max(all, sum(reasoning, audio));
      reasoning = Math.min(reasoning, all);
      audio = Math.min(audio, all - reasoning);
    }

    /** Neither reasoning nor audio. */
    long plain() {
      return all - reasoning - audio;
    }
  }

  private static long sum(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }
}
