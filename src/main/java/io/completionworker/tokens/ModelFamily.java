// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tokens;

import com.knuddels.jtokkit.api.EncodingType;
import com.knuddels.jtokkit.api.ModelType;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Models that make tokens of texts and images in the same way.
 *
 * @param prefix how their names begin: up to the end or to what is neither letter nor digit
 * @param encoding null when it is not known
 * @param images what an image takes
 */
record ModelFamily(String prefix, @Nullable EncodingType encoding, ImageTokens images) {

  /**
   * Tokens of an image, whose size behind a URL nobody knows.
   *
   * @param low at low detail, whatever its size
   * @param high at high detail, for four tiles of 512 pixels: 1024 x 1024, or 768 x 768
   */
  record ImageTokens(long low, long high) {}

  private static final ImageTokens TILED = new ImageTokens(85, 85 + 4 * 170);
  private static final ImageTokens TILED_MINI = new ImageTokens(2_833, 2_833 + 4 * 5_667);

  /** The first that fits counts. JTokkit 1.1 takes gpt-4.1 for a gpt-4 and does not know others. */
  private static final List<ModelFamily> FAMILIES =
      List.of(
          new ModelFamily("gpt-4o-mini", EncodingType.O200K_BASE, TILED_MINI),
          new ModelFamily("gpt-4o", EncodingType.O200K_BASE, TILED),
          new ModelFamily("gpt-4.1", EncodingType.O200K_BASE, TILED),
          new ModelFamily("gpt-4.5", EncodingType.O200K_BASE, TILED),
          new ModelFamily("gpt-5", EncodingType.O200K_BASE, TILED),
          new ModelFamily("gpt-oss", EncodingType.O200K_BASE, TILED),
          new ModelFamily("chatgpt", EncodingType.O200K_BASE, TILED),
          new ModelFamily("o1", EncodingType.O200K_BASE, TILED),
          new ModelFamily("o3", EncodingType.O200K_BASE, TILED),
          new ModelFamily("o4", EncodingType.O200K_BASE, TILED),
          new ModelFamily("gpt-4", EncodingType.CL100K_BASE, TILED),
          new ModelFamily("gpt-3.5", EncodingType.CL100K_BASE, TILED),
          new ModelFamily("gpt-35", EncodingType.CL100K_BASE, TILED));

  /** The family of a model, whatever stands before its name ({@code @slug/}, {@code ft:}). */
  static ModelFamily of(String model) {
    String name = bare(model);
    for (ModelFamily family : FAMILIES) {
      if (family.fits(name)) {
        return family;
      }
    }
    EncodingType encoding = ModelType.fromName(name).map(ModelType::getEncodingType).orElse(null);
    return new ModelFamily(name, encoding, TILED);
  }

  private static String bare(String model) {
    String name = model.substring(model.lastIndexOf('/') + 1).strip().toLowerCase(Locale.ROOT);
    return name.startsWith("ft:") ? name.substring("ft:".length()) : name;
  }

  private boolean fits(String name) {
    return name.startsWith(prefix)
        && (name.length() == prefix.length()
            || !Character.isLetterOrDigit(name.charAt(prefix.length())));
  }
}
