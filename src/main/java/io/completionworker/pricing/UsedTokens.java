// SPDX-License-Identifier: Apache-2.0
package io.completionworker.pricing;

/**
 * The tokens that a call used.
 *
 * <p>Inconsistent counts are corrected: none is negative, and a whole is at least the sum of its
 * parts, since tokens that are reported as a part were used. No token is in two parts, so none is
 * paid for twice.
 */
public record UsedTokens(In in, Out out) {

  /**
   * Returns tokens of which only this is known, as before a call.
   *
   * @param in tokens of the prompt
   * @param ofImages those of them that are of images
   * @param out tokens of the completion
   */
  public static UsedTokens expected(long in, long ofImages, long out) {
    return new UsedTokens(new In(in, 0, 0, 0, 0, ofImages), new Out(out, 0, 0, 0));
  }

  /**
   * The tokens of the prompt.
   *
   * @param all all tokens of the prompt, including the parts
   * @param cached part that was read from the provider's cache
   * @param written part that was written to the provider's cache; never overlaps with the part read
   *     from it
   * @param writtenForAnHour part of the written tokens that the cache keeps for an hour
   * @param audio audio part of all tokens; audio tokens that do not fit into the rest are among the
   *     cached and written ones, and have their price
   * @param image image part of all tokens, which never overlaps with audio; image tokens that do
   *     not fit into the rest are among the cached and written ones, as audio
   */
  public record In(
      long all, long cached, long written, long writtenForAnHour, long audio, long image) {

    public In {
      cached = Math.max(0, cached);
      writtenForAnHour = Math.max(0, writtenForAnHour);
      written = Math.max(writtenForAnHour, written);
      audio = Math.max(0, audio);
      image = Math.max(0, image);
      all = Math.max(all, Math.max(sum(audio, image), sum(cached, written)));
      cached = Math.min(cached, all); // if the sum is out of range
      written = Math.min(written, all - cached);
      writtenForAnHour = Math.min(writtenForAnHour, written);
      audio = Math.min(audio, all - cached - written);
      image = Math.min(image, all - cached - written - audio);
    }

    long plain() {
      return all - cached - written - audio - image;
    }
  }

  /**
   * The tokens of the completion. No part overlaps with another.
   *
   * @param all all tokens of the completion, including the parts
   * @param reasoning part that is reasoning
   * @param audio part that is audio
   * @param image part that is images
   */
  public record Out(long all, long reasoning, long audio, long image) {

    public Out {
      reasoning = Math.max(0, reasoning);
      audio = Math.max(0, audio);
      image = Math.max(0, image);
      all = Math.max(all, sum(reasoning, sum(audio, image)));
      reasoning = Math.min(reasoning, all);
      audio = Math.min(audio, all - reasoning);
      image = Math.min(image, all - reasoning - audio);
    }

    long plain() {
      return all - reasoning - audio - image;
    }
  }

  private static long sum(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }
}
