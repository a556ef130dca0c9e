// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tokens;

import org.jspecify.annotations.Nullable;

/**
 * The tokens of an image of the prompt, by its size and {@code detail}, as OpenAI publishes it for
 * its models ("Images and vision", calculating costs).
 */
sealed interface ImageTokens {

  /** Returns the tokens of an image. */
  long of(ImageSize size, @Nullable String detail);

  /**
   * The rule of models that see an image in squares of 512 pixels, after it is scaled down to fit
   * into 2048 x 2048, and then to a shortest side of 768.
   *
   * @param base tokens of each image, and of an image at low detail
   * @param tile tokens of each square
   */
  record Tiles(long base, long tile) implements ImageTokens {

    private static final int LONGEST = 2_048;
    private static final int SHORTEST = 768;
    private static final int SIDE = 512;

    @Override
    public long of(ImageSize size, @Nullable String detail) {
      return "low".equals(detail)
          ? base
          : base + tile * size.within(LONGEST).narrowedTo(SHORTEST).squares(SIDE);
    }
  }

  /**
   * The rule of models that see an image in squares of 32 pixels, after it is scaled down to a
   * number of them.
   *
   * @param tokens of each square
   * @param high what {@code detail} high allows
   * @param auto what no {@code detail} allows
   * @param original what {@code detail} original allows
   */
  record Patches(double tokens, Most high, Most auto, Most original) implements ImageTokens {

    /** The most squares of an image, and its longest side in pixels. */
    record Most(long patches, int longest) {}

    private static final int SIDE = 32;
    private static final Most LOW = new Most(256, 512);
    private static final Most SMALL = new Most(1_536, 2_048);
    private static final Most HIGH = new Most(2_500, 2_048);
    private static final Most ORIGINAL = new Most(10_000, 6_000);

    /** The rule of models that know no higher detail than high. */
    static Patches small(double tokens) {
      return new Patches(tokens, SMALL, SMALL, SMALL);
    }

    /** The rule of models that know images in their original size. */
    static Patches large(boolean originalByDefault) {
      return new Patches(1, HIGH, originalByDefault ? ORIGINAL : HIGH, ORIGINAL);
    }

    @Override
    public long of(ImageSize size, @Nullable String detail) {
      Most most =
          switch (detail == null ? "auto" : detail) {
            case "low" -> LOW;
            case "high" -> high;
            case "original" -> original;
            default -> auto;
          };
      return (long) Math.ceil(patches(size.within(most.longest()), most.patches()) * tokens);
    }

    private static long patches(ImageSize size, long most) {
      long all = size.squares(SIDE);
      if (all <= most) {
        return all;
      }
      ImageSize fitted = size.scaled(Math.sqrt((double) most * SIDE * SIDE / size.pixels()));
      double whole = Math.min(whole(fitted.width()), whole(fitted.height()));
      // a strip that is narrower than a square cannot be fitted like that
      return whole == 0 ? most : Math.min(most, fitted.scaled(whole).squares(SIDE));
    }

    /** Returns the part of a side that is covered by whole squares. */
    private static double whole(double length) {
      return Math.floor(length / SIDE + ImageSize.ROUNDING) * SIDE / length;
    }
  }
}
