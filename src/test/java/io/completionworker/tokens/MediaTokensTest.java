// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.ContentPart;
import io.completionworker.avro.FilePart;
import io.completionworker.avro.ImageUrl;
import io.completionworker.avro.InputAudio;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaTokensTest {

  private static final long EMPTY = 3 + 4;

  private static long tokens(CompletionRequest request) {
    return TokenEstimator.bySize(0).estimate(request, Map.of()).input() - EMPTY;
  }

  private static String base64(int bytes) {
    return Base64.getEncoder().encodeToString(new byte[bytes]);
  }

  private static long file(@Nullable String id, @Nullable String name, @Nullable String data) {
    return tokens(Requests.withPart("gpt-4o", p -> p.setFile(new FilePart(id, name, data))));
  }

  /** The size is unknown, so it is taken for 1024 x 1024. */
  @ParameterizedTest
  @CsvSource({
    "gpt-4o, low, 85",
    "gpt-4o, high, 765",
    "gpt-4o, auto, 765",
    "gpt-4o, , 765",
    "@slug/gpt-4o-mini-2024-07-18, low, 2833",
    "gpt-4o-mini, high, 25501",
    "gpt-5, , 630",
    "gpt-5-mini, high, 1659",
    "claude-sonnet-4, , 765"
  })
  void shouldCountAnImageByItsDetail(String model, @Nullable String detail, long tokens) {
    for (String url :
        List.of("https://x.example/a.png", "data:image/png;base64," + base64(100_000))) {
      ImageUrl image = new ImageUrl(url, detail);

      assertThat(tokens(Requests.withPart(model, p -> p.setImageUrl(image)))).isEqualTo(tokens);
    }
  }

  @Test
  void shouldTellTheImagesOfARequestAndTheirTokens() {
    ContentPart text = ContentPart.newBuilder().setType("text").setText("four").build();
    ContentPart image =
        ContentPart.newBuilder()
            .setType("image_url")
            .setImageUrl(new ImageUrl("https://x.example/a.png", "low"))
            .build();
    CompletionRequest request =
        Requests.of(
            "gpt-4o",
            Requests.message("user", List.of(text, image, image)),
            Requests.message("assistant", "four"),
            Requests.message("user", List.of(image)));

    TokenEstimate estimate = TokenEstimator.bySize(0).estimate(request, Map.of());

    assertThat(estimate.images()).isEqualTo(new TokenEstimate.Images(3, 3 * 85));
    assertThat(estimate.input()).isEqualTo(3 + 3 * 4 + 2 + 3 * 85);
  }

  @Test
  void shouldNotTakeMediaInsideOfJsonForText() {
    String media = "{\"video_url\":{\"url\":\"data:video/mp4;base64," + base64(1_000_000) + "\"}}";
    String words = "{\"x\":\"" + "some words ".repeat(4_000) + "\"}";

    assertThat(tokens(Requests.withPart("gpt-4o", p -> p.setExtra(media))))
        .isBetween(1_000L, 1_100L);
    assertThat(tokens(Requests.withPart("gpt-4o", p -> p.setExtra(words))))
        .isBetween(11_000L, 11_100L);
  }

  @ParameterizedTest
  @CsvSource({
    "wav, 320000, 100",
    "WAV, 320001, 101",
    "mp3, 80000, 100",
    "ogg, 80000, 100",
    "mp3, 1, 1",
    "mp3, 0, 0"
  })
  void shouldCountAudioByItsLength(String format, int bytes, long tokens) {
    InputAudio audio = new InputAudio(base64(bytes), format);

    assertThat(tokens(Requests.withPart("gpt-4o", p -> p.setInputAudio(audio)))).isEqualTo(tokens);
  }

  @Test
  void shouldCountAFileAsIfItWereText() {
    assertThat(file(null, null, base64(4_001))).isEqualTo(1_001);
    assertThat(file(null, null, "data:application/pdf;base64," + base64(4_000))).isEqualTo(1_000);
    assertThat(file(null, "four", base64(4))).isEqualTo(2);
    assertThat(file("file-1", null, base64(4))).isEqualTo(1);
  }

  @Test
  void shouldTakeAFixedNumberForAFileThatWasUploadedBefore() {
    assertThat(file("file-1", null, null)).isEqualTo(1_000);
    assertThat(file(null, null, null)).isZero();
  }

  @Test
  void shouldNotMindWhatIsNoBase64() {
    assertThat(file(null, null, "====")).isZero();
    assertThat(file(null, null, "data:")).isEqualTo(1);
    assertThat(file(null, null, "ö ? \uD83D")).isPositive();
  }
}
